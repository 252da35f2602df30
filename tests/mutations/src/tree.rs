//! A description as a tree in document order, and its containers by number.

use serde_yaml::Value;

/// The description of that text, if it is one whose numbers have 64 bits.
pub fn parsed(text: &[u8]) -> Option<Value> {
    let value: Value = match serde_json::from_slice::<serde_json::Value>(text) {
        // Read as YAML it keeps its order; JSON that is not YAML has it sorted.
        Ok(value) => serde_yaml::from_slice(text).or_else(|_| serde_yaml::to_value(value)).ok()?,
        Err(_) => serde_yaml::from_slice(text).ok()?,
    };
    value.is_mapping().then(|| with_text_keys(value))
}

/// Keys as JSON has them.
fn with_text_keys(value: Value) -> Value {
    match value {
        Value::Mapping(members) => {
            let members = members.into_iter().map(|(key, value)| {
                let key = match &key {
                    Value::String(_) => key,
                    Value::Bool(value) => value.to_string().into(),
                    Value::Number(number) => number.to_string().into(),
                    _ => "null".into(),
                };
                (key, with_text_keys(value))
            });
            Value::Mapping(members.collect())
        }
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(with_text_keys).collect()),
        Value::Tagged(tagged) => with_text_keys(tagged.value),
        // What JSON has no number for.
        Value::Number(number) if !number.is_finite() => Value::Null,
        scalar => scalar,
    }
}

/// What is in it, if it is a container.
pub(crate) fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let (members, items) = match value {
        Value::Mapping(members) => (Some(members.values()), None),
        Value::Sequence(items) => (None, Some(items.iter())),
        _ => (None, None),
    };
    members.into_iter().flatten().chain(items.into_iter().flatten())
}

/// The same, to be changed.
pub(crate) fn children_mut(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    let (members, items) = match value {
        Value::Mapping(members) => (Some(members.values_mut()), None),
        Value::Sequence(items) => (None, Some(items.iter_mut())),
        _ => (None, None),
    };
    members.into_iter().flatten().chain(items.into_iter().flatten())
}

fn is_container(value: &Value) -> bool {
    children(value).next().is_some()
}

/// How many containers there are that hold something.
pub(crate) fn containers(value: &Value) -> usize {
    usize::from(is_container(value)) + children(value).map(containers).sum::<usize>()
}

/// The container of that number, from the outside and from the top.
pub(crate) fn container<'a>(value: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if is_container(value) {
        if *number == 0 {
            return Some(value);
        }
        *number -= 1;
    }
    children_mut(value).find_map(|child| container(child, number))
}

/// The JSON pointer of the container of that number.
pub(crate) fn pointer(value: &Value, number: &mut usize) -> Option<String> {
    if is_container(value) {
        if *number == 0 {
            return Some(String::new());
        }
        *number -= 1;
    }
    match value {
        Value::Mapping(members) => members.iter().find_map(|(key, child)| {
            let rest = pointer(child, number)?;
            Some(format!("/{}{rest}", escape(key.as_str().unwrap_or_default())))
        }),
        Value::Sequence(items) => {
            items.iter().enumerate().find_map(|(index, child)| Some(format!("/{index}{}", pointer(child, number)?)))
        }
        _ => None,
    }
}

/// A key as a segment of a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Every value of the members called `key`.
pub(crate) fn members_called<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    found.extend(value.get(key));
    for child in children(value) {
        members_called(child, key, found);
    }
}

/// Replaces a text wherever it is a value.
pub(crate) fn replace_text(value: &mut Value, from: &str, to: &str) {
    if value.as_str() == Some(from) {
        *value = to.into();
    }
    for child in children_mut(value) {
        replace_text(child, from, to);
    }
}
