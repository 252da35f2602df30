//! However a description says that null is allowed, the crate is the same.

use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, generate};

const COMPONENTS: &str = "
    Text: { type: string, maxLength: 9 }
    Colour: { type: string, enum: [a, b] }
    Pet: { type: object, properties: { a: { type: string } } }
    Either: { oneOf: [{ $ref: '#/components/schemas/Pet' }, { type: string }] }";

/// `#/components/schemas/{}` in flow style.
fn reference(name: &str) -> String {
    format!("{{ $ref: '#/components/schemas/{name}' }}")
}

/// What `types.rs` and `codec.rs` say where `property` is an optional property and a required one.
fn generated(version: &str, property: &str, components: &str) -> (String, String) {
    let text = format!(
        "openapi: {version}
info: {{ title: Nullable, version: '1' }}
paths: {{}}
components:
  schemas:{COMPONENTS}{components}
    All:
      type: object
      required: [always]
      properties:
        maybe: {property}
        always: {property}
        list: {{ type: array, items: {property} }}"
    );
    let generated = generate(Description::new("nullable.yaml", &text), &Settings::default());
    let files = generated.unwrap_or_else(|diagnostics| panic!("{property}: {diagnostics:#?}")).files;
    let file = |path: &str| {
        let text = &files.iter().find(|file| file.path == path).expect("a file").text;
        let start = text.find("Responses are read leniently").or_else(|| text.find("pub struct All"));
        text[start.unwrap_or_default()..].to_owned()
    };
    (file("src/types.rs"), file("src/codec.rs"))
}

/// Holds every spelling against the first.
fn all_are_equal(spellings: &[(&str, String)]) {
    let (version, first) = &spellings[0];
    let expected = generated(version, first, "");
    for (version, spelling) in spellings {
        assert_eq!(generated(version, spelling, ""), expected, "{version}: {spelling}");
    }
    assert!(expected.0.contains("Option<Option<") && expected.0.contains("Vec<Option<"), "{}", expected.0);
    assert!(expected.1.contains("nullable(\"maybe\""), "{}", expected.1);
}

#[test]
fn of_a_scalar() {
    all_are_equal(&[
        ("3.0.3", "{ type: string, nullable: true, maxLength: 3 }".to_owned()),
        ("3.0.3", "{ nullable: true, allOf: [{ type: string }, { maxLength: 3 }] }".to_owned()),
        ("3.0.3", "{ allOf: [{ type: string, maxLength: 3, nullable: true }] }".to_owned()),
        ("3.0.3", "{ nullable: true, oneOf: [{ type: string, maxLength: 3 }] }".to_owned()),
        ("3.1.0", "{ type: [string, 'null'], maxLength: 3 }".to_owned()),
        ("3.1.0", "{ type: ['null', string], maxLength: 3 }".to_owned()),
        ("3.1.0", "{ type: string, nullable: true, maxLength: 3 }".to_owned()),
        ("3.1.0", "{ anyOf: [{ type: string, maxLength: 3 }, { type: 'null' }] }".to_owned()),
        ("3.1.0", "{ oneOf: [{ const: null }, { type: string, maxLength: 3 }] }".to_owned()),
    ]);
}

#[test]
fn of_an_enum() {
    all_are_equal(&[
        ("3.0.3", "{ type: string, nullable: true, enum: [a, b, null] }".to_owned()),
        ("3.0.3", "{ type: string, nullable: true, enum: [a, b] }".to_owned()),
        ("3.0.3", "{ type: string, enum: [a, b, null] }".to_owned()),
        ("3.1.0", "{ type: [string, 'null'], enum: [a, b, null] }".to_owned()),
        ("3.1.0", "{ type: [string, 'null'], enum: [a, b] }".to_owned()),
        ("3.1.0", "{ enum: [null, a, b] }".to_owned()),
        ("3.1.0", "{ oneOf: [{ type: string, enum: [a, b] }, { type: 'null' }] }".to_owned()),
        ("3.1.0", "{ oneOf: [{ const: a }, { const: b }, { const: null }] }".to_owned()),
    ]);
}

