//! The examples that a description gives, each with the schema that it is of.

use openapi_rust_generator::inspect::Inspection;
use serde_json::{Map, Value};

/// One example.
#[derive(Debug)]
pub(super) struct Example {
    /// Where it stands.
    pub(super) pointer: String,
    /// Where its schema stands.
    pub(super) schema: String,
    /// The Rust type of that schema.
    pub(super) ty: String,
    /// What it says.
    pub(super) value: Value,
}

/// Every example, or why it is none of a value.
pub(super) fn of(inspection: &Inspection) -> Vec<Result<Example, String>> {
    let mut search = Search { inspection, found: Vec::new() };
    search.node("", &inspection.document);
    search.found
}

struct Search<'a> {
    inspection: &'a Inspection,
    found: Vec<Result<Example, String>>,
}

/// Keywords that hold one schema, a list of them, or a map of them.
const SCHEMA_KEYWORDS: &[&str] =
    &["items", "additionalProperties", "propertyNames", "not", "contains", "if", "then", "else"];
const SCHEMA_LISTS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
const SCHEMA_MAPS: &[&str] = &["properties", "patternProperties", "$defs", "definitions"];
/// Members of other objects that map names to objects, so that a name means nothing.
const MAPS: &[&str] =
    &["paths", "webhooks", "responses", "headers", "callbacks", "links", "examples", "parameters", "requestBodies"];

impl<'a> Search<'a> {
    /// Anything but a schema.
    fn node(&mut self, pointer: &str, node: &Value) {
        match node {
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, item)| self.node(&at(pointer, &i.to_string()), item))
            }
            Value::Object(members) => {
                self.examples_beside_schema(pointer, members);
                members.iter().for_each(|(name, member)| self.member(pointer, name, member));
            }
            _ => {}
        }
    }

    fn member(&mut self, pointer: &str, name: &str, member: &Value) {
        let place = at(pointer, name);
        let entries = || member.as_object().into_iter().flatten();
        match name {
            "schema" => self.schema(&place, member),
            "schemas" if pointer == "/components" => {
                entries().for_each(|(key, schema)| self.schema(&at(&place, key), schema));
            }
            "example" | "examples" => {}
            _ if name.starts_with("x-") => {}
            _ if name == "content" || MAPS.contains(&name) => match member {
                Value::Object(_) => entries().for_each(|(key, value)| self.node(&at(&place, key), value)),
                _ => self.node(&place, member),
            },
            _ => self.node(&place, member),
        }
    }

    /// `example` and `examples` of a media type, a parameter or a header.
    fn examples_beside_schema(&mut self, pointer: &str, members: &Map<String, Value>) {
        let Some(schema) = members.get("schema") else { return };
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let is_media_type = pointer.rsplit('/').nth(1) == Some("content");
        let is_data = !is_media_type || name.contains("json") || name.contains('*');
        let schema_place = at(pointer, "schema");
        if let Some(value) = members.get("example") {
            self.example(at(pointer, "example"), &schema_place, schema, value, is_data);
        }
        for (key, example) in members.get("examples").and_then(Value::as_object).into_iter().flatten() {
            let mut place = at(&at(pointer, "examples"), key);
            let mut example = example;
            if let Some((target, found)) = self.reference(example) {
                (place, example) = (target, found);
            }
            match example.get("value") {
                Some(value) => self.example(place, &schema_place, schema, value, is_data),
                None => self.found.push(Err(format!("{place}: has no value here"))),
            }
        }
    }

    /// A schema, and those below it.
    fn schema(&mut self, place: &str, schema: &Value) {
        self.schema_known_as(place, place, schema);
    }

    /// `known` is where it stood before it was moved.
    fn schema_known_as(&mut self, place: &str, known: &str, schema: &Value) {
        let Value::Object(members) = schema else { return };
        let known = members.get("x-pointer").and_then(Value::as_str).unwrap_or(known);
        if let Some(value) = members.get("example") {
            self.example(at(known, "example"), place, schema, value, true);
        }
        let examples = members.get("examples").and_then(Value::as_array).into_iter().flatten();
        for (i, value) in examples.enumerate() {
            self.example(at(&at(known, "examples"), &i.to_string()), place, schema, value, true);
        }
        for (name, member) in members {
            let parts: Vec<(Vec<String>, &Value)> = if SCHEMA_KEYWORDS.contains(&name.as_str()) {
                vec![(Vec::new(), member)]
            } else if SCHEMA_LISTS.contains(&name.as_str()) {
                let items = member.as_array().into_iter().flatten().enumerate();
                items.map(|(i, schema)| (vec![i.to_string()], schema)).collect()
            } else if SCHEMA_MAPS.contains(&name.as_str()) {
                let entries = member.as_object().into_iter().flatten();
                entries.map(|(key, schema)| (vec![key.clone()], schema)).collect()
            } else {
                Vec::new()
            };
            for (tokens, schema) in parts {
                let below = |parent: &str| tokens.iter().fold(at(parent, name), |place, token| at(&place, token));
                self.schema_known_as(&below(place), &below(known), schema);
            }
        }
    }

    fn example(&mut self, pointer: String, schema_place: &str, schema: &Value, value: &Value, is_data: bool) {
        if !is_data {
            self.found.push(Err(format!("{pointer}: is not JSON data")));
            return;
        }
        self.found.push(match self.type_of(schema_place, schema) {
            Some((schema, ty)) => Ok(Example { pointer, schema, ty, value: value.clone() }),
            None => Err(format!("{pointer}: {schema_place} has no type")),
        });
    }

    /// The place and the type of a schema, or of the one that it refers to.
    fn type_of(&self, place: &str, schema: &Value) -> Option<(String, String)> {
        let (mut place, mut schema) = (place.to_owned(), schema);
        // A chain of references that is longer does not end.
        for _ in 0..100 {
            // What was moved is known by the place where it stood.
            let known = schema.get("x-pointer").and_then(Value::as_str).unwrap_or(&place);
            if let Some(ty) = self.inspection.types.get(known) {
                return Some((place, ty.clone()));
            }
            match self.reference(schema) {
                Some(target) => (place, schema) = target,
                // A member of a union that became no type of its own: its values are values of the union.
                None => place = union_of(&place)?.to_owned(),
            }
        }
        None
    }

    fn reference(&self, node: &Value) -> Option<(String, &'a Value)> {
        resolve(&self.inspection.document, node)
    }
}

