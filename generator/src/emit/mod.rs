//! The model in, the files of a crate out, as tokens, part by part. Nothing here can fail: what cannot be emitted never
//! reaches the model.

mod item;
mod docs;
mod imports;
mod rust_type;
mod size;
mod manifest;
mod crate_root;
mod types;
mod union;
mod rules;
mod codec;
mod tags;
mod payload;
mod operations;
mod client;
mod credentials;
mod server;
mod support;

use crate::model::{Api, Type};
use crate::settings::Settings;
pub(crate) use item::{Content, File, Item};

/// A part of the crate: the files of one module. Parts know nothing of each other and can be emitted at once.
pub(crate) type Part<'a> = Box<dyn Fn() -> Vec<File> + Send + Sync + 'a>;

/// The parts of the crate, the largest first.
pub(crate) fn parts<'a>(api: &'a Api, settings: &'a Settings, crate_name: &'a str) -> Vec<Part<'a>> {
    let has_stubs = settings.stubs != Some(false);
    vec![
        Box::new(|| vec![types::file(api)]),
        Box::new(move || server::files(api, has_stubs)),
        Box::new(|| client::files(api)),
        Box::new(|| operations::files(api)),
        Box::new(|| vec![codec::file(api)]),
        Box::new(|| rules::patterns_file(api).into_iter().collect()),
        Box::new(|| support::files(api)),
        Box::new(move || {
            vec![
                manifest::cargo_toml(api, settings, crate_name),
                manifest::rustfmt_toml(),
                crate_root::file(api, crate_name, has_stubs),
            ]
        }),
    ]
}

/// How somebody who depends on the crate `library` writes a type, without any `use`.
pub(crate) fn type_text(ty: &Type, library: &str) -> String {
    rust_type::Scope::outside(&rust_type::ident(library)).ty(ty).to_string()
}
