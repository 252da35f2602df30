//! What each code of a diagnostic means: the chapters in `generator/codes/`, a section for each code.
//!
//! ````markdown
//! ## dangling-reference
//!
//! A `$ref` leads to a place where there is nothing.
//!
//! ```yaml
//! …
//! ```
//!
//! Mended:
//!
//! ```yaml
//! …
//! ```
//!
//! Source: OpenAPI 3.1.1, Reference Object.
//! ````
//!
//! The first example is wrong in the way that the code names, the one below `Mended:` is not; the tests hold both to
//! that. The first two lines of a description may be left out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::suggest::did_you_mean;

const CHAPTERS: &[&str] = &[
    include_str!("../codes/text.md"),
    include_str!("../codes/structure.md"),
    include_str!("../codes/references.md"),
    include_str!("../codes/schemas.md"),
    include_str!("../codes/operations.md"),
    include_str!("../codes/bodies.md"),
    include_str!("../codes/security.md"),
    include_str!("../codes/settings.md"),
    include_str!("../codes/overlays.md"),
];

static BY_CODE: LazyLock<BTreeMap<&str, Explanation>> =
    LazyLock::new(|| chapters().flat_map(|chapter| chapter.codes).map(|found| (found.code, found)).collect());

/// The codes about one matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// What they are about.
    pub title: &'static str,
    /// The codes, as they stand in the chapter.
    pub codes: Vec<Explanation>,
}

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The code.
    pub code: &'static str,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// All that there is to say, in Markdown, the summary first.
    pub text: &'static str,
}

/// Everything that is documented.
pub fn chapters() -> impl Iterator<Item = Chapter> {
    CHAPTERS.iter().map(|chapter| {
        let mut sections = chapter.split("\n## ");
        let title = sections.next().unwrap_or_default().trim().trim_start_matches("# ");
        Chapter { title, codes: sections.filter_map(explanation).collect() }
    })
}

fn explanation(section: &'static str) -> Option<Explanation> {
    let (code, text) = section.split_once('\n')?;
    let text = text.trim();
    let summary = text.lines().next()?;
    Some(Explanation { code: code.trim(), summary, text })
}

/// What `code` means.
///
/// # Errors
/// There is no such code; the help says which one may be meant, if one is near enough.
pub fn explain(code: &str) -> Result<Explanation, Option<String>> {
    BY_CODE.get(code).copied().ok_or_else(|| did_you_mean(code, BY_CODE.keys().copied()))
}
