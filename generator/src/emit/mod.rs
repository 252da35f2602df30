//! The model in, the files of a crate out, as tokens. Nothing here can fail: what cannot be emitted never
//! reaches the model.

mod item;
mod docs;
mod imports;
mod rust_type;
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
mod server;
mod support;

use crate::model::Api;
use crate::settings::Settings;
pub(crate) use item::{Content, File, Item};

/// Every file of the crate, in the order of its data flow.
pub(crate) fn emit(api: &Api, settings: &Settings, crate_name: &str) -> Vec<File> {
    let has_stubs = settings.stubs != Some(false);
    let mut files = vec![manifest::cargo_toml(api, settings, crate_name), manifest::rustfmt_toml()];
    files.push(crate_root::file(api, crate_name, has_stubs));
    files.push(types::file(api));
    files.extend(rules::patterns_file(api));
    files.push(codec::file(api));
    files.extend(operations::files(api));
    files.extend(client::files(api));
    files.extend(server::files(api, has_stubs));
    files.extend(support::files(api));
    files
}
