//! `use` items, derived from the names that a file's items mention.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::quote;

use crate::emit::Item;
use crate::emit::rust_type::ident;

/// Paths and the names that come from them. A name that a path before it does not lead to is imported where
/// an item mentions it.
const IMPORTS: &[(&str, &[&str])] = &[
    ("std::collections", &["BTreeMap"]),
    ("std::net", &["IpAddr", "Ipv4Addr", "Ipv6Addr"]),
    ("std::sync", &["LazyLock"]),
    ("axum", &["Router"]),
    ("axum::routing", &["MethodRouter"]),
    ("bytes", &["Bytes"]),
    ("chrono", &["DateTime", "NaiveDate", "Utc"]),
    ("http", &["Method", "StatusCode"]),
    ("uuid", &["Uuid"]),
    ("crate", &["client", "formats", "operations", "patterns", "security", "types"]),
    ("crate::support::basic", &["Basic"]),
    ("crate::support::answer", &["answers"]),
    ("crate::support::content", &["Accept", "contents"]),
    (
        "crate::support::client",
        &["BuildError", "Call", "Client", "Credential", "Error", "FromReply", "Reply", "pagination"],
    ),
    ("crate::support::client::server_url", &["relative_server_url", "server_url"]),
    (
        "crate::support::codec",
        &["Number", "Rule", "check", "custom", "integer_enum", "json_enum", "object", "string_enum", "tuple", "union"],
    ),
    ("crate::support::codec::Number", &["Float", "Integer"]),
    (
        "crate::support::codec::Rule",
        &[
            "AnyRequired",
            "Closed",
            "Contains",
            "DependentRequired",
            "ExclusiveMaximum",
            "ExclusiveMinimum",
            "Fits",
            "Items",
            "Keys",
            "Known",
            "Listed",
            "Matching",
            "MaxItems",
            "MaxLength",
            "MaxProperties",
            "Maximum",
            "MinItems",
            "MinLength",
            "MinProperties",
            "Minimum",
            "MultipleOf",
            "Never",
            "Not",
            "NotAll",
            "Null",
            "OneOf",
            "OneRequired",
            "Only",
            "Pattern",
            "UniqueItems",
            "Unmatched",
            "Values",
        ],
    ),
    ("crate::support::format::base64", &["Base64", "Base64Url"]),
    (
        "crate::support::operation",
        &[
            "ApiError",
            "Bodies",
            "DeclaredParts",
            "Operation",
            "Parameter",
            "Requirement",
            "Scheme",
            "SchemeKind",
            "Shape",
            "Streamed",
            "Style",
        ],
    ),
    ("crate::support::client::sender", &["Sender"]),
    ("crate::support::header", &["HeaderShape"]),
    ("crate::support::multipart", &["PartShape", "multipart", "part_with_headers"]),
    ("crate::support::secret", &["Hidden", "Secret"]),
    (
        "crate::support::server",
        &[
            "Answer",
            "AuthError",
            "Authenticated",
            "Failure",
            "FromHead",
            "Guard",
            "Incoming",
            "IntoReply",
            "Limits",
            "NoCredentials",
            "Open",
            "OptionallyAuthenticated",
            "Outgoing",
            "Parts",
            "Rejection",
            "Response",
            "Routes",
            "answer_with",
            "api_key",
            "authorization",
            "not_implemented",
            "reply",
        ],
    ),
    ("crate::support::server::receiver", &["Gate", "Receiver"]),
    ("crate::support::testing", &["Check", "PlaceRules", "verdict"]),
    ("crate::support::violation", &["Location"]),
    ("crate::webhooks", &["operations"]),
];

/// Which side of the API a file belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Client,
    Server,
    Both,
    /// Of webhooks and callbacks, which whoever implements the API sends.
    Sender,
    /// The same, received by who uses the API.
    Receiver,
    BothOfWebhooks,
}

