//! Schemas and the types they become.

use serde_json::json;

use super::{field, find, names, run, types, types_and_messages, with_schemas};

#[test]
fn scalars_and_their_rules() {
    let types = types(
        "A:
  type: object
  required: [small, id]
  properties:
    small: { type: integer, format: int32, minimum: 1, exclusiveMinimum: true }
    any: { type: integer, minimum: 0 }
    ratio: { type: number, format: float, maximum: 1.5 }
    id: { type: string, format: uuid, nullable: true }
    secret: { type: string, format: password, minLength: 8 }
    list: { type: array, maxItems: 3, uniqueItems: true, items: { type: string, maxLength: 2 } }
    map: { type: object, additionalProperties: { type: string, pattern: '^a$' } }
    free: {}
    open: { type: object }
    count: { minimum: 3 }",
    );
    let place = |name| {
        let field = field(&types, "A", name);
        json!([field["type"], field["rules"]])
    };
    assert_eq!(place("small"), json!([{ "integer": "i32" }, [{ "exclusive_minimum": { "integer": 1 } }]]));
    assert_eq!(place("any"), json!([{ "integer": "i64" }, [{ "minimum": { "integer": 0 } }]]));
    assert_eq!(place("ratio"), json!([{ "number": "f32" }, [{ "maximum": { "float": 1.5 } }]]));
    assert_eq!(place("id"), json!([{ "nullable": { "formatted": "uuid" } }, null]));
    assert_eq!(place("secret"), json!(["string", [{ "min_length": 8 }]]));
    assert_eq!(field(&types, "A", "secret")["is_sensitive"], true);
    assert_eq!(
        place("list"),
        json!([{ "array": "string" }, [{ "max_items": 3 }, "unique_items", { "items": [{ "max_length": 2 }] }]])
    );
    assert_eq!(place("map"), json!([{ "map": "string" }, [{ "values": [{ "pattern": "A_MAP_VALUE" }] }]]));
    assert_eq!(place("free"), json!(["any", null]));
    assert_eq!(place("open"), json!([{ "map": "any" }, null]));
    assert_eq!(place("count"), json!([{ "number": "f64" }, [{ "minimum": { "integer": 3 } }]]));
}

#[test]
fn additional_properties_have_three_forms() {
    let types = types(
        "A: { type: object, properties: { a: { type: string } } }
B: { type: object, properties: { a: { type: string } }, additionalProperties: false }
C: { type: object, properties: { additional_properties: { type: string } }, additionalProperties: { type: integer } }",
    );
    let additional = |name| find(&types, name)["kind"]["struct"]["additional"].clone();
    assert_eq!(additional("A"), "dropped");
    assert_eq!(additional("B"), "forbidden");
    assert_eq!(
        additional("C")["kept"],
        json!({ "name": "additional_properties_2", "values": { "type": { "integer": "i64" } } })
    );
}

#[test]
fn rules_of_an_alias_are_copied_to_its_uses() {
    let types = types(
        "Name: { type: string, minLength: 1 }
Alias: { $ref: '#/components/schemas/Name' }
A:
  type: object
  properties:
    plain: { $ref: '#/components/schemas/Alias' }
    narrow: { allOf: [{ $ref: '#/components/schemas/Name' }], maxLength: 5, nullable: true }
    list: { type: array, items: { $ref: '#/components/schemas/Name' } }",
    );
    assert_eq!(field(&types, "A", "plain")["rules"], json!([{ "min_length": 1 }]));
    let narrow = field(&types, "A", "narrow");
    assert_eq!(narrow["type"], json!({ "nullable": { "named": "Name" } }));
    assert_eq!(narrow["rules"], json!([{ "min_length": 1 }, { "max_length": 5 }]));
    assert_eq!(field(&types, "A", "list")["rules"], json!([{ "items": [{ "min_length": 1 }] }]));
}

