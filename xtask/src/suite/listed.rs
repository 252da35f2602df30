//! The committed list of tests that go otherwise.
//!
//! ```toml
//! [passed]                                    # no fewer tests pass
//! draft4 = 500
//!
//! [keywords]                                  # files whose keyword is not honoured
//! "draft4/refRemote" = "there is no network"
//!
//! [tests]                                     # a test, or those of a group that go otherwise
//! "draft4/not/not" = "a type has no complement"
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::group::{Group, Test};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub(super) passed: BTreeMap<String, usize>,
    keywords: BTreeMap<String, String>,
    tests: BTreeMap<String, String>,
    #[serde(skip)]
    used: BTreeSet<String>,
}

impl Listed {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is no list of tests", path.display()))
    }

    /// Removes the files of keywords that are not honoured.
    pub(super) fn take_keywords(&mut self, groups: &mut Vec<Group>) {
        groups.retain(|group| {
            let is_listed = self.keywords.contains_key(&group.file);
            if is_listed {
                self.used.insert(group.file.clone());
            }
            !is_listed
        });
    }

    /// Why the test goes otherwise.
    pub(super) fn reason(&self, group: &Group, test: &Test) -> Option<&str> {
        entries(group, test).iter().find_map(|entry| self.tests.get(entry)).map(String::as_str)
    }

    /// Notes that the test does go otherwise.
    pub(super) fn used(&mut self, group: &Group, test: &Test) {
        self.used.extend(entries(group, test));
    }

    /// Entries that name nothing, or nothing that goes otherwise.
    pub(super) fn stale(&self) -> Vec<String> {
        let entries = self.keywords.keys().chain(self.tests.keys());
        let stale = entries.filter(|entry| !self.used.contains(*entry));
        stale.map(|entry| format!("listed, but no test of it goes otherwise: {entry}")).collect()
    }
}

fn entries(group: &Group, test: &Test) -> [String; 2] {
    [format!("{}/{}", group.file, group.name), format!("{}/{}/{}", group.file, group.name, test.name)]
}
