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
    /// `client = false`: no client is generated, and no feature `client`.
    pub client: Option<bool>,
    /// `server = false`: no server is generated, and no feature `server`.
    pub server: Option<bool>,
    /// `other-notations = true`: a body in XML or YAML beside the same in JSON is a variant with its text; it is left
    /// out otherwise.
    pub other_notations: bool,
    /// The operations that are generated; empty: all.
    pub include: Selection,
    /// The operations that are left out, of those that `include` names.
    pub exclude: Selection,
    /// Properties whose values never print.
    pub sensitive: Vec<String>,
    /// Schema, property or operation, and the Rust name it gets.
    pub rename: BTreeMap<String, String>,
    /// Schema, and the path of the type to use in its place. It must implement serde's `Serialize`
    /// and `Deserialize`, `Debug`, `Clone` and `PartialEq`.
    pub replace: BTreeMap<String, String>,
    /// Schema, and paths of derives to add to its type.
    pub derive: BTreeMap<String, Vec<String>>,
    /// Format, and the type that its values get.
    pub formats: BTreeMap<String, FormatChoice>,
    /// Lines for the generated crate's `[dependencies]`, for what `replace`, `derive` and `formats` name.
    pub dependencies: BTreeMap<String, toml::Value>,
}

/// The type of a format's values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum FormatChoice {
    /// The path of a type, which reads and writes itself as serde's `Deserialize` and `Serialize`.
    Type(String),
    /// A type and a module that reads and writes it.
    With(TypeWithModule),
}

/// A type that a module reads and writes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeWithModule {
    /// The path of the type.
    #[serde(rename = "type")]
    pub path: String,
    /// The path of a module with `serialize` and `deserialize`, as serde's attribute `with` takes it.
    pub with: String,
}

impl FormatChoice {
    /// The path of the type.
    pub fn path(&self) -> &str {
        match self {
            Self::Type(path) | Self::With(TypeWithModule { path, .. }) => path,
        }
    }

    /// The path of the module.
    pub fn with(&self) -> Option<&str> {
        match self {
            Self::Type(_) => None,
            Self::With(choice) => Some(&choice.with),
        }
    }
}

/// Operations, by any of three names. An entry that names none is an error.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// `operationId`s, or the names that are made for operations without one.
    pub operations: Vec<String>,
    /// Tags; an operation with several is named by each.
    pub tags: Vec<String>,
    /// Path templates; a `*` at the end stands for any continuation.
    pub paths: Vec<String>,
}

impl Selection {
    /// Whether it names nothing.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.tags.is_empty() && self.paths.is_empty()
    }

    /// Its entries, each with the list it stands in.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lists = [("operations", &self.operations), ("tags", &self.tags), ("paths", &self.paths)];
        lists.into_iter().flat_map(|(list, entries)| entries.iter().map(move |entry| (list, entry.as_str())))
    }
}

impl Settings {
    /// Whether handler traits have default bodies.
    pub(crate) fn has_stubs(&self) -> bool {
        self.stubs != Some(false)
    }

    /// Whether a client is generated.
    pub(crate) fn has_client(&self) -> bool {
        self.client != Some(false)
    }

    /// Whether a server is generated.
    pub(crate) fn has_server(&self) -> bool {
        self.server != Some(false)
    }

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
