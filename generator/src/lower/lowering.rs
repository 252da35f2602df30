//! What lowering knows while it goes through a description.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexMap;

use crate::lower::answers::Answers;
use crate::lower::choices::Choices;
use crate::lower::conversion::Conversion;
use crate::lower::direction::DirectedTells;
use crate::lower::formats::Formats;
use crate::lower::keywords::{Annotations, Keywords, Node};
use crate::lower::links::LinkTargets;
use crate::lower::names::{Case, Scope, identifier};
use crate::lower::pagination::Candidate;
use crate::lower::pattern::Patterns;
use crate::lower::pointer;
use crate::lower::report::Report;
use crate::lower::union;
use crate::model::{Docs, Type, TypeDefinition, TypeKind};

/// A component schema.
pub(super) struct Component {
    /// The Rust type's name.
    pub(super) name: String,
    /// The schema.
    pub(super) node: Node,
    /// Whether it stood in an inline place before normalization.
    pub(super) is_inline: bool,
    /// Whether the schema lets it be null: its type does not, but each use of it.
    pub(super) is_nullable: bool,
    /// The path of a type of the user's, from codegen.toml.
    pub(super) replacement: Option<String>,
}

/// The state of one run.
pub(super) struct Lowering<'a> {
    pub(super) document: &'a openapiv3::OpenAPI,
    pub(super) choices: Choices<'a>,
    pub(super) report: Report<'a>,
    pub(super) components: IndexMap<String, Component>,
    pub(super) patterns: Patterns,
    pub(super) formats: Formats,
    pub(super) type_names: Scope,
    /// Definitions in document order; a slot is empty while its type is being lowered.
    pub(super) definitions: Vec<Option<TypeDefinition>>,
    /// Their indices, by name.
    pub(super) definition_slots: HashMap<String, usize>,
    /// Rust names of types that no component names.
    pub(super) inline_names: HashSet<String>,
    /// Inline types of multipart bodies, for which the struct of their parts stands.
    pub(super) replaced: HashSet<String>,
    /// Inline schemas that have their type already, by what tells them from all others.
    pub(super) inline_types: HashMap<String, Type>,
    pub(super) flattened: HashMap<String, Rc<Keywords>>,
    /// Schemas whose `allOf` is being merged.
    pub(super) flattening: Vec<String>,
    /// How many schemas were made by merging those of several.
    pub(super) conjunctions: usize,
    /// Schemas whose `anyOf` is being looked at, without it.
    pub(super) joining: HashMap<String, Rc<Keywords>>,
    /// Where links can lead.
    pub(super) link_targets: LinkTargets,
    /// What the names of inline schemas begin with, by the place of what they are in.
    pub(super) named_places: HashMap<String, String>,
    /// What components that others inherit from say themselves, by their key.
    pub(super) bases: HashMap<String, Node>,
    /// The schemas that inherit from them, by their identity.
    pub(super) children: HashSet<String>,
    /// How the members of unions are told apart where a property travels one way only.
    pub(super) directed_tells: DirectedTells,
    /// The places of operations that codegen.toml does not select.
    pub(super) left_out: HashSet<String>,
    /// The operations that may come in pages.
    pub(super) candidates: Vec<Candidate>,
    pub(super) conversion: Conversion,
    pub(super) depth: usize,
    /// What tools want to know besides the model, if one asked.
    pub(super) notes: Option<Notes>,
}

/// What is known of a description besides its model.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Places of schemas, and what they became.
    pub(crate) types: Vec<(String, Type)>,
    /// What each operation can answer.
    pub(crate) answers: Vec<Answers>,
}

