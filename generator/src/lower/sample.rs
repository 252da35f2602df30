//! A value of a schema, made up where the description gives none.

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::{Map, Number, Value};

use crate::lower::example::mismatch;
use crate::lower::keywords::{Additional, Discriminator, Group, Keywords, Kind, Node, Property};
use crate::lower::limits::{Bound, Limits, approximate};
use crate::lower::lowering::Lowering;
use crate::lower::pattern_sample;
use crate::model::{Access, Decimal};

/// How deep a value gets; deeper, only what is required is there.
const COMFORTABLE_DEPTH: usize = 5;

/// How deep a value may get.
const MAX_DEPTH: usize = 32;

/// How many items an array gets where none is too few, and how many characters a string has at most.
const MAX_ITEMS: u64 = 100;
const MAX_LENGTH: usize = 10_000;

impl Lowering<'_> {
    /// A value of `node` as it stands in an answer: an example or a default of the description, where one fits, else
    /// one that the keywords allow. None where there is no such value, or none is found.
    pub(super) fn sample(&mut self, node: &Node) -> Option<Value> {
        let mut sampling = Sampling { lowering: self, open: Vec::new() };
        sampling.value(node)
    }
}

struct Sampling<'a, 'd> {
    lowering: &'a mut Lowering<'d>,
    /// The schemas that a value is being made for, from the outermost.
    open: Vec<String>,
}

impl Sampling<'_, '_> {
    fn value(&mut self, node: &Node) -> Option<Value> {
        if self.open.len() >= MAX_DEPTH {
            return None;
        }
        let flat = self.lowering.resolve(node)?;
        self.open.push(node.identity());
        let value = self.given(node, &flat).or_else(|| self.made_up(&flat));
        self.open.pop();
        value
    }

    /// What the description itself says.
    fn given(&mut self, node: &Node, flat: &Keywords) -> Option<Value> {
        if let Some([first, ..]) = flat.enumeration.as_deref() {
            let wanted = flat.annotations.examples.iter().map(|(_, value)| value);
            let known = wanted.chain(&flat.annotations.default).find(|value| self.fits(node, value));
            return Some(known.unwrap_or(first).clone());
        }
        let examples = flat.annotations.examples.iter().map(|(_, value)| value);
        examples.chain(&flat.annotations.default).find(|value| self.fits(node, value)).cloned()
    }

    fn fits(&mut self, node: &Node, value: &Value) -> bool {
        mismatch(self.lowering, node, value).is_none()
    }

    fn made_up(&mut self, flat: &Keywords) -> Option<Value> {
        if flat.is_never {
            return None;
        }
        if flat.is_null {
            return Some(Value::Null);
        }
        let own = match flat.kind {
            Some(Kind::String) => Some(Value::String(self.string(flat)?)),
            Some(Kind::Number | Kind::Integer) => number(flat),
            Some(Kind::Boolean) => Some(Value::Bool(true)),
            Some(Kind::Array) => self.array(flat),
            Some(Kind::Object) => self.object(flat),
            None if flat.describes_object() => self.object(flat),
            None if flat.groups.is_empty() => Some(Value::Object(Map::new())),
            None => Some(Value::Null),
        };
        let own = own.or_else(|| flat.is_nullable.then_some(Value::Null))?;
        flat.groups.iter().try_fold(own, |own, group| self.with_member(own, group))
    }

    /// A value of `own`'s that is one of the group's as well: for an object, with what its first possible member adds.
    fn with_member(&mut self, own: Value, group: &Group) -> Option<Value> {
        group.members.iter().find_map(|member| {
            let mut value = self.value(member)?;
            if let (Value::Object(value), Value::Object(own)) = (&mut value, &own) {
                for (name, property) in own {
                    value.entry(name.clone()).or_insert_with(|| property.clone());
                }
            }
            let tagged = match (&value, &group.discriminator) {
                (Value::Object(value), Some(discriminator)) => tag(discriminator, member).map(|tag| {
                    let mut value = value.clone();
                    value.insert(discriminator.property.clone(), tag.into());
                    Value::Object(value)
                }),
                _ => None,
            };
            // A member that fixes the property itself may have another name for it.
            tagged.into_iter().chain([value]).find(|value| self.fits(member, value))
        })
    }

