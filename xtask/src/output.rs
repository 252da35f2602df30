//! A generated crate on disk: written, or held against what is there. Both begin with the same comparison.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use openapi_rust_generator::{File, MARKER};

/// How many files were written, left alone and removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// New, or with another text than before.
    pub written: usize,
    /// Not touched.
    pub unchanged: usize,
    /// Emitted once, and no longer.
    pub removed: usize,
}

/// How one file on disk differs from what is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file's path in the crate.
    pub path: String,
    /// How.
    pub kind: DifferenceKind,
}

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It is not there.
    Missing,
    /// It is no longer generated.
    Leftover,
    /// Its text is another.
    Stale {
        /// The first line that differs, counted from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What is generated.
        expected: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DifferenceKind::Missing => write!(f, "{}: missing", self.path),
            DifferenceKind::Leftover => write!(f, "{}: no longer generated", self.path),
            DifferenceKind::Stale { line, found, expected } => {
                write!(f, "{}:{line}: stale\n  found:    {found}\n  expected: {expected}", self.path)
            }
        }
    }
}

/// Holds the crate in `folder` against `files`. Writes nothing.
///
/// # Errors
/// A file cannot be read.
pub fn check(folder: &Path, files: &[File]) -> Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for file in files {
        let kind = match read(&folder.join(&file.path))? {
            None => DifferenceKind::Missing,
            Some(text) if text == file.text => continue,
            Some(text) => first_difference(&text, &file.text),
        };
        differences.push(Difference { path: file.path.clone(), kind });
    }
    differences
        .extend(leftovers(folder, files)?.into_iter().map(|path| Difference { path, kind: DifferenceKind::Leftover }));
    Ok(differences)
}

/// Writes the crate into `folder`: all files or none. A file whose text is the same is not touched; only files
/// that begin with the marker are replaced or removed.
///
/// # Errors
/// `folder` holds something that was not generated in the place of the crate, or cannot be written.
pub fn write(folder: &Path, files: &[File]) -> Result<Written> {
    refuse_foreign_folder(folder)?;
    let mut changed = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        match read(&path)? {
            Some(text) if text == file.text => continue,
            Some(text) if !is_generated(&text) => {
                bail!("{} was not generated (its first line lacks `{MARKER}`) and is not replaced", path.display())
            }
            _ => changed.push((path, file)),
        }
    }
    let leftovers = leftovers(folder, files)?;
    replace(&changed)?;
    for path in &leftovers {
        let path = folder.join(path);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        remove_empty_folders(folder, &path);
    }
    Ok(Written { written: changed.len(), unchanged: files.len() - changed.len(), removed: leftovers.len() })
}

/// All texts are written beside their files first, and renamed when the last one is complete.
fn replace(changed: &[(PathBuf, &File)]) -> Result<()> {
    let mut prepared = Vec::new();
    let outcome = changed.iter().try_for_each(|(path, file)| {
        let beside = path.with_extension(format!("{}.new", path.extension().unwrap_or_default().to_string_lossy()));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        prepared.push((beside.clone(), path));
        fs::write(&beside, &file.text).with_context(|| format!("cannot write {}", beside.display()))
    });
    if let Err(error) = outcome {
        for (beside, _) in prepared {
            let _ = fs::remove_file(beside);
        }
        return Err(error);
    }
    for (beside, path) in prepared {
        fs::rename(&beside, path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// A folder is ours if it is empty, absent, or has a Cargo.toml of ours.
fn refuse_foreign_folder(folder: &Path) -> Result<()> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the folder {}", folder.display())),
    };
    let is_ours = read(&folder.join("Cargo.toml"))?.is_some_and(|text| is_generated(&text));
    if entries.next().is_some() && !is_ours {
        bail!("{} is not empty and holds no generated crate; name another folder, or empty this one", folder.display());
    }
    Ok(())
}

/// The text of a file; none if there is no such file. Line ends are as git may have made them.
fn read(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn is_generated(text: &str) -> bool {
    text.lines().next().is_some_and(|first| first.contains(MARKER))
}

/// Generated files below `folder` that are not among `files`.
fn leftovers(folder: &Path, files: &[File]) -> Result<Vec<String>> {
    let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        let entries = match fs::read_dir(folder.join(&below)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.join(&below).display())),
        };
        for entry in entries {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                let is_build = below.as_os_str().is_empty() && entry.file_name() == "target";
                if !is_build && !entry.file_name().to_string_lossy().starts_with('.') {
                    folders.push(path);
                }
                continue;
            }
            let name = path.to_string_lossy().replace('\\', "/");
            let is_emitted_kind = path.extension().is_some_and(|extension| extension == "rs" || extension == "toml");
            if is_emitted_kind
                && !known.contains(name.as_str())
                && read(&folder.join(&path))?.is_some_and(|text| is_generated(&text))
            {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn remove_empty_folders(root: &Path, removed: &Path) {
    let inside = removed.ancestors().skip(1).take_while(|folder| *folder != root);
    for folder in inside {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

fn first_difference(found: &str, expected: &str) -> DifferenceKind {
    let end = "(end of file)";
    let mut lines = (found.lines().map(Some).chain(std::iter::repeat(None)))
        .zip(expected.lines().map(Some).chain(std::iter::repeat(None)))
        .enumerate()
        .take(found.lines().count().max(expected.lines().count()));
    let (line, (found, expected)) = lines
        .find(|(_, (found, expected))| found != expected)
        .unwrap_or_else(|| (found.lines().count(), (Some("(no line end)"), Some("(line end)"))));
    DifferenceKind::Stale {
        line: line + 1,
        found: found.unwrap_or(end).to_owned(),
        expected: expected.unwrap_or(end).to_owned(),
    }
}
