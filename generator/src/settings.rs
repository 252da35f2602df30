//! codegen.toml: the few choices that a description cannot carry.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::spans::Lines;
use crate::suggest::did_you_mean;

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
    /// Overlays of the description, by their paths, the first one first; relative to the folder of the settings.
    pub overlays: Vec<String>,
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
    /// Operations whose answers come in pages, and how one leads to the next. The first entry that fits an operation
    /// counts.
    pub pagination: Vec<Pagination>,
    /// Lines for the generated crate's `[dependencies]`, for what `replace`, `derive` and `formats` name.
    pub dependencies: BTreeMap<String, toml::Value>,
    /// The text that they are from.
    #[serde(skip)]
    pub source: Source,
}

/// The text of a codegen.toml.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// What the user calls the file.
    pub file: String,
    /// What is in it.
    pub text: String,
    /// What is wrong in it by itself.
    pub problems: Vec<Diagnostic>,
}

impl Default for Source {
    fn default() -> Self {
        Self { file: "codegen.toml".to_owned(), text: String::new(), problems: Vec::new() }
    }
}

/// The type of a format's values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected the path of a type, or `{ type = \"…\", with = \"…\" }`")]
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

    /// Its entries, each with the list it stands in and its index there.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, usize, &str)> {
        let lists = [("operations", &self.operations), ("tags", &self.tags), ("paths", &self.paths)];
        lists.into_iter().flat_map(|(list, entries)| {
            entries.iter().enumerate().map(move |(index, entry)| (list, index, entry.as_str()))
        })
    }
}

/// How the pages of some operations follow each other. Exactly one of `cursor`, `page`, `offset` and `link` is there;
/// `next`, `last`, `more` and `total` are JSON pointers into an answer.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pagination {
    /// `operationId`s, or the names that are made for operations without one. Each must fit.
    pub operations: Vec<String>,
    /// Tags. Of their operations, those that GET and fit come in pages; so it is with paths, and with all operations if
    /// neither is given.
    pub tags: Vec<String>,
    /// Path templates; a `*` at the end stands for any continuation.
    pub paths: Vec<String>,
    /// Query parameters that an operation has if it comes in pages.
    pub parameters: Vec<String>,
    /// The query parameter that takes a cursor.
    pub cursor: Option<String>,
    /// The query parameter that takes the number of a page.
    pub page: Option<String>,
    /// The query parameter that takes the number of items before the page.
    pub offset: Option<String>,
    /// The relation of the `Link` header that leads to the next page, or a pointer to what has its URL.
    pub link: Option<String>,
    /// Where the cursor of the next page is.
    pub next: Option<String>,
    /// Where it is in the last item of the page.
    pub last: Option<String>,
    /// Where a boolean says whether there is another page.
    pub more: Option<String>,
    /// The number of the first page; without it, the parameter's default, or 1.
    pub start: Option<u64>,
    /// Where the number of all items is.
    pub total: Option<String>,
    /// Where the number of all pages is.
    pub pages: Option<String>,
    /// Where the items are; without it, the answer itself, or its only array.
    pub items: Option<String>,
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

    /// Reads the text of a codegen.toml, which the user calls `file`. What is wrong in it is reported by
    /// [`generate`](crate::generate), together with what is wrong in the description.
    pub fn parse(file: &str, text: &str) -> Self {
        let mut problems = Diagnostics::new(file);
        let mut settings = parse(text, &mut problems);
        settings.source = Source { file: file.to_owned(), text: text.to_owned(), problems: problems.into_list() };
        settings
    }
}

/// The settings as far as they can be understood.
fn parse(text: &str, problems: &mut Diagnostics) -> Settings {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        problems.error("invalid-settings", place_of(&error, text), one_line(error.message()));
    }
    // Each entry by itself, so that what is wrong with one does not hide what is wrong with another.
    let mut sound = DeTable::default();
    for (key, value) in table.get_ref() {
        let entry = std::iter::once((key.clone(), value.clone())).collect();
        match read(entry, table.span()) {
            Ok(_) => drop(sound.insert(key.clone(), value.clone())),
            Err(error) => refuse(&error, text, problems),
        }
    }
    read(sound, table.span()).unwrap_or_default()
}

fn read(table: DeTable<'_>, span: Range<usize>) -> Result<Settings, toml::de::Error> {
    Settings::deserialize(toml::de::Deserializer::from(Spanned::new(span, table)))
}

fn refuse(error: &toml::de::Error, text: &str, problems: &mut Diagnostics) {
    let place = place_of(error, text);
    // serde's words: unknown field `senstive`, expected one of `crate`, `stubs`, …
    let mut names = error.message().split('`').skip(1).step_by(2);
    if error.message().starts_with("unknown field")
        && let Some(unknown) = names.next()
    {
        let known: Vec<&str> = names.collect();
        let help = did_you_mean(unknown, known.iter().copied());
        problems
            .error("unknown-setting", place, format!("`{unknown}` is no setting"))
            .help(help.unwrap_or_else(|| format!("there are {}", known.join(", "))));
    } else {
        problems.error("invalid-settings", place, one_line(error.message()));
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join(", ")
}

fn place_of(error: &toml::de::Error, text: &str) -> Place {
    let Some(span) = error.span() else { return Place::File };
    let (line, column) = Lines::new(text).position(span.start);
    Place::Text { line, column }
}
