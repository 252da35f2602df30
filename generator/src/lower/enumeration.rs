//! Lists of scalar values.

use std::collections::HashSet;

use serde_json::Value;

use crate::lower::keywords::{Keywords, Kind, Node};
use crate::lower::lowering::{Lowering, docs};
use crate::lower::names::{self, Case, Scope};
use crate::lower::union::is_open_enum;
use crate::model::{Docs, Enum, EnumRepr, Variant};

impl Lowering<'_> {
    /// The enum of `flat`, whose values stand in `enum` or, one or more each, in the members of its
    /// union.
    pub(super) fn enum_kind(&mut self, flat: &Keywords, _name: &str) -> Enum {
        let mut values: Vec<(Value, String, Docs)> = Vec::new();
        let mut known = HashSet::new();
        let mut add = |value: &Value, text: String, docs: Docs| {
            if known.insert(value.to_string()) {
                values.push((value.clone(), text, docs));
            }
        };
        match &flat.enumeration {
            Some(list) => list.iter().for_each(|value| {
                let (text, docs) = labelled(flat, value);
                add(value, text, docs);
            }),
            None => {
                for node in flat.groups.iter().flat_map(|group| &group.members) {
                    let Node::Inline(member) = node else { continue };
                    for value in member.enumeration.iter().flatten() {
                        let (text, docs) = titled(member, value)
                            .unwrap_or_else(|| labelled(if member.labels.is_empty() { flat } else { member }, value));
                        add(value, text, docs);
                    }
                }
            }
        }
        let repr = repr(flat.kind, values.iter().map(|(value, _, _)| value));
        let texts: Vec<&str> = values.iter().map(|(_, text, _)| text.as_str()).collect();
        let names = Scope::default().claim_all(&texts, Case::UpperCamel);
        let unknown = names::unknown_variant(&names);
        let variants =
            values.into_iter().zip(names).map(|((value, _, docs), name)| Variant { name, value, docs }).collect();
        let is_open = flat.enumeration.is_none() && is_open_enum(flat);
        Enum { repr, variants, unknown, is_open }
    }
}

fn repr<'v>(kind: Option<Kind>, mut values: impl Iterator<Item = &'v Value> + Clone) -> EnumRepr {
    let is_integer = Value::is_i64;
    if values.clone().all(Value::is_string) {
        EnumRepr::String
    } else if kind != Some(Kind::Number) && values.all(is_integer) {
        EnumRepr::Integer
    } else {
        EnumRepr::Json
    }
}

/// What the variant of `value` is named after, and what is said of it, in the words of `keywords`' labels.
fn labelled(keywords: &Keywords, value: &Value) -> (String, Docs) {
    let label = keywords.labels.iter().find(|label| label.value == *value);
    let name = label.and_then(|label| label.name.clone()).unwrap_or_else(|| variant_text(value));
    let description = label.and_then(|label| label.description.clone());
    (name, Docs { description, ..Docs::default() })
}

/// The same of a value with a schema of its own: `{ const: 42, title: High }` → `High`. A string names itself.
fn titled(member: &Keywords, value: &Value) -> Option<(String, Docs)> {
    let is_only = member.enumeration.as_ref().is_some_and(|values| values.len() == 1);
    if !is_only {
        return None;
    }
    let title = member.annotations.title.as_ref().filter(|title| title.contains(char::is_alphanumeric));
    let text = title.filter(|_| !value.is_string()).cloned().unwrap_or_else(|| variant_text(value));
    let docs = docs(&member.annotations, &text);
    Some((text, docs))
}

/// The text that a variant is named after: `42` → `Value42`.
pub(super) fn variant_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => {
            let text = number.to_string();
            match text.strip_prefix('-') {
                Some(digits) => format!("Minus {digits}"),
                None => format!("Value {text}"),
            }
        }
        Value::Null => "Null".to_owned(),
        Value::Array(_) => "Array".to_owned(),
        Value::Object(_) => "Object".to_owned(),
    }
}
