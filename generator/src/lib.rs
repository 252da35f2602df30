//! Turns an OpenAPI description (3.0 or 3.1) into the source files of a Rust crate.
//!
//! One straight road, a module per stage, in the order data flows:
//!
//! ```text
//! text ─load→ tree ─normalize→ openapiv3::OpenAPI ─lower→ model::Api ─emit→ items ─format→ files
//! ```
//!
//! Nothing here writes a file, prints or spawns a process; the same input gives the same bytes.

pub mod catalogue;
pub mod diagnostic;
pub mod settings;

mod suggest;
mod spans;
mod tree;
mod load;
mod normalize;
mod lower;
pub mod model;
mod print;
mod emit;
mod format;

pub mod inspect;
pub mod render;

use std::fmt;
use std::io;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use heck::ToKebabCase as _;

use diagnostic::{Diagnostic, Diagnostics, Place};
use load::Documents;
use model::Api;
use settings::Settings;

pub use format::MARKER;

/// Reads a file that a description refers to: its path is relative to the description's folder, with slashes. The
/// generator reads no file by itself.
pub type ReadFile<'a> = dyn Fn(&str) -> io::Result<Vec<u8>> + 'a;

/// A description to generate from.
#[derive(Clone, Copy)]
pub struct Description<'a> {
    name: &'a str,
    text: &'a [u8],
    files: Option<&'a ReadFile<'a>>,
    overlays: &'a [Overlay<'a>],
}

/// An overlay of a description (OpenAPI Overlay 1.0 and 1.1): what to change in it before anything is made of it.
#[derive(Clone, Copy)]
pub struct Overlay<'a> {
    name: &'a str,
    text: &'a [u8],
}

impl<'a> Overlay<'a> {
    /// What the user calls the file, which is named in diagnostics, and its text, YAML or JSON.
    pub fn new(name: &'a str, text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { name, text: text.as_ref() }
    }
}

impl fmt::Debug for Overlay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overlay").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<'a> Description<'a> {
    /// A description in one file: what the user calls the file, which is named in diagnostics and in the header of
    /// every emitted file, and its text, YAML or JSON.
    pub fn new(name: &'a str, text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { name, text: text.as_ref(), files: None, overlays: &[] }
    }

    /// The same, in as many files as it refers to. `read` is asked once for each; what it refuses is an error at the
    /// place of the reference.
    ///
    /// ```
    /// # use std::{fs, path::Path};
    /// # use openapi_rust_generator::Description;
    /// # const SPEC: &str = "spec/pets.yaml";
    /// # let text = "";
    /// let description = Description::new(SPEC, text)
    ///     .with_files(&|path| fs::read(Path::new(SPEC).with_file_name(path)));
    /// ```
    #[must_use]
    pub fn with_files(self, read: &'a ReadFile<'a>) -> Self {
        Self { files: Some(read), ..self }
    }

    /// The same, with its root changed by these overlays, one after the other. Other files are left as they are; a
    /// `$ref` that an overlay adds is relative to the description.
    #[must_use]
    pub fn with_overlays(self, overlays: &'a [Overlay<'a>]) -> Self {
        Self { overlays, ..self }
    }
}

impl fmt::Debug for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Description").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A generated crate.
#[derive(Debug)]
pub struct Generated {
    /// The model that it was made from.
    pub api: Api,
    /// The crate's name.
    pub crate_name: String,
    /// Every file of the crate, sorted by path.
    pub files: Vec<File>,
    /// What was repaired, or cannot be honoured.
    pub warnings: Vec<Diagnostic>,
}

