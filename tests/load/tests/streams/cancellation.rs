//! What nobody waits for any more ends, on both sides.

use load::Server;
use traffic_api::client::prelude::*;
use traffic_api::server::ConnectionLimits;
use traffic_api::types::Count;

use crate::exchange::{Answer, End, KINDS, UPLOADS, end, upload};
use crate::service::{Read, answered, called, dropped, patient, scripted};
use crate::{SHORT, soon};

#[tokio::test]
async fn a_dropped_call_drops_its_handler() {
    let (service, mut told, _read) = scripted(Read::Nothing, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    let call = tokio::spawn(server.client().post_count(&Count::new(1)).into_future());
    let handler = called(&mut told).await;
    call.abort();
    dropped(handler).await;
}

#[tokio::test]
async fn a_call_that_takes_too_long_drops_its_handler() {
    let (service, mut told, _read) = scripted(Read::Nothing, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    let call = server.client().post_count(&Count::new(1)).timeout(SHORT).into_future();
    assert_eq!(end(soon(call).await), End::Timeout);
    dropped(called(&mut told).await).await;
}

/// Half-way: the handler reads, and the source goes on for ever.
#[tokio::test]
async fn a_dropped_upload_ends_on_both_sides() {
    let (service, mut told, _read) = scripted(Read::All, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    for kind in UPLOADS {
        let (call, source) = upload(&server.client(), kind, u64::MAX);
        let call = tokio::spawn(call);
        let handler = called(&mut told).await;
        call.abort();
        source.ended().await;
        dropped(handler).await;
        // The handler was either told that the body is broken, or was dropped with the connection.
        while told.try_recv().is_ok() {}
    }
}

#[tokio::test]
async fn a_dropped_stream_ends_its_source() {
    let (service, mut told, _read) = scripted(Read::All, u64::MAX, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    let client = server.client();
    for kind in KINDS {
        // Unread, half-way, and with a client that has other streams.
        for pieces in [0, 1, 10] {
            let mut answer = Answer::open(&client, kind).await;
            for _ in 0..pieces {
                answer.next().await.unwrap().unwrap();
            }
            drop(answer);
            answered(&mut told).await.ended().await;
        }
    }
}
