//! Path templates: parameters into a path, and out of one.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::support::operation::{Operation, Style};
use crate::support::parameter::Refusal;
use crate::support::violation::Location;

/// What cannot stand in a path as it is.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The text between parameters, as it is sent.
fn literal(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, NOT_IN_PATHS).into()
}

/// The path of an operation, its parameters' values escaped.
///
/// # Errors
/// The parameters that would not be read as what they are, and why.
pub fn fill(operation: &Operation, values: &[(&'static str, String)]) -> Result<String, Vec<(&'static str, Refusal)>> {
    let mut path = String::with_capacity(operation.route().len());
    let mut refused = Vec::new();
    for (index, pattern) in segments(operation.route()).enumerate() {
        if index > 0 {
            path.push('/');
        }
        if !pattern.contains('{') {
            path.extend(utf8_percent_encode(pattern, NOT_IN_PATHS));
            continue;
        }
        let mut segment = String::new();
        let mut own = Vec::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{')
            && let Some((name, after)) = after.split_once('}')
        {
            segment.push_str(&literal(before));
            if let Some((name, value)) = values.iter().find(|(known, _)| *known == name) {
                segment.push_str(value);
                own.push((*name, value));
            }
            rest = after;
        }
        segment.push_str(&literal(rest));
        match (segment.as_str(), own.first()) {
            ("", Some((name, _))) => refused.push((*name, "must not be empty")),
            ("." | "..", Some((name, _))) => refused.push((*name, "must not be `.` or `..`")),
            _ => {
                // What is read too late or too early goes on in the next one: the first is to blame.
                let is_other = |(name, value): &&(&'static str, &String)| {
                    segment_value(operation, pattern, &segment, name) != Some(value)
                };
                refused.extend(
                    own.iter().find(is_other).map(|(name, _)| (*name, "holds the text that ends it in the path")),
                );
            }
        }
        path.push_str(&segment);
    }
    if refused.is_empty() { Ok(path) } else { Err(refused) }
}

/// Whether a request has what the path of `operation` asks for: its texts, parameters, and pairs of the query.
pub fn suits(operation: &Operation, path: &str, query: Option<&str>) -> bool {
    let mut patterns = segments(operation.route());
    let mut own = path.split('/');
    let has_path = loop {
        match (patterns.next(), own.next()) {
            (None, None) => break true,
            (Some(pattern), Some(segment)) if segment_suits(operation, pattern, segment) => {}
            _ => break false,
        }
    };
    let has_pair = |wanted: &str| query.is_some_and(|query| query.split('&').any(|pair| pair == wanted));
    has_path && operation.fixed_pairs().all(has_pair)
}

fn segment_suits(operation: &Operation, pattern: &str, segment: &str) -> bool {
    let last = pattern.rsplit_once('{').and_then(|(_, rest)| rest.split_once('}'));
    match last {
        None => literal(pattern) == segment,
        Some((name, _)) => !segment.is_empty() && segment_value(operation, pattern, segment, name).is_some(),
    }
}

/// The operation that a request to `operation` would go to instead, if there is one.
pub fn rival(operation: &Operation, path: &str, query: Option<&str>) -> Option<&'static Operation> {
    let suited = |other: &&Operation| suits(other, path, query) && rival(other, path, query).is_none();
    operation.rivals.iter().copied().find(suited)
}

/// The parameter that makes a path that of `rival`: the first in a segment that the other has otherwise; where there is
/// none, the one that the other's query names.
pub fn blamed(operation: &Operation, rival: &Operation) -> Option<(Location, &'static str)> {
    let mut pairs = segments(operation.route()).zip(segments(rival.route()));
    let in_path = pairs.find_map(|(pattern, other)| {
        let name = pattern.split_once('{')?.1.split_once('}')?.0;
        let is_other = variables_hidden(pattern) != variables_hidden(other);
        is_other.then(|| operation.parameter(Location::Path, name)).flatten()
    });
    in_path.map(|parameter| (Location::Path, parameter.name)).or_else(|| {
        let pair = rival.fixed_pairs().find(|pair| operation.fixed_pairs().all(|own| own != *pair))?;
        Some((Location::Query, pair.split('=').next()?))
    })
}

/// A segment's text without the names of its parameters.
fn variables_hidden(pattern: &str) -> Vec<&str> {
    pattern.split('{').map(|part| part.split_once('}').map_or(part, |(_, text)| text)).collect()
}

/// What stands at the parameter `name` in a path. Template and path are read from their ends, as a router may be nested
/// below a prefix.
pub fn value_of<'p>(operation: &Operation, path: &'p str, name: &str) -> Option<&'p str> {
    let whole = |pattern: &str| pattern.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name);
    if operation.has_whole_segments() {
        let mut pairs = operation.route().rsplit('/').zip(path.rsplit('/'));
        return pairs.find_map(|(pattern, segment)| whole(pattern).then_some(segment));
    }
    let mut patterns: Vec<&str> = segments(operation.route()).collect();
    patterns.reverse();
    let mut pairs = patterns.into_iter().zip(path.rsplit('/'));
    pairs.find_map(|(pattern, segment)| segment_value(operation, pattern, segment, name))
}

