//! Calls whose answers come in pages: what their methods give, and how an answer becomes the items in it.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::definitions::Definitions;
use crate::emit::rust_type::{Scope, ident};
use crate::emit::{Item, docs, payload};
use crate::model::{Api, Operation, PageWay, Pagination, Step, Type};

/// Whether some operation has pages.
pub(crate) fn is_needed(api: &Api) -> bool {
    api.operations().any(|operation| operation.pagination.is_some())
}

/// How the answers that are pages become the items in them.
pub(crate) fn page_impls(api: &Api) -> Vec<Item> {
    let definitions = Definitions::of(api);
    let mut seen = HashSet::new();
    api.operations().filter_map(|operation| page_impl(operation, &definitions, &mut seen)).map(Item::from).collect()
}

/// ```text
/// impl pagination::Page for types::KeyPage {
///     type Item = types::Key;
///
///     fn into_items(self) -> Vec<types::Key> {
///         self.items
///     }
/// }
/// ```
/// `None` where another operation gives the same type, or the page is a list itself.
fn page_impl(operation: &Operation, definitions: &Definitions<'_>, seen: &mut HashSet<Type>) -> Option<TokenStream> {
    let pagination = operation.pagination.as_ref()?;
    let response = operation.successes.first()?;
    let root = match response.headers.is_empty() {
        true => {
            let body = definitions.resolved(&response.media_types.first()?.place.ty);
            if matches!(body, Type::Array(_)) || !seen.insert(body) {
                return None;
            }
            quote! { self }
        }
        false => quote! { self.body },
    };
    let scope = Scope::elsewhere();
    let page = payload::success_type(operation, &scope);
    let (vec, item) = (scope.std("Vec"), scope.ty(&pagination.item));
    let items = items(root, &pagination.items);
    Some(quote! {
        impl pagination::Page for #page {
            type Item = #item;

            fn into_items(self) -> #vec<#item> {
                #items
            }
        }
    })
}

/// `self.result.and_then(|it| it.items).unwrap_or_default()`
fn items(root: TokenStream, steps: &[Step]) -> TokenStream {
    let mut value = root;
    let mut is_optional = false;
    for step in steps {
        let field = ident(&step.name);
        value = match (is_optional, step.options) {
            (false, _) => quote! { #value.#field },
            (true, 0) => quote! { #value.map(|it| it.#field) },
            (true, _) => quote! { #value.and_then(|it| it.#field) },
        };
        for _ in 1..step.options {
            value = quote! { #value.flatten() };
        }
        is_optional |= step.options > 0;
    }
    if is_optional {
        quote! { #value.unwrap_or_default() }
    } else {
        value
    }
}

/// What else there is to the type of a call: `pagination::Paged`.
pub(crate) fn marker(operation: &Operation) -> Option<TokenStream> {
    operation.pagination.as_ref().map(|_| quote! { , pagination::Paged })
}

/// `call(list_keys)`, or `paged_call(list_keys, pagination::cursor("page_token", &["next_page"]).items(&["items"]))`.
pub(crate) fn call(operation: &Operation, decode: &TokenStream) -> TokenStream {
    let Some(Pagination { way, items, more, .. }) = &operation.pagination else {
        return quote! { call(#decode) };
    };
    let items: Vec<&str> = items.iter().map(|step| step.wire_name.as_str()).collect();
    let items = (!items.is_empty()).then(|| quote! { .items(&[#(#items),*]) });
    let (total, pages) = match way {
        PageWay::Page { total, pages, .. } => (total.as_ref(), pages.as_ref()),
        PageWay::Offset { total, .. } => (total.as_ref(), None),
        _ => (None, None),
    };
    let paths = [("more", more.as_ref()), ("total", total), ("pages", pages)];
    let paths = paths.into_iter().filter_map(|(name, path)| {
        let (name, path) = (ident(name), path?);
        Some(quote! { .#name(&[#(#path),*]) })
    });
    let way = self::way(way);
    quote! { paged_call(#decode, pagination::#way #items #(#paths)*) }
}

/// `cursor("page_token", &["next_page"])`
fn way(way: &PageWay) -> TokenStream {
    match way {
        PageWay::Cursor { parameter, next } => quote! { cursor(#parameter, &[#(#next),*]) },
        PageWay::LastItem { parameter, last } => quote! { last_item(#parameter, &[#(#last),*]) },
        PageWay::Page { parameter, start, .. } => {
            let start = proc_macro2::Literal::u64_unsuffixed(*start);
            quote! { page(#parameter, #start) }
        }
        PageWay::Offset { parameter, .. } => quote! { offset(#parameter) },
        PageWay::Link { relation } => quote! { link(#relation) },
        PageWay::Url { next } => quote! { url(&[#(#next),*]) },
    }
}

/// That the answers come in pages, and how, for the docs of the client's methods.
pub(crate) fn doc_lines(operation: &Operation) -> Vec<String> {
    let Some(Pagination { way, items, .. }) = &operation.pagination else { return Vec::new() };
    let place = |names: &[String]| docs::code(&names.join("."));
    let items: Vec<&str> = items.iter().map(|step| step.wire_name.as_str()).collect();
    let items =
        if items.is_empty() { "each item".to_owned() } else { format!("each of {}", docs::code(&items.join("."))) };
    let how = match way {
        PageWay::Cursor { parameter, next } => {
            format!("{} asks for the next page, with {} of this one", docs::code(parameter), place(next))
        }
        PageWay::LastItem { parameter, last } => {
            format!(
                "{} asks for the next page, with {} of the last item of this one",
                docs::code(parameter),
                place(last)
            )
        }
        PageWay::Page { parameter, start, .. } => {
            format!("{} is the number of the page, from {start}", docs::code(parameter))
        }
        PageWay::Offset { parameter, .. } => {
            format!("{} is the number of items before the page", docs::code(parameter))
        }
        PageWay::Link { relation } => {
            format!("The header `Link` leads to the next page: {}", docs::code(&format!("rel=\"{relation}\"")))
        }
        PageWay::Url { next } => format!("{} is the URL of the next page", place(next)),
    };
    docs::markdown(&format!(
        "Comes in pages: `.items()` gives {items}, page after page, and `.pages()` the pages. {how}."
    ))
}
