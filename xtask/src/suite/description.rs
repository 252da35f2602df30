//! Groups as an OpenAPI description.

use serde_json::{Map, Value, json};

use super::group::Group;

/// Keywords whose members are schemas by name.
const NAMED: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/// Keywords whose value is data.
const DATA: [&str; 4] = ["enum", "const", "default", "examples"];

/// A description with a component for each group's schema, and one that has it as the property `value`: rules hold where
/// a schema is used.
pub(super) fn of<'g>(draft: &str, groups: impl Iterator<Item = &'g Group>) -> String {
    let mut schemas = Map::new();
    for group in groups {
        let key = group.key();
        let mut schema = group.schema.clone();
        localize(&mut schema, &format!("#/components/schemas/{key}"));
        schemas.insert(key.clone(), schema);
        let reference = json!({ "$ref": format!("#/components/schemas/{key}") });
        let place = json!({ "type": "object", "required": ["value"], "properties": { "value": reference } });
        schemas.insert(format!("{key}Place"), place);
    }
    let version = if draft == "draft4" { "3.0.4" } else { "3.1.1" };
    let content = json!({ "application/json": { "schema": {} } });
    json!({
        "openapi": version,
        "info": { "title": draft, "version": "1" },
        "paths": { "/": { "post": {
            "operationId": "post",
            "requestBody": { "content": content },
            "responses": { "204": { "description": "Done." } },
        } } },
        "components": { "schemas": schemas },
    })
    .to_string()
}

/// Makes references within the schema references into the component that it becomes.
fn localize(schema: &mut Value, root: &str) {
    match schema {
        Value::Object(members) => {
            for (keyword, member) in members {
                match member {
                    Value::String(target) if keyword == "$ref" && is_local(target) => {
                        *target = format!("{root}{}", &target[1..]);
                    }
                    Value::Object(named) if NAMED.contains(&keyword.as_str()) => {
                        named.values_mut().for_each(|schema| localize(schema, root));
                    }
                    member if !DATA.contains(&keyword.as_str()) => localize(member, root),
                    _ => {}
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| localize(item, root)),
        _ => {}
    }
}

/// Whether it is a JSON pointer into the schema.
fn is_local(target: &str) -> bool {
    target == "#" || target.starts_with("#/")
}