    fn string(&mut self, flat: &Keywords) -> Option<String> {
        let Limits { min_length, max_length, patterns, .. } = &flat.limits;
        let least = min_length.map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
        let most = max_length.map_or(MAX_LENGTH, |length| usize::try_from(length).unwrap_or(usize::MAX));
        if least > MAX_LENGTH {
            return None;
        }
        let has_length = |text: &str| (least..=most).contains(&text.chars().count());
        let by_format = flat.format.as_deref().and_then(of_format).map(str::to_owned);
        let expression = patterns.first().and_then(|source| self.lowering.patterns.linear(source));
        let by_pattern = expression.into_iter().flat_map(|expression| pattern_sample::candidates(&expression));
        let any = "string".chars().cycle().take(6.clamp(least, most.max(least))).collect();
        let mut matches = |text: &str| patterns.iter().all(|source| self.lowering.patterns.is_match(source, text));
        by_format.into_iter().chain(by_pattern).chain([any]).find(|text| has_length(text) && matches(text))
    }

    fn array(&mut self, flat: &Keywords) -> Option<Value> {
        let Limits { min_items, max_items, has_unique_items, .. } = flat.limits;
        let least = min_items.unwrap_or(0);
        if least > MAX_ITEMS {
            return None;
        }
        let fixed = u64::try_from(flat.prefix_items.len()).unwrap_or(u64::MAX);
        let wanted = if self.is_comfortable() { fixed.max(1) } else { 0 };
        let count = wanted.max(least).min(max_items.unwrap_or(u64::MAX));
        let mut items: Vec<Value> = Vec::new();
        for index in 0..usize::try_from(count).unwrap_or_default() {
            let node = flat.prefix_items.get(index).or(flat.items.first());
            let item = match node {
                Some(node) if self.is_open(node) && u64::try_from(index).is_ok_and(|index| index >= least) => break,
                Some(node) => self.value(node),
                None => Some(Value::Object(Map::new())),
            };
            let item = match item {
                Some(item) if has_unique_items && items.contains(&item) => self.another(&item, node, &items),
                item => item,
            };
            match item {
                Some(item) => items.push(item),
                None => break,
            }
        }
        (items.len() as u64 >= least).then_some(Value::Array(items))
    }

    /// An item that is not among `items`.
    fn another(&mut self, item: &Value, node: Option<&Node>, items: &[Value]) -> Option<Value> {
        let flat = node.and_then(|node| self.lowering.resolve(node))?;
        let of_enum = flat.enumeration.iter().flatten().cloned();
        let changed = (1..=items.len() + 1).filter_map(|step| match item {
            Value::String(text) => Some(Value::from(format!("{text}{step}"))),
            Value::Number(number) => Some(Value::from(number.as_i64()?.checked_add(i64::try_from(step).ok()?)?)),
            Value::Bool(value) => Some(Value::Bool(!value)),
            _ => None,
        });
        of_enum.chain(changed).find(|item| !items.contains(item) && node.is_none_or(|node| self.fits(node, item)))
    }

    fn object(&mut self, flat: &Keywords) -> Option<Value> {
        let mut object = Map::new();
        let required: HashSet<&String> = flat.required.iter().collect();
        for (name, declarations) in &flat.properties {
            let is_required = required.contains(name);
            let access = self.lowering.access_of(declarations);
            if access == Access::WriteOnly || declarations.is_empty() {
                continue;
            }
            let node = property_node(declarations);
            if !is_required && (!self.is_comfortable() || self.is_open(&node)) {
                continue;
            }
            match self.value(&node) {
                Some(value) => drop(object.insert(name.clone(), value)),
                None if is_required => return None,
                None => {}
            }
        }
        for name in flat.required.iter().filter(|name| !flat.properties.contains_key(*name)) {
            let value = self.additional(flat)?;
            object.insert(name.clone(), value);
        }
        let wanted = match &flat.additional {
            Some(Additional::Schema(node)) if object.is_empty() && self.is_comfortable() && !self.is_open(node) => 1,
            _ => 0,
        };
        let least = flat.limits.min_properties.unwrap_or(0).min(MAX_ITEMS).max(wanted);
        for index in 1.. {
            if object.len() as u64 >= least {
                break;
            }
            let Some(value) = self.additional(flat) else { break };
            object.insert(format!("key{index}"), value);
        }
        Some(Value::Object(object))
    }

