//! What only the other version of OpenAPI has. It is read as that version reads it.

use super::Check;
use crate::diagnostic::{Diagnostic, Mark};
use crate::normalize::version::Version;
use crate::tree::Pointer;

impl Check<'_> {
    /// A field that stands at `at` and that only the version `only` has, if it is one of those.
    pub(super) fn field_of_other_version(&mut self, key: &str, only: Option<Version>, at: &Pointer) {
        let Some(version) = only.filter(|version| *version != self.version) else { return };
        let what = format!("`{key}`");
        let found = match version {
            Version::V31 => self.newer(&what, at),
            Version::V30 => self.older(
                &what,
                "read all the same: write `type: [string, 'null']`, or `anyOf: [{ $ref: … }, { type: 'null' }]`",
                at,
            ),
        };
        found.map(|found| found.mark(Mark::Key));
    }

    /// What 3.1 has brought.
    pub(super) fn newer(&mut self, what: &str, at: &Pointer) -> Option<&mut Diagnostic> {
        let help = "read as OpenAPI 3.1 has it: write `openapi: 3.1.1` if that is the version meant";
        (self.version == Version::V30)
            .then(|| self.warning("other-version", at.as_str(), format!("OpenAPI 3.0 has no {what}")).help(help))
    }

    /// What 3.1 has no more.
    pub(super) fn older(&mut self, what: &str, help: &str, at: &Pointer) -> Option<&mut Diagnostic> {
        (self.version == Version::V31)
            .then(|| self.warning("other-version", at.as_str(), format!("OpenAPI 3.1 has no {what}")).help(help))
    }
}