/// The segments of a template; a slash inside of braces does not count.
fn segments(template: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    template.split(move |c| {
        is_inside = (is_inside || c == '{') && c != '}';
        c == '/' && !is_inside
    })
}

/// What stands at `{name}` of a segment such as `{base}...{head}`: the text between parameters ends the one before it
/// where it first occurs; without such text, the prefix of the next one's style does.
fn segment_value<'p>(operation: &Operation, pattern: &str, segment: &'p str, name: &str) -> Option<&'p str> {
    let (before, mut pattern) = pattern.split_once('{')?;
    let mut rest = segment.strip_prefix(&*literal(before))?;
    loop {
        let (parameter, after) = pattern.split_once('}')?;
        let (text, next) = after.split_once('{').map_or((after, None), |(text, next)| (text, Some(next)));
        let text = literal(text);
        let end = match next {
            None => rest.strip_suffix(&*text)?.len(),
            Some(next) if text.is_empty() => prefix(operation, next).map_or(Some(0), |prefix| rest.find(prefix))?,
            Some(_) => rest.find(&*text)?,
        };
        let (value, remainder) = rest.split_at_checked(end)?;
        if parameter == name {
            return Some(value);
        }
        rest = remainder.strip_prefix(&*text)?;
        pattern = next?;
    }
}

/// What the text of the parameter begins with whose name `pattern` begins with.
fn prefix(operation: &Operation, pattern: &str) -> Option<char> {
    let (name, _) = pattern.split_once('}')?;
    match operation.parameter(Location::Path, name)?.style {
        Style::Label => Some('.'),
        Style::Matrix => Some(';'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::operation::Parameter;
    use http::Method;

    const fn parameter(name: &'static str, style: Style) -> Parameter {
        Parameter::path(name).style(style)
    }

    fn operation(path: &'static str) -> Operation {
        static PARAMETERS: &[Parameter] = &[parameter("ext", Style::Label), parameter("id", Style::Simple)];
        Operation::new("", Method::GET, path).parameters(PARAMETERS)
    }

    #[test]
    fn parameters_are_found_in_their_segment() {
        let rows = [
            ("/pets/{id}", "/v1/pets/a%2Fb", "id", Some("a%2Fb")),
            ("/pets/{id}/toys", "/pets/7/toys", "id", Some("7")),
            ("/x/{base}...{head}", "/x/main...next.1", "base", Some("main")),
            ("/x/{base}...{head}", "/x/main...next.1", "head", Some("next.1")),
            ("/x/{name}.json", "/x/a.b.json", "name", Some("a.b")),
            ("/x/{name}.json", "/x/a.xml", "name", None),
            ("/x/{id}{ext}", "/x/a.xml", "id", Some("a")),
            ("/x/{id}{ext}", "/x/a.xml", "ext", Some(".xml")),
            ("/a b{id}", "/a%20b7", "id", Some("7")),
        ];
        for (template, path, name, value) in rows {
            assert_eq!(value_of(&operation(template), path, name), value, "{template} {path} {name}");
        }
    }

    #[test]
    fn a_path_is_filled_with_what_can_be_read_from_it() {
        let filled = |template, values: &[(&'static str, &str)]| {
            let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            fill(&operation(template), &values)
                .map_err(|refused| refused.iter().map(|(name, _)| *name).collect::<String>())
        };
        assert_eq!(filled("/a b/{id}/ü", &[("id", "7")]).as_deref(), Ok("/a%20b/7/%C3%BC"));
        assert_eq!(filled("/{a}...{b}", &[("a", "x."), ("b", "y")]), Err("a".to_owned()));
        assert_eq!(filled("/{a}...{b}", &[("a", "x"), ("b", "...")]).as_deref(), Ok("/x......"));
        assert_eq!(filled("/{a}/{b}", &[("a", ""), ("b", "..")]), Err("ab".to_owned()));
        assert_eq!(filled("/{id}{ext}", &[("id", "a.b"), ("ext", ".c")]), Err("id".to_owned()));
        assert_eq!(filled("/{a}.json", &[("a", "")]).as_deref(), Ok("/.json"));
    }
}
