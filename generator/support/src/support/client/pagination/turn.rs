//! From one page to the next: the request that the answer to another one leads to.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use http::{HeaderName, StatusCode};
use serde_json::Value;

use super::{Pagination, Path, Way, link, seek};
use crate::support::client::call::{Failed, Prepared, Reads};
use crate::support::client::{Answer, Error, Reply};
use crate::support::codec::DecodeError;
use crate::support::operation::SchemeKind;
use crate::support::parameter;
use crate::support::violation::{Location, Segment, Violation};

/// A page that has not been asked for, and what is known of those before it.
pub(super) struct Turn {
    prepared: Prepared,
    pagination: Pagination,
    /// What has asked for a page so far, as hashes of cursors and URLs.
    asked: HashSet<u64>,
    hasher: RandomState,
    /// The number of the page, or of the items before it.
    position: u64,
    /// How many items there have been.
    count: u64,
    /// The page before, as a hash.
    before: Option<u64>,
}

/// A page, and what follows it.
pub(super) type Turned = (Result<Reply, Failed>, Result<Option<Turn>, Box<Lost>>);

/// Why there is no further page.
pub(super) enum Stopped {
    Failed(Failed),
    Lost(Box<Lost>),
}

/// A page whose successor cannot be asked for.
pub(super) struct Lost {
    answer: Answer,
    error: DecodeError,
}

impl<E> From<Box<Lost>> for Error<E> {
    fn from(lost: Box<Lost>) -> Self {
        let Lost { answer, error } = *lost;
        Self::Decode(Box::new(answer), error)
    }
}

/// What is wrong with an answer, and where.
struct Wrong {
    location: Location,
    path: Path,
    code: &'static str,
    message: String,
}

impl Turn {
    /// The page that a call asks for.
    pub(super) fn first(prepared: Prepared, pagination: Pagination) -> Self {
        let mut turn = Self {
            prepared,
            pagination,
            asked: HashSet::new(),
            hasher: RandomState::new(),
            position: 0,
            count: 0,
            before: None,
        };
        match pagination.way {
            Way::Cursor { parameter, .. } | Way::LastItem { parameter, .. } => {
                if let Some(cursor) = turn.argument(parameter) {
                    turn.is_new(&cursor);
                }
            }
            Way::Page { parameter, start } => turn.position = turn.number(parameter).unwrap_or(start),
            Way::Offset { parameter } => turn.position = turn.number(parameter).unwrap_or(0),
            Way::Link { .. } | Way::Url { .. } => {
                turn.is_new(&format!("{}{}", turn.prepared.base_url, turn.prepared.target));
            }
        }
        turn
    }

    /// Asks for the page.
    pub(super) async fn take(mut self: Box<Self>) -> Turned {
        let again = self.prepared.again();
        let reply = match std::mem::replace(&mut self.prepared, again).answer(Reads::Body).await {
            Ok(reply) => reply,
            Err(failed) => return (Err(failed), Ok(None)),
        };
        if !(200..300).contains(&reply.code()) {
            return (Ok(reply), Ok(None));
        }
        // Two requests are not one that is repeated.
        self.prepared.headers.remove(HeaderName::from_static("idempotency-key"));
        let next = match self.turn(&reply) {
            Ok(true) => Ok(Some(*self)),
            Ok(false) => Ok(None),
            Err(wrong) => Err(wrong.lost(&reply)),
        };
        (Ok(reply), next)
    }

    /// Makes the request for the page behind `reply`, if there is one.
    fn turn(&mut self, reply: &Reply) -> Result<bool, Wrong> {
        let text = reply.read_body();
        if self.pagination.more.and_then(|more| seek::value(text, more)) == Some(Value::Bool(false)) {
            return Ok(false);
        }
        match self.pagination.way {
            Way::Cursor { parameter, next } => {
                let cursor = scalar(seek::value(text, next), next)?;
                self.turn_to_cursor(parameter, cursor, next)
            }
            Way::LastItem { parameter, last } => {
                let items = seek::items(text, self.pagination.items, last);
                if items.count == 0 {
                    return Ok(false);
                }
                let Some(cursor) = scalar(items.last, last)? else {
                    return Err(Wrong::body(
                        last,
                        "missing",
                        "must be there, in the last item, to ask for the next page",
                    ));
                };
                self.turn_to_cursor(parameter, Some(cursor), last)
            }
            Way::Page { parameter, start } => {
                let count = self.count(text)?;
                self.count = self.count.saturating_add(count);
                let page = self.position.saturating_sub(start).saturating_add(1);
                let is_last = count == 0
                    || at(text, self.pagination.total).is_some_and(|total| total <= self.count)
                    || at(text, self.pagination.pages).is_some_and(|pages| pages <= page);
                self.turn_to_number(parameter, self.position.checked_add(1).filter(|_| !is_last))
            }
            Way::Offset { parameter } => {
                let count = self.count(text)?;
                let next = self.position.checked_add(count);
                let total = at(text, self.pagination.total);
                let is_last = count == 0 || total.zip(next).is_some_and(|(total, next)| total <= next);
                self.turn_to_number(parameter, next.filter(|_| !is_last))
            }
            Way::Link { relation } => self.follow(link::target(reply.headers(), relation), Location::Header, &["link"]),
            Way::Url { next } => self.follow(scalar(seek::value(text, next), next)?, Location::Body, next),
        }
    }

