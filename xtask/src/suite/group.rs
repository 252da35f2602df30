//! The suite's files: groups of a schema and tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The drafts that OpenAPI's dialects stand on.
pub(super) const DRAFTS: [&str; 2] = ["draft2020-12", "draft4"];

/// A schema, and what it accepts.
#[derive(Debug, Deserialize)]
pub(super) struct Group {
    /// The file's path below `tests`, without its extension: `draft4/optional/bignum`.
    #[serde(skip)]
    pub(super) file: String,
    /// Its number in the file.
    #[serde(skip)]
    pub(super) number: usize,
    #[serde(rename = "description")]
    pub(super) name: String,
    pub(super) schema: Value,
    pub(super) tests: Vec<Test>,
}

/// A value, and whether the schema accepts it.
#[derive(Debug, Deserialize)]
pub(super) struct Test {
    #[serde(rename = "description")]
    pub(super) name: String,
    /// As the suite writes it: numbers may be larger than any type.
    pub(super) data: Box<RawValue>,
    /// The same as a value, for its types.
    #[serde(skip)]
    pub(super) value: Value,
    pub(super) valid: bool,
}

impl Group {
    /// Every group below `tests`, in the order of the files' names.
    pub(super) fn read_all(suite: &Path) -> Result<Vec<Self>> {
        let mut groups = Vec::new();
        for draft in DRAFTS {
            let mut folders = vec![PathBuf::from(draft)];
            let mut files = Vec::new();
            while let Some(folder) = folders.pop() {
                let path = suite.join("tests").join(&folder);
                let entries = fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))?;
                for entry in entries {
                    let entry = entry?;
                    let name = folder.join(entry.file_name());
                    if entry.file_type()?.is_dir() {
                        folders.push(name);
                    } else if name.extension().is_some_and(|extension| extension == "json") {
                        files.push(name);
                    }
                }
            }
            files.sort();
            for file in files {
                groups.extend(Self::read(suite, &file)?);
            }
        }
        Ok(groups)
    }

    fn read(suite: &Path, file: &Path) -> Result<Vec<Self>> {
        let path = suite.join("tests").join(file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut groups: Vec<Self> =
            serde_json::from_str(&text).with_context(|| format!("{} is no file of the suite", path.display()))?;
        for (number, group) in groups.iter_mut().enumerate() {
            group.file = file.with_extension("").to_string_lossy().replace('\\', "/");
            group.number = number;
            for test in &mut group.tests {
                test.value = serde_json::from_str(test.data.get()).unwrap_or_default();
            }
        }
        Ok(groups)
    }

    /// `draft4`
    pub(super) fn draft(&self) -> &str {
        self.file.split('/').next().unwrap_or_default()
    }

    /// The component's key, a Rust name already: `OptionalFormatDateTime0`.
    pub(super) fn key(&self) -> String {
        let words = self.file.split(['/', '-']).skip(if self.draft() == "draft4" { 1 } else { 2 });
        let capital = |word: &str| {
            let mut word = word.replace('_', "");
            if let Some(first) = word.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            word
        };
        format!("{}{}", words.map(capital).collect::<String>(), self.number)
    }
}
