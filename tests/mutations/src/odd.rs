//! What parts of a description are replaced by, and what they are called.

use serde_json::json;
use serde_yaml::Value;

use crate::choices::Choices;

/// Names that mean something to Rust, to OpenAPI, or to nobody.
const NAMES: &[&str] = &[
    "",
    "x",
    "type",
    "self",
    "Self",
    "super",
    "crate",
    "async",
    "gen",
    "_",
    "__",
    "1st",
    "+1",
    "-1",
    "-",
    "--",
    "a b",
    "a-b",
    "a_b",
    "aB",
    "AB",
    "Option",
    "Vec",
    "Box",
    "String",
    "Result",
    "Error",
    "Ok",
    "Some",
    "None",
    "Default",
    "Client",
    "Body",
    "Call",
    "Value",
    "std",
    "core",
    "serde",
    "main",
    "new",
    "clone",
    "from",
    "try",
    "dyn",
    "é",
    "ß",
    "日本",
    "é\u{0}",
    "\u{202e}",
    "\u{200d}",
    "\n",
    "\"",
    "*/",
    "//",
    "/**",
    "\\",
    "'",
    "r#\"",
    "#",
    "{a}",
    "{",
    "}",
    "/",
    "//x",
    "/a/{b}",
    "/{b}/{b}",
    "/a?b={c}",
    "/a#b",
    "~",
    "~1",
    "%",
    "%2F",
    "2XX",
    "default",
    "200",
    "999",
    "0",
    "$ref",
    "$id",
    "$anchor",
    "$defs",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "properties",
    "items",
    "required",
    "enum",
    "const",
    "format",
    "discriminator",
    "additionalProperties",
    "nullable",
    "readOnly",
    "writeOnly",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "pattern",
    "x-pointer",
    "x-nullable",
    "content",
    "schema",
    "parameters",
    "get",
    "post",
    "trace",
    "application/json",
    "text/event-stream",
    "multipart/form-data",
    "*/*",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "additional_properties",
    "Content-Type",
    "Authorization",
    "constructor",
];

const TYPES: &[&str] = &["string", "integer", "number", "boolean", "object", "array", "null", "file", "any", ""];

const FORMATS: &[&str] = &[
    "uuid",
    "date-time",
    "date",
    "byte",
    "binary",
    "int32",
    "int64",
    "int8",
    "uint64",
    "float",
    "double",
    "password",
    "ipv4",
    "base64url",
    "decimal",
    "x",
];