    fn turn_to_cursor(&mut self, parameter: &'static str, cursor: Option<String>, at: Path) -> Result<bool, Wrong> {
        let Some(cursor) = cursor else { return Ok(false) };
        if !self.is_new(&cursor) {
            return Err(Wrong::body(at, "repeated", "must not ask for a page that was there already"));
        }
        self.set_argument(parameter, &cursor);
        Ok(true)
    }

    fn turn_to_number(&mut self, parameter: &'static str, number: Option<u64>) -> Result<bool, Wrong> {
        let Some(number) = number else { return Ok(false) };
        self.position = number;
        self.set_argument(parameter, &number.to_string());
        Ok(true)
    }

    /// How many items the page has. One that is the same as the page before, to the byte, is of an API that does not look at
    /// the number it is asked for; but values that are no objects may well be the same ones again.
    fn count(&mut self, text: &[u8]) -> Result<u64, Wrong> {
        let items = seek::items(text, self.pagination.items, &[]);
        let page = self.hasher.hash_one(text);
        if self.before.replace(page) == Some(page) && items.are_objects {
            return Err(Wrong::body(self.pagination.items, "repeated", "must not be those of the page before"));
        }
        Ok(items.count)
    }

    /// Turns to the page at a URL, which may be relative to that of this one.
    fn follow(&mut self, link: Option<String>, location: Location, at: Path) -> Result<bool, Wrong> {
        let Some(link) = link else { return Ok(false) };
        let wrong = |code, message| Wrong { location, path: at, code, message };
        // A transport of the caller's own has no address, and whatever it is asked for, it alone gets.
        let has_address = !self.prepared.base_url.is_empty();
        let base_url = if has_address { &self.prepared.base_url } else { "http://localhost" };
        let here = reqwest::Url::parse(&format!("{base_url}{}", self.prepared.target));
        let Ok((here, url)) = here.and_then(|here| here.join(&link).map(|url| (here, url))) else {
            return Err(wrong("format", "must be a URL".to_owned()));
        };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("format", "must be a URL of HTTP".to_owned()));
        }
        let origin = url.origin();
        if has_address && origin != here.origin() {
            let message = format!("must not lead to another origin, {}", origin.ascii_serialization());
            return Err(wrong("origin", message));
        }
        if has_address {
            self.prepared.base_url = origin.ascii_serialization();
        }
        self.prepared.target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        self.leave_out_credentials();
        if !self.is_new(&format!("{}{}", self.prepared.base_url, self.prepared.target)) {
            return Err(wrong("repeated", "must not lead to a page that was there already".to_owned()));
        }
        Ok(true)
    }

    /// A link that an API makes of the request's own URL has the credentials of its query, which will be added again.
    fn leave_out_credentials(&mut self) {
        for requirement in self.prepared.operation.security.iter().copied().flatten() {
            if let SchemeKind::ApiKey(Location::Query, name) = requirement.scheme.kind {
                self.set_pairs(name, Vec::new());
            }
        }
    }

    /// Notes what asks for a page. Whether nothing has asked so before.
    fn is_new(&mut self, what: &str) -> bool {
        self.asked.insert(self.hasher.hash_one(what))
    }

    /// What the query says of a parameter.
    fn argument(&self, name: &str) -> Option<String> {
        let (_, query) = self.prepared.target.split_once('?')?;
        let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.find(|(found, _)| is_called(found, name))?;
        parameter::unescape_pair(value).ok().map(Cow::into_owned)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.argument(name)?.parse().ok()
    }

    fn set_argument(&mut self, name: &'static str, value: &str) {
        let Some(parameter) = self.prepared.operation.parameter(Location::Query, name) else { return };
        let pieces = parameter::encode(parameter, &parameter::Value::Text(value.to_owned())).unwrap_or_default();
        self.set_pairs(name, pieces.into_iter().map(|piece| format!("{}={}", piece.name, piece.value)).collect());
    }

    /// Puts `pairs` in the place of those of that name.
    fn set_pairs(&mut self, name: &str, pairs: Vec<String>) {
        let (path, query) = self.prepared.target.split_once('?').unwrap_or((&self.prepared.target, ""));
        let others = query.split('&').filter(|pair| !pair.is_empty());
        let others = others.filter(|pair| !is_called(pair.split('=').next().unwrap_or_default(), name));
        let pairs: Vec<String> = others.map(str::to_owned).chain(pairs).collect();
        let separator = if pairs.is_empty() { "" } else { "?" };
        self.prepared.target = format!("{path}{separator}{}", pairs.join("&"));
    }
}

fn is_called(escaped: &str, name: &str) -> bool {
    parameter::unescape_pair(escaped).is_ok_and(|found| found == name)
}

/// The number at a path.
fn at(text: &[u8], path: Option<Path>) -> Option<u64> {
    seek::value(text, path?)?.as_u64()
}

/// The text of a cursor or a URL. Nothing, null and an empty text are none.
fn scalar(value: Option<Value>, path: Path) -> Result<Option<String>, Wrong> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(Wrong::body(path, "type", "must be a string or a number, to ask for the next page")),
    }
}

impl Wrong {
    fn body(path: Path, code: &'static str, message: &str) -> Self {
        Self { location: Location::Body, path, code, message: message.to_owned() }
    }

    fn lost(self, reply: &Reply) -> Box<Lost> {
        let path = self.path.iter().map(|segment| Segment::Key((*segment).to_owned())).collect();
        let Self { location, code, message, .. } = self;
        let error = DecodeError::of(Violation { location, path, code, message: message.into() });
        let status = StatusCode::from_u16(reply.code()).unwrap_or_default();
        let answer = Answer { status, headers: reply.headers().clone(), body: reply.read_body().clone() };
        Box::new(Lost { answer, error })
    }
}
