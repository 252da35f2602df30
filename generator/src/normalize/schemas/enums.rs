//! `const` and `enum`, and what published descriptions say of their values.

use super::{Context, has_type, set};
use crate::tree::{Node, Number, Object, Pointer};

/// `const: x` is `enum: [x]` (JSON Schema 2020-12, Validation, 6.1.3).
pub(super) fn constants(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(value) = members.shift_remove("const") else {
        return;
    };
    if let Some(Node::Array(values)) = members.get("enum")
        && !values.contains(&value)
    {
        context
            .warning("contradiction", at.child("const"), "`enum` does not have the value of `const`")
            .help("`enum` is ignored: remove one of the two");
    }
    set(members, "enum", Node::Array(vec![value]));
}

/// `enum: []` would have no value at all: it says nothing.
pub(super) fn empty_enums(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if matches!(members.get("enum"), Some(Node::Array(values)) if values.is_empty()) {
        members.shift_remove("enum");
        context
            .warning("empty-enum", at.child("enum"), "`enum` has no values: nothing would be one of them")
            .help("it is ignored: list the values, or remove it");
    }
}

/// `type: string` with `enum: [1, true]` means `"1"` and `"true"`, which YAML writes with quotes; the other way round too.
pub(super) fn mistyped_values(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let types = ["string", "integer", "number", "boolean"];
    let Some(ty) = types.into_iter().find(|ty| has_type(members, ty)) else {
        return;
    };
    let Some(Node::Array(values)) = members.get_mut("enum") else {
        return;
    };
    let mut mistyped = None;
    if ty == "integer" {
        values.iter_mut().for_each(whole);
    }
    for value in values.iter_mut().filter(|value| !is_of(value, ty)) {
        let meant = retyped(value, ty);
        mistyped.get_or_insert_with(|| (value.clone(), meant.clone()));
        if let Some(meant) = meant {
            *value = meant;
        }
    }
    let Some((value, meant)) = mistyped else {
        return;
    };
    let message = format!("`enum` has {} beside `type: {ty}`", shown(&value));
    let help = match meant {
        Some(meant) => format!("it is read as {}", shown(&meant).trim_end_matches(',')),
        None => "no value can be both: correct one of the two".to_owned(),
    };
    context.warning("enum-type-mismatch", at.child("enum"), message).help(help);
}

/// `1.0` is the integer 1 (JSON Schema 2020-12, Core, 4.2.3).
fn whole(value: &mut Node) {
    if let Node::Number(Number::Float(float)) = value
        && float.fract() == 0.0
        && float.abs() < 1e15
    {
        *value = Node::Number(Number::Int(*float as i128));
    }
}

fn is_of(value: &Node, ty: &str) -> bool {
    match value {
        Node::Null => true,
        Node::Bool(_) => ty == "boolean",
        Node::Number(Number::Float(value)) => ty == "number" || (ty == "integer" && value.fract() == 0.0),
        Node::Number(Number::Int(_)) => ty == "integer" || ty == "number",
        Node::String(_) => ty == "string",
        Node::Array(_) | Node::Object(_) => false,
    }
}

/// The scalar of type `ty` that `value` is written like.
fn retyped(value: &Node, ty: &str) -> Option<Node> {
    match (value, ty) {
        (Node::Bool(_) | Node::Number(_), "string") => Some(Node::string(text(value))),
        (Node::String(text), "boolean") => text.parse().ok().map(Node::Bool),
        (Node::String(text), "integer" | "number") => {
            let whole = text.parse().ok().map(Number::Int);
            let float =
                || text.parse().ok().filter(|value: &f64| ty == "number" && value.is_finite()).map(Number::Float);
            whole.or_else(float).map(Node::Number)
        }
        _ => None,
    }
}

/// ``a string, `1` ``
fn shown(value: &Node) -> String {
    match value {
        Node::Array(_) | Node::Object(_) | Node::Null => value.describe().to_owned(),
        scalar => format!("{}, `{}`,", scalar.describe(), text(scalar)),
    }
}

