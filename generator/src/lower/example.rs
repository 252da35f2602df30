//! Whether a value, an example or a default, is one of its schema.

use serde_json::Value;

use crate::lower::keywords::{Additional, Keywords, Kind, Node};
use crate::lower::limits::{Limits, approximate};
use crate::lower::lowering::Lowering;

/// How deeply a value is looked into.
const MAX_DEPTH: usize = 64;

/// Why `value` is not one of `node`'s; none if it is, or if that cannot be told.
pub(super) fn mismatch(lowering: &mut Lowering<'_>, node: &Node, value: &Value) -> Option<String> {
    check(lowering, node, value, 0)
}

fn check(lowering: &mut Lowering<'_>, node: &Node, value: &Value, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let flat = lowering.resolve(node)?;
    if value.is_null() {
        return check_null(&flat);
    }
    if let Some(values) = &flat.enumeration
        && !values.iter().any(|known| same(known, value))
    {
        return Some(format!("{} is not one of the enum's values", shown(value)));
    }
    check_kind(flat.kind, value)
        .or_else(|| check_scalar(lowering, &flat, value))
        .or_else(|| check_array(lowering, &flat, value, depth))
        .or_else(|| check_object(lowering, &flat, value, depth))
        .or_else(|| check_groups(lowering, &flat, value, depth))
}

fn check_null(flat: &Keywords) -> Option<String> {
    let has_type = flat.kind.is_some() && flat.groups.is_empty();
    (has_type && !flat.is_nullable && !flat.is_null).then(|| "null is not allowed".to_owned())
}

/// Equal as JSON data: numbers by value.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        _ => a == b,
    }
}

pub(super) fn check_kind(kind: Option<Kind>, value: &Value) -> Option<String> {
    let kind = kind?;
    let fits = match kind {
        Kind::String => value.is_string(),
        Kind::Number => value.is_number(),
        Kind::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Kind::Boolean => value.is_boolean(),
        Kind::Object => value.is_object(),
        Kind::Array => value.is_array(),
    };
    let kind = format!("{kind:?}").to_lowercase();
    (!fits).then(|| format!("{} is not of type `{kind}`", shown(value)))
}

pub(super) fn check_scalar(lowering: &mut Lowering<'_>, flat: &Keywords, value: &Value) -> Option<String> {
    if let Some(number) = value.as_f64() {
        return check_number(&flat.limits, number).map(|why| format!("{number} is {why}"));
    }
    let text = value.as_str()?;
    if let Some(format) = flat.format.as_deref()
        && !matches_format(format, text)
    {
        return Some(format!("{} is not of format `{format}`", shown(value)));
    }
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    if flat.limits.min_length.is_some_and(|least| length < least)
        || flat.limits.max_length.is_some_and(|most| length > most)
    {
        return Some(format!("{} has {length} characters", shown(value)));
    }
    let mut patterns = flat.limits.patterns.iter();
    let pattern = patterns.find(|pattern| !lowering.patterns.is_match(pattern, text))?;
    Some(format!("{} does not match `{pattern}`", shown(value)))
}

fn check_number(limits: &Limits, number: f64) -> Option<String> {
    if let Some(bound) = limits.minimum {
        let least = approximate(bound.value);
        if number < least || (bound.is_exclusive && number <= least) {
            return Some(format!("below the minimum {least}"));
        }
    }
    let bound = limits.maximum?;
    let most = approximate(bound.value);
    let is_above = number > most || (bound.is_exclusive && number >= most);
    is_above.then(|| format!("above the maximum {most}"))
}

fn check_array(lowering: &mut Lowering<'_>, flat: &Keywords, value: &Value, depth: usize) -> Option<String> {
    let items = value.as_array()?;
    let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
    if flat.limits.min_items.is_some_and(|least| count < least)
        || flat.limits.max_items.is_some_and(|most| count > most)
    {
        return Some(format!("the array has {count} items"));
    }
    for (index, item) in items.iter().enumerate() {
        let nodes: Vec<&Node> = match flat.prefix_items.get(index) {
            Some(node) => vec![node],
            None => flat.items.iter().collect(),
        };
        for node in nodes {
            if let Some(reason) = check(lowering, node, item, depth + 1) {
                return Some(format!("item {index}: {reason}"));
            }
        }
    }
    None
}

