//! Inline schemas that became equal types are defined once; the others become aliases.
//!
//! Equal: the same in everything but docs. The definition goes to the shortest name, then the
//! lexically first. Components stay distinct types.

use std::collections::{HashMap, HashSet};

use crate::lower::schema::bare;
use crate::lower::walk;
use crate::model::{Access, Docs, Type, TypeDefinition, TypeKind};

/// Replaces repeated definitions among `inline_names` by aliases.
pub(super) fn share(types: &mut [TypeDefinition], inline_names: &HashSet<String>) {
    let classes = classes(types, inline_names);
    let mut definitions: HashMap<usize, String> = HashMap::new();
    for (ty, class) in types.iter().zip(&classes) {
        let Some(class) = class else { continue };
        definitions
            .entry(*class)
            .and_modify(|best| {
                if (ty.name.len(), &ty.name) < (best.len(), best) {
                    best.clone_from(&ty.name);
                }
            })
            .or_insert_with(|| ty.name.clone());
    }
    for (ty, class) in types.iter_mut().zip(classes) {
        let Some(name) = class.and_then(|class| definitions.get(&class)) else {
            continue;
        };
        if *name != ty.name {
            ty.kind = TypeKind::Alias(bare(Type::Named(name.clone())));
            ty.derives = Vec::new();
        }
    }
}

/// The number of the class of equal types that each inline type is in.
fn classes(types: &[TypeDefinition], inline_names: &HashSet<String>) -> Vec<Option<usize>> {
    let indices: HashMap<&str, usize> = types
        .iter()
        .enumerate()
        .filter(|(_, ty)| inline_names.contains(&ty.name))
        .map(|(index, ty)| (ty.name.as_str(), index))
        .collect();
    let edges: Vec<Vec<usize>> = types
        .iter()
        .map(|ty| match indices.contains_key(ty.name.as_str()) {
            true => walk::places(&ty.kind)
                .into_iter()
                .filter_map(|place| indices.get(walk::mentioned(&place.ty)?).copied())
                .collect(),
            false => Vec::new(),
        })
        .collect();
    let (order, _) = walk::depth_first(&edges);
    let mut classes: Vec<Option<usize>> = vec![None; types.len()];
    let mut by_form: HashMap<String, usize> = HashMap::new();
    for index in order {
        let Some(ty) = types.get(index).filter(|ty| indices.contains_key(ty.name.as_str())) else {
            continue;
        };
        let class_of = |name: &str| classes.get(*indices.get(name)?).copied().flatten();
        let form = form(ty, class_of);
        let next = by_form.len();
        classes[index] = Some(*by_form.entry(form).or_insert(next));
    }
    classes
}

/// Everything about `ty` that matters, with classes in place of inline types' names.
fn form(ty: &TypeDefinition, class_of: impl Fn(&str) -> Option<usize>) -> String {
    let mut kind = ty.kind.clone();
    for place in walk::places_mut(&mut kind) {
        if let Type::Named(name) = walk::innermost_mut(&mut place.ty)
            && let Some(class) = class_of(name)
        {
            *name = format!("#{class}");
        }
    }
    match &mut kind {
        TypeKind::Struct(it) => it.fields.iter_mut().for_each(|it| {
            it.docs = Docs::default();
            // Types have the properties that travel their way by now.
            it.access = Access::Both;
        }),
        TypeKind::Enum(it) => it.variants.iter_mut().for_each(|it| it.docs = Docs::default()),
        TypeKind::Union(it) => it.members.iter_mut().for_each(|it| it.docs = Docs::default()),
        TypeKind::Tuple(_) | TypeKind::Alias(_) => {}
    }
    // Data without maps keyed by anything but strings always serialises.
    serde_json::to_string(&(kind, &ty.derives)).unwrap_or_else(|_| ty.name.clone())
}
