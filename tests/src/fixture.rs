//! Descriptions to generate from.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use openapi_rust_generator::diagnostic::Diagnostic;
use openapi_rust_generator::render::Renderer;
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, Generated, Overlay, generate};

/// A description and its settings.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The file's name without its extension; of a description in several files, the folder's name.
    pub name: String,
    /// The description's root, relative to the workspace.
    pub path: String,
    /// The text of the description.
    pub text: Vec<u8>,
    /// The text of the settings; empty for none.
    pub settings: String,
    /// Its overlay's path, relative to the workspace, and text, if it has one.
    pub overlay: Option<(String, Vec<u8>)>,
}

impl Fixture {
    fn read(name: &str, path: &str, settings: &str) -> Self {
        let overlay = Path::new(path).with_extension("overlay.yaml").to_string_lossy().into_owned();
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            text: fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}")),
            settings: fs::read_to_string(root().join(settings)).unwrap_or_default(),
            overlay: fs::read(root().join(&overlay)).ok().map(|text| (overlay, text)),
        }
    }

    /// The file of the same name with another extension, such as `cases.json`.
    pub fn beside(&self, extension: &str) -> PathBuf {
        root().join(&self.path).with_extension(extension)
    }

    /// The text of the description. Bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    /// What the generator makes of it. Without a crate name in the settings, the crate is `fixture-{name}`.
    ///
    /// # Errors
    /// What the generator has to say.
    pub fn generate(&self) -> Result<Generated, Vec<Diagnostic>> {
        self.with(generate)
    }

    /// Diagnostics as a user sees them.
    pub fn render(&self, diagnostics: &[Diagnostic]) -> String {
        self.with(|description, settings| Renderer::new(description, settings).all(true).text(diagnostics))
    }

    fn with<T>(&self, act: impl FnOnce(Description<'_>, &Settings) -> T) -> T {
        let mut settings = Settings::parse(&format!("{}.codegen.toml", self.name), &self.settings);
        settings.crate_name.get_or_insert_with(|| format!("fixture-{}", self.name));
        let path = root().join(&self.path);
        let read = |file: &str| xtask::files::read(&path, &root(), file);
        let overlays: Vec<_> = self.overlay.iter().map(|(path, text)| Overlay::new(path, text)).collect();
        act(Description::new(&self.path, &self.text).with_files(&read).with_overlays(&overlays), &settings)
    }

    /// What the generator makes of an accepted fixture.
    ///
    /// # Panics
    /// It is not accepted.
    pub fn generated(&self) -> Generated {
        self.generate().unwrap_or_else(|diagnostics| panic!("{} is refused:\n{}", self.path, self.render(&diagnostics)))
    }
}

/// The workspace.
pub fn root() -> PathBuf {
    xtask::codegen::workspace()
}

/// The description that ships here.
pub fn avido() -> Fixture {
    Fixture::read("avido", "spec/avido.yaml", "spec/codegen.toml")
}

/// The descriptions that are generated from, by name: all, or those that the environment's `FIXTURES` lists.
///
/// # Panics
/// There are none.
pub fn accepted() -> Vec<Fixture> {
    let mut fixtures = below("tests/fixtures/accept");
    if let Some(chosen) = chosen() {
        fixtures.retain(|fixture| chosen.split(',').any(|name| name == fixture.name));
        assert!(!fixtures.is_empty(), "there is no fixture {chosen}");
    }
    fixtures
}

/// A description anywhere, which is not of a fixture.
///
/// # Errors
/// It cannot be read.
pub fn named(path: &Path) -> std::io::Result<Fixture> {
    let text = fs::read(path)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_lowercase();
    let path = std::path::absolute(path)?.to_string_lossy().into_owned();
    Ok(Fixture { name: format!("d_{name}"), path, text, settings: String::new(), overlay: None })
}

/// The fixtures that somebody wants to look at alone.
pub fn chosen() -> Option<String> {
    std::env::var("FIXTURES").ok().filter(|names| !names.is_empty())
}

/// The descriptions that are refused, by name.
pub fn rejected() -> Vec<Fixture> {
    below("tests/fixtures/reject")
}

fn below(folder: &str) -> Vec<Fixture> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut fixtures: Vec<Fixture> = names.filter_map(|name| fixture(folder, &name)).collect();
    fixtures.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!fixtures.is_empty(), "{folder} holds no descriptions");
    fixtures
}

/// The description `x.yaml` or `x.json`, or that in the folder `x`, whose root is `openapi.yaml`.
fn fixture(folder: &str, entry: &str) -> Option<Fixture> {
    if root().join(folder).join(entry).is_dir() {
        let path = format!("{folder}/{entry}/openapi.yaml");
        return Some(Fixture::read(entry, &path, &format!("{folder}/{entry}/openapi.codegen.toml")));
    }
    let name = entry.strip_suffix(".yaml").or_else(|| entry.strip_suffix(".json"))?;
    let is_description = !name.ends_with(".cases") && !name.ends_with(".overlay");
    is_description.then(|| Fixture::read(name, &format!("{folder}/{entry}"), &format!("{folder}/{name}.codegen.toml")))
}

/// Runs `test` on every fixture, and fails with the names of all that fail.
///
/// # Panics
/// Some fixture fails.
pub fn each(fixtures: &[Fixture], test: impl Fn(&Fixture)) {
    let failed: Vec<&str> = fixtures
        .iter()
        .filter(|fixture| catch_unwind(AssertUnwindSafe(|| test(fixture))).is_err())
        .map(|fixture| fixture.path.as_str())
        .collect();
    assert!(failed.is_empty(), "failed, see above: {}", failed.join(", "));
}
