//! What an entry of `[[pagination]]` says, whatever it is for.

use std::borrow::Cow;

use crate::lower::report::Report;
use crate::model::PageWay;
use crate::settings::Pagination;
use crate::tree::{Pointer, segments};

/// How pages are to follow each other, before anybody has looked whether an operation can do so.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    /// What asks for the next page. The `start` in it counts for nothing.
    pub(super) way: PageWay,
    /// The number of the first page, if that is said.
    pub(super) start: Option<u64>,
    /// Where the items are, if that is said.
    pub(super) items: Option<Vec<String>>,
    /// Where it says whether there is another page.
    pub(super) more: Option<Vec<String>>,
    /// Query parameters that there must be.
    pub(super) parameters: Vec<String>,
}

impl Wanted {
    pub(super) fn new(way: PageWay) -> Self {
        Self { way, start: None, items: None, more: None, parameters: Vec::new() }
    }
}

/// The place of the entry, and what is below.
pub(super) fn place(index: usize, below: &str) -> Pointer {
    Pointer::from_text(format!("/pagination/{index}{below}"))
}

/// What the entry says; reported where it makes no sense by itself.
pub(super) fn of(entry: &Pagination, index: usize, report: &mut Report<'_>) -> Option<Wanted> {
    let mut reading = Reading { index, report, is_sound: true };
    let way = reading.way(entry);
    let items = reading.pointer("items", entry.items.as_deref());
    let more = reading.pointer("more", entry.more.as_deref());
    reading.report_idle(entry);
    let way = way.filter(|_| reading.is_sound)?;
    Some(Wanted { start: entry.start, items, more, parameters: entry.parameters.clone(), ..Wanted::new(way) })
}

struct Reading<'r, 'd> {
    index: usize,
    report: &'r mut Report<'d>,
    is_sound: bool,
}

impl Reading<'_, '_> {
    fn way(&mut self, entry: &Pagination) -> Option<PageWay> {
        let ways = [("cursor", &entry.cursor), ("page", &entry.page), ("offset", &entry.offset), ("link", &entry.link)];
        let mut said = ways.into_iter().filter_map(|(key, value)| Some((key, value.clone()?)));
        let Some((key, value)) = said.next() else {
            let message = "nothing says how a page leads to the next one".to_owned();
            self.refuse("", message, "there are `cursor`, `page`, `offset` and `link`");
            return None;
        };
        if let Some((other, _)) = said.next() {
            let message = format!("`{other}` cannot stand beside `{key}`");
            self.refuse(other, message, "make it an entry of its own");
        }
        let total = self.pointer("total", entry.total.as_deref());
        let pages = self.pointer("pages", entry.pages.as_deref());
        let (parameter, start) = (value.clone(), 1);
        Some(match key {
            "cursor" => return self.cursor(entry, value),
            "page" => PageWay::Page { parameter, start, total, pages },
            "offset" => PageWay::Offset { parameter, total },
            _ if value.starts_with('/') => PageWay::Url { next: self.pointer("link", Some(&value))? },
            _ => PageWay::Link { relation: value },
        })
    }

    fn cursor(&mut self, entry: &Pagination, parameter: String) -> Option<PageWay> {
        let next = self.pointer("next", entry.next.as_deref());
        let last = self.pointer("last", entry.last.as_deref());
        match (next, last) {
            (Some(next), None) => Some(PageWay::Cursor { parameter, next }),
            (None, Some(last)) => Some(PageWay::LastItem { parameter, last }),
            (Some(_), Some(_)) => {
                self.refuse("last", "`last` cannot stand beside `next`".to_owned(), "remove one of them");
                None
            }
            (None, None) => {
                if self.is_sound {
                    let help =
                        "add `next`, the place of the cursor in an answer, or `last`, its place in the last item";
                    self.refuse("cursor", "nothing says where the next cursor is".to_owned(), help);
                }
                None
            }
        }
    }

    /// Reports what does nothing beside the rest.
    fn report_idle(&mut self, entry: &Pagination) {
        let (is_cursor, is_page) = (entry.cursor.is_some(), entry.page.is_some());
        let is_counted = is_page || entry.offset.is_some();
        let idle = [
            ("next", entry.next.is_some() && !is_cursor, "`cursor`"),
            ("last", entry.last.is_some() && !is_cursor, "`cursor`"),
            ("start", entry.start.is_some() && !is_page, "`page`"),
            ("pages", entry.pages.is_some() && !is_page, "`page`"),
            ("total", entry.total.is_some() && !is_counted, "`page` or `offset`"),
        ];
        for (key, _, beside) in idle.into_iter().filter(|(_, is_idle, _)| *is_idle) {
            self.refuse(key, format!("`{key}` says nothing without {beside}"), "remove it");
        }
    }

    /// The names of the properties that a JSON pointer leads through.
    fn pointer(&mut self, key: &'static str, text: Option<&str>) -> Option<Vec<String>> {
        let text = text?;
        let is_whole = text.is_empty() && key == "items";
        if !is_whole && !text.starts_with('/') {
            let message = format!("`{text}` is no JSON pointer (RFC 6901)");
            self.refuse(key, message, "write it as `/data`, or `/meta/next`");
            return None;
        }
        Some(segments(text).map(Cow::into_owned).collect())
    }

    fn refuse(&mut self, key: &str, message: String, help: &str) {
        self.is_sound = false;
        let below = if key.is_empty() { String::new() } else { format!("/{key}") };
        self.report.setting_error("invalid-settings", &place(self.index, &below), message).help(help);
    }
}
