//! The files of one description: the root, and those that it refers to, each read once, when it is first asked for.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::ErrorKind;

use indexmap::IndexMap;

use super::encoding::decode;
use super::{load_part, load_root};
use crate::ReadFile;
use crate::diagnostic::Diagnostics;
use crate::tree::{Node, beside, seen_from, split_place};

/// What a description consists of. A place is a pointer into the root, or a file's path, `#` and a pointer into that.
pub(crate) struct Documents<'a> {
    pub(crate) root: Node,
    /// What the user calls the root.
    name: &'a str,
    read: Option<&'a ReadFile<'a>>,
    /// By path relative to the root's folder.
    files: IndexMap<String, Result<Node, Fault>>,
    /// The places of the files in which some schema names itself by `$id` or an anchor.
    identified: HashSet<String>,
}

/// Why a file cannot be used.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// `https://…`, and what else is not on this disk.
    Remote,
    /// `/schemas/Pet.yaml`, `C:\Pet.yaml`.
    Absolute,
    /// The caller has said how to read other files.
    NoReader,
    /// There is none.
    Missing,
    /// It cannot be read, for this reason.
    Unreadable(String),
    /// What is wrong in it has been reported.
    Broken,
}

impl<'a> Documents<'a> {
    /// Reads the root of the description of that name, whose other files `read` reads. `None` if there is nothing to
    /// go on with; what is wrong is in `diagnostics`.
    pub(crate) fn load(
        name: &'a str,
        text: &[u8],
        read: Option<&'a ReadFile<'a>>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut documents = Self { root: Node::Null, name, read, files: IndexMap::new(), identified: HashSet::new() };
        documents.note_identifiers("", text);
        documents.root = load_root(text, diagnostics)?;
        Some(documents)
    }

    /// Whether some schema in the file at that place may have an `$id` or an anchor.
    pub(crate) fn has_identifiers(&self, file: &str) -> bool {
        self.identified.contains(file)
    }

    /// Notes whether schemas name themselves in the text of the file at that place.
    pub(crate) fn note_identifiers(&mut self, place: &str, text: &[u8]) {
        let names = ["$id", "$anchor", "$dynamicAnchor"];
        if names.iter().any(|name| memchr::memmem::find(text, name.as_bytes()).is_some()) {
            self.identified.insert(place.to_owned());
        }
    }

    /// The node at a place, if it is in a file that has been opened.
    pub(crate) fn at(&self, place: &str) -> Option<&Node> {
        match split_place(place) {
            (None, pointer) => self.root.at(pointer),
            (Some(file), pointer) => self.files.get(file)?.as_ref().ok()?.at(pointer),
        }
    }

    /// The node at a place, if it is in a file that has been opened.
    pub(crate) fn at_mut(&mut self, place: &str) -> Option<&mut Node> {
        match split_place(place) {
            (None, pointer) => self.root.at_mut(pointer),
            (Some(file), pointer) => self.files.get_mut(file)?.as_mut().ok()?.at_mut(pointer),
        }
    }

    /// The place of the whole file that is at `path` as seen from the file of `from`.
    pub(crate) fn open(&mut self, from: &str, path: &str, diagnostics: &mut Diagnostics) -> Result<String, Fault> {
        let Some(file) = self.located(from, path)? else {
            return Ok(String::new());
        };
        if !self.files.contains_key(&file) {
            let loaded = self.load_file(&file, diagnostics);
            self.files.insert(file.clone(), loaded);
        }
        match self.files.get(&file) {
            Some(Err(fault)) => Err(fault.clone()),
            _ => Ok(format!("{file}#")),
        }
    }

    /// The text of the file at `path` as seen from the file of `from`: Markdown, say.
    pub(crate) fn text(&self, from: &str, path: &str, diagnostics: &mut Diagnostics) -> Result<String, Fault> {
        let file = self.located(from, path)?.ok_or(Fault::Missing)?;
        let bytes = self.bytes(&file)?;
        let text = diagnostics.in_file(&file, |diagnostics| decode(&bytes, diagnostics).map(Cow::into_owned));
        text.ok_or(Fault::Broken)
    }

    /// The file that is meant, relative to the root's folder; none for the root.
    fn located(&self, from: &str, path: &str) -> Result<Option<String>, Fault> {
        if has_scheme(path) || path.starts_with("//") {
            return Err(Fault::Remote);
        }
        if path.starts_with(['/', '\\']) || path.get(1..3) == Some(":\\") {
            return Err(Fault::Absolute);
        }
        Ok(self.file_at(from, path))
    }

