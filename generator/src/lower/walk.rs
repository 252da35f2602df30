//! Through the places of the model.

use std::collections::HashMap;

use crate::model::{
    AdditionalItems, AdditionalProperties, Api, MediaType, Operation, Place, Rule, Type, TypeDefinition, TypeKind,
};

/// The index of each definition, by its name.
pub(super) fn indices(types: &[TypeDefinition]) -> HashMap<&str, usize> {
    types.iter().enumerate().map(|(index, ty)| (ty.name.as_str(), index)).collect()
}

/// What a definition asks of its values as a whole.
pub(super) fn own_rules(kind: &TypeKind) -> &[Rule] {
    match kind {
        TypeKind::Struct(it) => &it.rules,
        TypeKind::Tuple(it) => &it.rules,
        TypeKind::Union(it) => &it.rules,
        TypeKind::Enum(_) | TypeKind::Alias(_) => &[],
    }
}

/// The same, to change it.
pub(super) fn own_rules_mut(kind: &mut TypeKind) -> &mut [Rule] {
    match kind {
        TypeKind::Struct(it) => &mut it.rules,
        TypeKind::Tuple(it) => &mut it.rules,
        TypeKind::Union(it) => &mut it.rules,
        TypeKind::Enum(_) | TypeKind::Alias(_) => &mut [],
    }
}

/// The places of a definition, in order.
pub(super) fn places(kind: &TypeKind) -> Vec<&Place> {
    match kind {
        TypeKind::Struct(it) => {
            let mut places: Vec<&Place> = it.fields.iter().map(|field| &field.place).collect();
            if let AdditionalProperties::Kept { values, .. } = &it.additional {
                places.push(values);
            }
            places
        }
        TypeKind::Enum(_) => Vec::new(),
        TypeKind::Union(it) => it.members.iter().map(|member| &member.place).collect(),
        TypeKind::Tuple(it) => {
            let mut places: Vec<&Place> = it.items.iter().collect();
            if let AdditionalItems::Kept(items) = &it.additional {
                places.push(items);
            }
            places
        }
        TypeKind::Alias(place) => vec![place],
    }
}

/// The same, to change them.
pub(super) fn places_mut(kind: &mut TypeKind) -> Vec<&mut Place> {
    match kind {
        TypeKind::Struct(it) => {
            let mut places: Vec<&mut Place> = it.fields.iter_mut().map(|field| &mut field.place).collect();
            if let AdditionalProperties::Kept { values, .. } = &mut it.additional {
                places.push(values);
            }
            places
        }
        TypeKind::Enum(_) => Vec::new(),
        TypeKind::Union(it) => it.members.iter_mut().map(|member| &mut member.place).collect(),
        TypeKind::Tuple(it) => {
            let mut places: Vec<&mut Place> = it.items.iter_mut().collect();
            if let AdditionalItems::Kept(items) = &mut it.additional {
                places.push(items);
            }
            places
        }
        TypeKind::Alias(place) => vec![place],
    }
}

/// What requests of `operation` carry.
pub(super) fn request_places(operation: &Operation) -> Vec<&Place> {
    let mut places: Vec<&Place> = operation.parameters.iter().map(|parameter| &parameter.place).collect();
    if let Some(body) = &operation.request_body {
        places.extend(body.media_types.iter().flat_map(MediaType::places));
    }
    places
}

/// What its responses carry.
pub(super) fn response_places(operation: &Operation) -> Vec<&Place> {
    let responses = operation.successes.iter().chain(&operation.failures);
    responses
        .flat_map(|response| {
            let headers = response.headers.iter().map(|header| &header.place);
            headers.chain(response.media_types.iter().flat_map(MediaType::places))
        })
        .collect()
}

/// What goes to the API, to change it: what requests carry, and what webhooks and callbacks are answered.
pub(super) fn places_to_api_mut(api: &mut Api) -> Vec<&mut Place> {
    let mut places = Vec::new();
    for operation in api.all_operations_mut() {
        let is_webhook = operation.webhook.is_some();
        let (requests, responses) = both_places_mut(operation);
        places.extend(if is_webhook { responses } else { requests });
    }
    places
}

/// Every place of every operation.
pub(super) fn operation_places_mut(api: &mut Api) -> Vec<&mut Place> {
    let mut places = Vec::new();
    for operation in api.all_operations_mut() {
        let (requests, responses) = both_places_mut(operation);
        places.extend(requests.into_iter().chain(responses));
    }
    places
}

/// What requests of `operation` carry, and what its responses do, to change it.
fn both_places_mut(operation: &mut Operation) -> (Vec<&mut Place>, Vec<&mut Place>) {
    let mut requests: Vec<&mut Place> = operation.parameters.iter_mut().map(|parameter| &mut parameter.place).collect();
    let bodies = operation.request_body.iter_mut();
    requests.extend(bodies.flat_map(|it| &mut it.media_types).flat_map(MediaType::places_mut));
    let mut responses = Vec::new();
    for response in operation.successes.iter_mut().chain(&mut operation.failures) {
        responses.extend(response.headers.iter_mut().map(|header| &mut header.place));
        responses.extend(response.media_types.iter_mut().flat_map(MediaType::places_mut));
    }
    (requests, responses)
}

/// The definition that `ty` mentions at any depth; there is at most one.
pub(super) fn mentioned(ty: &Type) -> Option<&str> {
    let mut ty = ty;
    loop {
        ty = match ty {
            Type::Named(name) => return Some(name),
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => inner,
            _ => return None,
        };
    }
}

/// The innermost type of `ty`, to change it.
pub(super) fn innermost_mut(ty: &mut Type) -> &mut Type {
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => innermost_mut(inner),
        _ => ty,
    }
}

/// The definition that `ty` holds by value: not behind an array, a map or a box.
pub(super) fn held(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Nullable(inner) => held(inner),
        _ => None,
    }
}

/// Depth-first through a graph given by its edges, from each node in order, without recursion.
/// Returns the nodes, each after those it leads to, and the edges that close a circle.
pub(super) fn depth_first(edges: &[Vec<usize>]) -> (Vec<usize>, Vec<(usize, usize)>) {
    const NEW: u8 = 0;
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    let mut state = vec![NEW; edges.len()];
    let mut order = Vec::with_capacity(edges.len());
    let mut closing = Vec::new();
    for root in 0..edges.len() {
        let mut stack = vec![(root, 0)];
        if state.get(root) != Some(&NEW) {
            continue;
        }
        state[root] = OPEN;
        while let Some((node, at)) = stack.pop() {
            let Some(&target) = edges.get(node).and_then(|edges| edges.get(at)) else {
                state[node] = DONE;
                order.push(node);
                continue;
            };
            stack.push((node, at + 1));
            match state.get(target).copied() {
                Some(NEW) => {
                    state[target] = OPEN;
                    stack.push((target, 0));
                }
                Some(OPEN) => closing.push((node, at)),
                _ => {}
            }
        }
    }
    (order, closing)
}
