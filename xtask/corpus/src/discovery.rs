//! A folder in, the descriptions below it out.
//!
//! A description is a file that names the version of OpenAPI that it is written in; the other YAML and JSON files
//! are parts of one, or something else. `MANIFEST.tsv` in the folder, which may be left out, says more about them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// A description, not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// What it is called, in the table and by `--only`: the name of its file without the extension, or that of its
    /// folder where that holds this one description and its parts. A crate can have this name.
    pub name: String,
    /// Its file; the root document, if it has several.
    pub path: PathBuf,
    /// The version of OpenAPI that it names.
    pub version: String,
    /// Whether MANIFEST.tsv says that it is invalid as published.
    pub is_invalid: bool,
}

/// The descriptions below `folder`, by name; of those, the ones that `only` names, unless it is empty.
///
/// # Errors
/// There is no such folder or no description in it, a name of `only` is unknown, or a file cannot be read.
pub fn discover(folder: &Path, only: &[String]) -> Result<Vec<Description>> {
    if !folder.is_dir() {
        bail!("{} is no folder; `cargo xtask codegen --spec` takes a single description", folder.display());
    }
    let folder = &folder.canonicalize().with_context(|| format!("cannot read the folder {}", folder.display()))?;
    let manifest = Manifest::read(folder)?;
    let mut found = descriptions(folder, &Tree::read(folder)?, &manifest);
    if found.is_empty() {
        bail!(
            "there is no OpenAPI description below {}: no .yaml, .yml or .json file that begins with `openapi:`",
            folder.display()
        );
    }
    if let Some(missing) = manifest.invalid.keys().find(|file| !folder.join(file).is_file()) {
        bail!("{} names {missing}, which is not there", folder.join(MANIFEST).display());
    }
    if !only.is_empty() {
        let names: Vec<&str> = found.iter().map(|description| description.name.as_str()).collect();
        if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
            bail!("no description below {} is called `{unknown}`; there are: {}", folder.display(), names.join(", "));
        }
        found.retain(|description| only.contains(&description.name));
    }
    Ok(found)
}

const MANIFEST: &str = "MANIFEST.tsv";

/// `MANIFEST.tsv`: a table with a header; the column `file` has the path within the folder, and `notes` contains
/// the word `INVALID` where the description is invalid as published.
#[derive(Debug, Default)]
struct Manifest {
    /// Each file, and whether it is invalid.
    invalid: BTreeMap<String, bool>,
}

impl Manifest {
    fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        Self::parse(&text).with_context(|| format!("{} cannot be understood", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let column = |name: &str| header.iter().position(|column| *column == name);
        let Some((file, notes)) = column("file").zip(column("notes")) else {
            bail!("its first line does not name the columns `file` and `notes`, with tabs between them");
        };
        let rows = lines.filter(|line| !line.trim().is_empty()).map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |column: usize| cells.get(column).copied().unwrap_or_default();
            (cell(file).to_owned(), cell(notes).split(|c: char| !c.is_alphanumeric()).any(|word| word == "INVALID"))
        });
        Ok(Self { invalid: rows.collect() })
    }
}

/// What a folder holds that matters here, in the order of names.
#[derive(Debug, Default)]
struct Tree {
    /// The root documents right in it, with their versions.
    roots: Vec<(PathBuf, String)>,
    /// Whether other YAML or JSON lies in it.
    has_parts: bool,
    folders: Vec<(PathBuf, Tree)>,
}

impl Tree {
    fn read(folder: &Path) -> Result<Self> {
        let mut tree = Self::default();
        let reading = || format!("cannot read the folder {}", folder.display());
        let entries = fs::read_dir(folder).with_context(reading)?.collect::<io::Result<Vec<_>>>();
        let mut paths: Vec<PathBuf> = entries.with_context(reading)?.iter().map(fs::DirEntry::path).collect();
        paths.sort();
        for path in paths {
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            // A link is not followed: it might lead back up.
            if path.is_dir() && !path.is_symlink() {
                let below = Self::read(&path)?;
                tree.folders.push((path, below));
            } else if matches!(path.extension().and_then(OsStr::to_str), Some("yaml" | "yml" | "json")) {
                let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                match version(&String::from_utf8_lossy(&bytes)) {
                    Some(version) => tree.roots.push((path, version)),
                    None => tree.has_parts = true,
                }
            }
        }
        Ok(tree)
    }

    fn count(&self) -> usize {
        self.roots.len() + self.folders.iter().map(|(_, tree)| tree.count()).sum::<usize>()
    }

    fn has_parts_below(&self) -> bool {
        self.has_parts || self.folders.iter().any(|(_, tree)| tree.has_parts_below())
    }