#[test]
fn enums_keep_their_values_and_speakable_names() {
    let types = types(
        "Order: { type: string, enum: [asc, ASC, '+1', '-1', '', '*/*', Unknown, asc], nullable: true }
Level: { type: integer, enum: [1, -2] }
Mixed: { enum: [true, a] }
Use: { type: object, properties: { order: { $ref: '#/components/schemas/Order' } } }",
    );
    let order = &find(&types, "Order")["kind"]["enum"];
    let variants = order["variants"].as_array().expect("variants").clone();
    let variants: Vec<_> = variants.iter().map(|variant| variant["name"].clone()).collect();
    assert_eq!(json!(variants), json!(["Asc", "Asc2", "Plus1", "Minus1", "Empty", "StarSlashStar", "Unknown"]));
    assert_eq!(order["unknown"], "Unrecognized");
    assert_eq!(field(&types, "Use", "order")["type"], json!({ "nullable": { "named": "Order" } }));
    assert_eq!(find(&types, "Level")["kind"]["enum"]["repr"], "integer");
    assert_eq!(find(&types, "Mixed")["kind"]["enum"]["repr"], "json");
}

#[test]
fn all_of_merges_members_and_keeps_inherited_types() {
    let types = types(
        "Dog:
  allOf:
    - $ref: '#/components/schemas/Pet'
    - { type: object, required: [bark], properties: { bark: { type: boolean } } }
Pet:
  type: object
  required: [owner]
  properties: { owner: { type: object, properties: { name: { type: string } } } }",
    );
    assert_eq!(names(&types), ["Dog", "PetOwner", "Pet"]);
    assert_eq!(field(&types, "Dog", "owner")["type"], json!({ "named": "PetOwner" }));
    assert_eq!(field(&types, "Dog", "owner")["is_required"], true);
    assert_eq!(field(&types, "Pet", "owner")["type"], json!({ "named": "PetOwner" }));
}

#[test]
fn contradicting_members_of_all_of_are_reported() {
    let (_, messages) = types_and_messages("A: { allOf: [{ type: string }, { type: integer }] }");
    assert_eq!(messages, ["conflicting-all-of /components/schemas/A"]);
}

#[test]
fn unions_are_told_apart_by_a_discriminator_or_in_order() {
    let types = types(
        "Cat: { type: object, required: [kind], properties: { kind: { type: string } } }
Dog: { type: object, required: [kind], properties: { kind: { type: string, enum: [dog, wolf] } } }
Pet:
  oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
  discriminator: { propertyName: kind, mapping: { tiger: '#/components/schemas/Cat' } }
Value:
  anyOf: [{ type: string }, { type: array, items: { type: string } }, { type: object, properties: { a: { type: string } } }]
  nullable: true
Holder: { type: object, properties: { value: { $ref: '#/components/schemas/Value' } } }",
    );
    assert_eq!(
        find(&types, "Pet")["kind"]["union"]["rule"],
        json!({ "discriminator": { "property": "kind", "mapping": [["tiger", 0], ["dog", 1], ["wolf", 1]] } })
    );
    let value = &find(&types, "Value")["kind"]["union"];
    assert_eq!(value["rule"], "type");
    let members = value["members"].as_array().expect("members").clone();
    let members: Vec<_> = members.iter().map(|member| member["name"].clone()).collect();
    assert_eq!(json!(members), json!(["String", "StringArray", "Object"]));
    assert_eq!(field(&types, "Holder", "value")["type"], json!({ "nullable": { "named": "Value" } }));
    assert_eq!(field(&types, "ValueObject", "a")["type"], "string");
}

