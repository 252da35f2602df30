//! `use` items, derived from the names that a file's items mention.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::emit::Item;
use crate::emit::rust_type::ident;

/// Paths and the names that come from them. A name that a path before it does not lead to is imported where
/// an item mentions it.
const IMPORTS: &[(&str, &[&str])] = &[
    ("std::collections", &["BTreeMap"]),
    ("std::net", &["Ipv4Addr", "Ipv6Addr"]),
    ("axum", &["Router"]),
    ("bytes", &["Bytes"]),
    ("chrono", &["DateTime", "NaiveDate", "Utc"]),
    ("http", &["Method", "StatusCode"]),
    ("uuid", &["Uuid"]),
    ("crate", &["operations", "patterns", "types"]),
    ("crate::support::basic", &["Basic"]),
    ("crate::support::answer", &["answers"]),
    ("crate::support::client", &["BuildError", "Call", "Client", "Credential", "Error", "FromReply", "Reply"]),
    ("crate::support::codec", &["integer_enum", "json_enum", "object", "string_enum", "tuple", "union"]),
    ("crate::support::codec::Number", &["Float", "Integer"]),
    (
        "crate::support::codec::Rule",
        &[
            "ExclusiveMaximum",
            "ExclusiveMinimum",
            "Items",
            "Keys",
            "MaxItems",
            "MaxLength",
            "MaxProperties",
            "Maximum",
            "MinItems",
            "MinLength",
            "MinProperties",
            "Minimum",
            "MultipleOf",
            "Only",
            "Pattern",
            "UniqueItems",
            "Values",
        ],
    ),
    ("crate::support::format::base64", &["Base64"]),
    (
        "crate::support::operation",
        &["ApiError", "Operation", "Parameter", "Requirement", "Scheme", "SchemeKind", "Shape", "Style"],
    ),
    ("crate::support::secret", &["Hidden", "Secret"]),
    (
        "crate::support::server",
        &[
            "AuthError",
            "Authenticated",
            "Endpoint",
            "Failure",
            "FromHead",
            "Guard",
            "Incoming",
            "IntoReply",
            "Limits",
            "NoCredentials",
            "Open",
            "OptionallyAuthenticated",
            "Parts",
            "Rejection",
            "Response",
            "Routes",
            "api_key",
            "authorization",
            "not_implemented",
            "reply",
        ],
    ),
    ("crate::support::violation", &["Location"]),
];

/// Which side of the API a file belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Client,
    Server,
    Both,
}

impl Side {
    /// The path that a file of this side imports nothing from.
    fn foreign(self) -> Option<&'static str> {
        match self {
            Self::Client => Some("crate::support::server"),
            Self::Server => Some("crate::support::client"),
            Self::Both => None,
        }
    }
}

/// The `use` items of a file, but for the names in `known`, which it defines or re-exports itself, and for what
/// the other side of the API offers.
pub(crate) fn of(items: &[Item], side: Side, known: &[&str]) -> Item {
    let mut mentioned = BTreeSet::new();
    for item in items {
        match item {
            Item::Tokens(tokens) => collect(tokens, &mut mentioned),
            Item::Table { name, rows } => {
                mentioned.insert((*name).to_owned());
                rows.iter().for_each(|row| collect(&right_side(row), &mut mentioned));
            }
        }
    }
    known.iter().for_each(|name| {
        mentioned.remove(*name);
    });
    let foreign = side.foreign();
    uses(|path, name| mentioned.contains(name) && Some(path) != foreign)
}

/// `use` items for the names that `is_used` says.
pub(crate) fn uses(is_used: impl Fn(&str, &str) -> bool) -> Item {
    let mut paths: BTreeMap<usize, (&str, Vec<&str>)> = BTreeMap::new();
    for (index, (path, names)) in IMPORTS.iter().enumerate() {
        let used: Vec<&str> = names.iter().copied().filter(|name| is_used(path, name)).collect();
        if !used.is_empty() {
            paths.insert(index, (path, used));
        }
    }
    let uses = paths.values().map(|(path, names)| {
        let path = path.split("::").map(ident);
        let path = quote! { #(#path)::* };
        match &**names {
            [name] => {
                let name = ident(name);
                quote! { use #path::#name; }
            }
            names => {
                let names = names.iter().map(|name| ident(name));
                quote! { use #path::{#(#names),*}; }
            }
        }
    });
    Item::Tokens(quote! { #(#uses)* })
}

/// A table's row without the name that it is about.
fn right_side(row: &TokenStream) -> TokenStream {
    row.clone().into_iter().skip(1).collect()
}

/// Every name that no path or dot before it leads to.
fn collect(tokens: &TokenStream, names: &mut BTreeSet<String>) {
    let mut is_led_to = false;
    let mut colons = 0;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(name) => {
                if !is_led_to && colons < 2 {
                    names.insert(name.to_string());
                }
                (is_led_to, colons) = (false, 0);
            }
            TokenTree::Punct(punct) => {
                colons = if punct.as_char() == ':' { colons + 1 } else { 0 };
                is_led_to = punct.as_char() == '.';
            }
            TokenTree::Group(group) => {
                // `path::{…}` leads to everything in it.
                if !(colons >= 2 && group.delimiter() == Delimiter::Brace) {
                    collect(&group.stream(), names);
                }
                (is_led_to, colons) = (false, 0);
            }
            TokenTree::Literal(_) => (is_led_to, colons) = (false, 0),
        }
    }
}