/// The place of the schema whose `anyOf` or `oneOf` holds the one at `place`.
fn union_of(place: &str) -> Option<&str> {
    let (list, _) = place.rsplit_once('/')?;
    let (union, keyword) = list.rsplit_once('/')?;
    matches!(keyword, "anyOf" | "oneOf").then_some(union)
}

/// What a `$ref` leads to, with its place. A reference to a component has the key as it is.
pub(super) fn resolve<'a>(document: &'a Value, node: &Value) -> Option<(String, &'a Value)> {
    let pointer = node.get("$ref")?.as_str()?.strip_prefix('#')?;
    let component = || {
        let (section, key) = pointer.strip_prefix("/components/")?.split_once('/')?;
        let place = at(&format!("/components/{section}"), key);
        Some((place, document.get("components")?.get(section)?.get(key)?))
    };
    component().or_else(|| Some((pointer.to_owned(), document.pointer(pointer)?)))
}

fn at(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use openapi_rust_generator::Description;
    use openapi_rust_generator::inspect::inspect;

    use super::*;

    const TEXT: &str = r##"
openapi: 3.1.0
info: { title: Test, version: '1' }
paths:
  /pets:
    get:
      operationId: pets
      parameters: [{ name: page, in: query, schema: { type: integer, example: 1 }, example: 2 }]
      responses:
        '200':
          description: done
          content:
            application/json:
              schema: { type: array, items: { $ref: '#/components/schemas/example' } }
              examples: { one: { $ref: '#/components/examples/some' }, two: { externalValue: two.json } }
            text/csv: { schema: { type: string }, example: a }
components:
  examples: { some: { value: [{ schema: x }] } }
  schemas:
    example:
      type: object
      properties:
        schema: { type: string, examples: [x, y] }
        example: { type: object, properties: { at: { type: string, format: date-time } }, example: { example: 1 } }
        deep: { $ref: '#/paths/~1pets/get/parameters/0/schema' }
      default: { example: 1 }
    reference: { $ref: '#/components/schemas/ex%61mple' }
    nullable: { anyOf: [{ type: string, example: x }, { type: 'null' }] }
    use: { type: object, properties: { of: { $ref: '#/components/schemas/reference', example: {} } } }
"##;

    #[test]
    fn examples_are_found_wherever_they_stand() {
        let description = Description::new("test.yaml", TEXT);
        let inspection = inspect(description, &Default::default()).unwrap_or_else(|problems| panic!("{problems:?}"));
        let found = of(&inspection);
        let mut lines: Vec<String> = found
            .iter()
            .map(|found| match found {
                Ok(found) => format!("{} = {}: {}", found.pointer, found.value, found.ty.replace(' ', "")),
                Err(reason) => reason.clone(),
            })
            .collect();
        lines.sort();
        let media = "/paths/~1pets/get/responses/200/content";
        let schema = "/components/schemas/example";
        assert_eq!(
            lines,
            [
                r#"/components/examples/some = [{"schema":"x"}]: Vec<api::types::Example>"#.to_owned(),
                format!(r#"{schema}/properties/example/example = {{"example":1}}: api::types::ExampleExample"#),
                format!(r#"{schema}/properties/schema/examples/0 = "x": String"#),
                format!(r#"{schema}/properties/schema/examples/1 = "y": String"#),
                "/components/schemas/nullable/anyOf/0/example = \"x\": Option<api::types::Nullable>".to_owned(),
                "/components/schemas/use/properties/of/example = {}: api::types::Reference".to_owned(),
                "/paths/~1pets/get/parameters/0/example = 2: i64".to_owned(),
                "/paths/~1pets/get/parameters/0/schema/example = 1: i64".to_owned(),
                format!("{media}/application~1json/examples/two: has no value here"),
                format!("{media}/text~1csv/example: is not JSON data"),
            ]
        );
    }
}
