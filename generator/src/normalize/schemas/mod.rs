//! Passes over every Schema Object: from the dialect of OpenAPI 3.1 and from what published descriptions get wrong to
//! the dialect that `openapiv3` reads, which is 3.0's. What that cannot say is carried in `x-` extensions.
//!
//! The first list runs before the schemas inside, the second after them; so a pass of the second list meets
//! sub-schemas that are normalized already, and every diagnostic has the pointer that the author knows.

use super::grammar::Kind;
use super::hoist::Components;
use super::version::Version;
use super::walk::{Visit, walk_document};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::tree::{Node, Object, Pointer};

mod access;
mod enums;
mod formats;
mod members;
mod null;
mod numbers;
mod references;
mod type_arrays;
mod types;
mod unsupported;

type Pass = fn(&mut Object, &Pointer, &mut Context<'_>);

const BEFORE_SUBSCHEMAS: &[Pass] = &[
    types::misspelt_types,
    null::nullable_beside_reference,
    references::recursive_references,
    access::idle_access,
    unsupported::dependencies,
    unsupported::unevaluated_properties,
    unsupported::unevaluated_items,
    unsupported::unsupported_keywords,
];

const AFTER_SUBSCHEMAS: &[Pass] = &[
    references::siblings_of_references,
    members::boolean_additional_properties,
    members::repeated_required,
    members::prefix_items,
    members::no_items,
    members::pattern_properties,
    members::property_names,
    members::contains,
    members::dependent_required,
    members::unevaluated_properties,
    members::schema_examples,
    formats::content_encoding,
    enums::constants,
    enums::empty_enums,
    enums::mistyped_values,
    enums::labels,
    enums::repeated_values,
    null::null_members,
    null::null_in_enums,
    numbers::numeric_exclusive_limits,
    numbers::whole_floats,
    numbers::inexact_numbers,
    type_arrays::type_arrays,
    unsupported::identifiers_and_definitions,
];

/// What a pass may know and use besides the schema.
struct Context<'a> {
    version: Version,
    names: Vec<String>,
    components: &'a mut Components,
    diagnostics: &'a mut Diagnostics,
}

impl Context<'_> {
    fn warning(&mut self, code: &'static str, at: String, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.warning(code, Place::Pointer(at), message)
    }
}

/// Runs both lists over the whole document.
pub(super) fn schema_dialect(
    tree: &mut Node,
    version: Version,
    components: &mut Components,
    diagnostics: &mut Diagnostics,
) {
    let schemas = tree.at("/components/schemas").and_then(Node::as_object);
    let names = schemas.into_iter().flat_map(|schemas| schemas.keys().cloned()).collect();
    let context = Context { version, names, components, diagnostics };
    walk_document(tree, &mut Passes(context));
}

struct Passes<'a>(Context<'a>);

impl Visit for Passes<'_> {
    fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
        if let (Kind::Schema, Node::Object(members)) = (kind, node) {
            for pass in BEFORE_SUBSCHEMAS {
                pass(members, at, &mut self.0);
            }
        }
    }

    fn leave(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
        if kind != Kind::Schema {
            return;
        }
        if let Node::Bool(accepts) = *node {
            *node = boolean_schema(accepts);
        }
        if let Node::Object(members) = node
            && !is_reference(members)
        {
            for pass in AFTER_SUBSCHEMAS {
                pass(members, at, &mut self.0);
            }
        }
    }
}

/// `true` is `{}`, `false` is `{not: {}}` (JSON Schema 2020-12, 4.3.2).
pub(super) fn boolean_schema(accepts: bool) -> Node {
    if accepts { Node::Object(Object::new()) } else { Node::object([("not", Node::Object(Object::new()))]) }
}

/// Whether it is a reference and nothing else.
fn is_reference(members: &Object) -> bool {
    members.len() == 1 && members.contains_key("$ref")
}

/// Whether a `type` names only that type, `"null"` aside.
fn has_type(members: &Object, name: &str) -> bool {
    match members.get("type") {
        Some(Node::String(text)) => text == name,
        Some(Node::Array(names)) => {
            let mut names = names.iter().filter_map(Node::as_str).filter(|other| *other != "null");
            names.next() == Some(name) && names.next().is_none()
        }
        _ => false,
    }
}

/// Sets a keyword.
fn set(members: &mut Object, keyword: &str, value: Node) {
    members.insert(keyword.to_owned(), value);
}

/// Whether null is accepted besides.
fn set_nullable(members: &mut Object) {
    set(members, "nullable", Node::Bool(true));
}

/// Notes where a schema stood that is about to stand elsewhere.
fn keep_pointer(node: &mut Node, pointer: impl Into<String>) {
    if let Node::Object(members) = node
        && !is_reference(members)
    {
        let pointer = Node::string(pointer);
        members.entry("x-pointer".to_owned()).or_insert(pointer);
    }
}
