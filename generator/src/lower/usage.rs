//! Which types requests carry, and which responses do.

use std::collections::HashMap;

use crate::lower::walk;
use crate::model::{Api, Operation, Place};

/// Sets `in_request` and `in_response` of every type that an operation reaches.
pub(super) fn mark_usage(api: &mut Api) {
    let in_request = reached(api, walk::request_places);
    let in_response = reached(api, walk::response_places);
    let flags = in_request.into_iter().zip(in_response);
    for (ty, (in_request, in_response)) in api.types.iter_mut().zip(flags) {
        ty.in_request = in_request;
        ty.in_response = in_response;
    }
}

/// Which types what `roots` gives of the operations leads to, in the order of `api.types`.
pub(super) fn reached(api: &Api, roots: fn(&Operation) -> Vec<&Place>) -> Vec<bool> {
    let indices: HashMap<&str, usize> =
        api.types.iter().enumerate().map(|(index, ty)| (ty.name.as_str(), index)).collect();
    let index_of = |place: &Place| indices.get(walk::mentioned(&place.ty)?).copied();
    let mut is_reached = vec![false; api.types.len()];
    let mut pending: Vec<usize> = api.operations().flat_map(roots).filter_map(index_of).collect();
    while let Some(index) = pending.pop() {
        let (Some(flag), Some(ty)) = (is_reached.get_mut(index), api.types.get(index)) else {
            continue;
        };
        if !std::mem::replace(flag, true) {
            pending.extend(walk::places(&ty.kind).into_iter().filter_map(index_of));
        }
    }
    is_reached
}
