//! codegen.toml: the few choices that a description cannot carry.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The settings of one crate. Keys of the maps and entries of the lists are JSON pointers (RFC 6901)
/// into the description; one that matches nothing is an error.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The crate's name; without it, the description's title in kebab case.
    #[serde(rename = "crate")]
    pub crate_name: Option<String>,
    /// `stubs = false`: handler traits have no default bodies, so that the compiler lists what a
    /// changed description left unimplemented.
    pub stubs: Option<bool>,
    /// Properties whose values never print.
    pub sensitive: Vec<String>,
    /// Schema, property or operation, and the Rust name it gets.
    pub rename: BTreeMap<String, String>,
    /// Schema, and the path of the type to use in its place. It must implement serde's `Serialize`
    /// and `Deserialize`, `Debug`, `Clone` and `PartialEq`.
    pub replace: BTreeMap<String, String>,
    /// Schema, and paths of derives to add to its type.
    pub derive: BTreeMap<String, Vec<String>>,
    /// Lines for the generated crate's `[dependencies]`, for what `replace` and `derive` name.
    pub dependencies: BTreeMap<String, toml::Value>,
}

impl Settings {
    /// Reads the text of a codegen.toml.
    ///
    /// # Errors
    /// The text is not TOML, or has an unknown key; the message carries line and column.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        Ok(toml::from_str(text)?)
    }
}

/// The text of a codegen.toml cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SettingsError(#[from] toml::de::Error);
