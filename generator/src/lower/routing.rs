//! Routes: which operation a request belongs to (OpenAPI 3.1.1, Path Templating and Path Templating Matching).
//!
//! Segment by segment a text comes before a parameter, as OpenAPI has it; of paths that are the same in that, the one
//! that asks for more of the query comes first, then the one with more text around its parameters. What has the
//! path, but not the query or the text that it asks for, leaves a request to the next.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;

use crate::lower::lowering::Lowering;
use crate::lower::media_type::essence;
use crate::lower::path::split_suffix;
use crate::lower::pointer;
use crate::model::{Choice, Format, Location, MediaType, Operation, Segment, Style, Type};

/// A method, and what a router sees of a path.
type Key = (String, String);

impl Lowering<'_> {
    /// Decides how the router leads to operations.
    pub(super) fn plan_routes(&mut self, operations: &mut [&mut Operation]) {
        self.find_unreachable(operations);
        let plans = plans(operations);
        let mut chosen: HashSet<Key> = HashSet::new();
        for (operation, plan) in operations.iter_mut().zip(plans) {
            let keys = plan.also_at.iter().map(|segments| (operation.method.clone(), route(segments)));
            chosen.extend(keys);
            operation.routing.rivals = plan.rivals;
            operation.routing.also_at = plan.also_at;
        }
        for operation in operations {
            let key = (operation.method.clone(), route(&operation.segments));
            if operation.routing.choice == Choice::Alone && chosen.contains(&key) {
                operation.routing.choice = Choice::Chosen;
            }
        }
    }

    /// Of operations with one method and route some can be chosen by the query or the text that they ask for; what
    /// differs in less cannot be told apart.
    fn find_unreachable(&mut self, operations: &mut [&mut Operation]) {
        let mut routes: IndexMap<Key, Vec<usize>> = IndexMap::new();
        for (index, operation) in operations.iter().enumerate() {
            routes.entry((operation.method.clone(), route(&operation.segments))).or_default().push(index);
        }
        for rivals in routes.into_values().filter(|rivals| rivals.len() > 1) {
            let mut known: Vec<(Distinction, usize)> = Vec::new();
            let mut by_answer = HashSet::new();
            // A path without a fragment is the one that is meant by what it has in common with one that has it.
            let (plain, with_fragment): (Vec<_>, Vec<_>) = rivals
                .into_iter()
                .partition(|index| operations.get(*index).is_none_or(|operation| !operation.path.contains('#')));
            for index in plain.into_iter().chain(with_fragment) {
                let Some(operation) = operations.get_mut(index) else { continue };
                let distinction = distinction(operation);
                operation.routing.choice = Choice::Chosen;
                let same: Vec<usize> =
                    known.iter().filter(|(other, _)| *other == distinction).map(|(_, other)| *other).collect();
                let is_told = |other: &usize| match (operations.get(index), operations.get(*other)) {
                    (Some(operation), Some(other)) => are_told_by_answer(operation, other),
                    _ => false,
                };
                match same.iter().find(|other| !is_told(other)) {
                    None => {
                        known.push((distinction, index));
                        by_answer.extend(same.iter().copied().chain((!same.is_empty()).then_some(index)));
                    }
                    Some(other) => {
                        let other = operations.get(*other).map(|other| other.path.clone()).unwrap_or_default();
                        if let Some(operation) = operations.get_mut(index) {
                            operation.routing.choice = Choice::Unreachable;
                            self.report_same_route(operation, &other);
                        }
                    }
                }
            }
            for index in by_answer {
                if let Some(operation) = operations.get_mut(index) {
                    operation.routing.choice = Choice::ByAnswer;
                }
            }
            if let [(_, index)] = known.as_slice()
                && let Some(operation) = operations.get_mut(*index)
            {
                operation.routing.choice = Choice::Alone;
            }
        }
    }

    fn report_same_route(&mut self, operation: &Operation, other: &str) {
        let (method, path) = (&operation.method, &operation.path);
        let place = pointer::grandchild("/paths", path, &method.to_ascii_lowercase());
        let message = format!("the router cannot tell {method} `{path}` from `{other}`, which it leads to");
        let help = if split_suffix(path).1.is_empty() {
            "paths that differ only in the names of parameters are one route: clients can call it; no handler is reached"
        } else {
            "clients can call it; no handler is reached"
        };
        let reached = pointer::grandchild("/paths", other, &method.to_ascii_lowercase());
        let said = (place.as_str(), message, help);
        self.report.warning_of_two("unrouted-operation", said, (&reached, "the router leads here"));
    }
}