impl Side {
    /// Whether a file of this side may import `name` from `path`.
    fn imports(self, path: &str, name: &str) -> bool {
        let is_of_webhooks = matches!(self, Self::Sender | Self::Receiver | Self::BothOfWebhooks);
        match path {
            "crate" => name != "operations" || !is_of_webhooks,
            "crate::webhooks" => is_of_webhooks,
            "crate::support::client" => !matches!(self, Self::Server | Self::Receiver),
            "crate::support::server" => !matches!(self, Self::Client | Self::Sender),
            "crate::support::client::sender" => matches!(self, Self::Sender),
            "crate::support::server::receiver" | "axum::routing" => matches!(self, Self::Receiver),
            _ => true,
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
    uses(|path, name| mentioned.contains(name) && side.imports(path, name))
}

/// Those of `names` that begin a path or have arguments somewhere.
pub(crate) fn paths_of(items: &[Item], names: &[&'static str]) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let tokens = items.iter().filter_map(|item| match item {
        Item::Tokens(tokens) => Some(tokens.clone()),
        Item::Table { .. } => None,
    });
    let mut pending: Vec<TokenStream> = tokens.collect();
    while let Some(tokens) = pending.pop() {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(name) if is_punct(tokens.peek(), ':') || is_punct(tokens.peek(), '<') => {
                    found.extend(names.iter().find(|known| name == **known));
                }
                TokenTree::Group(group) => pending.push(group.stream()),
                _ => {}
            }
        }
    }
    found
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

/// Every name that no path or dot before it leads to. A name in lower case counts where a path or a call begins
/// with it: elsewhere it is a field, an argument or a local. What a description names is defined here and needs no import,
/// even if it is called like something that is imported elsewhere: variants, and what begins a row.
fn collect(tokens: &TokenStream, names: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_colon = |at: Option<usize>| is_punct(at.and_then(|at| tokens.get(at)), ':');
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(name) => {
                let before = at.checked_sub(1);
                let is_led_to = (is_colon(before) && is_colon(at.checked_sub(2)))
                    || is_punct(before.and_then(|at| tokens.get(at)), '.')
                    || matches!(before.and_then(|at| tokens.get(at)), Some(TokenTree::Ident(word)) if word == "fn");
                let begins_path = is_colon(Some(at + 1)) && is_colon(Some(at + 2));
                let is_call = matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                let name = name.to_string();
                if !is_led_to
                    && !is_row(&tokens[..at], tokens.get(at + 1))
                    && (begins_path || is_call || name.starts_with(char::is_uppercase))
                {
                    names.insert(name);
                }
            }
            TokenTree::Group(group) => {
                // `path::{…}` leads to everything in it.
                let is_led_to = is_colon(at.checked_sub(1)) && is_colon(at.checked_sub(2));
                if is_enum(&tokens[..at]) {
                    // The variants' attributes and fields.
                    let groups = group.stream().into_iter().filter(|token| matches!(token, TokenTree::Group(_)));
                    collect(&groups.collect(), names);
                } else if !(is_led_to && group.delimiter() == Delimiter::Brace) {
                    collect(&group.stream(), names);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether what is between the two begins a row, `Name = …;`. In `static NAME: Type = …` the type does not.
fn is_row(before: &[TokenTree], after: Option<&TokenTree>) -> bool {
    let is_first = match before.last() {
        None | Some(TokenTree::Group(_)) => true,
        last => is_punct(last, ';') || is_punct(last, ','),
    };
    is_first
        && matches!(after, Some(TokenTree::Punct(punct)) if punct.as_char() == '=' && punct.spacing() == Spacing::Alone)
}

/// Whether `enum Name` ends there.
fn is_enum(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(word), TokenTree::Ident(_)] if word == "enum")
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_nothing_leads_to_are_imported() {
        let mut names = BTreeSet::new();
        let tokens = quote! {
            use a::{Client};
            fn types(object: types::Pet) -> Uuid { Self::Reply(reply::json(x.Base64, a::DateTime), api_key(1), operations) }
        };
        collect(&tokens, &mut names);
        let expected = ["Self", "Uuid", "a", "api_key", "reply", "types"];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn names_that_a_description_gives_are_not_imported() {
        let mut names = BTreeSet::new();
        let tokens = quote! {
            enum Answer { #[doc = "a"] Not(Bytes), Null, Items { value: Uuid } }
            contents! { Values = body("values"); }
            static RULE: Check = matches!(a, Only => Closed == b);
        };
        collect(&tokens, &mut names);
        let expected = ["Answer", "Bytes", "Check", "Closed", "Only", "RULE", "Uuid", "body"];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
    }
}
