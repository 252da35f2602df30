//! The span of a request that the client sends, and its metrics: a span for each time that a call is sent, as
//! OpenTelemetry's semantic conventions for HTTP have it, so that tries are told apart.

use http::{Request, Response, Uri};
use http_body::Body as _;
use tracing::Instrument as _;

use crate::support::body::{Body, BoxError};
use crate::support::client::Transport;
use crate::support::operation::Operation;
use crate::support::telemetry::{Exchange, Host, Role, Size, Watched, span};

/// Sends a request in a span of its own, which ends with the answer's body. `resends` is how often it has been sent
/// before.
pub(crate) async fn send(
    transport: &dyn Transport,
    operation: &'static Operation,
    request: Request<Body>,
    resends: u32,
) -> Result<Response<Body>, BoxError> {
    let span = span!(
        operation,
        "http.client.request",
        "client",
        "url.template",
        "http.request.resend_count" = (resends > 0).then_some(resends)
    );
    let host = host(request.uri());
    let (head, body) = request.into_parts();
    let (body, size) = measured(body);
    let request = Request::from_parts(head, body);
    let exchange = Exchange::new(span, Role::Client, operation, host, size);
    match transport.send(request).instrument(exchange.span().clone()).await {
        Ok(response) => Ok(exchange.answered(response).map(Body::stream)),
        Err(error) => {
            exchange.fail("transport");
            Err(error)
        }
    }
}

/// The host of a complete URL, with the port that its scheme has.
fn host(uri: &Uri) -> Option<Host> {
    let by_scheme = match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    Some(Host { address: uri.host()?.to_owned(), port: uri.port_u16().or(by_scheme) })
}

/// A request's body, and its size. Bytes stay bytes, which a transport may send again.
fn measured(body: Body) -> (Body, Size) {
    match body.size_hint().exact() {
        Some(size) => (body, Size::Known(size)),
        None => {
            let (body, size) = Watched::counted(body);
            (Body::stream(body), size)
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::support::client::BoxFuture;
    use crate::telemetry::{Recorder, recorded};

    static PETS: Operation = Operation::new("listPets", Method::GET, "/pets");

    struct Fine;

    impl Transport for Fine {
        fn send(&self, _request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, BoxError>> {
            Box::pin(async { Ok(Response::new(Body::empty())) })
        }
    }

    #[tokio::test]
    async fn each_try_says_how_many_there_were_before() {
        for (resends, said) in [(0, None), (2, Some("2"))] {
            let (recorder, _): (Recorder, _) = recorded(send(&Fine, &PETS, Request::new(Body::empty()), resends)).await;
            assert_eq!(recorder.field("http.client.request", "http.request.resend_count").as_deref(), said);
        }
    }
}
