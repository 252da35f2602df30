//! A file for an API with one tag; a folder with a file per tag otherwise. Public paths are the same.

use quote::quote;

use crate::emit::imports::{self, Side};
use crate::emit::rust_type::ident;
use crate::emit::{File, Item};
use crate::model::{Api, Tag};

/// Operations whose modules stand together: what the API offers, or its webhooks and callbacks.
#[derive(Clone, Copy)]
pub(crate) struct Surface<'a> {
    pub(crate) api: &'a Api,
    pub(crate) tags: &'a [Tag],
    /// The folder of its modules.
    folder: &'static str,
}

impl<'a> Surface<'a> {
    /// What the API offers.
    pub(crate) fn offered(api: &'a Api) -> Self {
        Self { api, tags: &api.tags, folder: "src" }
    }

    /// Webhooks and callbacks.
    pub(crate) fn webhooks(api: &'a Api) -> Self {
        Self { api, tags: &api.webhooks, folder: "src/webhooks" }
    }
}

/// The files of one side's module: what all tags share in its root, then each tag's items. `known` are names
/// that the root brings along itself.
pub(crate) fn files(
    surface: Surface<'_>,
    side: Side,
    docs: Vec<String>,
    known: &[&str],
    mut root: Vec<Item>,
    items: impl Fn(&Tag) -> Vec<Item>,
) -> Vec<File> {
    let (name, title) = match side {
        Side::Both | Side::BothOfWebhooks => ("operations", "Operations"),
        Side::Client => ("client", "Client"),
        Side::Server => ("server", "Server"),
        Side::Sender => ("sender", "Sender"),
        Side::Receiver => ("receiver", "Receiver"),
    };
    let Surface { tags, folder, .. } = surface;
    // What a trait's name says is the trait, whatever else there is of that name.
    let traits = tags.iter().map(|tag| tag.name.as_str());
    let traits = traits.filter(|_| !matches!(side, Side::Both | Side::BothOfWebhooks));
    let traits: Vec<&str> = traits.collect();
    let known = [known, &traits].concat();
    if let [tag] = tags {
        root.extend(items(tag));
        return vec![File::rust(format!("{folder}/{name}.rs"), docs, with_imports(root, side, &known))];
    }
    let modules = tags.iter().map(|tag| {
        let module = ident(&tag.module);
        quote! { mod #module; }
    });
    let exports = tags.iter().map(|tag| {
        let module = ident(&tag.module);
        quote! { pub use #module::*; }
    });
    let mut all = vec![Item::from(quote! { #(#modules)* }), Item::from(quote! { #(#exports)* })];
    all.extend(with_imports(root, side, &known));
    let mut files = vec![File::rust(format!("{folder}/{name}/mod.rs"), docs, all)];
    files.extend(tags.iter().map(|tag| {
        let docs = vec![format!("{title}: {}.", tag_title(tag))];
        let module = tag.module.trim_start_matches("r#");
        File::rust(format!("{folder}/{name}/{module}.rs"), docs, with_imports(items(tag), side, &traits))
    }));
    files
}

fn with_imports(mut items: Vec<Item>, side: Side, known: &[&str]) -> Vec<Item> {
    items.insert(0, imports::of(&items, side, known));
    items
}

/// "Calls of `Pets`.", "Calls of operations without a tag.", "Sends webhooks."
pub(crate) fn sentence(verb: &str, tag: &Tag) -> String {
    format!("{verb} {}.", tag_title(tag))
}

/// The tag's name, for a reader.
pub(crate) fn tag_title(tag: &Tag) -> String {
    match &*tag.wire_name {
        "" => "operations without a tag".to_owned(),
        name if tag.is_outgoing() => name.to_owned(),
        name => format!("`{name}`"),
    }
}
