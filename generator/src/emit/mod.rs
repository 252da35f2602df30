//! The model in, the files of a crate out, as tokens, part by part. Nothing here can fail: what cannot be emitted never
//! reaches the model.

mod item;
mod docs;
mod imports;
mod rust_type;
mod size;
mod definitions;
mod manifest;
mod crate_root;
mod literal;
mod defaults;
mod methods;
mod types;
mod union;
mod rules;
mod formats;
mod codec;
mod tags;
mod status;
mod payload;
mod contents;
mod answers;
mod security;
mod operations;
mod servers;
mod pagination;
mod client;
mod credentials;
mod server;
mod webhooks;
mod testing;
mod sides;
mod support;

use crate::model::{Api, Type};
use crate::settings::Settings;
pub(crate) use item::{Content, File, Item};

/// A part of the crate: the files of one module. Parts know nothing of each other and can be emitted at once.
pub(crate) type Part<'a> = Box<dyn Fn() -> Vec<File> + Send + Sync + 'a>;

/// The parts of the crate, the largest first.
pub(crate) fn parts<'a>(api: &'a Api, settings: &'a Settings, crate_name: &'a str) -> Vec<Part<'a>> {
    let (has_client, has_server) = (settings.has_client(), settings.has_server());
    let mut parts: Vec<Part<'a>> = vec![Box::new(|| vec![types::file(api)])];
    if has_server {
        parts.push(Box::new(|| server::files(api, settings.has_stubs())));
    }
    if has_client {
        parts.push(Box::new(|| client::files(api)));
        parts.push(Box::new(|| vec![testing::file(api)]));
    }
    if has_client || has_server {
        parts.push(Box::new(|| operations::files(api)));
        parts.push(Box::new(|| security::Requirements::of(api).file(api).into_iter().collect()));
        if !api.webhooks.is_empty() {
            parts.push(Box::new(|| webhooks::files(api, settings)));
        }
    }
    parts.push(Box::new(|| vec![codec::file(api)]));
    parts.push(Box::new(|| rules::patterns_file(api).into_iter().chain(formats::file(api)).collect()));
    parts.push(Box::new(|| support::files(api, settings)));
    parts.push(Box::new(move || {
        vec![
            manifest::cargo_toml(api, settings, crate_name),
            manifest::rustfmt_toml(),
            crate_root::file(api, settings, crate_name),
        ]
    }));
    parts
}

/// How somebody who depends on the crate `library` writes a type, without any `use`.
pub(crate) fn type_text(ty: &Type, library: &str) -> String {
    rust_type::Scope::outside(&rust_type::ident(library)).ty(ty).to_string()
}
