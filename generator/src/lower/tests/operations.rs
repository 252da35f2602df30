//! Operations, parameters, bodies, responses and security.

use serde_json::{Value, json};

use super::{run, with_paths};

/// The operations of `paths`, and the diagnostics.
fn operations(paths: &str) -> (Vec<Value>, Vec<String>) {
    let (api, messages) = run(&with_paths(paths), "");
    let api = api.unwrap_or_else(|| panic!("{messages:#?}"));
    let operations = api.operations().map(|operation| json!(operation)).collect();
    (operations, messages)
}

fn names_of(list: &Value) -> Value {
    let list = list.as_array().cloned().unwrap_or_default();
    list.iter().map(|item| item["name"].clone()).collect()
}

#[test]
fn parameters_are_ordered_named_and_repaired() {
    let (operations, messages) = operations(
        "/a/{first}/{second}.json:
  parameters:
    - { name: second, in: path, required: true, schema: { type: integer } }
    - { name: gone, in: path, required: true, schema: { type: string } }
    - { name: q, in: query, schema: { type: string } }
  get:
    parameters:
      - { name: q, in: query, required: true, schema: { type: integer, default: 3 } }
      - { name: second, in: query, schema: { type: array, items: { type: string } }, explode: false }
      - { name: body, in: cookie, schema: { type: string } }
      - { name: Accept, in: header, schema: { type: string } }
      - { name: filter, in: query, content: { application/json: { schema: { type: object } } } }
    responses: { '200': { description: ok } }",
    );
    let place = "/paths/~1a~1{first}~1{second}.json";
    assert_eq!(
        messages,
        [
            format!("idle-field {place}/get/parameters/3"),
            format!("undeclared-path-parameter {place}/get"),
            format!("unused-path-parameter {place}/parameters/1"),
        ]
    );
    let get = &operations[0];
    assert_eq!(get["name"], "get_a_by_first_by_second_json");
    let parameters = &get["parameters"];
    assert_eq!(names_of(parameters), json!(["first", "second", "q", "query_second", "cookie_body", "filter"]));
    assert_eq!(parameters[2]["default"], 3);
    assert_eq!(parameters[2]["is_required"], true);
    assert_eq!(parameters[3]["explode"], false);
    assert_eq!(parameters[5]["style"], "json");
    assert_eq!(
        get["segments"],
        json!([
            { "literal": "a" },
            { "parameter": "first" },
            { "mixed": [{ "parameter": "second" }, { "literal": ".json" }] },
        ])
    );
}

#[test]
fn responses_are_split_by_what_is_declared() {
    for (responses, successes, failures) in [
        (
            "{ '200': { description: a }, 4XX: { description: b }, default: { description: c } }",
            json!(["Ok"]),
            json!(["ClientError", "Default"]),
        ),
        ("{ '301': { description: a }, default: { description: b } }", json!(["MovedPermanently"]), json!(["Default"])),
        ("{ '404': { description: a }, default: { description: b } }", json!(["Default"]), json!(["NotFound"])),
        (
            "{ 2XX: { description: a }, '499': { description: b }, '302': { description: c } }",
            json!(["Success"]),
            json!(["Status499", "Found"]),
        ),
    ] {
        let (operations, messages) = operations(&format!("/a:\n  get:\n    responses: {responses}"));
        assert_eq!(messages, Vec::<String>::new());
        assert_eq!(names_of(&operations[0]["successes"]), successes, "{responses}");
        assert_eq!(names_of(&operations[0]["failures"]), failures, "{responses}");
    }
    let (_, messages) = operations("/a:\n  get:\n    responses: { '404': { description: a } }");
    assert_eq!(messages, ["no-success-response /paths/~1a/get/responses"]);
}

#[test]
fn bodies_and_headers_have_places() {
    let (operations, messages) = operations(
        "/a:
  x-methods: [put, get]
  get: { tags: [API Keys], responses: { '200': { description: a } } }
  put:
    operationId: put-thing
    tags: [API Keys]
    requestBody:
      content:
        Application/JSON; charset=utf-8: { schema: { type: object, properties: { a: {} } } }
        multipart/form-data: { schema: { type: object, properties: { b: {} } } }
        text/plain: {}
        image/png: { schema: { type: string, format: binary } }
    responses:
      '200':
        description: a
        headers: { X-Rate-Limit: { required: true, schema: { type: integer } }, Content-Type: { schema: { type: string } } }
        content: { '*/*': { schema: { type: array, items: { type: string } } } }",
    );
    assert_eq!(messages, ["idle-field /paths/~1a/put/responses/200/headers/Content-Type"]);
    let put = &operations[0];
    let media_types = put["request_body"]["media_types"].clone();
    let media_types: Vec<Value> = media_types
        .as_array()
        .expect("media types")
        .iter()
        .map(|it| json!([it["wire_name"], it["kind"], it["type"]]))
        .collect();
    assert_eq!(
        json!(media_types),
        json!([
            ["application/json; charset=utf-8", "json", { "named": "PutThingBody" }],
            ["multipart/form-data", "multipart", "any"],
            ["text/plain", "text", "string"],
            ["image/png", "binary", { "formatted": "binary" }],
        ])
    );
    let multipart = &put["request_body"]["media_types"][1]["multipart"];
    assert_eq!((&multipart["name"], &multipart["parts"][0]["kind"]), (&json!("PutThingMultipart"), &json!("file")));
    let ok = &put["successes"][0];
    assert_eq!(names_of(&ok["headers"]), json!(["x_rate_limit"]));
    assert_eq!(ok["media_types"][0]["kind"], "json");
}

