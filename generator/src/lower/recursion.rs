//! Types that contain themselves: boxed at one place each, wrapped where an alias cannot be recursive,
//! and reported where no finite value exists.

use crate::lower::lowering::Lowering;
use crate::lower::walk;
use crate::model::{Type, TypeDefinition, TypeKind};

/// `type Tree = Vec<Tree>` is no Rust: such an alias becomes a union of one member.
pub(super) fn wrap_recursive_aliases(types: &mut [TypeDefinition]) {
    let indices = walk::indices(types);
    let edges: Vec<Vec<usize>> = types
        .iter()
        .map(|ty| match &ty.kind {
            TypeKind::Alias(place) => {
                walk::mentioned(&place.ty).and_then(|name| indices.get(name).copied()).into_iter().collect()
            }
            _ => Vec::new(),
        })
        .collect();
    let (_, closing) = walk::depth_first(&edges);
    for (node, at) in closing {
        let target = edges.get(node).and_then(|edges| edges.get(at));
        if let Some(ty) = target.and_then(|target| types.get_mut(*target))
            && let TypeKind::Alias(place) = &ty.kind
        {
            ty.kind = TypeKind::Union(Lowering::wrapping_union(place.clone()));
        }
    }
}

/// Boxes each use that closes a circle of types holding one another by value.
pub(super) fn box_recursion(types: &mut [TypeDefinition]) {
    let (edges, uses) = held(types);
    let (_, closing) = walk::depth_first(&edges);
    for (node, at) in closing {
        let Some(position) = uses.get(node).and_then(|uses| uses.get(at)) else {
            continue;
        };
        let Some(ty) = types.get_mut(node) else {
            continue;
        };
        if let Some(place) = walk::places_mut(&mut ty.kind).into_iter().nth(*position) {
            let named = walk::innermost_mut(&mut place.ty);
            *named = Type::Boxed(Box::new(std::mem::replace(named, Type::Any)));
        }
    }
}

/// For each type, the types it holds by value, and the numbers of the places that do.
fn held(types: &[TypeDefinition]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let indices = walk::indices(types);
    types
        .iter()
        .map(|ty| {
            // Values of additional properties live in a map, further items in a list.
            let count = match &ty.kind {
                TypeKind::Struct(it) => it.fields.len(),
                TypeKind::Tuple(it) => it.items.len(),
                _ => usize::MAX,
            };
            walk::places(&ty.kind)
                .into_iter()
                .take(count)
                .enumerate()
                .filter_map(|(position, place)| Some((*indices.get(walk::held(&place.ty)?)?, position)))
                .unzip()
        })
        .unzip()
}

/// The names of types without a finite value: each needs one of itself.
pub(super) fn infinite_types(types: &[TypeDefinition]) -> Vec<&str> {
    let indices = walk::indices(types);
    // Who has to be looked at again, once a type is known to be finite.
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); types.len()];
    for (user, ty) in types.iter().enumerate() {
        for place in walk::places(&ty.kind) {
            if let Type::Named(name) = &place.ty
                && let Some(users) = indices.get(name.as_str()).and_then(|used| users.get_mut(*used))
            {
                users.push(user);
            }
        }
    }
    let mut is_finite = vec![false; types.len()];
    let mut pending: Vec<usize> = (0..types.len()).rev().collect();
    while let Some(index) = pending.pop() {
        let is_known = |ty: &Type| match ty {
            Type::Named(name) => indices.get(name.as_str()).is_none_or(|index| is_finite.get(*index) == Some(&true)),
            _ => true,
        };
        if is_finite[index] || !types.get(index).is_some_and(|ty| has_value(&ty.kind, is_known)) {
            continue;
        }
        is_finite[index] = true;
        pending.extend(std::mem::take(&mut users[index]));
    }
    let names = types.iter().zip(is_finite);
    names.filter(|(_, is_finite)| !is_finite).map(|(ty, _)| ty.name.as_str()).collect()
}

/// Whether there is a value, as far as there are values of what `is_known`.
fn has_value(kind: &TypeKind, is_known: impl Fn(&Type) -> bool) -> bool {
    match kind {
        TypeKind::Struct(it) => {
            it.fields.iter().filter(|field| field.is_required).all(|field| is_known(&field.place.ty))
        }
        TypeKind::Enum(_) => true,
        TypeKind::Union(it) => it.members.iter().any(|it| is_known(&it.place.ty)),
        TypeKind::Tuple(it) => it.items.iter().take(it.required).all(|place| is_known(&place.ty)),
        TypeKind::Alias(place) => is_known(&place.ty),
    }
}
