//! Answers that come before the request is complete: the caller gets them, and stops sending.

use load::{Server, client_of};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use traffic_api::server::{ConnectionLimits, Limits};

use crate::exchange::{End, UPLOADS, Upload, upload};
use crate::service::{Read, patient, scripted};
use crate::soon;

/// Again and again, since what is lost is lost by chance.
const TIMES: usize = 20;

#[tokio::test]
async fn a_body_that_is_too_long_is_answered_413() {
    let (service, _told, _read) = scripted(Read::All, 0, Limits { body: 1024 * 1024, ..patient() });
    let server = Server::start(service, ConnectionLimits::default()).await;
    for time in 0..TIMES {
        let (call, source) = upload(&server.client(), UPLOADS[time % UPLOADS.len()], u64::MAX);
        assert_eq!(soon(call).await, End::Status(413), "{time}");
        source.ended().await;
    }
}

#[tokio::test]
async fn a_handler_answers_before_it_reads() {
    let (service, _told, _read) = scripted(Read::Refuse, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    // By one connection after another, or by one for all: none is used again that has a request on it.
    let client = server.client();
    for time in 0..TIMES {
        let (call, source) = upload(&client, Upload::Bytes, u64::MAX);
        assert_eq!(soon(call).await, End::Status(401), "{time}");
        source.ended().await;
    }
}

/// A body that ends is over before the caller learns that nobody wants it, or not.
#[tokio::test]
async fn a_body_that_ends_is_answered_as_one_that_does_not() {
    let (service, _told, _read) = scripted(Read::Refuse, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    let client = server.client();
    for chunks in (0..TIMES as u64).chain([100, 400]) {
        let (call, _source) = upload(&client, Upload::Bytes, chunks);
        assert_eq!(soon(call).await, End::Status(401), "{chunks}");
    }
}

/// Callers that look for no answer before they have sent everything get it all the same.
#[tokio::test]
async fn a_caller_that_does_not_listen_while_it_sends_is_answered() {
    let (service, _told, _read) = scripted(Read::Refuse, 0, patient());
    let server = Server::start(service, ConnectionLimits::default()).await;
    let body = vec![b'x'; 64 * 1024 * 1024];
    let head =
        "PUT /bytes HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 67108864\r\n\r\n";
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    soon(stream.write_all(&body)).await.unwrap();
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

/// A server that answers as soon as it has a head, and then does with its connection what `rest` does.
async fn answering<F, R>(rest: F) -> (std::net::SocketAddr, JoinHandle<()>)
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            assert_ne!(stream.read(&mut [0; 1024]).await.unwrap(), 0);
            let head = "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"count\":0}";
            stream.write_all(head.as_bytes()).await.unwrap();
            tokio::spawn(rest(stream));
        }
    });
    (address, server)
}

/// The connection stays open, and nothing more is read.
#[tokio::test]
async fn a_server_that_has_answered_and_neither_reads_nor_closes_is_left() {
    let (address, server) = answering(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    for kind in UPLOADS {
        let (call, source) = upload(&client_of(address), kind, u64::MAX);
        assert_eq!(soon(call).await, End::Status(401));
        source.ended().await;
    }
    server.abort();
}

/// The server reads on, for as long as anything comes: nothing does.
#[tokio::test]
async fn a_caller_that_has_its_answer_stops_sending() {
    let (address, server) = answering(|mut stream| async move {
        let mut buffer = vec![0; 64 * 1024];
        while stream.read(&mut buffer).await.is_ok_and(|length| length > 0) {}
    })
    .await;
    let (call, source) = upload(&client_of(address), Upload::Bytes, u64::MAX);
    assert_eq!(soon(call).await, End::Status(401));
    source.ended().await;
    server.abort();
}

/// As servers do that close with something unread: the answer may be lost, the call ends.
#[tokio::test]
async fn a_server_that_answers_and_resets_ends_the_call() {
    let (address, server) = answering(|stream| async move { drop(stream) }).await;
    let client = client_of(address);
    for _ in 0..TIMES {
        let (call, source) = upload(&client, Upload::Bytes, u64::MAX);
        let end = soon(call).await;
        assert!(matches!(end, End::Status(401) | End::Transport), "{end:?}");
        source.ended().await;
    }
    server.abort();
}