#[test]
fn of_a_component() {
    for name in ["Text", "Colour", "Pet", "Either"] {
        let it = reference(name);
        all_are_equal(&[
            ("3.0.3", format!("{{ nullable: true, allOf: [{it}] }}")),
            ("3.0.3", format!("{{ $ref: '#/components/schemas/{name}', nullable: true }}")),
            ("3.0.3", format!("{{ allOf: [{it}, {{ nullable: true }}] }}")),
            ("3.0.3", format!("{{ nullable: true, oneOf: [{it}] }}")),
            ("3.0.3", format!("{{ nullable: true, anyOf: [{it}] }}")),
            ("3.0.3", format!("{{ anyOf: [{it}, {{ enum: [null] }}] }}")),
            ("3.1.0", format!("{{ anyOf: [{it}, {{ type: 'null' }}] }}")),
            ("3.1.0", format!("{{ oneOf: [{{ type: 'null' }}, {it}] }}")),
            ("3.1.0", format!("{{ oneOf: [{it}, {{ const: null }}] }}")),
            ("3.1.0", format!("{{ $ref: '#/components/schemas/{name}', nullable: true }}")),
            ("3.1.0", format!("{{ nullable: true, allOf: [{it}] }}")),
            ("3.1.0", format!("{{ anyOf: [{{ anyOf: [{it}, {{ type: 'null' }}] }}] }}")),
        ]);
    }
}

#[test]
fn of_the_component_itself() {
    for (name, rest) in [
        ("Text", "type: string, maxLength: 9"),
        ("Colour", "type: string, enum: [a, b]"),
        ("Pet", "type: object, properties: { a: { type: string } }"),
        ("Either", "oneOf: [{ $ref: '#/components/schemas/Pet' }, { type: string }]"),
        ("Words", "type: array, items: { type: string }"),
    ] {
        let property = reference("Itself");
        let nullable = |form: &str| generated("3.0.3", &property, &format!("\n    Itself: {form}"));
        let (types, codec) = nullable(&format!("{{ nullable: true, {rest} }}"));
        for part in ["maybe: Option<Option<Itself>>", "always: Option<Itself>", "list: Option<Vec<Option<Itself>>>"] {
            assert!(types.contains(part), "{name}: {part}: {types}");
        }
        assert!(codec.contains("nullable(\"maybe\""), "{name}: {codec}");
        // By way of another component.
        let (types, codec) = generated(
            "3.0.3",
            "{ $ref: '#/components/schemas/Other' }",
            &format!("\n    Other: {property}\n    Itself: {{ nullable: true, {rest} }}"),
        );
        assert!(types.contains("maybe: Option<Option<Other>>"), "{name}: {types}");
        assert!(codec.contains("nullable(\"maybe\""), "{name}: {codec}");
    }
}

#[test]
fn of_a_member_of_a_union() {
    let plain = generated(
        "3.1.0",
        "{ anyOf: [{ oneOf: [{ $ref: '#/components/schemas/Itself' }, { type: integer }] }, { type: 'null' }] }",
        "\n    Itself: { type: object, properties: { a: { type: string } } }",
    );
    let nullable = generated(
        "3.1.0",
        "{ oneOf: [{ $ref: '#/components/schemas/Itself' }, { type: integer }] }",
        "\n    Itself: { type: [object, 'null'], properties: { a: { type: string } } }",
    );
    assert_eq!(nullable, plain);
}

#[test]
fn any_value_may_be_null() {
    let (types, codec) = generated("3.1.0", "{}", "");
    assert!(types.contains("maybe: Option<serde_json::Value>"), "{types}");
    assert!(codec.contains("nullable(\"maybe\")"), "{codec}");
}
