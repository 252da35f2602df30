//! A file for an API with one tag; a folder with a file per tag otherwise. Public paths are the same.

use quote::quote;

use crate::emit::rust_type::ident;
use crate::emit::{File, Item, imports};
use crate::model::{Api, Tag};

/// The files of the module `name`: what all tags share in its root, then each tag's items. `known` are names
/// that the root brings along itself.
pub(crate) fn files(
    api: &Api,
    name: &str,
    docs: Vec<String>,
    known: &[&str],
    mut root: Vec<Item>,
    items: impl Fn(&Tag) -> Vec<Item>,
) -> Vec<File> {
    if let [tag] = &*api.tags {
        root.extend(items(tag));
        return vec![File::rust(format!("src/{name}.rs"), docs, with_imports(root, known))];
    }
    let modules = api.tags.iter().map(|tag| {
        let module = ident(&tag.module);
        quote! { mod #module; }
    });
    let exports = api.tags.iter().map(|tag| {
        let module = ident(&tag.module);
        quote! { pub use #module::*; }
    });
    let mut all = vec![Item::from(quote! { #(#modules)* }), Item::from(quote! { #(#exports)* })];
    all.extend(with_imports(root, known));
    let mut files = vec![File::rust(format!("src/{name}/mod.rs"), docs, all)];
    files.extend(api.tags.iter().map(|tag| {
        let docs = vec![format!("{}: {}.", title(name), tag_title(tag))];
        let module = tag.module.trim_start_matches("r#");
        let items = items(tag);
        File::rust(format!("src/{name}/{module}.rs"), docs, with_imports(items, &[]))
    }));
    files
}

fn with_imports(mut items: Vec<Item>, known: &[&str]) -> Vec<Item> {
    items.insert(0, imports::of(&items, known));
    items
}

fn title(name: &str) -> &str {
    match name {
        "operations" => "Operations",
        "client" => "Client",
        _ => "Server",
    }
}

/// The tag's name, for a reader.
pub(crate) fn tag_title(tag: &Tag) -> String {
    if tag.wire_name.is_empty() { "operations without a tag".to_owned() } else { format!("`{}`", tag.wire_name) }
}
