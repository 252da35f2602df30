//! Small descriptions in, what they become out.

use serde_json::{Value, json};

use super::lower;
use crate::diagnostic::Diagnostics;
use crate::model::Api;
use crate::normalize::{Normalized, Unsound};
use crate::settings::Settings;

mod direction;
mod keywords;
mod operations;
mod schemas;

/// A description without errors.
fn sound(description: openapiv3::OpenAPI) -> Normalized {
    Normalized { description, unsound: Unsound::default() }
}

/// What lowering makes of `text`, and its diagnostics as `code pointer`.
fn run(text: &str, settings: &str) -> (Option<Api>, Vec<String>) {
    let normalized = sound(serde_yaml::from_str(text).expect("a description"));
    let settings = Settings::parse("codegen.toml", settings);
    let mut diagnostics = Diagnostics::new("test.yaml");
    let api = lower(&normalized, &settings, None, &mut diagnostics);
    let messages = diagnostics
        .into_list()
        .iter()
        .map(|diagnostic| match &diagnostic.place {
            crate::diagnostic::Place::Pointer(pointer) => format!("{} {pointer}", diagnostic.code),
            _ => format!("{} {}", diagnostic.code, diagnostic.message),
        })
        .collect();
    (api, messages)
}

/// A description of these component schemas, in flow or block style.
fn with_schemas(schemas: &str) -> String {
    let schemas = schemas.replace('\n', "\n    ");
    format!(
        "openapi: 3.0.3\ninfo: {{ title: Test, version: '1' }}\npaths: {{}}\n\
         components:\n  schemas:\n    {schemas}"
    )
}

/// A description of these paths, and whatever else follows them.
fn with_paths(paths: &str) -> String {
    let paths = paths.replace('\n', "\n  ");
    format!("openapi: 3.0.3\ninfo: {{ title: Test, version: '1' }}\npaths:\n  {paths}")
}

/// The model of `schemas`, which has nothing to complain about.
fn types(schemas: &str) -> Vec<Value> {
    let (types, messages) = types_and_messages(schemas);
    assert_eq!(messages, Vec::<String>::new());
    types
}

fn types_and_messages(schemas: &str) -> (Vec<Value>, Vec<String>) {
    let (api, messages) = run(&with_schemas(schemas), "");
    let api = api.unwrap_or_else(|| panic!("{messages:#?}"));
    let types = api.types.iter().map(|ty| json!(ty)).collect();
    (types, messages)
}

/// The definition called `name`.
fn find(types: &[Value], name: &str) -> Value {
    let found = types.iter().find(|ty| ty["name"] == name);
    found.unwrap_or_else(|| panic!("no `{name}` in {}", json!(types))).clone()
}

/// The names of all definitions.
fn names(types: &[Value]) -> Vec<&str> {
    types.iter().filter_map(|ty| ty["name"].as_str()).collect()
}

/// A field of a struct by its name.
fn field(types: &[Value], ty: &str, name: &str) -> Value {
    let fields = find(types, ty)["kind"]["struct"]["fields"].clone();
    let fields = fields.as_array().expect("a struct").clone();
    let found = fields.iter().find(|field| field["name"] == name);
    found.unwrap_or_else(|| panic!("no `{name}` in {}", json!(fields))).clone()
}

#[test]
fn avido_lowers_with_one_warning() {
    let text = include_str!("../../../spec/avido.yaml");
    let settings = include_str!("../../../spec/codegen.toml");
    let (api, messages) = run(text, settings);
    assert_eq!(messages, ["example-mismatch /components/schemas/ApiKeyOutput/properties/applicationId/example"]);
    let api = api.expect("a model");
    let types: Vec<Value> = api.types.iter().map(|ty| json!(ty)).collect();
    assert_eq!(
        names(&types),
        [
            "CreateApiKeyRequest",
            "CreateApiKeyResponse",
            "ErrorResponse",
            "ValidationErrorResponse",
            "ValidationErrorResponseIssue",
            "CreatedApiKeyOutput",
            "ApiKeysResponse",
            "ApiKeyOutput",
        ]
    );
    assert_eq!(field(&types, "CreatedApiKeyOutput", "key")["is_sensitive"], true);
    let patterns: Vec<&str> = api.patterns.iter().map(|pattern| pattern.name.as_str()).collect();
    assert_eq!(patterns, ["UUID", "DATE_TIME"]);
    assert_eq!(find(&types, "CreateApiKeyRequest")["in_request"], true);
    assert_eq!(find(&types, "CreateApiKeyRequest")["in_response"], false);
}

#[test]
fn settings_apply_and_unused_ones_are_errors() {
    let text = with_schemas(
        "Pet: { type: object, properties: { id: { type: string }, home: { type: object, properties: { a: { type: string } } } } }\nOther: { type: object, properties: { pet: { $ref: '#/components/schemas/Pet' } } }",
    );
    let settings = r#"
        [rename]
        "/components/schemas/Pet" = "Animal"
        "/components/schemas/Pet/properties/id" = "identifier"
        "/components/schemas/Pet/properties/home" = "Home"
        [replace]
        "/components/schemas/Pet/properties/home/properties/a" = "crate::A"
        [derive]
        "/components/schemas/Pet" = ["Eq"]
    "#;
    let (api, messages) = run(&text, settings);
    assert_eq!(messages, Vec::<String>::new());
    let types: Vec<Value> = api.expect("a model").types.iter().map(|ty| json!(ty)).collect();
    assert_eq!(find(&types, "Animal")["derives"], json!(["Eq"]));
    assert_eq!(field(&types, "Animal", "identifier")["wire_name"], "id");
    assert_eq!(field(&types, "Animal", "home")["type"], json!({ "named": "Home" }));
    assert_eq!(field(&types, "Home", "a")["type"], json!({ "custom": "crate::A" }));
    assert_eq!(field(&types, "Other", "pet")["type"], json!({ "named": "Animal" }));

    let (api, messages) = run(&text, "sensitive = ['/nowhere']\n[rename]\n'/components/schemas/Pet' = '1a'");
    assert!(api.is_none());
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert_eq!(messages, ["unused-setting /sensitive/0", "invalid-name /rename/~1components~1schemas~1Pet"]);
}
