//! What codegen.toml says of places and formats, and which of its entries matched something.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter;

use crate::diagnostic::Mark;
use crate::lower::names;
use crate::lower::report::Report;
use crate::lower::selection::{self, Selectable};
use crate::settings::{FormatChoice, Settings};
use crate::suggest::did_you_mean;
use crate::tree::{Pointer, escape, places_around, split_place};

/// The settings that name places, and those used so far.
pub(super) struct Choices<'a> {
    settings: &'a Settings,
    used: BTreeSet<(&'static str, &'a str)>,
    /// The components that stand in other files, by their places there. An entry may name either.
    components: HashMap<String, String>,
    /// Entries of `include` and `exclude` that named an operation, with their list.
    selected: BTreeSet<(&'static str, &'static str, &'a str)>,
    /// The places that entries could have named, and the names of operations: what an entry that matches nothing may
    /// have meant. Kept only where there are entries.
    asked: BTreeSet<(&'static str, String)>,
}

impl<'a> Choices<'a> {
    /// Whether bodies in other notations than JSON are variants of their own.
    pub(super) fn takes_other_notations(&self) -> bool {
        self.settings.other_notations
    }

    pub(super) fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            used: BTreeSet::new(),
            selected: BTreeSet::new(),
            components: HashMap::new(),
            asked: BTreeSet::new(),
        }
    }

    /// Notes that the component at `pointer` stands at `place`.
    pub(super) fn note_component(&mut self, place: &str, pointer: String) {
        self.components.insert(place.to_owned(), pointer);
    }

    fn ask(&mut self, setting: &'static str, place: &str, is_set: bool) {
        if is_set {
            self.asked.insert((setting, place.to_owned()));
        }
    }

    /// What an entry that matches nothing may have meant.
    fn meant(&self, setting: &'static str, entry: &str) -> String {
        let known = self.asked.iter().filter(|(asked, _)| *asked == setting).map(|(_, name)| name.as_str());
        did_you_mean(entry, known).unwrap_or_else(|| "correct it, or remove the entry".to_owned())
    }

    /// The entry for a place, under one of its names.
    fn entry<T>(&self, entries: &'a BTreeMap<String, T>, place: &str) -> Option<(&'a str, &'a T)> {
        let found = self.names(place).find_map(|name| entries.get_key_value(&*name));
        found.map(|(entry, value)| (entry.as_str(), value))
    }

    /// What an entry can call a place: a whole file by its path alone, what is in a component as if it stood there.
    fn names<'n>(&'n self, place: &'n str) -> impl Iterator<Item = Cow<'n, str>> {
        let is_elsewhere = split_place(place).0.is_some();
        let own = place.strip_suffix('#').filter(|_| is_elsewhere).unwrap_or(place);
        let around = places_around(place).filter(move |_| is_elsewhere);
        let in_components = around.filter_map(|around| {
            let rest = place.get(around.len()..).unwrap_or_default();
            Some(Cow::Owned(format!("{}{rest}", self.components.get(around)?)))
        });
        iter::once(Cow::Borrowed(own)).chain(in_components)
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
        self.ask("rename", pointer, !self.settings.rename.is_empty());
        let (key, name) = self.entry(&self.settings.rename, pointer)?;
        if !is_meant(name) || !names::is_identifier(name) {
            return None;
        }
        self.used.insert(("rename", key));
        Some(name.clone())
    }

    /// The path of the type to use for the schema at `pointer`.
    pub(super) fn replacement(&mut self, pointer: &str) -> Option<String> {
        self.ask("replace", pointer, !self.settings.replace.is_empty());
        let (key, path) = self.entry(&self.settings.replace, pointer)?;
        self.used.insert(("replace", key));
        Some(path.clone())
    }

    /// Derives for the type of the schema at `pointer`.
    pub(super) fn derives(&mut self, pointer: &str) -> Vec<String> {
        self.ask("derive", pointer, !self.settings.derive.is_empty());
        let Some((key, derives)) = self.entry(&self.settings.derive, pointer) else {
            return Vec::new();
        };
        self.used.insert(("derive", key));
        derives.clone()
    }

    /// The type of the values of `format`.
    pub(super) fn format(&mut self, format: &str) -> Option<&'a FormatChoice> {
        self.ask("formats", format, !self.settings.formats.is_empty());
        let (key, choice) = self.settings.formats.get_key_value(format)?;
        self.used.insert(("formats", key));
        Some(choice)
    }

    /// Whether the value at `pointer` must not print.
    pub(super) fn is_sensitive(&mut self, pointer: &str) -> bool {
        self.ask("sensitive", pointer, !self.settings.sensitive.is_empty());
        let Some(entry) = self.settings.sensitive.iter().find(|entry| self.names(pointer).any(|name| name == **entry))
        else {
            return false;
        };
        self.used.insert(("sensitive", entry));
        true
    }

    /// Whether the operation is generated.
    pub(super) fn is_selected(&mut self, operation: &Selectable<'_>) -> bool {
        let is_set = self.has_selection();
        self.ask("operations", operation.id, is_set);
        self.ask("paths", operation.path, is_set);
        operation.tags.iter().for_each(|tag| self.ask("tags", tag, is_set));
        let (include, exclude) = (&self.settings.include, &self.settings.exclude);
        let included: Vec<_> = selection::matches(include, operation).collect();
        let excluded: Vec<_> = selection::matches(exclude, operation).collect();
        let is_selected = (include.is_empty() || !included.is_empty()) && excluded.is_empty();
        self.selected.extend(included.into_iter().map(|(list, entry)| ("include", list, entry)));
        self.selected.extend(excluded.into_iter().map(|(list, entry)| ("exclude", list, entry)));
        is_selected
    }

    /// Whether the callback, whose operation is generated, is not.
    pub(super) fn is_excluded(&mut self, callback: &Selectable<'_>) -> bool {
        let excluded: Vec<_> = selection::matches(&self.settings.exclude, callback).collect();
        let is_excluded = !excluded.is_empty();
        self.selected.extend(excluded.into_iter().map(|(list, entry)| ("exclude", list, entry)));
        is_excluded
    }

    /// Whether some operations may be left out.
    pub(super) fn has_selection(&self) -> bool {
        !(self.settings.include.is_empty() && self.settings.exclude.is_empty())
    }

    /// Reports what `replace`, `derive` and `formats` name that cannot stand in Rust.
    fn report_unparsable(&self, report: &mut Report<'_>) {
        let setting = |setting: &str, entry: &str| setting_at(&[setting, entry]);
        let replaced = self.settings.replace.iter();
        let replaced = replaced.map(|(entry, path)| (setting("replace", entry), entry, path.as_str()));
        let derived = self.settings.derive.iter().flat_map(|(entry, paths)| {
            let paths = paths.iter().enumerate();
            paths.map(move |(index, path)| (setting_at(&["derive", entry, &index.to_string()]), entry, path.as_str()))
        });
        let formatted = self.settings.formats.iter().flat_map(|(entry, choice)| {
            let paths = std::iter::once(choice.path()).chain(choice.with());
            paths.map(move |path| (setting("formats", entry), entry, path))
        });
        for (place, entry, path) in replaced.chain(derived).chain(formatted) {
            if syn::parse_str::<syn::Path>(path).is_err() {
                let message = format!("`{path}` for `{entry}` is not the path of a Rust item");
                report
                    .setting_error("invalid-name", &place, message)
                    .help("write it as in Rust code, such as `rust_decimal::Decimal`");
            }
        }
    }

    /// Reports the entries of `include` and `exclude` that name no operation.
    fn report_unselected(&self, report: &mut Report<'_>) {
        for (setting, selection) in [("include", &self.settings.include), ("exclude", &self.settings.exclude)] {
            for (list, index, entry) in selection.entries() {
                if !self.selected.contains(&(setting, list, entry)) {
                    let place = setting_at(&[setting, list, &index.to_string()]);
                    let message = format!("`{entry}` names no operation of the description");
                    report.setting_error("unused-setting", &place, message).help(self.meant(list, entry));
                }
            }
        }
    }

    /// Reports every entry that matched nothing, or names what cannot stand in Rust.
    pub(super) fn report_unused(&self, report: &mut Report<'_>) {
        self.report_unparsable(report);
        self.report_unselected(report);
        let settings = self.settings;
        let listed = settings.sensitive.iter().enumerate();
        let entries = listed
            .map(|(index, entry)| ("sensitive", entry, setting_at(&["sensitive", &index.to_string()])))
            .chain(settings.rename.keys().map(|entry| ("rename", entry, setting_at(&["rename", entry]))))
            .chain(settings.replace.keys().map(|entry| ("replace", entry, setting_at(&["replace", entry]))))
            .chain(settings.derive.keys().map(|entry| ("derive", entry, setting_at(&["derive", entry]))))
            .chain(settings.formats.keys().map(|entry| ("formats", entry, setting_at(&["formats", entry]))));
        for (setting, entry, place) in entries {
            if self.used.contains(&(setting, entry.as_str())) {
                continue;
            }
            let help = self.meant(setting, entry);
            match settings.rename.get(entry) {
                Some(name) if setting == "rename" && !names::is_identifier(name) => {
                    let message = format!("`{name}` for `{entry}` is not a Rust identifier");
                    report.setting_error("invalid-name", &place, message).help("choose another name");
                }
                _ if setting == "formats" => {
                    let message = format!("no schema of the description has the format `{entry}`");
                    report.setting_error("unused-setting", &place, message).mark(Mark::Key).help(help);
                }
                _ => {
                    let message = format!("`{entry}` matches nothing in the description");
                    report.setting_error("unused-setting", &place, message).mark(Mark::Key).help(help);
                }
            }
        }
    }
}

/// The pointer to a setting.
fn setting_at(path: &[&str]) -> Pointer {
    Pointer::from_text(path.iter().map(|segment| format!("/{}", escape(segment))).collect::<String>())
}

fn starts_upper(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}