#[test]
fn security_is_the_operations_or_the_documents() {
    let paths = "/a:
  get: { responses: { '200': { description: a } } }
  put: { security: [], responses: { '200': { description: a } } }
  post: { security: [{ b: [x] }, {}], responses: { '200': { description: a } } }";
    let text = format!(
        "{}\nsecurity: [{{ c: [], b: [] }}]\nservers: [{{ url: 'https://{{host}}/v1', variables: {{ host: {{ default: example.com }} }} }}]\n\
         components:\n  securitySchemes:\n    a: {{ type: http, scheme: basic }}\n    b: {{ type: oauth2, flows: {{ implicit: {{ authorizationUrl: https://example.com, scopes: {{ x: x }} }} }} }}\n    c: {{ type: apiKey, in: header, name: X-Key }}\n",
        with_paths(paths)
    );
    let (api, messages) = run(&text, "");
    assert_eq!(messages, Vec::<String>::new());
    let api = json!(api.expect("a model"));
    assert_eq!(names_of(&api["security_schemes"]), json!(["b", "c"]));
    assert_eq!(api["security_schemes"][0]["kind"], "bearer");
    assert_eq!(
        api["security_schemes"][1]["kind"],
        json!({ "api_key": { "location": "header", "parameter": "x-key" } })
    );
    assert_eq!(api["servers"][0]["url"], "https://{host}/v1");
    assert_eq!(api["servers"][0]["variables"][0]["default"], "example.com");
    let operations = &api["tags"][0]["operations"];
    let security: Vec<Value> =
        operations.as_array().expect("operations").iter().map(|operation| operation["security"].clone()).collect();
    assert_eq!(
        json!(security),
        json!([
            [{ "schemes": [{ "scheme": 1 }, { "scheme": 0 }] }],
            [],
            [{ "schemes": [{ "scheme": 0, "scopes": ["x"] }] }, { "schemes": [] }],
        ])
    );
    assert_eq!(api["tags"][0]["name"], "Default");
}

#[test]
fn alternatives_nobody_can_meet_are_left_out() {
    let declared = "\ncomponents: { securitySchemes: { a: { type: http, scheme: bearer } } }";
    let text = |security: &str| {
        with_paths(&format!("/a:\n  get: {{ security: {security}, responses: {{ '200': {{ description: a }} }} }}"))
            + declared
    };
    let (api, messages) = run(&text("[{ b: [] }, { a: [] }]"), "");
    assert_eq!(messages, ["unknown-security-scheme /paths/~1a/get/security/0/b"]);
    let api = json!(api.expect("a model"));
    let security = &api["tags"][0]["operations"][0]["security"];
    assert_eq!(*security, json!([{ "schemes": [{ "scheme": 0 }] }]));
    let (api, _) = run(&text("[{ b: [] }]"), "");
    assert!(api.is_none(), "an operation must not become open to everybody");
}

#[test]
fn paths_that_cannot_be_routed_are_errors() {
    let get = "{ get: { responses: { '200': { description: a } } } }";
    for (paths, code) in
        [(format!("/a/{{x: {get}"), "invalid-path"), (format!("/{{a}}/{{a}}: {get}"), "repeated-path-parameter")]
    {
        let paths = paths.replace("/a/{x: ", "'/a/{x': ");
        let (api, messages) = run(&with_paths(&paths), "");
        assert!(api.is_none(), "{code}");
        assert!(messages.iter().any(|message| message.starts_with(code)), "{messages:?}");
    }
    let (operations, messages) = operations(&format!("'/a?b=c': {get}"));
    assert_eq!(messages, ["path-suffix /paths/~1a?b=c"]);
    assert_eq!(operations[0]["segments"], json!([{ "literal": "a" }]));
}

#[test]
fn tags_and_operations_step_aside_for_what_is_generated() {
    let (api, messages) = run(
        &with_paths(
            "/a:
  get: { operationId: authenticate, tags: [Client], responses: { '200': { description: a } } }
  put: { operationId: move, tags: [prelude], responses: { '200': { description: a } } }",
        ),
        "",
    );
    let api = json!(api.unwrap_or_else(|| panic!("{messages:?}")));
    assert_eq!(names_of(&api["tags"]), json!(["ClientApi", "Prelude"]));
    assert_eq!(api["tags"][1]["module"], "prelude_2");
    assert_eq!(api["tags"][0]["operations"][0]["name"], "authenticate_");
    assert_eq!(api["tags"][1]["operations"][0]["name"], "r#move");
}
