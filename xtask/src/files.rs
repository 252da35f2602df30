//! Files on disk: those that a description refers to, read from within one folder only, and those of workspaces that
//! commands write.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};

/// The folder that a description's files must be in: the workspace, or the description's own folder if it lies
/// outside.
pub fn default_root(spec: &Path, workspace: &Path) -> PathBuf {
    let is_inside = match (spec.canonicalize(), workspace.canonicalize()) {
        (Ok(spec), Ok(workspace)) => spec.starts_with(workspace),
        _ => false,
    };
    if is_inside { workspace.to_owned() } else { folder_of(spec) }
}

/// Reads the file at `path`, which is relative to the folder of the description `spec`.
///
/// # Errors
/// It cannot be read, or is not below `root`, links followed or not.
pub fn read(spec: &Path, root: &Path, path: &str) -> io::Result<Vec<u8>> {
    let root = root.canonicalize()?;
    let folder = folder_of(spec).canonicalize()?;
    let file = Path::new(path).components().try_fold(folder, |mut folder, part| match part {
        Component::Normal(name) => Some(folder.join(name)),
        Component::ParentDir => folder.pop().then_some(folder),
        Component::CurDir => Some(folder),
        Component::RootDir | Component::Prefix(_) => None,
    });
    let file = file.filter(|file| file.starts_with(&root)).ok_or_else(outside)?.canonicalize()?;
    if file.starts_with(root) { fs::read(file) } else { Err(outside()) }
}

/// Writes `text` to the file at `path` in `folder`. What did not change is not touched, so that it is not compiled again.
///
/// # Errors
/// The file cannot be written.
pub fn write(folder: &Path, path: &str, text: &str) -> Result<()> {
    let path = folder.join(path);
    if fs::read_to_string(&path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn outside() -> io::Error {
    let message = "it is outside of the folder that is read from; `--root DIR` names a wider one";
    io::Error::new(ErrorKind::PermissionDenied, message)
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
