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
    search.node(&Place::new(""), &inspection.document);
    search.found
}

struct Search<'a> {
    inspection: &'a Inspection,
    found: Vec<Result<Example, String>>,
}

/// Where something stands, and where it stood before it was moved, which is how it is known.
#[derive(Debug, Clone)]
struct Place {
    now: String,
    then: String,
}

impl Place {
    fn new(pointer: &str) -> Self {
        Self { now: pointer.to_owned(), then: pointer.to_owned() }
    }

    /// The place of `node`, which says where it stood if it was moved.
    fn of(&self, node: &Value) -> Self {
        let then = node.get("x-pointer").and_then(Value::as_str).unwrap_or(&self.then);
        Self { now: self.now.clone(), then: then.to_owned() }
    }

    fn at(&self, token: &str) -> Self {
        Self { now: at(&self.now, token), then: at(&self.then, token) }
    }
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
    fn node(&mut self, place: &Place, node: &Value) {
        let place = place.of(node);
        match node {
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, item)| self.node(&place.at(&i.to_string()), item));
            }
            Value::Object(members) => {
                self.examples_beside_schema(&place, members);
                members.iter().for_each(|(name, member)| self.member(&place, name, member));
            }
            _ => {}
        }
    }

    fn member(&mut self, parent: &Place, name: &str, member: &Value) {
        let place = parent.at(name);
        let entries = || member.as_object().into_iter().flatten();
        match name {
            "schema" => self.schema(&place, member),
            "schemas" if parent.now == "/components" => {
                entries().for_each(|(key, schema)| self.schema(&place.at(key), schema));
            }
            "example" | "examples" => {}
            _ if name.starts_with("x-") => {}
            _ if (name == "content" || MAPS.contains(&name)) && member.is_object() => {
                entries().for_each(|(key, value)| self.node(&place.at(key), value));
            }
            _ => self.node(&place, member),
        }
    }

    /// `example` and `examples` of a media type, a parameter or a header.
    fn examples_beside_schema(&mut self, place: &Place, members: &Map<String, Value>) {
        let Some(schema) = members.get("schema") else { return };
        let name = place.now.rsplit('/').next().unwrap_or_default();
        let is_media_type = place.now.rsplit('/').nth(1) == Some("content");
        let is_data = !is_media_type || name.contains("json") || name.contains('*');
        let schema_place = place.at("schema");
        if let Some(value) = members.get("example") {
            self.example(place.at("example").then, &schema_place, schema, value, is_data);
        }
        for (key, example) in members.get("examples").and_then(Value::as_object).into_iter().flatten() {
            let (shown, example) =
                self.reference(example).unwrap_or_else(|| (place.at("examples").at(key).then, example));
            match example.get("value") {
                Some(value) => self.example(shown, &schema_place, schema, value, is_data),
                None => self.found.push(Err(format!("{shown}: has no value here"))),
            }
        }
    }

    /// A schema, and those below it.
    fn schema(&mut self, place: &Place, schema: &Value) {
        let Value::Object(members) = schema else { return };
        let place = place.of(schema);
        if let Some(value) = members.get("example") {
            self.example(place.at("example").then, &place, schema, value, true);
        }
        let examples = members.get("examples").and_then(Value::as_array).into_iter().flatten();
        for (i, value) in examples.enumerate() {
            self.example(place.at("examples").at(&i.to_string()).then, &place, schema, value, true);
        }
        for (name, member) in members {
            let place = place.at(name);
            if SCHEMA_KEYWORDS.contains(&name.as_str()) {
                self.schema(&place, member);
            } else if SCHEMA_LISTS.contains(&name.as_str()) {
                let items = member.as_array().into_iter().flatten().enumerate();
                items.for_each(|(i, schema)| self.schema(&place.at(&i.to_string()), schema));
            } else if SCHEMA_MAPS.contains(&name.as_str()) {
                let entries = member.as_object().into_iter().flatten();
                entries.for_each(|(key, schema)| self.schema(&place.at(key), schema));
            }
        }
    }

    fn example(&mut self, shown: String, place: &Place, schema: &Value, value: &Value, is_data: bool) {
        self.found.push(match self.type_of(place, schema) {
            _ if !is_data => Err(format!("{shown}: is not JSON data")),
            Some((schema, ty)) => Ok(Example { pointer: shown, schema, ty, value: value.clone() }),
            None => Err(format!("{shown}: {} has no type", place.now)),
        });
    }

    /// The place and the type of a schema, or of the one that it refers to.
    fn type_of(&self, place: &Place, schema: &Value) -> Option<(String, String)> {
        let (mut place, mut schema) = (place.clone(), schema);
        // A chain of references that is longer does not end.
        for _ in 0..100 {
            let types = &self.inspection.types;
            if let Some(ty) = types.get(&place.then).or_else(|| types.get(&place.now)) {
                return Some((place.now, ty.clone()));
            }
            if let Some((target, found)) = self.reference(schema) {
                (place, schema) = (Place::new(&target).of(found), found);
                continue;
            }
            // A member of a union that became no type of its own: its values are values of the union.
            place = Place { now: union_of(&place.now)?.to_owned(), then: union_of(&place.then)?.to_owned() };
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
