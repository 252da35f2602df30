//! What an emitter hands to the formatter.

use proc_macro2::TokenStream;

/// One file of the generated crate.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path in the crate.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) content: Content,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// Rust, formatted item by item.
    Rust {
        /// The `//!` lines.
        docs: Vec<String>,
        /// The items.
        items: Vec<Item>,
    },
    /// Text as it stands, but for the header.
    Text(String),
}

/// One item of a Rust file.
#[derive(Debug)]
pub(crate) enum Item {
    /// Any items, by their tokens.
    Tokens(TokenStream),
    /// An invocation of a macro whose input is a table: one statement a line.
    Table {
        /// The macro.
        name: &'static str,
        /// The lines.
        rows: Vec<TokenStream>,
    },
}

impl File {
    pub(crate) fn rust(path: impl Into<String>, docs: Vec<String>, items: Vec<Item>) -> Self {
        let docs = docs.iter().map(|line| crate::emit::docs::one_line(line)).collect();
        Self { path: path.into(), content: Content::Rust { docs, items } }
    }

    pub(crate) fn text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), content: Content::Text(text.into()) }
    }
}

impl From<TokenStream> for Item {
    fn from(tokens: TokenStream) -> Self {
        Self::Tokens(tokens)
    }
}