    /// The value of a property that is not declared.
    fn additional(&mut self, flat: &Keywords) -> Option<Value> {
        match &flat.additional {
            Some(Additional::Forbidden) => None,
            Some(Additional::Schema(node)) => self.value(node),
            Some(Additional::Any) | None => Some(Value::from("string")),
        }
    }

    /// Whether what may be left out stands in the value all the same.
    fn is_comfortable(&self) -> bool {
        self.open.len() <= COMFORTABLE_DEPTH
    }

    /// Whether the value would stand within one of the same schema.
    fn is_open(&self, node: &Node) -> bool {
        self.open.contains(&node.identity())
    }
}

/// The schema in which all declarations of a property hold.
fn property_node(declarations: &[Property]) -> Node {
    match declarations {
        [one] => one.node.clone(),
        several => {
            let nodes = several.iter().map(|property| property.node.clone()).collect();
            Node::Inline(Rc::new(Keywords::merged(nodes)))
        }
    }
}

/// What the discriminator says for `member`: the name that is mapped to it, else its own.
fn tag(discriminator: &Discriminator, member: &Node) -> Option<String> {
    let Node::Reference { key, .. } = member else { return None };
    let is_own = |target: &str| target == key || target.rsplit('/').next() == Some(key);
    let mapped = discriminator.mapping.iter().find(|(_, target)| is_own(target));
    Some(mapped.map_or(key, |(name, _)| name).clone())
}

/// A text of a format that has a grammar (JSON Schema 2020-12, Validation, section 7.3, and OpenAPI's format registry).
fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "date-time" => "2024-01-05T12:34:56Z",
        "date" => "2024-01-05",
        "time" => "12:34:56Z",
        "duration" => "P1D",
        "email" | "idn-email" => "user@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "uri" | "url" | "iri" => "https://example.com",
        "uri-reference" | "iri-reference" => "/path",
        "uri-template" => "/users/{id}",
        "ipv4" | "ip" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" | "base64url" => "c3RyaW5n",
        "json-pointer" => "/path",
        "regex" => ".*",
        "decimal" => "1.5",
        _ => return None,
    })
}

/// 1, if it is within bounds; else the number within them that is next to it.
fn number(flat: &Keywords) -> Option<Value> {
    let Limits { minimum, maximum, multiples, .. } = &flat.limits;
    let is_integer = flat.kind == Some(Kind::Integer);
    let step = multiples.first().map(|multiple| approximate(*multiple)).filter(|step| *step > 0.0);
    let unit = step.unwrap_or(if is_integer { 1.0 } else { 0.5 });
    let is_within = |number: f64| {
        let above = |bound: &Bound| number > approximate(bound.value) || (!bound.is_exclusive && same(number, bound));
        let below = |bound: &Bound| number < approximate(bound.value) || (!bound.is_exclusive && same(number, bound));
        minimum.as_ref().is_none_or(above) && maximum.as_ref().is_none_or(below)
    };
    let round_up = |number: f64| (number / unit).ceil() * unit;
    let round_down = |number: f64| (number / unit).floor() * unit;
    let start = step.unwrap_or(1.0);
    let lowest = minimum.map(|bound| approximate(bound.value));
    let highest = maximum.map(|bound| approximate(bound.value));
    let candidates = [Some(start), lowest.map(round_up), lowest.map(|it| round_up(it) + unit)];
    let candidates = candidates.into_iter().chain([highest.map(round_down), highest.map(|it| round_down(it) - unit)]);
    let between = lowest.zip(highest).map(|(lowest, highest)| f64::midpoint(lowest, highest)).filter(|_| !is_integer);
    let found = candidates.chain([lowest, highest, between]).flatten().find(|number| is_within(*number))?;
    if found.fract() == 0.0 && found.abs() < 9e15 {
        #[allow(clippy::cast_possible_truncation, reason = "whole, and within range")]
        return Some(Value::from(found as i64));
    }
    exact(found, minimum.as_ref()).or_else(|| Number::from_f64(found).map(Value::Number))
}

/// A bound beyond what floats tell apart, as it is written.
fn exact(found: f64, minimum: Option<&Bound>) -> Option<Value> {
    let Bound { value: Decimal::Integer(value), is_exclusive: false } = minimum? else { return None };
    same(found, minimum?).then(|| serde_json::from_str(&value.to_string()).ok())?
}

