//! Turns an OpenAPI description (3.0 or 3.1) into the source files of a Rust crate.
//!
//! One straight road, a module per stage, in the order data flows:
//!
//! ```text
//! text ─load→ tree ─normalize→ openapiv3::OpenAPI ─lower→ model::Api ─emit→ items ─format→ files
//! ```
//!
//! Nothing here writes a file, prints or spawns a process; the same input gives the same bytes.

pub mod diagnostic;
pub mod settings;

mod tree;
mod load;
mod normalize;
mod lower;
pub mod model;
mod emit;
mod format;

use heck::ToKebabCase as _;

use diagnostic::{Diagnostic, Diagnostics};
use model::Api;
use settings::Settings;

pub use format::MARKER;

/// A description to generate from.
#[derive(Debug, Clone, Copy)]
pub struct Description<'a> {
    /// What the user calls the file: named in diagnostics and in the header of every emitted file.
    pub name: &'a str,
    /// Its text, YAML or JSON.
    pub text: &'a str,
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
/// Everything that is wrong with the description or the settings, warnings included, in document order.
pub fn generate(description: Description<'_>, settings: &Settings) -> Result<Generated, Vec<Diagnostic>> {
    let mut diagnostics = Diagnostics::new(description.name);
    let Some(api) = model_of(description.text, settings, &mut diagnostics) else {
        return Err(diagnostics.into_list());
    };
    let crate_name = settings.crate_name.clone().unwrap_or_else(|| default_crate_name(&api.title));
    let mut files: Vec<File> = emit::emit(&api, settings, &crate_name)
        .iter()
        .map(|file| File { path: file.path.clone(), text: format::format(file, description.name) })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Generated { api, crate_name, files, warnings: diagnostics.into_list() })
}

fn model_of(text: &str, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<Api> {
    let tree = load::load(text, diagnostics)?;
    let document = normalize::normalize(tree, diagnostics)?;
    let mut api = lower::lower(&document, settings, diagnostics)?;
    lower::leave_out_unsupported(&mut api, diagnostics);
    if diagnostics.has_errors() { None } else { Some(api) }
}

/// The title in kebab case, as far as Cargo takes it.
fn default_crate_name(title: &str) -> String {
    let name: String = title.to_kebab_case().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let name = name.trim_matches('-');
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => name.to_owned(),
        Some(_) => format!("api-{name}"),
        None => "api".to_owned(),
    }
}