impl Lowering<'_> {
    /// The node of a schema that stands outside of the component schemas.
    pub(super) fn convert(&mut self, schema: &openapiv3::ReferenceOr<openapiv3::Schema>, pointer: String) -> Node {
        self.conversion.node(schema, pointer)
    }

    /// Notes that the schema at `pointer` became `ty`.
    pub(super) fn note_use(&mut self, pointer: &str, ty: &Type) {
        if let Some(notes) = &mut self.notes {
            notes.types.push((pointer.to_owned(), ty.clone()));
        }
    }

    /// Keeps the place of a definition, so that it stands before those that it needs.
    pub(super) fn reserve(&mut self) -> usize {
        self.definitions.push(None);
        self.definitions.len() - 1
    }

    /// Fills a place that [`Self::reserve`] kept.
    pub(super) fn define(&mut self, slot: usize, name: &str, annotations: &Annotations, pointer: &str, kind: TypeKind) {
        let mut docs = docs(annotations, name);
        if let TypeKind::Union(definition) = &kind {
            docs.notes.push(union::note(definition));
        }
        let definition = TypeDefinition {
            name: name.to_owned(),
            docs,
            derives: self.choices.derives(pointer),
            request_form_of: None,
            is_only_checked: false,
            in_request: false,
            in_response: false,
            kind,
        };
        self.definition_slots.insert(name.to_owned(), slot);
        if let Some(place) = self.definitions.get_mut(slot) {
            *place = Some(definition);
        }
    }

    /// Reads the component schemas and names them: those of the description first, then those that
    /// normalization moved there, by their original place.
    pub(super) fn read_components(&mut self) {
        let document = self.document;
        let Some(components) = &document.components else {
            return;
        };
        for (key, schema) in &components.schemas {
            let is_inline = matches!(schema, openapiv3::ReferenceOr::Item(schema)
                if schema.schema_data.extensions.get("x-inline") == Some(&serde_json::Value::Bool(true)));
            let pointer = pointer::child("/components/schemas", key);
            let node = self.convert(schema, pointer.clone());
            if !is_inline && node.pointer() != pointer {
                self.choices.note_component(node.pointer(), pointer);
            }
            let component = Component {
                name: String::new(),
                replacement: self.choices.replacement(node.pointer()),
                node,
                is_inline,
                is_nullable: false,
            };
            self.components.insert(key.clone(), component);
        }
        self.name_components();
        self.read_inheritance();
    }

    /// Renamed ones choose first, then the others in document order.
    fn name_components(&mut self) {
        let choices = &mut self.choices;
        for component in self.components.values_mut() {
            if let Some(name) = choices.type_name(component.node.pointer()) {
                component.name = self.type_names.claim([name]);
            }
        }
        for (key, component) in &mut self.components {
            if component.name.is_empty() && !component.is_inline {
                component.name = self.type_names.claim_text(key, Case::UpperCamel);
            }
        }
    }

    /// Reports what reading the schemas could not keep.
    pub(super) fn report_conversion(&mut self) {
        for pointer in std::mem::take(&mut self.conversion.too_deep) {
            self.too_deep(&pointer);
        }
        for (pointer, keywords) in std::mem::take(&mut self.conversion.contradictions) {
            self.contradictory_bounds(&pointer, keywords);
        }
        for (pointer, message) in std::mem::take(&mut self.conversion.invalid) {
            self.report.error("invalid-description", &pointer, message, "");
        }
        for pointer in std::mem::take(&mut self.conversion.dangling) {
            self.report.error(
                "dangling-reference",
                &pointer,
                "the reference does not name a component schema".to_owned(),
                "",
            );
        }
    }

    pub(super) fn too_deep(&mut self, pointer: &str) {
        self.report.error(
            "too-deep",
            pointer,
            "schemas are nested too deeply".to_owned(),
            "move inner schemas to `components.schemas`",
        );
    }
}

/// The documentation of an item called `name`.
pub(super) fn docs(annotations: &Annotations, name: &str) -> Docs {
    Docs {
        title: annotations.title.clone().filter(|title| says_more(title, name)),
        description: annotations.description.clone().filter(|text| !text.trim().is_empty()),
        examples: annotations.examples.iter().map(|(_, example)| example.to_string()).collect(),
        notes: Vec::new(),
        is_deprecated: annotations.is_deprecated,
    }
}

/// Whether `title` has other words than `name`.
pub(super) fn says_more(title: &str, name: &str) -> bool {
    let bare = |text: &str| identifier(text, Case::Snake).replace('_', "");
    let title_words = bare(title);
    !title.trim().is_empty() && title_words != bare(name.trim_start_matches("r#"))
}
