//! A file for an API with one tag; a folder with a file per tag otherwise. Public paths are the same.

use quote::quote;

use crate::emit::imports::{self, Side};
use crate::emit::rust_type::ident;
use crate::emit::{File, Item};
use crate::model::{Api, Tag};

/// The files of one side's module: what all tags share in its root, then each tag's items. `known` are names
/// that the root brings along itself.
pub(crate) fn files(
    api: &Api,
    side: Side,
    docs: Vec<String>,
    known: &[&str],
    mut root: Vec<Item>,
    items: impl Fn(&Tag) -> Vec<Item>,
) -> Vec<File> {
    let (name, title) = match side {
        Side::Both => ("operations", "Operations"),
        Side::Client => ("client", "Client"),
        Side::Server => ("server", "Server"),
    };
    // What a trait's name says is the trait, whatever else there is of that name.
    let traits = api.tags.iter().map(|tag| tag.name.as_str()).filter(|_| !matches!(side, Side::Both));
    let traits: Vec<&str> = traits.collect();
    let known = [known, &traits].concat();
    if let [tag] = &*api.tags {
        root.extend(items(tag));
        return vec![File::rust(format!("src/{name}.rs"), docs, with_imports(root, side, &known))];
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
    all.extend(with_imports(root, side, &known));
    let mut files = vec![File::rust(format!("src/{name}/mod.rs"), docs, all)];
    files.extend(api.tags.iter().map(|tag| {
        let docs = vec![format!("{title}: {}.", tag_title(tag))];
        let module = tag.module.trim_start_matches("r#");
        File::rust(format!("src/{name}/{module}.rs"), docs, with_imports(items(tag), side, &traits))
    }));
    files
}

fn with_imports(mut items: Vec<Item>, side: Side, known: &[&str]) -> Vec<Item> {
    items.insert(0, imports::of(&items, side, known));
    items
}

/// The tag's name, for a reader.
pub(crate) fn tag_title(tag: &Tag) -> String {
    if tag.wire_name.is_empty() { "operations without a tag".to_owned() } else { format!("`{}`", tag.wire_name) }
}
