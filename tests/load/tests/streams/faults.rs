//! Connections that fail in the middle of a body, by a proxy between client and server: each side ends as documented.

use load::{Fault, Leg, Proxy, Server, client_of};
use traffic_api::server::ConnectionLimits;

use crate::exchange::{Answer, End, KINDS, Kind, UPLOADS, Upload, upload};
use crate::service::{Read, Told, answered, called, dropped, impatient, patient, scripted};
use crate::{ITEM, SHORT, soon};

/// Into the body, and not at its end.
const AFTER: usize = 300_000;

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    let (service, mut told, _read) = scripted(Read::All, u64::MAX, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    for fault in [Fault::Reset, Fault::Close] {
        let proxy = Proxy::start(server.address, Leg::Down, AFTER, fault).await;
        for kind in KINDS {
            let mut answer = Answer::open(&client_of(proxy.address), kind).await;
            let (bytes, error) = answer.rest().await;
            assert!(error.is_some(), "{fault:?} {kind:?}: an answer that breaks off after {bytes} bytes seems whole");
            assert!(bytes <= AFTER as u64, "{bytes}");
            answered(&mut told).await.ended().await;
        }
    }
}

/// The other end vanishes, and nobody is told. Each side finds out by its own limit.
#[tokio::test]
async fn an_answer_that_falls_silent_is_given_up_by_both_sides() {
    let (service, mut told, _read) = scripted(Read::All, u64::MAX, patient());
    let limits = ConnectionLimits { write_time: SHORT, ..ConnectionLimits::default() };
    let server = Server::start(service, limits).await;
    let proxy = Proxy::start(server.address, Leg::Down, AFTER, Fault::Freeze).await;
    for kind in KINDS {
        let mut answer = Answer::open(&client_of(proxy.address).idle_timeout(SHORT), kind).await;
        let (_, error) = answer.rest().await;
        assert!(error.as_ref().is_some_and(|error| error.ends_with("nothing came for 100ms")), "{kind:?} {error:?}");
        answered(&mut told).await.ended().await;
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_an_error() {
    let (service, mut told, _read) = scripted(Read::All, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    for fault in [Fault::Reset, Fault::Close] {
        let proxy = Proxy::start(server.address, Leg::Up, AFTER, fault).await;
        for kind in UPLOADS {
            let (call, source) = upload(&client_of(proxy.address), kind, u64::MAX);
            assert_eq!(soon(call).await, End::Transport, "{fault:?} {kind:?}");
            source.ended().await;
            dropped(called(&mut told).await).await;
            // It is dropped with its connection where it is not told before.
            match told.try_recv() {
                Ok(Told::Broken(_)) | Err(_) => {}
                other => panic!("{fault:?} {kind:?} {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn an_upload_that_falls_silent_is_given_up_by_both_sides() {
    let (service, mut told, _read) = scripted(Read::All, 0, impatient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    let proxy = Proxy::start(server.address, Leg::Up, AFTER, Fault::Freeze).await;
    for kind in UPLOADS {
        let client = client_of(proxy.address).timeout(SHORT);
        let (call, source) = upload(&client, kind, u64::MAX);
        assert_eq!(soon(call).await, End::Timeout, "{kind:?}");
        source.ended().await;
        let handler = called(&mut told).await;
        match soon(told.recv()).await {
            Some(Told::Broken(error)) => assert!(error.contains("TooSlow"), "{kind:?} {error}"),
            other => panic!("{kind:?} {other:?}"),
        }
        dropped(handler).await;
    }
}

/// A caller that never closes its connection nor reads does not keep it.
#[tokio::test]
async fn a_server_stops_in_time_whoever_is_connected() {
    let (service, mut told, _read) = scripted(Read::All, u64::MAX, patient());
    let limits = ConnectionLimits { grace: SHORT, ..ConnectionLimits::default() };
    let server = Server::start(service, limits).await;
    let proxy = Proxy::start(server.address, Leg::Down, AFTER, Fault::Freeze).await;
    let _answer = Answer::open(&client_of(proxy.address), Kind::Bytes).await;
    let source = answered(&mut told).await;
    assert!(!soon(server.stop()).await);
    source.ended().await;
}

#[tokio::test]
async fn slow_ways_bring_everything() {
    let items = 8;
    let (service, mut told, _read) = scripted(Read::All, items, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    let down = Proxy::start(server.address, Leg::Down, 0, Fault::Slow).await;
    for kind in KINDS {
        let (bytes, error) = Answer::open(&client_of(down.address), kind).await.rest().await;
        assert_eq!((bytes, error), (items * ITEM, None), "{kind:?}");
        answered(&mut told).await.ended().await;
    }
    let up = Proxy::start(server.address, Leg::Up, 0, Fault::Slow).await;
    for (kind, expected) in [(Upload::Bytes, items * ITEM), (Upload::File, items * ITEM), (Upload::Lines, items)] {
        let (call, _source) = upload(&client_of(up.address), kind, items);
        assert_eq!(soon(call).await, End::Counted(expected as i64));
        dropped(called(&mut told).await).await;
        assert!(matches!(told.recv().await, Some(Told::Whole(found)) if found == expected));
    }
}
