//! Operations whose answers come in pages.

use serde::Serialize;

use super::Type;

/// How the pages of an operation follow each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pagination {
    /// What asks for the next page.
    pub way: PageWay,
    /// The way from the answer's body to its items; empty if it is them.
    pub items: Vec<Step>,
    /// What each item is.
    pub item: Type,
    /// The way to what is false on the last page, by the names of properties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<Vec<String>>,
}

/// What asks for the next page. Parameters are those of the query, by their wire names; ways lead through the answer's
/// body, by the names of properties.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields are named after what the settings call them")]
pub enum PageWay {
    /// A parameter, with what stands at `next`.
    Cursor { parameter: String, next: Vec<String> },
    /// A parameter, with what stands at `last` in the last item.
    LastItem { parameter: String, last: Vec<String> },
    /// A parameter, with the number of the page.
    Page {
        parameter: String,
        start: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<Vec<String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pages: Option<Vec<String>>,
    },
    /// A parameter, with the number of items before the page.
    Offset {
        parameter: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<Vec<String>>,
    },
    /// The `Link` header of a relation (RFC 8288).
    Link { relation: String },
    /// The URL that stands at `next`.
    Url { next: Vec<String> },
}

/// One field on the way to the items of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The Rust field.
    pub name: String,
    /// The property.
    pub wire_name: String,
    /// How many `Option`s are around its value.
    pub options: usize,
}
