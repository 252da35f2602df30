//! A description in, what the passes make of it out: small cases, each for one pass.

use super::normalize;
use crate::diagnostic::{Diagnostics, Place};
use crate::load::Documents;

/// A 3.1 description with these components, in YAML.
fn with_schemas(schemas: &str) -> String {
    let schemas = schemas.replace('\n', "\n    ");
    format!("openapi: 3.1.1\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n    {schemas}\n")
}

fn normalized(text: &str) -> (Option<serde_json::Value>, Vec<(&'static str, String)>) {
    let mut diagnostics = Diagnostics::new("test.yaml");
    let description = Documents::load("test.yaml", text.as_bytes(), None, &mut diagnostics)
        .and_then(|documents| normalize(documents, &mut diagnostics));
    let description =
        description.filter(|it| it.unsound.is_empty()).map(|it| serde_json::to_value(it.description).unwrap());
    let found = diagnostics.into_list().into_iter().map(|found| match found.place {
        Place::Pointer(pointer) => (found.code, pointer),
        other => (found.code, format!("{other:?}")),
    });
    (description, found.collect())
}

/// What becomes of the schema `A`.
fn schema(yaml: &str) -> serde_json::Value {
    let (description, found) = normalized(&with_schemas(&format!("A: {yaml}\nB: {{type: string}}")));
    assert_eq!(found, [], "{yaml}");
    description.unwrap()["components"]["schemas"]["A"].clone()
}

/// What is reported for these schemas.
fn found(schemas: &str) -> Vec<(&'static str, String)> {
    let found = normalized(&with_schemas(schemas)).1.into_iter();
    let short = |pointer: String| pointer.replace("/components/schemas", "");
    found.map(|(code, pointer)| (code, short(pointer))).collect()
}

#[test]
fn each_spelling_becomes_the_dialect_of_3_0() {
    let cases = [
        ("{type: [string, 'null']}", r#"{"type":"string","nullable":true}"#),
        ("{type: 'null'}", r#"{"enum":[null],"nullable":true,"x-null":true}"#),
        ("{const: null}", r#"{"enum":[null],"nullable":true,"x-null":true}"#),
        ("{type: string, const: a}", r#"{"type":"string","enum":["a"]}"#),
        ("{enum: [a, null]}", r#"{"enum":["a"],"nullable":true}"#),
        (
            "{anyOf: [{type: 'null'}, {$ref: '#/components/schemas/B'}]}",
            r##"{"allOf":[{"$ref":"#/components/schemas/B"}],"nullable":true}"##,
        ),
        (
            "{oneOf: [{type: 'null'}, {type: string}, {type: integer}]}",
            r#"{"nullable":true,"oneOf":[
                {"type":"string","x-pointer":"/components/schemas/A/oneOf/1"},
                {"type":"integer","x-pointer":"/components/schemas/A/oneOf/2"}]}"#,
        ),
        (
            "{type: [string, integer], minLength: 1, minimum: 0, enum: [a, 1]}",
            r#"{"anyOf":[
                {"type":"string","minLength":1,"enum":["a"],"x-pointer":"/components/schemas/A","x-variant":"string"},
                {"type":"integer","minimum":0,"enum":[1],"x-pointer":"/components/schemas/A","x-variant":"integer"}]}"#,
        ),
        (
            "{$ref: '#/components/schemas/B', description: b}",
            r##"{"allOf":[{"$ref":"#/components/schemas/B"}],"description":"b"}"##,
        ),
        ("{type: integer, exclusiveMinimum: 5}", r#"{"type":"integer","minimum":5,"exclusiveMinimum":true}"#),
        ("{type: integer, exclusiveMaximum: 5, maximum: 4}", r#"{"type":"integer","maximum":4}"#),
        ("{type: integer, minimum: 0.5, maximum: 2.0}", r#"{"type":"integer","minimum":1,"maximum":2}"#),
        ("{type: integer, maximum: 18446744073709551615}", r#"{"type":"integer","x-maximum":"18446744073709551615"}"#),
        ("{type: number, maximum: 1e300}", r#"{"type":"number","maximum":1e300}"#),
        ("{type: string, contentEncoding: base64}", r#"{"type":"string","format":"byte"}"#),
        ("{type: string, examples: [a]}", r#"{"type":"string","x-examples":["a"]}"#),
        ("{type: string, maxLength: 10.0}", r#"{"type":"string","maxLength":10}"#),
        (
            "{type: object, additionalProperties: false, properties: {a: true, b: false}}",
            r#"{"type":"object","additionalProperties":false,"properties":{"a":{},"b":{"not":{}}}}"#,
        ),
        ("{type: object, unevaluatedProperties: false}", r#"{"type":"object","x-unevaluated-properties":false}"#),
    ];
    for (yaml, expected) in cases {
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(schema(yaml), expected, "{yaml}");
    }
}

#[test]
fn what_3_0_cannot_say_moves_to_components() {
    let text = with_schemas(
        "A: {type: array, prefixItems: [{type: string}, {$ref: '#/components/schemas/A'}], items: false}\nP: {patternProperties: {^x: {type: integer}}}",
    );
    let (description, found) = normalized(&text);
    assert_eq!(found, []);
    let schemas = description.unwrap()["components"]["schemas"].clone();
    let expected = r##"{
        "A": {"type": "array", "maxItems": 2, "x-prefix-items": [
            {"$ref": "#/components/schemas/A.prefixItems.0"}, {"$ref": "#/components/schemas/A"}]},
        "P": {"x-pattern-properties": [["^x", {"type": "integer"}]]},
        "A.prefixItems.0": {"type": "string", "x-inline": true, "x-pointer": "/components/schemas/A/prefixItems/0"}
    }"##;
    assert_eq!(schemas, serde_json::from_str::<serde_json::Value>(expected).unwrap());
}

#[test]
fn references_end_in_components() {
    let text = with_schemas(
        "A: {type: object, properties: {b: {type: object, properties: {c: {type: string}}}}}\nC: {$ref: '#/components/schemas/A/properties/b/properties/c'}\nD: {$ref: '#/components/schemas/A/properties/%62'}\nE: {$ref: '#/$defs/X', $defs: {X: {type: integer}}}",
    );
    let (description, found) = normalized(&text);
    assert_eq!(found, [("relative-reference", "/components/schemas/E/$ref".to_owned())]);
    let schemas = description.unwrap()["components"]["schemas"].clone();
    let expected = r##"{
        "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/A.properties.b"}}},
        "C": {"$ref": "#/components/schemas/A.properties.b.properties.c"},
        "D": {"$ref": "#/components/schemas/A.properties.b"},
        "E": {"allOf": [{"$ref": "#/components/schemas/E.defs.X"}]},
        "A.properties.b": {"type": "object", "x-inline": true, "x-pointer": "/components/schemas/A/properties/b",
            "properties": {"c": {"$ref": "#/components/schemas/A.properties.b.properties.c"}}},
        "A.properties.b.properties.c": {"type": "string", "x-inline": true,
            "x-pointer": "/components/schemas/A/properties/b/properties/c"},
        "E.defs.X": {"type": "integer", "x-inline": true, "x-pointer": "/components/schemas/E/$defs/X"}
    }"##;
    assert_eq!(schemas, serde_json::from_str::<serde_json::Value>(expected).unwrap());
}

#[test]
fn every_problem_is_named_at_its_place() {
    let cases = [
        ("A: {type: strng}", "unknown-type", "/A/type"),
        ("A: {$ref: '#/components/schemas/B'}", "dangling-reference", "/A/$ref"),
        ("A: {$ref: 'b.yaml#/B'}", "external-reference", "/A/$ref"),
        ("A: {$ref: '#/info'}", "invalid-reference", "/A/$ref"),
        (
            "A: {$ref: '#/components/schemas/B'}\nB: {allOf: [{$ref: '#/components/schemas/A'}]}",
            "reference-cycle",
            "/A",
        ),
        ("A: {items: {type: B}}\nB: {type: string}", "type-names-schema", "/A/items/type"),
        ("A: {type: string, description: ~}", "null-value", "/A/description"),
        ("A: {type: string, titel: x}", "unknown-field", "/A/titel"),
        ("A: {type: string, title: 1.0}", "unquoted-string", "/A/title"),
        ("A: {type: string, deprecated: 'true'}", "quoted-value", "/A/deprecated"),
        ("A: {required: true}", "wrong-type", "/A/required"),
        ("A: {minLength: -1}", "wrong-type", "/A/minLength"),
        ("A: {enum: [a, a]}", "repeated-value", "/A/enum"),
        ("A: {required: [a, a]}", "repeated-value", "/A/required"),
        ("A: {type: [string, 'null', string]}", "repeated-value", "/A/type"),
        ("A: {dependentRequired: {a: [b, b]}}", "repeated-value", "/A/dependentRequired/a"),
        ("A: {multipleOf: 0}", "invalid-value", "/A/multipleOf"),
        ("A: {examples: {a: 1}}", "wrong-type", "/A/examples"),
        ("A: {oneOf: []}", "empty-list", "/A/oneOf"),
        ("A: {maximum: 3, exclusiveMaximum: true}", "other-version", "/A/exclusiveMaximum"),
        ("A b: {}", "component-name", "/A b"),
        ("A: {properties: {b: {if: {type: string}}}}", "unsupported-keyword", "/A/properties/b/if"),
        ("A: {items: {$recursiveRef: '#'}}", "recursive-reference", "/A/items/$recursiveRef"),
        ("A: {const: 1, enum: [2]}", "contradiction", "/A/const"),
        (
            "A: {$ref: '#/components/schemas/B/items'}\nB: {$ref: '#/components/schemas/C'}\nC: {items: {type: string}}",
            "indirect-reference",
            "/A/$ref",
        ),
        ("A: {xml: 1}", "wrong-type", "/A/xml"),
        ("A: {type: x, $ref: '#/components/schemas/B'}\nB: {}", "unknown-type", "/A/type"),
    ];
    for (schemas, code, pointer) in cases {
        assert_eq!(found(schemas), [(code, pointer.to_owned())], "{schemas}");
    }
}

#[test]
fn faults_in_documentation_stop_nobody() {
    let (description, found) = normalized(&with_schemas("A: {type: string, xml: 1}"));
    assert_eq!(found, [("wrong-type", "/components/schemas/A/xml".to_owned())]);
    let expected = serde_json::json!({"type": "string"});
    assert_eq!(description.unwrap()["components"]["schemas"]["A"], expected);
}

#[test]
fn all_problems_are_reported_in_one_run() {
    let found = found("A: {type: strng, pattern: []}\nB: {$ref: '#/x', maximum: a}");
    let codes: Vec<_> = found.into_iter().map(|found| found.0).collect();
    assert_eq!(codes, ["wrong-type", "wrong-type", "dangling-reference", "unknown-type"]);
}

#[test]
fn operations_are_brought_into_form() {
    let text = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a/{id}:
    get:
      operationId: one
      parameters:
        - {name: id, in: path, schema: {type: string}}
        - {name: q, in: query, style: matrix, schema: {type: string}}
      responses:
        4xx: {description: None}
        '204': ~
    put: {operationId: one}
  b: {}
webhooks: {w: {$ref: '#/components/pathItems/W'}}
components:
  pathItems: {W: {post: {responses: {'200': {$ref: '#/components/responses/R', summary: s}}}}}
  responses: {R: {description: ''}}
  securitySchemes: {m: {type: mutualTLS}, k: {type: apiKey, in: header}}
";
    let (_, found) = normalized(text);
    let found: Vec<_> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
    let get = "/paths/~1a~1{id}/get";
    assert_eq!(
        found,
        [
            ("invalid-path", "/paths/b"),
            ("null-value", &format!("{get}/responses/204")),
            ("missing-field", &format!("{get}/responses/204")),
            ("duplicate-operation-id", "/paths/~1a~1{id}/put/operationId"),
            ("optional-path-parameter", &format!("{get}/parameters/0")),
            ("invalid-style", &format!("{get}/parameters/1/style")),
            ("missing-field", "/components/securitySchemes/k"),
        ]
    );
    let sound = text
        .replace("  b: {}\n", "")
        .replace("style: matrix, ", "")
        .replace("put: {operationId: one}", "put: {}")
        .replace(", k: {type: apiKey, in: header}", "");
    let description = normalized(&sound).0.unwrap();
    assert_eq!(description["paths"]["/a/{id}"]["get"]["responses"]["4XX"]["description"], "None");
    assert_eq!(description["paths"]["/a/{id}"]["put"]["responses"], serde_json::json!({}));
    assert!(description["components"]["callbacks"]["/webhooks"]["w"]["post"].is_object());
    assert_eq!(description["components"]["securitySchemes"]["m"]["x-mutual-tls"], true);
}

#[test]
fn names_have_an_end() {
    let name = "n".repeat(1_001);
    for schemas in
        [format!("? {name}\n: {{type: string}}"), format!("A: {{type: object, properties: {{? {name} : {{}}}}}}")]
    {
        let codes: Vec<_> = found(&schemas).into_iter().map(|found| found.0).collect();
        assert_eq!(codes, ["name-too-long"]);
    }
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {{/a: {{get: {{operationId: {name}, tags: [{name}]}}}}}}"
    );
    let codes: Vec<_> = normalized(&text).1.into_iter().map(|found| found.0).collect();
    assert_eq!(codes, ["name-too-long", "name-too-long"]);
}

/// Nothing here may take time that grows with the square of the number.
#[test]
fn thousands_of_references_are_followed() {
    let chain: String = (1..2_000).map(|i| format!("\n  S{i}: {{$ref: '#/x-d/S{}'}}", i - 1)).collect();
    let text = with_schemas(&(0..2_000).map(|i| format!("A{i}: {{$ref: '#/x-d/S{i}'}}\n")).collect::<String>());
    let (description, found) = normalized(&format!("{text}x-d:\n  S0: {{type: string}}{chain}\n"));
    assert_eq!(found, []);
    let target = &description.unwrap()["components"]["schemas"]["A1999"];
    assert_eq!(target["$ref"], "#/components/schemas/S0");

    let many: String = (0..20_000).map(|i| format!("P{i}: {{$ref: '#/components/schemas/T/items'}}\n")).collect();
    let (description, found) = normalized(&with_schemas(&format!("T: {{items: {{type: string}}}}\n{many}")));
    assert_eq!(found, []);
    assert_eq!(description.unwrap()["components"]["schemas"].as_object().map(serde_json::Map::len), Some(20_002));
}

#[test]
fn path_items_of_callbacks_are_read_where_they_are() {
    let text = "
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    post:
      callbacks:
        inline: {'{$request.query.url}': {$ref: '#/components/pathItems/Told'}}
        itself: {'{$request.query.url}': {$ref: '#/components/pathItems/Circle'}}
  /b: {$ref: '#/components/pathItems/Circle'}
components:
  pathItems:
    Told: {post: {operationId: told, responses: {'204': {description: ''}}}}
    Circle: {get: {callbacks: {again: {'{$url}': {$ref: '#/components/pathItems/Circle'}}}}}
";
    let (description, found) = normalized(text);
    let circle = "/components/pathItems/Circle/get/callbacks/again/{$url}".to_owned();
    assert_eq!(found, [("reference-cycle", circle)]);
    let callbacks = &description.unwrap()["paths"]["/a"]["post"]["callbacks"];
    assert_eq!(callbacks["inline"]["{$request.query.url}"]["post"]["operationId"], "told");
}

#[test]
fn webhooks_are_read_under_either_name_and_callbacks_by_reference() {
    let text = "
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a: {post: {responses: {}, callbacks: {told: {$ref: '#/components/callbacks/Told'}}}}
x-webhooks:
  x-new: {post: {responses: {}, requestBody: {$ref: '#/components/requestBodies/New'}, callbacks: {inner: {'{$url}': {post: {responses: {}}}}}}}
components:
  requestBodies: {New: {content: {application/json: {schema: {type: string, nullable: true}}}}}
  callbacks: {Told: {x-note: 1, '{$url}': {post: {responses: {}}}}}
";
    let (description, found) = normalized(text);
    assert_eq!(found, [("nested-callback", "/x-webhooks/x-new/post/callbacks".to_owned())]);
    let description = description.unwrap();
    let callbacks = &description["components"]["callbacks"];
    assert!(callbacks["/x-webhooks"]["x-new"]["post"]["requestBody"].is_object());
    let told = &description["paths"]["/a"]["post"]["callbacks"]["told"];
    assert_eq!(told["{$url}"]["post"]["x-pointer"], "/components/callbacks/Told/{$url}/post");
    assert_eq!(told["x-note"], serde_json::Value::Null);

    // Somebody's own.
    let (description, found) = normalized(&text.replace("x-new: {post", "x-new: [1]\n  other: {post"));
    assert_eq!((found, description.unwrap()["components"]["callbacks"].clone()), (vec![], serde_json::Value::Null));
}

#[test]
fn a_document_as_deep_as_it_may_be_is_read() {
    let levels = crate::tree::MAX_DEPTH - 5;
    for (open, close, levels) in [
        ("{items: ", "}", levels),
        ("{additionalProperties: ", "}", levels),
        ("{type: [object, string], properties: {a: ", "}}", levels / 2),
        ("{anyOf: [{type: 'null'}, ", "]}", levels / 2),
    ] {
        let schema = [&open.repeat(levels), "{}", &close.repeat(levels)].concat();
        let mut diagnostics = Diagnostics::new("test.yaml");
        let text = with_schemas(&format!("A: {schema}"));
        let documents = Documents::load("test.yaml", text.as_bytes(), None, &mut diagnostics);
        let description = documents.and_then(|documents| normalize(documents, &mut diagnostics));
        assert_eq!(diagnostics.list(), [], "{open}");
        assert!(description.is_some());
    }
}

#[test]
fn nullable_counts_where_it_does_not_belong() {
    let schemas = "A: {type: object, properties: {a: {$ref: '#/components/schemas/B', nullable: true}, b: {type: string, nullable: true}}}\nB: {type: string}";
    let nullable = |text: &str| {
        let (description, found) = normalized(text);
        let description = description.unwrap();
        let property = |name: &str| &description["components"]["schemas"]["A"]["properties"][name]["nullable"];
        (*property("a") == true && *property("b") == true, found)
    };
    let place = |name: &str| format!("/components/schemas/A/properties/{name}/nullable");
    let other_version = ["a", "b"].map(|name| ("other-version", place(name)));
    assert_eq!(nullable(&with_schemas(schemas)), (true, other_version.to_vec()));
    let text = with_schemas(schemas).replace("3.1.1", "3.0.3");
    assert_eq!(nullable(&text), (true, vec![("nullable-beside-reference", place("a"))]));
}