/// Keywords, and what they may hold.
const KEYWORDS: &[(&str, &[&str])] = &[
    ("nullable", &["true", "false", "1"]),
    ("readOnly", &["true"]),
    ("writeOnly", &["true"]),
    ("deprecated", &["true"]),
    ("required", &["true", "[]", r#"["a"]"#, r#"["id","id"]"#, r#"["name","type"]"#]),
    ("default", &["null", "0", "-1", "1.5", "\"\"", "\"a\"", "[]", "{}", "true", "[1]", r#"{"a":1}"#]),
    ("const", &["null", "0", "\"a\"", "[]", "{}", "true"]),
    (
        "enum",
        &[
            "[]",
            "[null]",
            "[0,1]",
            r#"["a","A","á"]"#,
            r#"["","-","+"]"#,
            "[true,1,\"1\",null]",
            "[[],{}]",
            "[1.5]",
            r#"["a","a"]"#,
        ],
    ),
    ("additionalProperties", &["true", "false", "{}", r#"{"type":"string"}"#]),
    ("patternProperties", &[r#"{"^a":{"type":"integer"}}"#, r#"{"(":{}}"#]),
    ("unevaluatedProperties", &["false"]),
    ("propertyNames", &[r#"{"maxLength":3}"#, r#"{"enum":["a"]}"#]),
    (
        "discriminator",
        &[
            r#"{"propertyName":"type"}"#,
            r##"{"propertyName":"kind","mapping":{"a":"A","b":"#/components/schemas/B"}}"##,
            "\"type\"",
            "{}",
        ],
    ),
    ("minimum", &["0", "-1", "1e300", "9223372036854775808", "0.5", "\"1\""]),
    ("exclusiveMaximum", &["true", "0", "3.5"]),
    ("maxLength", &["0", "-1", "1", "1e30", "1.0"]),
    ("minItems", &["1", "3"]),
    ("maxItems", &["0", "2"]),
    ("uniqueItems", &["true"]),
    ("multipleOf", &["0", "0.1", "-2", "3"]),
    ("pattern", &["\"(\"", "\"^a+$\"", r#""(?=a)b""#, r#""\\p{L}""#, "\"\""]),
    ("contains", &["{}", r#"{"type":"string"}"#, "true"]),
    ("prefixItems", &["[]", r#"[{"type":"string"},{}]"#]),
    ("dependentRequired", &[r#"{"a":["b"]}"#]),
    (
        "style",
        &[
            "\"form\"",
            "\"deepObject\"",
            "\"label\"",
            "\"matrix\"",
            "\"simple\"",
            "\"pipeDelimited\"",
            "\"spaceDelimited\"",
            "\"x\"",
        ],
    ),
    ("explode", &["true", "false"]),
    ("allowReserved", &["true"]),
    ("in", &["\"path\"", "\"query\"", "\"header\"", "\"cookie\"", "\"body\""]),
    ("operationId", &["\"\"", "\"a\"", "\"type\"", "\"new\"", "\"a b\""]),
    ("tags", &["[]", "[\"\"]", "[\"type\",\"a\"]", "[\"Client\"]"]),
    ("security", &["[]", "[{}]", r#"[{"a":[]}]"#]),
    (
        "servers",
        &[
            "[]",
            r#"[{"url":""}]"#,
            r#"[{"url":"https://{a}.example.com:{p}/","variables":{"a":{"default":"x","enum":["x","y"]}}}]"#,
        ],
    ),
    ("contentEncoding", &["\"base64\"", "\"x\""]),
    ("contentMediaType", &["\"application/octet-stream\""]),
    ("description", &["\"```\\ncode\\n\"", "\"*/ /** [a](b) <b> \\\\ \""]),
    ("title", &["\"\"", "\"Self\""]),
    ("x-enum-varnames", &["[\"a\"]", "[\"A\",\"A\"]"]),
    ("$id", &["\"https://example.com/a\"", "\"a\""]),
    ("$anchor", &["\"a\""]),
    ("if", &["{}", "false"]),
    ("not", &["{}", r#"{"required":["a"]}"#, "true", r#"{"type":"string"}"#]),
    ("openapi", &["\"3.0.3\"", "\"3.1.0\"", "\"3.1.1\"", "\"3.2.0\"", "3.1", "\"2.0\""]),
    ("jsonSchemaDialect", &["\"https://json-schema.org/draft/2020-12/schema\"", "\"x\""]),
];

/// The longest of names. Descriptions have been seen with texts of a hundred kilobytes, never with such names.
const LONG: usize = 40_000;

/// A name for something that has another, or none.
pub(crate) fn name(choices: &mut impl Choices) -> String {
    match choices.below(40) {
        0 => "long_".repeat(choices.below(LONG / 5)),
        1 => "é".repeat(choices.below(300)),
        _ => choices.one_of(NAMES).to_owned(),
    }
}

/// One of JSON Schema's types, or nearly.
pub(crate) fn type_name(choices: &mut impl Choices) -> Value {
    match choices.below(6) {
        0 => Value::Sequence(vec![choices.one_of(TYPES).into(), "null".into()]),
        1 => Value::Sequence(vec![choices.one_of(TYPES).into(), choices.one_of(TYPES).into()]),
        _ => choices.one_of(TYPES).into(),
    }
}

/// A keyword and its value.
pub(crate) fn keyword(choices: &mut impl Choices) -> (&'static str, Value) {
    let (keyword, values) = KEYWORDS[choices.below(KEYWORDS.len())];
    match choices.below(12) {
        0 => (keyword, value(choices)),
        1 => ("format", choices.one_of(FORMATS).into()),
        _ => (keyword, serde_yaml::from_str(choices.one_of(values)).unwrap_or(Value::Null)),
    }
}

/// What a scalar, or a whole part, is replaced by.
pub(crate) fn value(choices: &mut impl Choices) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(0.1),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("{}"),
        json!("self"),
        json!("a/b {c} \\ \" '\u{0}\n\u{202e}"),
        json!("string"),
        json!("object"),
        json!("array"),
        json!("("),
        json!([]),
        json!({}),
        json!([null, 1, "a", {}]),
        json!({ "$ref": "#/components/schemas/A" }),
        json!({ "$ref": "#" }),
        json!({ "$ref": "" }),
        json!({ "type": "string", "enum": [] }),
        json!({ "oneOf": [{ "type": "string" }, { "type": "object", "properties": { "a": {} } }] }),
        json!({ "anyOf": [{ "type": "integer" }, { "type": "array", "items": {} }, { "type": "null" }] }),
        json!({ "type": ["string", "null"], "format": "uuid" }),
        json!({ "allOf": [{ "type": "object" }, { "type": "string" }] }),
        json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" }, "A": {} } }),
    ];
    let chosen = &values[choices.below(values.len())];
    serde_yaml::to_value(chosen).unwrap_or(Value::Null)
}

/// A schema around another.
pub(crate) fn around(inner: Value, choices: &mut impl Choices) -> Value {
    const FRAMES: &[&str] = &[
        r#"{"type":"array","items":0}"#,
        r#"{"allOf":[0]}"#,
        r#"{"allOf":[0,{"type":"object","properties":{"b":{"type":"string"}}}]}"#,
        r#"{"oneOf":[0,{"type":"null"}]}"#,
        r#"{"anyOf":[0,{"type":"string"}]}"#,
        r#"{"not":0}"#,
        r#"{"type":"object","properties":{"a":0},"required":["a"]}"#,
        r#"{"type":"object","additionalProperties":0}"#,
        r#"{"type":"array","prefixItems":[0],"items":false}"#,
        r#"{"schema":0}"#,
        r#"{"content":{"application/json":{"schema":0}}}"#,
        r#"[0]"#,
        r#"{"a":0}"#,
    ];
    let mut frame: Value = serde_yaml::from_str(choices.one_of(FRAMES)).unwrap_or(Value::Null);
    fill(&mut frame, &mut Some(inner));
    frame
}

fn fill(frame: &mut Value, inner: &mut Option<Value>) {
    if frame.as_u64() == Some(0) {
        *frame = inner.take().unwrap_or(Value::Null);
        return;
    }
    crate::tree::children_mut(frame).for_each(|child| fill(child, inner));
}
