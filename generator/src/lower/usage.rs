//! Which types requests carry, and which responses do.

use std::collections::HashSet;

use crate::lower::direction::Direction;
use crate::lower::walk;
use crate::model::{Api, Place, Rule, TypeDefinition, TypeKind};

/// Sets `in_request` and `in_response` of every type that an operation reaches.
pub(super) fn mark_usage(api: &mut Api) {
    let in_request = carried(api, Direction::Request);
    let in_response = carried(api, Direction::Response);
    let flags = in_request.into_iter().zip(in_response);
    for (ty, (in_request, in_response)) in api.types.iter_mut().zip(flags) {
        ty.in_request = in_request;
        ty.in_response = in_response;
    }
}

/// Marks the inline types that neither a component nor an operation holds, but only rules.
pub(super) fn mark_checked(api: &mut Api, inline_names: &HashSet<String>) {
    let indices = walk::indices(&api.types);
    let index_of = |place: &Place| indices.get(walk::mentioned(&place.ty)?).copied();
    let operations = api.all_operations();
    let places = operations.flat_map(|it| walk::request_places(it).into_iter().chain(walk::response_places(it)));
    let mut pending: Vec<usize> = places.filter_map(index_of).collect();
    let is_component = |(_, ty): &(usize, &TypeDefinition)| !inline_names.contains(&ty.name);
    pending.extend(api.types.iter().enumerate().filter(is_component).map(|(index, _)| index));
    let mut is_held = vec![false; api.types.len()];
    while let Some(index) = pending.pop() {
        let (Some(flag), Some(ty)) = (is_held.get_mut(index), api.types.get(index)) else {
            continue;
        };
        if !std::mem::replace(flag, true) {
            pending.extend(walk::places(&ty.kind).into_iter().filter_map(index_of));
        }
    }
    for (ty, is_held) in api.types.iter_mut().zip(is_held) {
        ty.is_only_checked = !is_held;
    }
}

/// Removes those of the types that nothing mentions any more.
pub(super) fn leave_out_replaced(api: &mut Api, replaced: &HashSet<String>) {
    if replaced.is_empty() {
        return;
    }
    let mut mentioned: HashSet<String> = HashSet::new();
    let places = api.types.iter().filter(|ty| !replaced.contains(&ty.name)).flat_map(|ty| walk::places(&ty.kind));
    let operations = api
        .all_operations()
        .flat_map(|operation| walk::request_places(operation).into_iter().chain(walk::response_places(operation)));
    mentioned.extend(places.chain(operations).filter_map(|place| walk::mentioned(&place.ty)).map(str::to_owned));
    api.types.retain(|ty| mentioned.contains(&ty.name) || !replaced.contains(&ty.name));
}

/// Which types go that way: operations hold them, or other such types do in properties that go that way, too.
pub(super) fn carried(api: &Api, direction: Direction) -> Vec<bool> {
    let indices = walk::indices(&api.types);
    let index_of = |place: &Place| indices.get(walk::mentioned(&place.ty)?).copied();
    let mut is_carried = vec![false; api.types.len()];
    let roots = api.all_operations().flat_map(|operation| match (direction, &operation.webhook) {
        (Direction::Request, None) | (Direction::Response, Some(_)) => walk::request_places(operation),
        (Direction::Response, None) | (Direction::Request, Some(_)) => walk::response_places(operation),
    });
    let roots = roots.flat_map(|place| Rule::places(&place.rules).into_iter().chain([place]));
    let mut pending: Vec<usize> = roots.filter_map(index_of).collect();
    while let Some(index) = pending.pop() {
        let (Some(flag), Some(ty)) = (is_carried.get_mut(index), api.types.get(index)) else {
            continue;
        };
        if !std::mem::replace(flag, true) {
            let places = places_that_go(&ty.kind, direction).into_iter().chain(ty.kind.checked_places());
            pending.extend(places.filter_map(index_of));
        }
    }
    is_carried
}

fn places_that_go(kind: &TypeKind, direction: Direction) -> Vec<&Place> {
    let places = walk::places(kind);
    let TypeKind::Struct(definition) = kind else { return places };
    let goes = |index: usize| definition.fields.get(index).is_none_or(|field| direction.carries(field.access));
    places.into_iter().enumerate().filter(|(index, _)| goes(*index)).map(|(_, place)| place).collect()
}
