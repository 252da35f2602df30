//! Tree in, `openapiv3::OpenAPI` out.
//!
//! A list of passes, each named after what it removes, over the tree: from 3.1 to the 3.0 dialect that `openapiv3` reads, and
//! from what published descriptions get wrong to what they mean. Schemas and operations keep their pointers; a schema
//! that has to move says in `x-pointer` where it was. Every problem is collected; what has
//! errors is taken out in the end, so that the rest can be looked at.

use crate::Overlay;
use crate::diagnostic::Diagnostics;
use crate::load::Documents;
use crate::tree::Node;

mod overlays;
mod version;
mod grammar;
mod walk;
mod structure;
mod hoist;
mod identifiers;
mod target;
mod out_of_place;
mod references;
mod cycles;
mod idle_fields;
mod operations;
mod security;
mod path_items;
mod schemas;
mod document;
mod unsound;
mod typed;
#[cfg(test)]
mod tests;

pub(crate) use overlays::Origins;
pub(crate) use unsound::Unsound;

/// A description in the one form that `lower` reads.
pub(crate) struct Normalized {
    pub(crate) description: openapiv3::OpenAPI,
    /// Where it lacks what has errors.
    pub(crate) unsound: Unsound,
}

/// Checks a description and brings it into the one form that `lower` reads. `None` if errors leave nothing to read.
pub(crate) fn normalize(documents: Documents<'_>, diagnostics: &mut Diagnostics) -> Option<Normalized> {
    bundle(documents, diagnostics)?.normalize(diagnostics)
}

/// Applies overlays to the root of a description.
pub(crate) fn overlaid<'d>(
    mut documents: Documents<'d>,
    overlays: &[Overlay<'_>],
    diagnostics: &mut Diagnostics,
) -> Documents<'d> {
    if !overlays.is_empty() {
        overlays.iter().for_each(|overlay| documents.note_identifiers("", overlay.text));
        overlays::apply(&mut documents.root, overlays, diagnostics);
    }
    documents
}

/// A description in one document, whose references all lead to components.
pub(crate) struct Bundle {
    pub(crate) tree: Node,
    version: version::Version,
    components: hoist::Components,
}

/// Brings a description into one document. `None` if its version is not supported.
pub(crate) fn bundle(mut documents: Documents<'_>, diagnostics: &mut Diagnostics) -> Option<Bundle> {
    let version = version::supported_version(&documents.root, diagnostics)?;
    document::foreign_webhooks(&mut documents.root);
    let mut components = hoist::Components::new(&documents.root);
    references::references_outside_components(&mut documents, version, &mut components, diagnostics);
    let mut tree = documents.root;
    components.move_into(&mut tree);
    Some(Bundle { tree, version, components })
}

impl Bundle {
    pub(crate) fn normalize(self, diagnostics: &mut Diagnostics) -> Option<Normalized> {
        let Self { mut tree, version, mut components } = self;
        cycles::reference_cycles(&tree, diagnostics);
        operations::duplicate_operation_ids(&mut tree, diagnostics);
        idle_fields::idle_fields(&mut tree, diagnostics);
        operations::operation_dialect(&mut tree, diagnostics);
        security::undeclared_schemes(&mut tree, diagnostics);
        security::security_schemes(&mut tree, diagnostics);
        path_items::shared_path_items(&mut tree, diagnostics);
        path_items::equivalent_paths(&tree, diagnostics);
        schemas::schema_dialect(&mut tree, version, &mut components, diagnostics);
        components.move_into(&mut tree);
        document::missing_sections(&mut tree);
        document::webhooks(&mut tree);
        if !diagnostics.has_errors() {
            let description = typed::typed_description(tree, diagnostics)?;
            return Some(Normalized { description, unsound: Unsound::default() });
        }
        let unsound = unsound::take_out(&mut tree, diagnostics)?;
        // Something is wrong that has been named; what it leads to here has not to be named too.
        let description = typed::typed_description(tree, &mut Diagnostics::new(""))?;
        Some(Normalized { description, unsound })
    }
}