    /// The path of a file relative to the root's folder; none for the root itself.
    fn file_at(&self, from: &str, path: &str) -> Option<String> {
        let own_name = self.name.rsplit('/').next().unwrap_or(self.name);
        let (from, _) = split_place(from);
        let mut file = beside(from.unwrap_or(own_name), path);
        if file.starts_with("../") {
            // It may lead back in: `../spec/schemas/Pet.yaml`.
            let whole = beside(self.name, &file);
            if !whole.starts_with("../") {
                file = seen_from(self.name, &whole);
            }
        }
        // A place has a `#` behind the file.
        (file != own_name).then(|| file.replace('#', "%23"))
    }

    /// The text of a reference to `place` that stands in the file of `from`.
    pub(crate) fn reference(&self, from: &str, place: &str) -> String {
        let own_name = self.name.rsplit('/').next().unwrap_or(self.name);
        let ((from, _), (file, pointer)) = (split_place(from), split_place(place));
        let pointer = pointer.replace('%', "%25");
        if from == file {
            return format!("#{pointer}");
        }
        let path = seen_from(from.unwrap_or(own_name), file.unwrap_or(own_name));
        format!("{}#{pointer}", path.replace('%', "%25").replace("%2523", "%23"))
    }

    fn load_file(&mut self, file: &str, diagnostics: &mut Diagnostics) -> Result<Node, Fault> {
        let bytes = self.bytes(file)?;
        self.note_identifiers(&format!("{file}#"), &bytes);
        diagnostics.in_file(file, |diagnostics| load_part(&bytes, diagnostics)).ok_or(Fault::Broken)
    }

    fn bytes(&self, file: &str) -> Result<Vec<u8>, Fault> {
        let read = self.read.ok_or(Fault::NoReader)?;
        read(&file.replace("%23", "#")).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Fault::Missing,
            _ => Fault::Unreadable(error.to_string()),
        })
    }
}

/// `https:`, `file:`, `urn:`: a letter, then letters, digits, `+`, `-`, `.` (RFC 3986, 3.1). One letter is a drive.
fn has_scheme(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else { return false };
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io;

    use super::*;

    #[test]
    fn each_file_is_read_once_by_whatever_route() {
        let asked = RefCell::new(Vec::new());
        let read = |path: &str| -> io::Result<Vec<u8>> {
            asked.borrow_mut().push(path.to_owned());
            match path {
                "a/b.yaml" => Ok(b"{x: 1}".to_vec()),
                "c#d.yaml" => Ok(b"- 1".to_vec()),
                "broken.yaml" => Ok(b"a: b: c".to_vec()),
                _ => Err(ErrorKind::NotFound.into()),
            }
        };
        let mut diagnostics = Diagnostics::new("spec/api.yaml");
        let mut documents = Documents::load("spec/api.yaml", b"{}", Some(&read), &mut diagnostics).unwrap();
        let mut open = |from: &str, path: &str| documents.open(from, path, &mut diagnostics);
        for (from, path) in
            [("", "a/b.yaml"), ("", "./a/../a/b.yaml"), ("a/x.yaml#/y", "b.yaml"), ("", "../spec/a/b.yaml")]
        {
            assert_eq!(open(from, path).ok().as_deref(), Some("a/b.yaml#"), "{path} from {from}");
        }
        assert_eq!(open("a/x.yaml#/y", "../api.yaml").ok().as_deref(), Some(""));
        assert_eq!(open("", "c#d.yaml").ok().as_deref(), Some("c%23d.yaml#"));
        assert!(matches!(open("", "no.yaml"), Err(Fault::Missing)));
        assert!(matches!(open("", "no.yaml"), Err(Fault::Missing)));
        assert!(matches!(open("", "broken.yaml"), Err(Fault::Broken)));
        assert!(matches!(open("", "https://example.com/a.yaml"), Err(Fault::Remote)));
        assert!(matches!(open("", "//example.com/a.yaml"), Err(Fault::Remote)));
        assert!(matches!(open("", "/etc/passwd"), Err(Fault::Absolute)));
        assert!(matches!(open("", "C:\\a.yaml"), Err(Fault::Absolute)));
        assert_eq!(*asked.borrow(), ["a/b.yaml", "c#d.yaml", "no.yaml", "broken.yaml"]);
        let found: Vec<_> = diagnostics.list().iter().map(|found| (found.code, found.file.as_str())).collect();
        assert_eq!(found, [("invalid-yaml", "spec/broken.yaml")]);
    }

    #[test]
    fn references_name_places_from_where_they_stand() {
        let mut diagnostics = Diagnostics::new("spec/api.yaml");
        let documents = Documents::load("spec/api.yaml", b"{}", None, &mut diagnostics).unwrap();
        for (from, place, text) in [
            ("/a", "/b%c", "#/b%25c"),
            ("/a", "x/y.yaml#/b", "x/y.yaml#/b"),
            ("x/y.yaml#/a", "/b", "../api.yaml#/b"),
            ("x/y.yaml#/a", "x/z%23.yaml#", "z%23.yaml#"),
        ] {
            assert_eq!(documents.reference(from, place), text);
        }
    }
}