    /// Each root document below `folder`, which this is, with the folder if that is named after it.
    fn visit<'a>(&'a self, folder: &'a Path, found: &mut Vec<Root<'a>>) {
        let is_one = self.count() == 1 && self.has_parts_below();
        found.extend(self.roots.iter().map(|(path, version)| Root { path, version, folder: is_one.then_some(folder) }));
        for (path, tree) in &self.folders {
            tree.visit(path, found);
        }
    }
}

struct Root<'a> {
    path: &'a Path,
    version: &'a str,
    /// The folder that holds it and its parts, and no other description.
    folder: Option<&'a Path>,
}

fn descriptions(folder: &Path, tree: &Tree, manifest: &Manifest) -> Vec<Description> {
    let mut roots = Vec::new();
    tree.visit(folder, &mut roots);
    let mut taken = BTreeSet::new();
    let mut found: Vec<Description> = roots
        .into_iter()
        .map(|root| {
            let within = root.path.strip_prefix(folder).unwrap_or(root.path);
            let file = within.to_string_lossy().replace('\\', "/");
            Description {
                name: free_name(&root, within, &mut taken),
                path: root.path.to_owned(),
                version: root.version.to_owned(),
                is_invalid: manifest.invalid.get(&file) == Some(&true),
            }
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The name of the file or folder; where that is taken, the path; where that is taken too, with a number.
fn free_name(root: &Root<'_>, within: &Path, taken: &mut BTreeSet<String>) -> String {
    let short = root.folder.map_or_else(|| root.path.file_stem(), Path::file_name).unwrap_or_default();
    let short = crate_name(&short.to_string_lossy());
    let long = crate_name(&within.with_extension("").to_string_lossy());
    let numbered = (2_u32..).map(|number| format!("{long}-{number}"));
    let mut candidates = [short, long.clone()].into_iter().chain(numbered);
    // Libraries are called with underscores, and some file systems do not tell letters of different case.
    let name = candidates.find(|name| taken.insert(name.replace('_', "-").to_ascii_lowercase()));
    name.unwrap_or_default()
}

/// The name as far as Cargo takes it for a crate.
fn crate_name(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    let is_free = plain != "target" && plain != "logs" && openapi_rust_generator::is_crate_name(plain);
    if is_free { plain.to_owned() } else { format!("api-{plain}") }
}

/// The version that a root document names, quickly: most of the time nothing else is wanted of a file.
fn version(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Root {
        openapi: Option<serde_json::Value>,
        swagger: Option<serde_json::Value>,
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{')
        && let Ok(root) = serde_json::from_str::<Root>(text)
    {
        let version = root.openapi.or(root.swagger)?;
        return Some(version.as_str().map_or_else(|| version.to_string(), str::to_owned));
    }
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let is_version =
            ["openapi", "\"openapi\"", "'openapi'", "swagger", "\"swagger\"", "'swagger'"].contains(&key.trim_end());
        is_version.then(|| {
            let value = value.split(" #").next().unwrap_or_default();
            value.trim().trim_matches(['"', '\'']).to_owned()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_document_names_its_version() {
        let rows = [
            ("openapi: 3.1.0\ninfo: {}", Some("3.1.0")),
            ("# first\ninfo:\n  openapi: 1\n\"openapi\" : '3.0.3' # here\n", Some("3.0.3")),
            ("swagger: \"2.0\"", Some("2.0")),
            (" {\"info\": {\"openapi\": \"1\"}, \"openapi\": \"3.0.0\"}", Some("3.0.0")),
            ("{\"info\": {\"openapi\": \"1\"}}", None),
            ("info:\n  openapi: 3.0.0\n", None),
            ("type: object\nproperties: { openapi: { type: string } }", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(version(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_are_those_of_crates() {
        for (text, name) in [
            ("github", "github"),
            ("2captcha", "api-2captcha"),
            ("a.b c", "a-b-c"),
            ("target", "api-target"),
            ("type", "api-type"),
        ] {
            assert_eq!(crate_name(text), name);
        }
    }

    #[test]
    fn a_manifest_marks_what_is_invalid() {
        let manifest =
            Manifest::parse("file\ttitle\tnotes\na.yaml\tA\tINVALID: twice\nb.yaml\tB\nc.yaml\tC\tnot INVALIDATED\n");
        let rows: Vec<(String, bool)> = manifest.unwrap().invalid.into_iter().collect();
        assert_eq!(rows, [("a.yaml".to_owned(), true), ("b.yaml".to_owned(), false), ("c.yaml".to_owned(), false)]);
        assert!(Manifest::parse("name\tnotes\n").is_err());
    }
}
