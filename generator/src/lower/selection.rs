//! Which operations are generated, where codegen.toml names some: types, patterns and warnings that only the
//! others need go with them.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::lower::direction::Direction;
use crate::lower::walk;
use crate::lower::{pointer, usage};
use crate::model::{Api, Rule, TypeKind};
use crate::settings::Selection;

/// What the lists of a [`Selection`] see of an operation.
pub(super) struct Selectable<'a> {
    /// `operationId`, or the name made in its place.
    pub(super) id: &'a str,
    /// The path template.
    pub(super) path: &'a str,
    /// All its tags.
    pub(super) tags: &'a [String],
}

/// The entries of `selection` that name the operation, each with the list it stands in.
pub(super) fn matches<'s>(
    selection: &'s Selection,
    operation: &Selectable<'_>,
) -> impl Iterator<Item = (&'static str, &'s str)> {
    let by_id = selection.operations.iter().filter(|entry| *entry == operation.id).map(|entry| ("operations", entry));
    let by_tag = selection.tags.iter().filter(|entry| operation.tags.contains(entry)).map(|entry| ("tags", entry));
    let by_path = selection.paths.iter().filter(|entry| covers(entry, operation.path)).map(|entry| ("paths", entry));
    by_id.chain(by_tag).chain(by_path).map(|(list, entry)| (list, entry.as_str()))
}

/// `/pets` covers itself, `/pets/*` all paths below it, `/pets*` all that begin so.
pub(super) fn covers(entry: &str, path: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => entry == path,
    }
}

/// Removes the types that no operation needs. Gives their names.
pub(super) fn leave_out_types(api: &mut Api) -> HashSet<String> {
    let ways = usage::carried(api, Direction::Request).into_iter().zip(usage::carried(api, Direction::Response));
    let mut is_needed = ways.map(|(in_request, in_response)| in_request || in_response);
    let mut left_out = HashSet::new();
    api.types.retain(|ty| {
        let is_kept = is_needed.next().unwrap_or(true);
        if !is_kept {
            left_out.insert(ty.name.clone());
        }
        is_kept
    });
    left_out
}

/// Removes the patterns that no rule names; those of an alias hold where it is used.
pub(super) fn leave_out_patterns(api: &mut Api) {
    let mut named = HashSet::new();
    for ty in api.types.iter().filter(|ty| !matches!(ty.kind, TypeKind::Alias(_))) {
        collect(walk::own_rules(&ty.kind), &mut named);
        walk::places(&ty.kind).into_iter().for_each(|place| collect(&place.rules, &mut named));
    }
    for operation in api.all_operations() {
        let places = walk::request_places(operation).into_iter().chain(walk::response_places(operation));
        places.for_each(|place| collect(&place.rules, &mut named));
    }
    api.patterns.retain(|pattern| named.contains(&pattern.name));
}

fn collect(rules: &[Rule], named: &mut HashSet<String>) {
    for rule in rules {
        named.extend(rule.patterns().iter().cloned());
        collect(rule.nested(), named);
        if let Some(place) = rule.place() {
            collect(&place.rules, named);
        }
    }
}

/// Whether the diagnostic is a warning about something at one of `places` or below.
pub(super) fn is_warning_below(diagnostic: &Diagnostic, places: &HashSet<String>) -> bool {
    let (Severity::Warning, Place::Pointer(at)) = (diagnostic.severity, &diagnostic.place) else {
        return false;
    };
    std::iter::successors(Some(at.as_str()), |at| pointer::parent(at)).any(|at| places.contains(at))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_star_at_the_end_covers_what_begins_so() {
        assert!(covers("/pets", "/pets") && !covers("/pets", "/pets/{id}"));
        assert!(covers("/pets/*", "/pets/{id}/toys") && !covers("/pets/*", "/pets"));
        assert!(covers("/pet*", "/pets") && covers("*", "/"));
    }
}
