//! The span of a request that the server answers, and its metrics.

use http::request::Parts;
use http::{Request, header};
use http_body::Body as _;
use tracing::Instrument as _;

use crate::support::operation::Operation;
use crate::support::server::{Body, Response};
use crate::support::telemetry::{Exchange, Host, Role, Size, Watched, span};

/// Answers a request in a span, which ends with the answer's body.
pub(crate) async fn serve<F: Future<Output = Response>>(
    operation: &'static Operation,
    request: Request<Body>,
    answer: impl FnOnce(Request<Body>) -> F,
) -> Response {
    let (head, body) = request.into_parts();
    let (host, (body, size)) = (host(&head), measured(body));
    observed(operation, (host, size), answer(Request::from_parts(head, body))).await
}

/// The same for a request whose body is there.
pub(crate) async fn observed(
    operation: &'static Operation,
    (host, size): (Option<Host>, Size),
    answer: impl Future<Output = Response>,
) -> Response {
    let span = span!(operation, "http.server.request", "server", "http.route");
    let exchange = Exchange::new(span, Role::Server, operation, host, size);
    let response = answer.instrument(exchange.span().clone()).await;
    exchange.answered(response).map(Body::new)
}

/// The host that the caller has asked for.
pub(crate) fn host(head: &Parts) -> Option<Host> {
    let header = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = header.and_then(|host| host.parse::<http::uri::Authority>().ok());
    let authority = authority.as_ref().or(head.uri.authority())?;
    Some(Host { address: authority.host().to_owned(), port: authority.port_u16() })
}

/// A request's body, and its size.
fn measured(body: Body) -> (Body, Size) {
    match body.size_hint().exact() {
        Some(size) => (body, Size::Known(size)),
        None => {
            let (body, size) = Watched::counted(body);
            (Body::new(body), size)
        }
    }
}
