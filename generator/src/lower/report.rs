//! What lowering has to say, each thing once: a schema that an `allOf` merges into several types is
//! looked at several times.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::lower::selection::is_warning_below;
use crate::normalize::Unsound;
use crate::settings::Settings;
use crate::tree::Pointer;

/// The diagnostics of this stage.
pub(super) struct Report<'a> {
    diagnostics: &'a mut Diagnostics,
    seen: HashSet<(&'static str, String, String)>,
    /// What the user calls the settings.
    settings_file: String,
    unsound: &'a Unsound,
}

impl<'a> Report<'a> {
    pub(super) fn new(diagnostics: &'a mut Diagnostics, settings: &Settings, unsound: &'a Unsound) -> Self {
        Self { diagnostics, seen: HashSet::new(), settings_file: settings.source.file.clone(), unsound }
    }

    /// A problem of the schema, operation … at `pointer` that forbids output.
    pub(super) fn error(&mut self, code: &'static str, pointer: &str, message: String, help: &str) {
        let place = Place::Pointer(pointer.to_owned());
        self.add(Severity::Error, code, place, message, help);
    }

    /// A repair or degradation at `pointer`.
    pub(super) fn warning(&mut self, code: &'static str, pointer: &str, message: String, help: &str) {
        let place = Place::Pointer(pointer.to_owned());
        self.add(Severity::Warning, code, place, message, help);
    }

    /// A repair or degradation at `pointer`, because of what stands elsewhere.
    pub(super) fn warning_of_two(
        &mut self,
        code: &'static str,
        (pointer, message, help): (&str, String, &str),
        (other, label): (&str, &str),
    ) {
        let place = Place::Pointer(pointer.to_owned());
        if let Some(diagnostic) = self.add(Severity::Warning, code, place, message, help)
            && pointer != other
        {
            diagnostic.related(Place::Pointer(other.to_owned()), label);
        }
    }

    /// A header that is described by other means, and ignored.
    pub(super) fn idle_header(&mut self, name: &str, pointer: &str, help: &str) {
        self.warning("idle-field", pointer, format!("the header `{name}` says nothing here"), help);
    }

    /// A problem of the setting at a pointer into codegen.toml.
    pub(super) fn setting_error(&mut self, code: &'static str, pointer: &Pointer, message: String) -> &mut Diagnostic {
        let diagnostic = self.diagnostics.error(code, Place::Pointer(pointer.as_str().to_owned()), message);
        self.settings_file.clone_into(&mut diagnostic.file);
        diagnostic
    }

    fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        place: Place,
        message: String,
        help: &str,
    ) -> Option<&mut Diagnostic> {
        let key = match &place {
            Place::Pointer(pointer) => pointer.clone(),
            _ => String::new(),
        };
        if self.unsound.is_around(&key) || !self.seen.insert((code, key, message.clone())) {
            return None;
        }
        let diagnostic = match severity {
            Severity::Error => self.diagnostics.error(code, place, message),
            Severity::Warning => self.diagnostics.warning(code, place, message),
        };
        if !help.is_empty() {
            diagnostic.help(help);
        }
        Some(diagnostic)
    }

    /// Takes back the warnings about what is at one of `places` or below.
    pub(super) fn take_back_warnings(&mut self, places: &HashSet<String>) {
        self.diagnostics.take_back(|diagnostic| is_warning_below(diagnostic, places));
    }

    /// Takes back that settings have no use.
    pub(super) fn take_back_settings(&mut self) {
        self.diagnostics.take_back(|diagnostic| diagnostic.file == self.settings_file);
    }

    /// The known name that is nearest to an unknown one.
    pub(super) fn nearest<'n>(&mut self, unknown: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        self.diagnostics.suggestions.nearest(unknown, known)
    }

    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.has_errors()
    }
}