/// One file of a generated crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the crate, with slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Generates a crate.
///
/// # Errors
/// Everything that is wrong with the description or the settings, warnings included, as the stages found it.
/// [`render::Renderer`] puts it in document order.
pub fn generate(description: Description<'_>, settings: &Settings) -> Result<Generated, Vec<Diagnostic>> {
    let mut diagnostics = Diagnostics::new(description.name);
    let api = model_of(description, settings, &mut diagnostics);
    diagnostics.extend(&settings.source.problems);
    if let Some(name) = settings.crate_name.as_ref().filter(|name| !is_crate_name(name)) {
        let place = Place::Pointer("/crate".to_owned());
        let diagnostic = diagnostics.error("invalid-name", place, format!("`{name}` is no name for a crate"));
        diagnostic.help(CRATE_NAMES);
        settings.source.file.clone_into(&mut diagnostic.file);
    }
    let Some(api) = api.filter(|_| !diagnostics.has_errors()) else {
        return Err(diagnostics.into_list());
    };
    let crate_name = settings.crate_name.clone().unwrap_or_else(|| default_crate_name(&api.title));
    let files = files_of(&emit::parts(&api, settings, &crate_name), description.name);
    Ok(Generated { api, crate_name, files, warnings: diagnostics.into_list() })
}

/// The text of every file, sorted by path. Emitting and formatting take most of the time of a large API, so each
/// core takes parts until none is left.
fn files_of(parts: &[emit::Part<'_>], source: &str) -> Vec<File> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut files = Vec::new();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            files.extend(part().into_iter().map(|file| format::format(file, source)));
        }
        files
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(parts.len());
    let mut files: Vec<File> = thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let own = work();
        // A thread ends only when its parts are done; a panic in one is a panic here.
        let others = others.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        own.into_iter().chain(others).collect()
    });
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn model_of(description: Description<'_>, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<Api> {
    let documents = Documents::load(description.name, description.text, description.files, diagnostics)?;
    let documents = normalize::overlaid(documents, description.overlays, diagnostics);
    let normalized = normalize::normalize(documents, diagnostics)?;
    lower::lower(&normalized, settings, None, diagnostics)
}

/// Whether Cargo takes `name` for a package whose library others can name: letters, digits, `-` and `_`, a letter
/// first, neither a keyword nor the name of a crate that a generated one depends on.
pub fn is_crate_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(is_allowed)
        && syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_ok()
        && !TAKEN_NAMES.contains(&&*name.replace('_', "-").to_ascii_lowercase())
}

/// What [`is_crate_name`] asks, in words.
const CRATE_NAMES: &str = "a crate's name begins with a letter, holds letters, digits, `-` and `_`, and is neither a \
                           keyword nor a crate that the generated one depends on";

/// Rust's own crates, and those that a generated crate may depend on.
const TAKEN_NAMES: &[&str] = &[
    "alloc",
    "axum",
    "base64",
    "bytes",
    "chrono",
    "core",
    "fancy-regex",
    "futures-core",
    "gloo-timers",
    "http",
    "http-body",
    "http-body-util",
    "httpdate",
    "hyper",
    "hyper-util",
    "js-sys",
    "memchr",
    "percent-encoding",
    "proc-macro",
    "regex",
    "reqwest",
    "rustls",
    "send-wrapper",
    "serde",
    "serde-json",
    "std",
    "test",
    "tokio",
    "tower-layer",
    "tower-service",
    "tracing",
    "uuid",
];

/// What crates.io takes.
const MAX_CRATE_NAME: usize = 64;

/// The title in kebab case, as far as Cargo takes it.
fn default_crate_name(title: &str) -> String {
    let words = title.replace(['\'', '’'], "");
    let name = words.to_kebab_case();
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(MAX_CRATE_NAME).collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        return "api".to_owned();
    }
    let candidates = [name.to_owned(), format!("{name}-api"), format!("api-{name}")];
    candidates.into_iter().find(|name| is_crate_name(name)).unwrap_or_else(|| "api".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_crate_names() {
        let rows = [
            ("Avido API", "avido-api"),
            ("GitHub's official API, v3!", "git-hubs-official-api-v3"),
            ("2Captcha", "api-2captcha"),
            ("HTTP", "http-api"),
            ("Type", "type-api"),
            ("日本", "api"),
            ("", "api"),
        ];
        for (title, name) in rows {
            assert_eq!(default_crate_name(title), name, "{title}");
        }
    }
}