fn check_object(lowering: &mut Lowering<'_>, flat: &Keywords, value: &Value, depth: usize) -> Option<String> {
    let object = value.as_object()?;
    for name in flat.required.iter().filter(|name| !object.contains_key(*name)) {
        // An example shows what travels one way, and does not say which.
        let declarations = flat.properties.get(name).map_or(&[][..], Vec::as_slice);
        if lowering.access_of(declarations).is_both() {
            return Some(format!("the required property `{name}` is missing"));
        }
    }
    for (name, value) in object {
        let Some(properties) = flat.properties.get(name) else {
            if flat.pattern_properties.iter().any(|(source, _)| lowering.patterns.is_match(source, name)) {
                continue;
            }
            match &flat.additional {
                Some(Additional::Forbidden) => {
                    return Some(format!("the property `{name}` is not declared"));
                }
                Some(Additional::Schema(node)) => {
                    if let Some(reason) = check(lowering, node, value, depth + 1) {
                        return Some(format!("property `{name}`: {reason}"));
                    }
                }
                _ => {}
            }
            continue;
        };
        for property in properties {
            if let Some(reason) = check(lowering, &property.node, value, depth + 1) {
                return Some(format!("property `{name}`: {reason}"));
            }
        }
    }
    None
}

/// Some member must fit.
fn check_groups(lowering: &mut Lowering<'_>, flat: &Keywords, value: &Value, depth: usize) -> Option<String> {
    for group in &flat.groups {
        let mut reasons = Vec::new();
        for node in &group.members {
            match check(lowering, node, value, depth + 1) {
                None => break,
                Some(reason) => reasons.push(reason),
            }
        }
        if reasons.len() == group.members.len() && !reasons.is_empty() {
            return Some(format!("{} fits no member of the union", shown(value)));
        }
    }
    None
}

/// `value`, short enough for a message.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return format!("`{text}`");
    }
    let start: String = text.chars().take(57).collect();
    format!("`{start}…`")
}

/// RFC 9562 for `uuid`, RFC 3339 for `date-time` and `date`; other formats are not looked at.
fn matches_format(format: &str, text: &str) -> bool {
    match format {
        "uuid" => is_uuid(text),
        "date" => is_date(text),
        "date-time" => match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => is_date(date) && is_time(time),
            None => false,
        },
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "ip" => text.parse::<std::net::IpAddr>().is_ok(),
        _ => true,
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.chars().all(|c| c.is_ascii_hexdigit()))
}

/// RFC 3339, full-date.
fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', &[4, 2, 2]) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// RFC 3339, full-time.
fn is_time(text: &str) -> bool {
    let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => return false,
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let is_fraction = !fraction.is_empty() && fraction.chars().all(|c| c.is_ascii_digit());
    let is_clock =
        numbers(clock, ':', &[2, 2, 2]).is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second <= 60);
    let is_offset = matches!(offset, "Z" | "z")
        || numbers(offset.trim_start_matches(['+', '-']), ':', &[2, 2])
            .is_some_and(|[hour, minute]| hour < 24 && minute < 60);
    is_clock && is_fraction && is_offset
}

/// The decimal numbers of `text`, each of a given width.
fn numbers<const N: usize>(text: &str, separator: char, widths: &[usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != *width || !part.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

impl Lowering<'_> {
    /// Reports the examples of `node` and of every schema below it that are not values of it.
    pub(super) fn check_examples(&mut self, node: &Node) {
        let mut pending = vec![node.clone()];
        while let Some(node) = pending.pop() {
            let Node::Inline(keywords) = &node else {
                continue;
            };
            for (pointer, example) in &keywords.annotations.examples {
                if let Some(reason) = mismatch(self, &node, example) {
                    self.report.warning(
                        "example-mismatch",
                        pointer,
                        format!("the example contradicts its schema: {reason}"),
                        "correct the example or the schema",
                    );
                }
            }
            let mut children = keywords.children();
            children.reverse();
            pending.append(&mut children);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_their_grammar() {
        for (format, text, is_match) in [
            ("uuid", "123e4567-e89b-12d3-a456-426614174000", true),
            ("uuid", "app-123e4567-e89b-12d3-a456-426614174000", false),
            ("uuid", "123e4567e89b12d3a456426614174000", false),
            ("date", "2024-02-29", true),
            ("date", "2023-02-29", false),
            ("date-time", "2024-01-05T12:34:56.789Z", true),
            ("date-time", "2024-01-05T12:34:56+01:00", true),
            ("date-time", "2024-01-05T12:34:56", false),
            ("date-time", "2024-01-05", false),
            ("other", "x", true),
        ] {
            assert_eq!(matches_format(format, text), is_match, "{format} {text}");
        }
    }
}
