//! Whoever makes a stream is as slow as whoever takes it.

use load::Server;
use traffic_api::server::ConnectionLimits;

use crate::exchange::{Answer, End, KINDS, UPLOADS, Upload, upload};
use crate::service::{Read, answered, called, dropped, patient, scripted};
use crate::{BUFFERS, ITEM, soon};

#[tokio::test]
async fn what_nobody_takes_of_an_answer_is_not_made() {
    let (service, mut told, _read) = scripted(Read::All, u64::MAX, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    for kind in KINDS {
        let mut answer = Answer::open(&server.client(), kind).await;
        let source = answered(&mut told).await;
        let made = source.settled(BUFFERS / ITEM).await;
        // What has been taken makes room for as much.
        let mut taken = 0;
        while taken < 2 * made * ITEM {
            taken += answer.next().await.unwrap().unwrap();
        }
        assert!(source.made() > made, "{kind:?}: {made} items are made, and no more though these are taken");
        let ahead = source.settled((taken + BUFFERS) / ITEM).await;
        assert!(ahead >= taken / ITEM, "{kind:?}");
        drop(answer);
        source.ended().await;
    }
}

#[tokio::test]
async fn what_nobody_takes_of_a_request_is_not_made() {
    let (service, mut told, read) = scripted(Read::Nothing, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    for kind in UPLOADS {
        read.send(Read::Nothing).unwrap();
        let (call, source) = upload(&server.client(), kind, u64::MAX);
        let call = tokio::spawn(call);
        let handler = called(&mut told).await;
        let made = source.settled(BUFFERS / ITEM).await;
        // Chunks come in pieces, so that this is less than what is there, and more than what is under way.
        read.send(Read::Some(20 * made)).unwrap();
        let more = source.settled((20 * made) + BUFFERS / ITEM).await;
        assert!(more > made, "{kind:?}: {made} items are made, and no more though these are taken");
        // The handler has enough, and says so.
        read.send(Read::Refuse).unwrap();
        match (kind, soon(call).await.unwrap()) {
            (Upload::Bytes, End::Status(401)) | (Upload::File | Upload::Lines, End::Counted(_)) => {}
            (kind, end) => panic!("{kind:?}: {end:?}"),
        }
        dropped(handler).await;
        source.ended().await;
    }
}