#[test]
fn members_without_a_discriminator_tell_what_they_look_like() {
    let types = types(
        "Cat: { type: object, required: [kind], properties: { kind: { type: string, enum: [cat] } } }
Dog: { type: object, properties: { kind: { type: string, enum: [dog] }, bark: { type: boolean } } }
Fish: { type: object, required: [id, fins], properties: { id: { type: string }, fins: { type: integer } } }
Rest: { type: object, properties: { id: { type: string } } }
Mixed:
  anyOf:
    - $ref: '#/components/schemas/Cat'
    - $ref: '#/components/schemas/Dog'
    - $ref: '#/components/schemas/Fish'
    - $ref: '#/components/schemas/Rest'
    - { type: string }
    - { type: string, enum: [a], title: Known }
    - { type: integer }
    - { type: number }
Inner: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }
Outer: { oneOf: [{ $ref: '#/components/schemas/Inner' }, { type: array, items: {} }] }
Added:
  oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Rest' }]
  discriminator: { propertyName: kind }",
    );
    let union = |name| find(&types, name)["kind"]["union"].clone();
    let tells = |name| {
        let members = union(name)["members"].as_array().expect("members").clone();
        json!(members.iter().map(|member| member["tell"].clone()).collect::<Vec<_>>())
    };
    let constant = |value| json!({ "constant": { "property": "kind", "values": [value] } });
    assert_eq!(
        tells("Mixed"),
        json!([
            constant("cat"),
            constant("dog"),
            { "property": "fins" },
            { "json": ["object"] },
            { "json": ["string"] },
            { "listed": ["string"] },
            { "json": ["integer"] },
            { "json": ["number"] }
        ])
    );
    assert_eq!(union("Mixed")["rule"], json!({ "constant": "kind" }));
    assert_eq!(union("Mixed")["unknown"], "Unknown");
    assert_eq!(tells("Outer"), json!([{ "json": ["object"] }, { "json": ["array"] }]));
    assert_eq!(
        tells("Added"),
        json!([
            { "tag": { "values": ["cat"], "is_declared": true } },
            { "tag": { "values": ["Rest"], "is_declared": false } }
        ])
    );
    let notes = find(&types, "Mixed")["docs"]["notes"].clone();
    let note = "The property `kind` tells which member a value is, then its JSON type, then the best fit.";
    assert_eq!(notes, json!([note]));
}

#[test]
fn tuples_say_how_long_they_are() {
    let types = types(
        "Pair: { type: array, x-prefix-items: [{ type: string }, { type: integer }], minItems: 2, maxItems: 2 }
Row: { type: array, x-prefix-items: [{ type: string }], minItems: 2, items: { type: integer } }
Flag: { type: boolean, enum: [true] }",
    );
    let pair = &find(&types, "Pair")["kind"]["tuple"];
    assert_eq!([&pair["required"], &pair["additional"]], [&json!(2), &json!("forbidden")]);
    let row = &find(&types, "Row")["kind"]["tuple"];
    assert_eq!(row["additional"], json!({ "kept": { "type": { "integer": "i64" } } }));
    assert_eq!(row["rules"], json!([{ "min_items": 2 }]));
    assert_eq!(find(&types, "Flag")["kind"]["alias"], json!({ "type": "boolean", "rules": [{ "only": true }] }));
}

#[test]
fn properties_beside_a_union_go_into_each_member() {
    let types = types(
        "A:
  type: object
  properties: { id: { type: string } }
  oneOf:
    - { title: First, properties: { a: { type: string } } }
    - { title: Second, properties: { b: { type: string } } }",
    );
    assert_eq!(names(&types), ["A", "AFirst", "ASecond"]);
    field(&types, "AFirst", "id");
    field(&types, "AFirst", "a");
    field(&types, "ASecond", "b");
}

#[test]
fn recursion_is_boxed_once_and_aliases_are_wrapped() {
    let types = types(
        "A: { type: object, properties: { b: { $ref: '#/components/schemas/B' } } }
B: { type: object, properties: { a: { $ref: '#/components/schemas/A' }, list: { type: array, items: { $ref: '#/components/schemas/B' } } } }
Tree: { type: array, items: { $ref: '#/components/schemas/Tree' } }",
    );
    assert_eq!(field(&types, "A", "b")["type"], json!({ "named": "B" }));
    assert_eq!(field(&types, "B", "a")["type"], json!({ "boxed": { "named": "A" } }));
    assert_eq!(field(&types, "B", "list")["type"], json!({ "array": { "named": "B" } }));
    assert_eq!(
        find(&types, "Tree")["kind"]["union"]["members"][0]["place"]["type"],
        json!({ "array": { "named": "Tree" } })
    );
}

