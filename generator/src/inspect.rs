//! What a description says, and what its schemas became: for tools that hold one against the other.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize as _;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit;
use crate::load::Documents;
use crate::model::Type;
use crate::settings::Settings;
use crate::{Description, lower, normalize};

pub use crate::lower::answers::{Answer, Answers};

/// A description beside the types that it becomes.
#[derive(Debug)]
pub struct Inspection {
    /// The description as JSON data, all of its files in one: what stood elsewhere is a component, and a schema that
    /// was moved has its place in `x-pointer`. Whole numbers beyond 64 bits are the nearest floats.
    pub document: Value,
    /// By the JSON pointer of a schema, its type in Rust, as a user of the crate `api` writes it without any `use`:
    /// `api :: types :: Pet`. A schema that is only a reference is not listed.
    pub types: BTreeMap<String, String>,
    /// What each operation can answer: the description's examples, and values made up where it gives none.
    pub answers: Vec<Answers>,
}

/// Inspects a description.
///
/// # Errors
/// Everything that is wrong with it.
pub fn inspect(description: Description<'_>, settings: &Settings) -> Result<Inspection, Vec<Diagnostic>> {
    let mut diagnostics = Diagnostics::new(description.name);
    types_of(description, settings, &mut diagnostics).ok_or_else(|| diagnostics.into_list())
}

fn types_of(description: Description<'_>, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<Inspection> {
    let documents = Documents::load(description.name, description.text, description.files, diagnostics)?;
    let documents = normalize::overlaid(documents, description.overlays, diagnostics);
    let bundle = normalize::bundle(documents, diagnostics)?;
    let document = Value::deserialize(&bundle.tree).ok()?;
    let normalized = bundle.normalize(diagnostics)?;
    let mut notes = lower::Notes::default();
    let api = lower::lower(&normalized, settings, Some(&mut notes), diagnostics)?;
    // Some are left out, or take a type of the user's.
    let names: HashSet<&str> = api.types.iter().map(|ty| ty.name.as_str()).collect();
    let mut types = BTreeMap::new();
    for (pointer, ty) in notes.types.into_iter().filter(|(_, ty)| is_known(ty, &names)) {
        types.entry(pointer).or_insert_with(|| emit::type_text(&ty, "api"));
    }
    Some(Inspection { document, types, answers: notes.answers })
}

fn is_known(ty: &Type, names: &HashSet<&str>) -> bool {
    match ty {
        Type::Named(name) => names.contains(name.as_str()),
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => is_known(inner, names),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_found_by_their_places() {
        let text = "
openapi: 3.1.0
info: { title: Test, version: '1' }
paths: {}
components:
  schemas:
    Pet: { type: object, properties: { id: { type: string, format: uuid }, tags: { type: array, items: { type: object, properties: { a: {} } } } } }
    Pets: { type: array, items: { $ref: '#/components/schemas/Pet' } }
";
        let description = Description::new("test.yaml", text);
        let found = inspect(description, &Settings::default()).unwrap_or_else(|problems| panic!("{problems:?}"));
        let at = |pointer: &str| Some(found.types.get(&format!("/components/schemas{pointer}"))?.replace(' ', ""));
        assert_eq!(at("/Pet").as_deref(), Some("api::types::Pet"));
        assert_eq!(at("/Pet/properties/id").as_deref(), Some("uuid::Uuid"));
        assert_eq!(at("/Pet/properties/tags").as_deref(), Some("Vec<api::types::PetTag>"));
        assert_eq!(at("/Pets").as_deref(), Some("api::types::Pets"));
        assert_eq!(at("/Pets/items"), None);
        assert_eq!(found.document["info"]["title"], "Test");
    }
}
