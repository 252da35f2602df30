//! What is added to a description changes no name of anything else.
//!
//! The accepted fixtures are added to; so is every description below the folder that `DESCRIPTIONS` names, if it is set.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use openapi_rust_generator::model::{Api, TypeDefinition, TypeKind};
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, generate};
use serde_json::{Map, Value, json};
use tests::{accepted, avido};

/// Names that sort before and behind all others: where the addition stands must not matter.
const NAMES: [&str; 2] = ["AaaUnrelated", "ZzzUnrelated"];

/// What can be named in the generated crate, each with the names of its parts.
fn names(api: &Api) -> BTreeMap<String, Vec<String>> {
    let types = api.types.iter().map(|ty| (format!("type {}", ty.name), parts(ty)));
    let operations = api.tags.iter().flat_map(|tag| {
        tag.operations.iter().map(move |operation| {
            let parameters = operation.parameters.iter().map(|it| it.name.clone());
            let answers = operation.successes.iter().chain(&operation.failures).map(|it| it.name.clone());
            let owner = format!("{} {} {} {}", tag.name, tag.module, operation.type_name, operation.wire_name);
            (format!("operation {} of {owner}", operation.name), parameters.chain(answers).collect())
        })
    });
    types.chain(operations).collect()
}

fn parts(ty: &TypeDefinition) -> Vec<String> {
    match &ty.kind {
        TypeKind::Struct(it) => it.fields.iter().map(|field| format!("{}: {:?}", field.name, field.place.ty)).collect(),
        TypeKind::Enum(it) => it.variants.iter().map(|variant| variant.name.clone()).collect(),
        TypeKind::Union(it) => it.members.iter().map(|it| format!("{}({:?})", it.name, it.place.ty)).collect(),
        TypeKind::Tuple(it) => it.items.iter().map(|place| format!("{:?}", place.ty)).collect(),
        TypeKind::Alias(place) => vec![format!("{:?}", place.ty)],
    }
}

/// The model of a description that is accepted.
fn api(document: &Value, settings: &Settings) -> Option<Api> {
    let text = document.to_string();
    generate(Description::new("added.json", &text), settings).ok().map(|generated| generated.api)
}

/// An object that is like no other.
fn unrelated() -> Value {
    json!({
        "type": "object",
        "properties": {
            "unrelatedKind": { "enum": ["unrelated 1", "unrelated 2"] },
            "unrelatedPart": { "type": "object", "properties": { "unrelatedId": { "type": "string" } } }
        }
    })
}

fn member<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    value.as_object_mut()?.entry(key).or_insert_with(|| json!({})).as_object_mut()
}

fn with_schema(document: &Value, name: &str) -> Option<Value> {
    let mut document = document.clone();
    let components = document.as_object_mut()?.entry("components").or_insert_with(|| json!({}));
    member(components, "schemas")?.insert(name.to_owned(), unrelated());
    Some(document)
}

fn with_operation(document: &Value, name: &str) -> Option<Value> {
    let mut document = document.clone();
    let content = json!({ "application/json": { "schema": unrelated() } });
    let operation = json!({
        "operationId": name,
        "parameters": [{ "name": "unrelated", "in": "query", "schema": { "type": "string", "enum": ["unrelated"] } }],
        "requestBody": { "content": content },
        "responses": { "200": { "description": "unrelated", "content": content } }
    });
    member(&mut document, "paths")?.insert(format!("/{name}"), json!({ "post": operation }));
    Some(document)
}

/// An optional property in each component that has some.
fn with_properties(document: &Value, name: &str) -> Option<Value> {
    let mut document = document.clone();
    let schemas = document.pointer_mut("/components/schemas")?.as_object_mut()?;
    for schema in schemas.values_mut() {
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.insert(name.to_owned(), json!({ "type": "string", "maxLength": 12_345 }));
        }
    }
    Some(document)
}

fn holds_its_names(label: &str, document: &Value, settings: &Settings) {
    let Some(before) = api(document, settings).map(|api| names(&api)) else { return };
    type Addition = fn(&Value, &str) -> Option<Value>;
    let additions: [(&str, Addition); 3] =
        [("a schema", with_schema), ("an operation", with_operation), ("properties", with_properties)];
    for (what, add) in additions {
        for name in NAMES {
            let Some(after) = add(document, name).and_then(|document| api(&document, settings)) else { continue };
            let mut after = names(&after);
            for parts in after.values_mut() {
                parts.retain(|part| !part.contains("unrelated"));
            }
            for (named, parts) in &before {
                assert_eq!(after.get(named), Some(parts), "{label}: {what} called {name} changes {named}");
            }
        }
    }
}

#[test]
fn of_fixtures() {
    let mut fixtures = accepted();
    fixtures.push(avido());
    let (all, mut count) = (fixtures.len(), 0);
    for fixture in fixtures {
        let settings = Settings::parse("codegen.toml", &fixture.settings);
        // Numbers that JSON's own reader does not take stand in some.
        let Ok(document) = serde_yaml::from_slice(&fixture.text) else { continue };
        count += usize::from(api(&document, &settings).is_some());
        holds_its_names(&fixture.path, &document, &settings);
    }
    assert!(count > all / 2, "{count} of {all} fixtures are looked at");
}

#[test]
fn of_descriptions() {
    let Some(folder) = std::env::var_os("DESCRIPTIONS") else { return };
    for entry in fs::read_dir(Path::new(&folder)).expect("a folder") {
        let path = entry.expect("an entry").path();
        let is_description = path.extension().is_some_and(|it| it == "json" || it == "yaml");
        if !is_description {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a text");
        let document: Option<Value> = match path.extension().is_some_and(|it| it == "json") {
            true => serde_json::from_str(&text).ok(),
            false => serde_yaml::from_str(&text).ok(),
        };
        if let Some(document) = document {
            eprintln!("{}", path.display());
            holds_its_names(&path.display().to_string(), &document, &Settings::default());
        }
    }
}
