//! One description to another, by a few changes in its structure.

use serde_yaml::{Mapping, Value};

use crate::choices::Choices;
use crate::odd;
use crate::tree::{container, containers, escape, members_called, pointer, replace_text};

/// How deep what is nested may become in one change.
const DEEP: usize = 40;

/// Changes one to four places.
pub fn mutate(document: &mut Value, choices: &mut impl Choices) {
    for _ in 0..=choices.below(4) {
        change(document, choices);
    }
}

/// The text of a description.
pub fn described(document: &Value) -> String {
    serde_json::to_string(document).expect("its keys are texts, its numbers finite")
}

fn change(document: &mut Value, choices: &mut impl Choices) {
    match choices.below(24) {
        0 => change_version(document, choices),
        1 | 2 => rename_component(document, choices),
        3 => swap(document, choices),
        4 | 5 => transplant(document, choices),
        6 | 7 => change_reference(document, choices),
        8 | 9 => change_type(document, choices),
        10..=13 => add_keyword(document, choices),
        _ => change_container(document, choices),
    }
}

/// A container that holds something.
fn some_container<'a>(document: &'a mut Value, choices: &mut impl Choices) -> Option<&'a mut Value> {
    let mut number = choices.below(containers(document));
    container(document, &mut number)
}

fn some_pointer(document: &Value, choices: &mut impl Choices) -> String {
    let mut number = choices.below(containers(document));
    pointer(document, &mut number).unwrap_or_default()
}

/// 3.0 to 3.1, or back.
fn change_version(document: &mut Value, choices: &mut impl Choices) {
    let is_3_0 = document.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.0"));
    let versions: &[&str] = if is_3_0 { &["3.1.0", "3.1.1"] } else { &["3.0.0", "3.0.3", "3.0.4"] };
    if let Some(members) = document.as_mapping_mut() {
        members.insert("openapi".into(), choices.one_of(versions).into());
    }
}

/// Calls a component otherwise, its references too.
fn rename_component(document: &mut Value, choices: &mut impl Choices) {
    let Some(kinds) = document.get("components").and_then(Value::as_mapping) else { return };
    let Some(kind) = key_of(kinds, choices) else { return };
    let Some(components) = kinds.get(kind.as_str()).and_then(Value::as_mapping) else { return };
    let Some(old) = key_of(components, choices) else { return };
    let new = odd::name(choices);
    let place = |name: &str| format!("#/components/{kind}/{}", escape(name));
    replace_text(document, &place(&old), &place(&new));
    if let Some(components) = document["components"][kind.as_str()].as_mapping_mut() {
        rename(components, &old, new);
    }
}

/// Calls a member otherwise, where it stands.
fn rename(members: &mut Mapping, old: &str, new: String) {
    let renamed = std::mem::take(members).into_iter().map(|(key, value)| {
        let is_it = key.as_str() == Some(old);
        (if is_it { new.as_str().into() } else { key }, value)
    });
    *members = renamed.collect();
}

fn key_of(members: &Mapping, choices: &mut impl Choices) -> Option<String> {
    members.keys().nth(choices.below(members.len()))?.as_str().map(str::to_owned)
}

/// Swaps two parts.
fn swap(document: &mut Value, choices: &mut impl Choices) {
    let (one, other) = (some_pointer(document, choices), some_pointer(document, choices));
    if one.starts_with(&other) || other.starts_with(&one) {
        return;
    }
    let Some(first) = at(document, &one).map(std::mem::take) else { return };
    let Some(place) = at(document, &other) else { return };
    let second = std::mem::replace(place, first);
    if let Some(place) = at(document, &one) {
        *place = second;
    }
}

/// Puts a copy of a part into the place of another of the same name.
fn transplant(document: &mut Value, choices: &mut impl Choices) {
    let to = some_pointer(document, choices);
    let Some((parent, key)) = to.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    let mut like = Vec::new();
    members_called(document, &key, &mut like);
    let part = match like.len() {
        0 | 1 => {
            // An index, or a name of its own: a part with the same parent will do.
            let Some(siblings) = at_ref(document, parent) else { return };
            let siblings: Vec<&Value> = crate::tree::children(siblings).collect();
            siblings.get(choices.below(siblings.len())).copied().cloned()
        }
        count => like.get(choices.below(count)).copied().cloned(),
    };
    if let (Some(place), Some(part)) = (at(document, &to), part) {
        *place = part;
    }
}

