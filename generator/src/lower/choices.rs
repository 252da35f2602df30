//! codegen.toml by JSON pointer, and which of its entries matched something.

use std::collections::BTreeSet;

use crate::lower::names;
use crate::lower::report::Report;
use crate::lower::selection::{self, Selectable};
use crate::settings::Settings;

/// The settings that name places, and those used so far.
pub(super) struct Choices<'a> {
    settings: &'a Settings,
    used: BTreeSet<(&'static str, &'a str)>,
    /// Entries of `include` and `exclude` that named an operation, with their list.
    selected: BTreeSet<(&'static str, &'static str, &'a str)>,
}

impl<'a> Choices<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings, used: BTreeSet::new(), selected: BTreeSet::new() }
    }

    /// The Rust name that the type of the schema at `pointer` is given.
    pub(super) fn type_name(&mut self, pointer: &str) -> Option<String> {
        self.renamed(pointer, starts_upper)
    }

    /// The Rust name that the property, parameter or operation at `pointer` is given. A property that
    /// is an object has two names: one in upper camel case is its type's.
    pub(super) fn value_name(&mut self, pointer: &str) -> Option<String> {
        self.renamed(pointer, |name| !starts_upper(name))
    }

    fn renamed(&mut self, pointer: &str, is_meant: fn(&str) -> bool) -> Option<String> {
        let (key, name) = self.settings.rename.get_key_value(pointer)?;
        if !is_meant(name) || !names::is_identifier(name) {
            return None;
        }
        self.used.insert(("rename", key));
        Some(name.clone())
    }

    /// The path of the type to use for the schema at `pointer`.
    pub(super) fn replacement(&mut self, pointer: &str) -> Option<String> {
        let (key, path) = self.settings.replace.get_key_value(pointer)?;
        self.used.insert(("replace", key));
        Some(path.clone())
    }

    /// Derives for the type of the schema at `pointer`.
    pub(super) fn derives(&mut self, pointer: &str) -> Vec<String> {
        let Some((key, derives)) = self.settings.derive.get_key_value(pointer) else {
            return Vec::new();
        };
        self.used.insert(("derive", key));
        derives.clone()
    }

    /// Whether the value at `pointer` must not print.
    pub(super) fn is_sensitive(&mut self, pointer: &str) -> bool {
        let Some(entry) = self.settings.sensitive.iter().find(|entry| *entry == pointer) else {
            return false;
        };
        self.used.insert(("sensitive", entry));
        true
    }

    /// Whether the operation is generated.
    pub(super) fn is_selected(&mut self, operation: &Selectable<'_>) -> bool {
        let (include, exclude) = (&self.settings.include, &self.settings.exclude);
        let included: Vec<_> = selection::matches(include, operation).collect();
        let excluded: Vec<_> = selection::matches(exclude, operation).collect();
        let is_selected = (include.is_empty() || !included.is_empty()) && excluded.is_empty();
        self.selected.extend(included.into_iter().map(|(list, entry)| ("include", list, entry)));
        self.selected.extend(excluded.into_iter().map(|(list, entry)| ("exclude", list, entry)));
        is_selected
    }

    /// Whether some operations may be left out.
    pub(super) fn has_selection(&self) -> bool {
        !(self.settings.include.is_empty() && self.settings.exclude.is_empty())
    }

    /// Reports what `replace` and `derive` name that cannot stand in Rust.
    fn report_unparsable(&self, report: &mut Report<'_>) {
        let replaced = self.settings.replace.iter().map(|(entry, path)| ("replace", entry, path));
        let derives = self.settings.derive.iter();
        let derived = derives.flat_map(|(entry, paths)| paths.iter().map(move |path| ("derive", entry, path)));
        for (setting, entry, path) in replaced.chain(derived) {
            if syn::parse_str::<syn::Path>(path).is_err() {
                report.setting_error(
                    "invalid-name",
                    format!("setting `{setting}`: `{path}` for `{entry}` is not the path of a Rust item"),
                    "write it as in Rust code, such as `rust_decimal::Decimal`",
                );
            }
        }
    }

    /// Reports the entries of `include` and `exclude` that name no operation.
    fn report_unselected(&self, report: &mut Report<'_>) {
        for (setting, selection) in [("include", &self.settings.include), ("exclude", &self.settings.exclude)] {
            for (list, entry) in selection.entries() {
                if !self.selected.contains(&(setting, list, entry)) {
                    report.setting_error(
                        "unused-setting",
                        format!("setting `{setting}.{list}`: `{entry}` names no operation of the description"),
                        "correct it, or remove the entry",
                    );
                }
            }
        }
    }

    /// Reports every entry that matched nothing, or names what cannot stand in Rust.
    pub(super) fn report_unused(&self, report: &mut Report<'_>) {
        self.report_unparsable(report);
        self.report_unselected(report);
        let settings = self.settings;
        let entries = (settings.sensitive.iter().map(|entry| ("sensitive", entry)))
            .chain(settings.rename.keys().map(|entry| ("rename", entry)))
            .chain(settings.replace.keys().map(|entry| ("replace", entry)))
            .chain(settings.derive.keys().map(|entry| ("derive", entry)));
        for (setting, entry) in entries {
            if self.used.contains(&(setting, entry.as_str())) {
                continue;
            }
            match settings.rename.get(entry) {
                Some(name) if setting == "rename" && !names::is_identifier(name) => report.setting_error(
                    "invalid-name",
                    format!("setting `rename`: `{name}` for `{entry}` is not a Rust identifier"),
                    "choose another name",
                ),
                _ => report.setting_error(
                    "unused-setting",
                    format!("setting `{setting}`: `{entry}` matches nothing in the description"),
                    "correct the JSON pointer, or remove the entry",
                ),
            }
        }
    }
}

fn starts_upper(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}
