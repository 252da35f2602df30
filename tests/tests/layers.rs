//! tower's layers around the client's transport: they see which operation is called, and each of its tries.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avido_api::client::{ApiKeys, Attempt, Body, Client, Operation};
use avido_api::types::CreateApiKeyRequest;
use http::{Request, Response};
use tests::service::{self, Next, Service};
use tower::{ServiceBuilder, ServiceExt as _, service_fn};

#[tokio::test]
async fn a_layer_sees_operations_and_answers() {
    let service = Service::default();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = service.client().map_transport(move |transport| {
        service_fn(move |request: Request<Body>| {
            let (transport, log) = (transport.clone(), Arc::clone(&log));
            async move {
                let operation = *request.extensions().get::<&'static Operation>().unwrap();
                let Attempt(number) = *request.extensions().get().unwrap();
                let response = transport.oneshot(request).await?;
                log.lock().unwrap().push((operation.id, operation.path, number, response.status().as_u16()));
                Ok::<_, Box<dyn Error + Send + Sync>>(response)
            }
        })
    });
    service.answer(Next::Delete(Ok(())));
    client.delete_application_api_key(&service::ID).await.unwrap();
    client.create_application_api_key(&CreateApiKeyRequest::new("")).await.unwrap_err();
    let expected = [
        ("deleteApplicationApiKey", "/v0/api-keys/{keyId}", 1, 204),
        ("createApplicationApiKey", "/v0/api-keys", 1, 422),
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_layer_of_towers_own_limits_what_is_under_way() {
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, highest) = (Arc::clone(&under_way), Arc::clone(&most));
    let transport = service_fn(move |_: Request<Body>| {
        let (now, highest) = (Arc::clone(&now), Arc::clone(&highest));
        async move {
            highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(Response::builder().status(204).body(Body::empty()).unwrap())
        }
    });
    let client = Client::with_transport(transport)
        .map_transport(|transport| ServiceBuilder::new().concurrency_limit(2).service(transport));
    let call = |client: &Client| client.delete_application_api_key(&service::ID).into_future();
    // Clones are one client to the layer.
    let calls: Vec<_> = (0..10).map(|_| tokio::spawn(call(&client.clone()))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((most.load(Ordering::SeqCst), under_way.load(Ordering::SeqCst)), (2, 0));
}

#[tokio::test]
async fn what_a_layer_refuses_is_a_failed_try() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let client = Service::default().client().map_transport(move |transport| {
        let hangs = service_fn(move |_: Request<Body>| {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<Result<Response<Body>, Box<dyn Error + Send + Sync>>>()
        });
        drop(transport);
        ServiceBuilder::new().timeout(Duration::from_millis(1)).service(hangs)
    });
    let client = client.backoff(Duration::ZERO, Duration::ZERO);
    let error = client.get_application_api_keys().await.unwrap_err();
    let mut last: &dyn Error = &error;
    while let Some(source) = last.source() {
        last = source;
    }
    assert!(last.is::<tower::timeout::error::Elapsed>(), "{error:?}");
    assert_eq!(tries.load(Ordering::SeqCst), 3);
}