/// What the others mean for an operation.
#[derive(Default)]
struct Plan {
    rivals: Vec<String>,
    also_at: Vec<Vec<Segment>>,
}

fn plans(operations: &[&mut Operation]) -> Vec<Plan> {
    let reachable = || operations.iter().map(|operation| &**operation).filter(|it| it.routing.is_reachable());
    let mut by_length: HashMap<usize, Vec<&Operation>> = HashMap::new();
    let mut by_key: HashMap<(&str, String), Vec<&Operation>> = HashMap::new();
    for operation in reachable() {
        by_length.entry(operation.segments.len()).or_default().push(operation);
        by_key.entry((&operation.method, route(&operation.segments))).or_default().push(operation);
    }
    let plan = |operation: &Operation| {
        let mut plan = Plan::default();
        let mut seen = HashSet::new();
        for other in by_length.get(&operation.segments.len()).into_iter().flatten().copied() {
            let is_other = !std::ptr::eq(operation, other) && !is_equal_but_for_answer(operation, other);
            if !is_other || !overlap(operation, other) || !comes_before(other, operation) {
                continue;
            }
            if other.method == operation.method {
                plan.rivals.push(other.name.clone());
            }
            let other_route = route(&other.segments);
            if other_route == route(&operation.segments) || !seen.insert(other_route.clone()) {
                continue;
            }
            let there = by_key.get(&(operation.method.as_str(), other_route));
            if there.into_iter().flatten().all(|other| asks_for_more(other)) {
                plan.also_at.push(other.segments.clone());
            }
        }
        plan
    };
    operations.iter().map(|it| if it.routing.is_reachable() { plan(it) } else { Plan::default() }).collect()
}

/// Whether a client asks for one or the other by the media types of their answers.
fn are_told_by_answer(one: &Operation, other: &Operation) -> bool {
    let answers = |operation: &Operation| -> BTreeSet<String> {
        let forms = operation.successes.iter().flat_map(|response| &response.media_types);
        forms.flat_map(MediaType::wire_names).map(essence).collect()
    };
    let has_choice = |it: &Operation| it.successes.iter().any(|response| response.media_types.len() > 1);
    let [mine, theirs] = [one, other].map(answers);
    let are_plain = !has_choice(one) && !has_choice(other) && !mine.is_empty() && !theirs.is_empty();
    let has_suffix = |it: &Operation| !split_suffix(&it.path).1.is_empty();
    let has_range = |names: &BTreeSet<String>| names.iter().any(|name| name.contains('*'));
    let may_be_told = has_suffix(one) || has_suffix(other);
    may_be_told && are_plain && !has_range(&mine) && !has_range(&theirs) && mine.is_disjoint(&theirs)
}

fn is_equal_but_for_answer(one: &Operation, other: &Operation) -> bool {
    one.method == other.method
        && one.routing.choice == Choice::ByAnswer
        && other.routing.choice == Choice::ByAnswer
        && distinction(one) == distinction(other)
}

/// Whether there is more to an operation than a router's route says.
fn asks_for_more(operation: &Operation) -> bool {
    let is_mixed = |segment: &Segment| matches!(segment, Segment::Mixed(_));
    operation.segments.iter().any(is_mixed) || !query_pairs(&operation.path).is_empty()
}

/// Whether a request that suits both belongs to `one`. Both have as many segments.
fn comes_before(one: &Operation, other: &Operation) -> bool {
    let kinds = |operation: &Operation| -> Vec<bool> {
        operation.segments.iter().map(|segment| !matches!(segment, Segment::Literal(_))).collect()
    };
    let demands = |operation: &Operation| {
        let text: usize = operation.segments.iter().map(text_length).sum();
        Reverse((query_pairs(&operation.path).len(), text))
    };
    let rank = |operation: &Operation| (kinds(operation), demands(operation));
    // Which of two comes first that ask for as much is all the same, as long as it is always the same one.
    (rank(one), &one.name) < (rank(other), &other.name)
}

