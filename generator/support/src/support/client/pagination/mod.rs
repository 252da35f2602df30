//! Answers that come in pages: each says where the next one is.
//!
//! A call of such an operation gives one page when it is awaited. [`Call::pages`] gives it and all that follow, and
//! [`Call::items`] what is in them. The next page is asked for when it is wanted, and not before.

mod link;
mod seek;
mod turn;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use crate::support::client::call::{Call, State};
use crate::support::client::{BoxFuture, Error, Reply, RequestBuilder};
use turn::{Turn, Turned};

/// The way to a value in a JSON body: the properties that lead there.
type Path = &'static [&'static str];

/// How the pages of an operation follow each other: plain data.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Pagination {
    /// What asks for the next page.
    way: Way,
    /// Where the items are.
    items: Path,
    /// What is false on the last page.
    more: Option<Path>,
    /// The number of all items.
    total: Option<Path>,
    /// The number of all pages.
    pages: Option<Path>,
}

/// What asks for the next page.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// A query parameter, with what stands at `next`. Nothing, null and an empty text there are the end.
    Cursor { parameter: &'static str, next: Path },
    /// A query parameter, with what stands at `last` in the last item. A page without items is the end.
    LastItem { parameter: &'static str, last: Path },
    /// A query parameter, with the number of the page, the first of which is `start`. A page without items is the end,
    /// as is one with which there have been as many items or pages as there are.
    Page { parameter: &'static str, start: u64 },
    /// A query parameter, with the number of items before the page. The end is as with `Page`.
    Offset { parameter: &'static str },
    /// The `Link` header of this relation (RFC 8288). An answer without one is the end.
    Link { relation: &'static str },
    /// The URL that stands at `next`. Nothing, null and an empty text there are the end.
    Url { next: Path },
}

/// The way with a parameter that takes what stands at `next`.
#[doc(hidden)]
pub const fn cursor(parameter: &'static str, next: Path) -> Pagination {
    Pagination::by(Way::Cursor { parameter, next })
}

/// The way with a parameter that takes what stands at `last` in the last item.
#[doc(hidden)]
pub const fn last_item(parameter: &'static str, last: Path) -> Pagination {
    Pagination::by(Way::LastItem { parameter, last })
}

/// The way with a parameter that takes the number of the page.
#[doc(hidden)]
pub const fn page(parameter: &'static str, start: u64) -> Pagination {
    Pagination::by(Way::Page { parameter, start })
}

/// The way with a parameter that takes the number of items before the page.
#[doc(hidden)]
pub const fn offset(parameter: &'static str) -> Pagination {
    Pagination::by(Way::Offset { parameter })
}

/// The way by the header `Link`.
#[doc(hidden)]
pub const fn link(relation: &'static str) -> Pagination {
    Pagination::by(Way::Link { relation })
}

/// The way by the URL that stands at `next`.
#[doc(hidden)]
pub const fn url(next: Path) -> Pagination {
    Pagination::by(Way::Url { next })
}

/// The builder in which the pagination of an operation is written: its answer is a list, unless it says otherwise.
#[doc(hidden)]
impl Pagination {
    const fn by(way: Way) -> Self {
        Self { way, items: &[], more: None, total: None, pages: None }
    }

    pub const fn items(mut self, items: Path) -> Self {
        self.items = items;
        self
    }

    pub const fn more(mut self, more: Path) -> Self {
        self.more = Some(more);
        self
    }

    pub const fn total(mut self, total: Path) -> Self {
        self.total = Some(total);
        self
    }

    pub const fn pages(mut self, pages: Path) -> Self {
        self.pages = Some(pages);
        self
    }
}

/// Of a [`Call`]: its answer is a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Paged(Option<Pagination>);

/// A page: an answer that has items.
pub trait Page {
    /// What it has.
    type Item;

    /// The items, in their order; none where the page has no list of them.
    fn into_items(self) -> Vec<Self::Item>;
}

impl<T> Page for Vec<T> {
    type Item = T;

    fn into_items(self) -> Self {
        self
    }
}

impl RequestBuilder {
    /// Ends the request for a page.
    #[doc(hidden)]
    pub fn paged_call<T, E>(
        self,
        decode: fn(Reply) -> Result<T, Error<E>>,
        pagination: Pagination,
    ) -> Call<T, E, Paged> {
        self.call_of(decode, Paged(Some(pagination)))
    }
}

impl<T, E> Call<T, E, Paged> {
    /// This page and those that follow it, up to the last one.
    ///
    /// Each is a call with the settings of this one: timeouts, tries and headers are for a page, not for all of them.
    /// The stream ends with its first error. An answer that leads to a page that was there already is one
    /// ([`Error::Decode`]), and so is one that leads to another origin, which the client's credentials are not for.
    pub fn pages(self) -> Pages<T, E> {
        Pages(match (self.0, self.1.0) {
            (State::Ready(result), _) => Source::Ready(Some(result)),
            (State::Prepared(prepared, decode), Some(pagination)) => {
                Source::Turning(Turning::Next(Box::new(Turn::first(*prepared, pagination))), decode)
            }
            (State::Prepared(..), None) => Source::Ready(None),
        })
    }

    /// The items of this page and of those that follow it; see [`pages`](Self::pages).
    pub fn items(self) -> Items<T, E>
    where
        T: Page,
    {
        Items { pages: self.pages(), items: Vec::new().into_iter() }
    }
}

/// Pages, taken one after another by [`next`](Self::next) or as a `futures_core::Stream`.
#[must_use = "no page is asked for until it is taken"]
pub struct Pages<T, E>(Source<T, E>);

enum Source<T, E> {
    /// The one page of a fake.
    Ready(Option<Box<Result<T, Error<E>>>>),
    Turning(Turning, fn(Reply) -> Result<T, Error<E>>),
}

/// Where a reader of pages is.
enum Turning {
    /// Before a page, which has not been asked for.
    Next(Box<Turn>),
    /// Before a page that is on its way.
    Waiting(BoxFuture<'static, Turned>),
    /// Behind a page that does not say where the next one is.
    Lost(Box<turn::Lost>),
    Done,
}

impl<T, E> Pages<T, E> {
    /// The next page; `None` behind the last.
    ///
    /// # Errors
    /// What a call of the operation fails with. The stream ends there.
    pub async fn next(&mut self) -> Option<Result<T, Error<E>>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error<E>>>> {
        let (turning, decode) = match &mut self.0 {
            Source::Ready(page) => return Poll::Ready(page.take().map(|page| *page)),
            Source::Turning(turning, decode) => (turning, decode),
        };
        let page = match ready!(turning.poll(cx)) {
            None => return Poll::Ready(None),
            Some(Err(turn::Stopped::Failed(failed))) => Err(failed.into()),
            Some(Err(turn::Stopped::Lost(lost))) => Err(lost.into()),
            Some(Ok(reply)) => decode(reply),
        };
        if page.is_err() {
            *turning = Turning::Done;
        }
        Poll::Ready(Some(page))
    }
}

impl Turning {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Reply, turn::Stopped>>> {
        loop {
            *self = match std::mem::replace(self, Self::Done) {
                Self::Next(turn) => Self::Waiting(Box::pin(turn.take())),
                Self::Waiting(mut turned) => {
                    let Poll::Ready((reply, next)) = turned.as_mut().poll(cx) else {
                        *self = Self::Waiting(turned);
                        return Poll::Pending;
                    };
                    *self = match next {
                        Ok(Some(next)) => Self::Next(Box::new(next)),
                        Ok(None) => Self::Done,
                        Err(lost) => Self::Lost(lost),
                    };
                    return Poll::Ready(Some(reply.map_err(turn::Stopped::Failed)));
                }
                Self::Lost(lost) => return Poll::Ready(Some(Err(turn::Stopped::Lost(lost)))),
                Self::Done => return Poll::Ready(None),
            };
        }
    }
}

impl<T, E> Unpin for Pages<T, E> {}

impl<T, E> futures_core::Stream for Pages<T, E> {
    type Item = Result<T, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<T, E> fmt::Debug for Pages<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}

/// The items of pages, taken one after another by [`next`](Self::next) or as a `futures_core::Stream`.
#[must_use = "no page is asked for until an item is taken"]
pub struct Items<T: Page, E> {
    pages: Pages<T, E>,
    /// What is left of the page that was asked for last.
    items: vec::IntoIter<T::Item>,
}

impl<T: Page, E> Items<T, E> {
    /// The next item; `None` behind the last.
    ///
    /// # Errors
    /// What a call of the operation fails with. The stream ends there.
    pub async fn next(&mut self) -> Option<Result<T::Item, Error<E>>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T::Item, Error<E>>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => self.items = page.into_items().into_iter(),
            }
        }
    }
}

impl<T: Page, E> Unpin for Items<T, E> {}

impl<T: Page, E> futures_core::Stream for Items<T, E> {
    type Item = Result<T::Item, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<T: Page, E> fmt::Debug for Items<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}