fn same(number: f64, bound: &Bound) -> bool {
    number.total_cmp(&approximate(bound.value)).is_eq()
}

#[cfg(test)]
mod tests {
    use crate::Description;
    use crate::inspect::inspect;
    use crate::settings::Settings;

    /// What the one operation of a description answers, where its content has this schema.
    fn answer(schema: &str) -> String {
        let text = format!(
            "
openapi: 3.1.0
info: {{ title: Test, version: '1' }}
paths:
  /a:
    get:
      responses: {{ '200': {{ description: fine, content: {{ application/json: {{ schema: {schema} }} }} }} }}
components:
  schemas:
    Cat: {{ type: object, required: [kind, lives], properties: {{ kind: {{ type: string }}, lives: {{ const: 9 }} }} }}
    Dog: {{ type: object, required: [kind], properties: {{ kind: {{ enum: [hound] }} }} }}
    Tree: {{ type: object, properties: {{ left: {{ $ref: '#/components/schemas/Tree' }}, value: {{ type: integer }} }} }}
    Forest: {{ type: object, required: [trees], properties: {{ trees: {{ type: array, items: {{ $ref: '#/components/schemas/Forest' }} }} }} }}
"
        );
        let found = inspect(Description::new("test.yaml", &text), &Settings::default());
        let found = found.unwrap_or_else(|problems| panic!("{schema}: {problems:?}"));
        found.answers[0].answers[0].content.clone()
    }

    #[test]
    fn values_are_made_up_as_the_keywords_allow() {
        let cat = "'#/components/schemas/Cat'";
        let dog = "'#/components/schemas/Dog'";
        let rows = [
            ("{ type: integer }", "1"),
            ("{ type: integer, minimum: 5, multipleOf: 4 }", "8"),
            ("{ type: number, exclusiveMinimum: 1, maximum: 1.5 }", "1.5"),
            ("{ type: integer, maximum: -3 }", "-3"),
            ("{ type: string, minLength: 8 }", r#""stringst""#),
            ("{ type: string, maxLength: 3 }", r#""str""#),
            ("{ type: string, pattern: '^[A-Z]{2}\\d+$', minLength: 4 }", r#""AA11""#),
            ("{ type: string, format: date }", r#""2024-01-05""#),
            ("{ type: string, enum: [a, b], example: b }", r#""b""#),
            ("{ type: string, maxLength: 3, examples: [long, ok] }", r#""ok""#),
            ("{ type: string, default: it }", r#""it""#),
            ("{ type: boolean }", "true"),
            ("{ type: 'null' }", "null"),
            ("{ type: array, items: { type: integer }, minItems: 3, uniqueItems: true }", "[1,2,3]"),
            ("{ type: array, items: { type: integer }, maxItems: 0 }", "[]"),
            ("{ type: array, prefixItems: [{ type: integer }, { type: boolean }] }", "[1,true]"),
            ("{ type: object, additionalProperties: { type: integer } }", r#"{"key1":1}"#),
            (
                "{ type: object, properties: { a: { type: integer, writeOnly: true }, b: { type: integer } } }",
                r#"{"b":1}"#,
            ),
            (
                "{ allOf: [{ properties: { a: { minimum: 3 } } }, { properties: { a: { type: integer } } }] }",
                r#"{"a":3}"#,
            ),
            ("{ $ref: '#/components/schemas/Tree' }", r#"{"value":1}"#),
            ("{ $ref: '#/components/schemas/Forest' }", r#"{"trees":[]}"#),
        ];
        for (schema, value) in rows {
            assert_eq!(answer(schema), value, "{schema}");
        }
        let union = |rest: &str| format!("{{ oneOf: [{{ $ref: {cat} }}, {{ $ref: {dog} }}]{rest} }}");
        let tagged = |mapping: &str| union(&format!(", discriminator: {{ propertyName: kind{mapping} }}"));
        assert_eq!(answer(&union("")), r#"{"kind":"string","lives":9}"#);
        assert_eq!(answer(&tagged("")), r#"{"kind":"Cat","lives":9}"#);
        assert_eq!(
            answer(&tagged(&format!(", mapping: {{ tom: {cat}, hound: {dog} }}"))),
            r#"{"kind":"tom","lives":9}"#
        );
    }
}