fn text_length(segment: &Segment) -> usize {
    match segment {
        Segment::Literal(text) => text.len(),
        Segment::Parameter(_) => 0,
        Segment::Mixed(parts) => parts.iter().map(text_length).sum(),
    }
}

/// Whether some path of `operation` is one of `other`, too. It may say yes where there is none.
fn overlap(operation: &Operation, other: &Operation) -> bool {
    operation.segments.iter().zip(&other.segments).all(|pair| match pair {
        (Segment::Literal(one), Segment::Literal(other)) => one == other,
        (Segment::Literal(text), pattern) => fits(pattern, text),
        (pattern, Segment::Literal(text)) => fits(pattern, text) && can_write(operation, pattern, text),
        (one, two) => {
            let ends = [(start(one), start(two)), (end(one), end(two))];
            let [(a, b), (c, d)] = ends;
            (a.starts_with(b) || b.starts_with(a))
                && (c.ends_with(d) || d.ends_with(c))
                && can_write(operation, one, b)
                && can_write(operation, one, d)
        }
    })
}

/// Whether a segment of parameters can be `text`.
fn fits(pattern: &Segment, text: &str) -> bool {
    !text.is_empty() && text.starts_with(start(pattern)) && text.ends_with(end(pattern))
}

/// Whether the one parameter of a segment can have such characters in its text.
fn can_write(operation: &Operation, pattern: &Segment, text: &str) -> bool {
    let Segment::Parameter(name) = pattern else { return true };
    let parameter = operation.parameters_in(Location::Path).find(|parameter| parameter.wire_name == *name);
    let Some(parameter) = parameter.filter(|parameter| parameter.style == Style::Simple) else { return true };
    text.bytes().all(|byte| match parameter.place.ty {
        Type::Integer(_) => byte.is_ascii_digit() || byte == b'-',
        Type::Number(_) => byte.is_ascii_digit() || b"-.eE".contains(&byte),
        Type::Formatted(Format::Uuid) => byte.is_ascii_hexdigit() || byte == b'-',
        _ => true,
    })
}

/// The text before the first parameter of a segment.
fn start(segment: &Segment) -> &str {
    match segment {
        Segment::Mixed(parts) => parts.first().map_or("", start),
        Segment::Literal(text) => text,
        Segment::Parameter(_) => "",
    }
}

/// The text behind the last one.
fn end(segment: &Segment) -> &str {
    match segment {
        Segment::Mixed(parts) => parts.last().map_or("", end),
        Segment::Literal(text) => text,
        Segment::Parameter(_) => "",
    }
}

/// What a router sees of a path: a segment is a text or anything.
fn route(segments: &[Segment]) -> String {
    let segments = segments.iter().map(|segment| match segment {
        Segment::Literal(text) => text,
        Segment::Parameter(_) | Segment::Mixed(_) => "{}",
    });
    segments.collect::<Vec<_>>().join("/")
}

/// What paths of one route can be told by: the text around parameters, and the pairs of the path's query.
type Distinction = (Vec<Vec<String>>, BTreeSet<String>);

fn distinction(operation: &Operation) -> Distinction {
    let shape = |segment: &Segment| match segment {
        Segment::Literal(text) => vec![text.clone()],
        Segment::Parameter(_) => vec![String::new()],
        // Text stands between parameters, so that its places are known.
        Segment::Mixed(parts) => parts.iter().map(|part| start(part).to_owned()).collect(),
    };
    let pairs = query_pairs(&operation.path).into_iter().map(str::to_owned);
    (operation.segments.iter().map(shape).collect(), pairs.collect())
}

/// The pairs of the query that a path asks for.
fn query_pairs(path: &str) -> BTreeSet<&str> {
    let query = split_suffix(path).1.strip_prefix('?').unwrap_or_default();
    let pairs = query.split('#').next().unwrap_or_default().split('&');
    pairs.filter(|pair| !pair.is_empty()).collect()
}