/// A scalar as it is written.
fn text(value: &Node) -> String {
    match value {
        Node::String(text) => text.clone(),
        Node::Bool(boolean) => boolean.to_string(),
        Node::Number(number) => number.to_string(),
        other => other.describe().to_owned(),
    }
}

/// Names and descriptions of an enum's values, in whatever way they are published, become
/// `x-enum-labels: [[value, name, description], …]`.
///
/// ```yaml
/// enum: [1, 2]
/// x-enum-varnames: [Low, High]                       # also x-enumNames, x-enum-names
/// x-enum-descriptions: [Not urgent., Urgent.]        # also x-enumDescriptions, each also as a mapping by value
/// x-ms-enum: { values: [{ value: 1, name: Low, description: Not urgent. }] }
/// ```
pub(super) fn labels(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(Node::Array(values)) = members.get("enum") else {
        return;
    };
    let values = values.clone();
    let mut named = |keywords: &[&str]| -> Vec<Option<String>> {
        let mut found = vec![None; values.len()];
        for keyword in keywords {
            let Some(labels) = members.get(*keyword) else { continue };
            let list = match labels {
                Node::Array(labels) if labels.len() == values.len() => labels.iter().map(label).collect(),
                Node::Array(labels) => {
                    let message =
                        format!("`{keyword}` has {} entries for {} values of `enum`", labels.len(), values.len());
                    context.warning("enum-labels", at.child(keyword), message).help("it is ignored");
                    continue;
                }
                Node::Object(by_value) => {
                    values.iter().map(|value| by_value.get(&text(value)).and_then(label)).collect()
                }
                _ => continue,
            };
            merge(&mut found, list);
        }
        found
    };
    let mut names = named(&["x-enum-varnames", "x-enumNames", "x-enum-names"]);
    let mut descriptions = named(&["x-enum-descriptions", "x-enumDescriptions"]);
    if let Some(Node::Array(entries)) = members.get("x-ms-enum").and_then(|it| it.at("/values")) {
        let of = |key: &str| values.iter().map(|value| entry(entries, value)?.at(key).and_then(label)).collect();
        merge(&mut names, of("/name"));
        merge(&mut descriptions, of("/description"));
    }
    let node = |text: Option<String>| text.map_or(Node::Null, Node::string);
    let labels = values.into_iter().zip(names).zip(descriptions);
    let labels = labels.filter(|((_, name), description)| name.is_some() || description.is_some());
    let labels: Vec<Node> =
        labels.map(|((value, name), description)| Node::Array(vec![value, node(name), node(description)])).collect();
    if !labels.is_empty() {
        set(members, "x-enum-labels", Node::Array(labels));
    }
}

fn label(node: &Node) -> Option<String> {
    node.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn merge(found: &mut [Option<String>], others: Vec<Option<String>>) {
    for (slot, other) in found.iter_mut().zip(others) {
        if slot.is_none() {
            *slot = other;
        }
    }
}

/// The entry of `x-ms-enum` about `value`.
fn entry<'n>(entries: &'n [Node], value: &Node) -> Option<&'n Node> {
    entries.iter().find(|entry| entry.at("/value").is_some_and(|of| text(of) == text(value)))
}

/// Values in `enum` count once.
pub(super) fn repeated_values(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(Node::Array(values)) = members.get_mut("enum") else {
        return;
    };
    let mut kept: Vec<Node> = Vec::with_capacity(values.len());
    let mut seen = std::collections::HashSet::new();
    let mut repeated = None;
    for value in values.drain(..) {
        let is_new = match &value {
            Node::String(text) => seen.insert(text.clone()),
            other => !kept.contains(other),
        };
        if is_new {
            kept.push(value);
        } else {
            repeated.get_or_insert(value);
        }
    }
    *values = kept;
    if let Some(value) = repeated {
        let message = match value.as_str() {
            Some(text) => format!("`enum` has `{text}` twice"),
            None => format!("`enum` has {} twice", value.describe()),
        };
        context.warning("repeated-value", at.child("enum"), message).help("remove the second one");
    }
}