#[test]
fn what_has_no_finite_value_is_an_error() {
    let schemas = "A: { type: object, required: [a], properties: { a: { $ref: '#/components/schemas/A' } } }";
    let (api, messages) = run(&with_schemas(schemas), "");
    assert!(api.is_none());
    assert_eq!(messages, ["infinite-type /components/schemas/A"]);
    let schemas = "A: { allOf: [{ $ref: '#/components/schemas/B' }], properties: { a: {} } }
B: { allOf: [{ $ref: '#/components/schemas/A' }], properties: { b: {} } }";
    let (api, messages) = run(&with_schemas(schemas), "");
    assert!(api.is_none());
    assert!(messages[0].starts_with("circular-all-of"), "{messages:?}");
}

#[test]
fn merged_recursive_properties_come_to_an_end() {
    types(
        "A: { allOf: [{ $ref: '#/components/schemas/B' }, { properties: { child: { $ref: '#/components/schemas/A' } } }] }
B: { type: object, properties: { child: { $ref: '#/components/schemas/B' } } }
C: { type: object, properties: { child: { $ref: '#/components/schemas/D' } } }
D: { type: object, properties: { child: { $ref: '#/components/schemas/C' } } }
E: { allOf: [{ $ref: '#/components/schemas/C' }, { $ref: '#/components/schemas/D' }] }",
    );
}

#[test]
fn equal_inline_types_are_defined_once() {
    let types = types(
        "A: { type: object, properties: { address: { type: object, properties: { b: { type: string, enum: [x] } } } } }
Longer: { type: object, properties: { address: { type: object, description: Other words., properties: { b: { type: string, enum: [x] } } } } }
Same: { type: object, properties: { b: { type: string, enum: [x] } } }",
    );
    assert!(find(&types, "AAddress")["kind"]["struct"].is_object());
    let alias = find(&types, "LongerAddress");
    assert_eq!(alias["kind"]["alias"]["type"], json!({ "named": "AAddress" }));
    assert_eq!(alias["docs"]["description"], "Other words.");
    assert!(find(&types, "Same")["kind"]["struct"].is_object());
}

#[test]
fn names_do_not_move_when_something_unrelated_is_added() {
    let schemas = "PetOwner: { type: string }\nPet: { type: object, properties: { owner: { type: object, properties: { a: {} } } } }";
    let before = types(schemas);
    assert_eq!(names(&before), ["PetOwner", "Pet", "PetOwner2"]);
    let after = types(&format!(
        "Unrelated: {{ type: object, properties: {{ x: {{ type: object, properties: {{ y: {{}} }} }} }} }}\n{schemas}"
    ));
    assert_eq!(&names(&after)[2..], names(&before));
}

#[test]
fn fields_have_valid_distinct_names() {
    let types = types(
        "Self: { type: object, properties: { type: {}, self: {}, 1st: {}, '+1': {}, '-1': {}, '': {}, a-b: {}, a_b: {} } }
Option: { type: object, properties: { a: {} } }",
    );
    let fields = find(&types, "Self_")["kind"]["struct"]["fields"].clone();
    let fields: Vec<_> = fields.as_array().expect("fields").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(json!(fields), json!(["r#type", "self_", "_1st", "plus_1", "minus_1", "empty", "a_b", "a_b_2"]));
    find(&types, "Option");
}

#[test]
fn examples_and_defaults_must_fit() {
    let (types, messages) = types_and_messages(
        "A:
  type: object
  properties:
    a: { type: integer, default: many, example: 1 }
    b: { type: string, format: date, default: '2024-02-30', example: '2024-02-29' }
    c: { type: string, enum: [x], default: x, example: y }
    d: { type: array, maxItems: 1, items: { type: string }, example: [a, b] }
  example: { a: x }",
    );
    let pointer = "/components/schemas/A";
    let mut messages = messages;
    messages.sort();
    assert_eq!(
        messages,
        [
            format!("default-mismatch {pointer}/properties/a/default"),
            format!("default-mismatch {pointer}/properties/b/default"),
            format!("example-mismatch {pointer}/example"),
            format!("example-mismatch {pointer}/properties/c/example"),
            format!("example-mismatch {pointer}/properties/d/example"),
        ]
    );
    assert_eq!(field(&types, "A", "c")["default"], "x");
    assert_eq!(field(&types, "A", "a").get("default"), None);
}