/// Has something refer to somewhere else.
fn change_reference(document: &mut Value, choices: &mut impl Choices) {
    let target = match choices.below(6) {
        0 => format!("#{}x", some_pointer(document, choices)),
        1 => "other.yaml#/a".to_owned(),
        2..=4 => {
            let mut references = Vec::new();
            members_called(document, "$ref", &mut references);
            match references.get(choices.below(references.len())).and_then(|target| target.as_str()) {
                Some(target) => target.to_owned(),
                None => return,
            }
        }
        _ => format!("#{}", some_pointer(document, choices)),
    };
    let reference: Mapping = [("$ref".into(), Value::from(target))].into_iter().collect();
    let keeps_siblings = choices.below(3) == 0;
    match some_container(document, choices) {
        Some(Value::Mapping(members)) if keeps_siblings => {
            drop(members.insert("$ref".into(), reference["$ref"].clone()))
        }
        Some(place) => *place = Value::Mapping(reference),
        None => {}
    }
}

/// Gives something another type.
fn change_type(document: &mut Value, choices: &mut impl Choices) {
    let mut types = Vec::new();
    members_called(document, "type", &mut types);
    let number = choices.below(types.len());
    let mut number = Some(number);
    let new = odd::type_name(choices);
    set_nth_type(document, &mut number, &new);
}

fn set_nth_type(value: &mut Value, number: &mut Option<usize>, new: &Value) {
    if let Some(place) = value.get_mut("type") {
        match number {
            Some(0) => {
                *place = new.clone();
                *number = None;
            }
            Some(number) => *number -= 1,
            None => return,
        }
    }
    for child in crate::tree::children_mut(value) {
        set_nth_type(child, number, new);
    }
}

fn add_keyword(document: &mut Value, choices: &mut impl Choices) {
    let (keyword, value) = odd::keyword(choices);
    if let Some(Value::Mapping(members)) = some_container(document, choices) {
        members.insert(keyword.into(), value);
    }
}

/// Changes what is in a container: a member or an item.
fn change_container(document: &mut Value, choices: &mut impl Choices) {
    let elsewhere = some_pointer(document, choices);
    let part = at(document, &elsewhere).map_or(Value::Null, |part| part.clone());
    match some_container(document, choices) {
        Some(Value::Mapping(members)) => change_member(members, part, choices),
        Some(Value::Sequence(items)) => change_item(items, part, choices),
        _ => {}
    }
}

fn change_member(members: &mut Mapping, part: Value, choices: &mut impl Choices) {
    let Some(key) = key_of(members, choices) else { return };
    let value = members[key.as_str()].clone();
    match choices.below(10) {
        0 | 1 => drop(members.shift_remove(key.as_str())),
        2 => drop(members.insert(key.into(), odd::value(choices))),
        3 => drop(members.insert(key.into(), part)),
        4 | 5 => rename(members, &key, odd::name(choices)),
        6 => drop(members.insert(odd::name(choices).into(), value)),
        7 => {
            let other = key_of(members, choices).unwrap_or_default();
            drop(members.insert(other.into(), value));
        }
        8 => drop(members.insert(key.into(), Value::Sequence(vec![value.clone(), value]))),
        _ => drop(members.insert(key.into(), nested(value, choices))),
    }
}

fn change_item(items: &mut Vec<Value>, part: Value, choices: &mut impl Choices) {
    let at = choices.below(items.len());
    let item = items[at].clone();
    match choices.below(6) {
        0 => drop(items.remove(at)),
        1 => items.push(item),
        2 => items[at] = odd::value(choices),
        3 => items[at] = part,
        4 => items.insert(at, odd::name(choices).into()),
        _ => items[at] = nested(item, choices),
    }
}

/// Within one schema, or rarely within many.
fn nested(value: Value, choices: &mut impl Choices) -> Value {
    let depth = if choices.below(8) == 0 { choices.below(DEEP) } else { 0 };
    (0..=depth).fold(value, |inner, _| odd::around(inner, choices))
}

fn at_ref<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    segments(pointer).try_fold(document, |value, segment| match value {
        Value::Mapping(members) => members.get(segment.as_str()),
        Value::Sequence(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    })
}

fn at<'a>(document: &'a mut Value, pointer: &str) -> Option<&'a mut Value> {
    segments(pointer).try_fold(document, |value, segment| match value {
        Value::Mapping(members) => members.get_mut(segment.as_str()),
        Value::Sequence(items) => items.get_mut(segment.parse::<usize>().ok()?),
        _ => None,
    })
}

fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
}
