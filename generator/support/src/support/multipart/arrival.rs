//! The parts of a body as a server takes them from it: values, and files that memory holds, before anything is done with
//! them; the first file that it does not hold as it comes, with what stands behind it.

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame};

use crate::support::body::{Body, BoxError, Refused};
use crate::support::multipart::head::{Head, boundary};
use crate::support::multipart::parser::{Parser, Token};
use crate::support::multipart::quoted;
use crate::support::operation::DeclaredParts;
use crate::support::server::{Limits, Rejection, RejectionKind, TakenApart, TakingApart, upload};
use crate::support::violation::{Invalid, Location, Segment, Violation};

/// One part.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) head: Head,
    /// Its content: a stream if it is the last part that is read, else bytes.
    pub(crate) content: Body,
}

/// The parts of a body; none if it is not well-formed.
pub(crate) type Parts = Option<Vec<Part>>;

/// Takes a body apart, which gives [`Parts`].
pub(crate) fn take_apart(
    body: Body,
    content_type: Option<&str>,
    declared: &'static DeclaredParts,
    limits: Limits,
) -> TakingApart {
    let boundary = content_type.and_then(boundary);
    Box::pin(async move {
        let Some(boundary) = boundary else { return Ok(Box::new(Parts::None) as TakenApart) };
        let parser = Parser::new(&boundary);
        let collecting = Collecting { source: Source { body, parser }, declared, memory: limits.memory };
        match tokio::time::timeout(limits.body_time, collecting.parts()).await {
            Ok(Ok(parts)) => Ok(Box::new(Some(parts)) as TakenApart),
            Ok(Err(error)) if matches!(error.downcast_ref(), Some(Refused::Malformed)) => Ok(Box::new(Parts::None)),
            Ok(Err(error)) => Err(upload::refused(error, false)),
            Err(_) => Err(Rejection::new(RejectionKind::RequestTimeout, "the body took too long")),
        }
    })
}

/// A body on its way into memory.
struct Collecting {
    source: Source,
    declared: &'static DeclaredParts,
    /// How many bytes may still be held.
    memory: usize,
}

impl Collecting {
    async fn parts(mut self) -> Result<Vec<Part>, BoxError> {
        let mut parts = Vec::new();
        while let Some(token) = self.source.next().await? {
            let Token::Head(lines) = token else { continue };
            let head = Head::read(lines).ok_or(Refused::Malformed)?;
            let role = role(self.declared, &head.name);
            if role == Role::Unknown && !self.declared.is_closed {
                continue; // Its content is none of anybody's business.
            }
            let mut read = BytesMut::new();
            if let Some(more) = self.read(role, head.len(), &mut read).await? {
                let begun = [more, read.freeze()].into();
                let live =
                    Live { begun, source: self.source, declared: self.declared, is_behind: false, is_done: false };
                parts.push(Part { head, content: Body::stream(live) });
                return Ok(parts);
            }
            parts.push(Part { head, content: read.freeze().into() });
        }
        Ok(parts)
    }

    /// Reads a part into memory. If memory does not hold it, gives what does not fit in it any more.
    async fn read(&mut self, role: Role, head: usize, into: &mut BytesMut) -> Result<Option<Bytes>, BoxError> {
        let mut is_held = self.hold(head);
        let mut more = Bytes::new();
        loop {
            match role {
                Role::File if !is_held => return Ok(Some(more)),
                Role::Value | Role::Unknown if !is_held => return Err(Refused::TooLong.into()),
                _ => into.extend_from_slice(&more),
            }
            more = match self.source.next().await? {
                Some(Token::Content(_)) if role == Role::Unknown => Bytes::new(),
                Some(Token::Content(bytes)) => bytes,
                _ => return Ok(None),
            };
            is_held = self.hold(more.len());
        }
    }

    /// Whether memory holds so many bytes more.
    fn hold(&mut self, length: usize) -> bool {
        let rest = self.memory.checked_sub(length);
        self.memory = rest.unwrap_or(self.memory);
        rest.is_some()
    }
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Value,
    File,
    Unknown,
}

fn role(declared: &DeclaredParts, name: &str) -> Role {
    let is_among = |names: &[&str]| names.iter().any(|known| *known == name || quoted(known) == name);
    match (is_among(declared.files), is_among(declared.values)) {
        (true, _) => Role::File,
        (_, true) => Role::Value,
        _ => Role::Unknown,
    }
}

/// A body and what cuts it.
struct Source {
    body: Body,
    parser: Parser,
}

impl Source {
    async fn next(&mut self) -> Result<Option<Token>, BoxError> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// The next token; `None` at the end. No more is read than it takes.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Token>, BoxError>> {
        loop {
            if let Some(token) = self.parser.next().map_err(|_| Refused::Malformed)? {
                return Poll::Ready(Ok(Some(token)));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)?) {
                Some(frame) => frame.data_ref().into_iter().for_each(|bytes| self.parser.push(bytes)),
                None if self.parser.is_complete() => return Poll::Ready(Ok(None)),
                None => return Poll::Ready(Err(Refused::Malformed.into())),
            }
        }
    }
}

/// The content of a file that memory does not hold. It ends once the body does, so that what is wrong with the parts behind
/// it is an error of the file.
struct Live {
    /// What was read before it was known to be too long, the last first.
    begun: Vec<Bytes>,
    source: Source,
    declared: &'static DeclaredParts,
    /// Whether the part has ended.
    is_behind: bool,
    is_done: bool,
}

impl Live {
    /// What is wrong with a part behind this one.
    fn check(&self, lines: Bytes) -> Result<(), Refused> {
        let head = Head::read(lines).ok_or(Refused::Malformed)?;
        let (code, message) = match role(self.declared, &head.name) {
            Role::Unknown if !self.declared.is_closed => return Ok(()),
            Role::Unknown => ("unknown_field", "is not a property of this object"),
            Role::Value | Role::File => ("order", "must not stand behind a file that is too long to be held in memory"),
        };
        let (path, message) = (vec![Segment::Key(head.name)], Cow::Borrowed(message));
        Err(Refused::Invalid(Invalid { violations: vec![Violation { location: Location::Body, path, code, message }] }))
    }

    fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, BoxError>> {
        while let Some(bytes) = self.begun.pop() {
            if !bytes.is_empty() {
                return Poll::Ready(Ok(Some(bytes)));
            }
        }
        loop {
            match ready!(self.source.poll_next(cx)?) {
                Some(Token::Content(bytes)) if !self.is_behind => return Poll::Ready(Ok(Some(bytes))),
                Some(Token::Content(_)) => {}
                Some(Token::End) => self.is_behind = true,
                Some(Token::Head(lines)) => self.check(lines)?,
                None => return Poll::Ready(Ok(None)),
            }
        }
    }
}

impl HttpBody for Live {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.is_done {
            return Poll::Ready(None);
        }
        let content = ready!(self.poll_content(cx)).transpose();
        self.is_done = !matches!(content, Some(Ok(_)));
        Poll::Ready(content.map(|content| content.map(Frame::data)))
    }
}