#[test]
fn what_normalization_carries_along_is_read() {
    let types = types(
        "Pair: { type: array, x-prefix-items: [{ type: string }, { $ref: '#/components/schemas/Big' }] }
Big: { type: integer, x-minimum: '0', x-maximum: '18446744073709551615' }
Keys: { type: object, x-property-names: { type: string, maxLength: 3 }, additionalProperties: { type: string } }
Patterns: { type: object, x-pattern-properties: [['^x-', { type: integer }]], additionalProperties: false }
moved: { x-inline: true, x-pointer: /components/schemas/Pair/items, type: object, properties: { a: { type: string } } }
Null: { type: object, properties: { a: { oneOf: [{ x-null: true }, { type: string }] } } }",
    );
    assert_eq!(
        find(&types, "Pair")["kind"]["tuple"]["items"],
        json!([{ "type": "string" }, { "type": { "named": "Big" } }])
    );
    assert_eq!(find(&types, "Big")["kind"]["alias"]["type"], json!({ "integer": "u64" }));
    let alias = |name| find(&types, name)["kind"]["alias"].clone();
    assert_eq!(alias("Keys"), json!({ "type": { "map": "string" }, "rules": [{ "keys": [{ "max_length": 3 }] }] }));
    assert_eq!(
        alias("Patterns"),
        json!({ "type": { "map": { "integer": "i64" } }, "rules": [{ "closed": ["PATTERNS_KEY"] }] })
    );
    find(&types, "PairItem");
    assert_eq!(field(&types, "Null", "a")["type"], json!({ "nullable": "string" }));
}

#[test]
fn deep_schemas_are_refused_not_followed() {
    // Reading such a tree takes more stack than lowering it: only lowering is measured here.
    type Wrap = fn(serde_json::Value) -> serde_json::Value;
    let wraps: [Wrap; 4] = [
        |schema| json!({ "type": "array", "items": schema }),
        |schema| json!({ "type": "object", "properties": { "a": schema } }),
        |schema| json!({ "anyOf": [{ "type": "string" }, schema] }),
        |schema| json!({ "allOf": [{ "properties": { "b": {} } }, schema] }),
    ];
    for wrap in wraps {
        let reader = std::thread::Builder::new().stack_size(256 << 20);
        let reader = reader.spawn(move || {
            let schema = (0..120).fold(json!({ "type": "string" }), |schema, _| wrap(schema));
            let document = json!({
                "openapi": "3.0.3", "info": { "title": "T", "version": "1" }, "paths": {},
                "components": { "schemas": { "A": schema } },
            });
            serde_json::from_value::<openapiv3::OpenAPI>(document).expect("a description")
        });
        let normalized = super::sound(reader.expect("a thread").join().expect("a description"));
        let mut diagnostics = crate::diagnostic::Diagnostics::new("test.json");
        assert_eq!(super::lower(&normalized, &Default::default(), None, &mut diagnostics), None);
        let codes: Vec<_> = diagnostics.list().iter().map(|it| it.code).collect();
        assert!(codes.contains(&"too-deep"), "{codes:?}");
    }
}

#[test]
fn long_chains_of_references_are_followed() {
    let mut schemas = String::from("S0: { type: string, minLength: 1 }");
    for index in 1..3000 {
        let before = index - 1;
        schemas.push_str(&format!("\nS{index}: {{ $ref: '#/components/schemas/S{before}' }}"));
    }
    let types = types(&schemas);
    assert_eq!(find(&types, "S2999")["kind"]["alias"]["rules"], json!([{ "min_length": 1 }]));
}
