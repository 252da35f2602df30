//! Rules of an alias hold wherever it is used: they are copied there, so that emitters need not look
//! for them.

use std::collections::HashMap;

use crate::lower::rules::push_nested;
use crate::lower::walk;
use crate::model::{Api, Place, Rule, Type, TypeDefinition, TypeKind};

/// Adds to each place the rules of the aliases that its type mentions.
pub(super) fn inherit_rules(api: &mut Api) {
    let by_alias = rules_of_aliases(&api.types);
    if by_alias.values().all(Vec::is_empty) {
        return;
    }
    for ty in &mut api.types {
        for place in walk::places_mut(&mut ty.kind) {
            inherit(place, &by_alias);
        }
        walk::own_rules_mut(&mut ty.kind).iter_mut().for_each(|rule| inherit_in(rule, &by_alias));
    }
    for place in walk::operation_places_mut(api) {
        inherit(place, &by_alias);
    }
}

fn inherit(place: &mut Place, by_alias: &HashMap<String, Vec<Rule>>) {
    let own = std::mem::take(&mut place.rules);
    let mut rules = inherited(&place.ty, by_alias);
    for mut rule in own {
        inherit_in(&mut rule, by_alias);
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    place.rules = rules;
}

/// The same for the places that a rule holds values against.
fn inherit_in(rule: &mut Rule, by_alias: &HashMap<String, Vec<Rule>>) {
    rule.nested_mut().iter_mut().for_each(|rule| inherit_in(rule, by_alias));
    if let Some(place) = rule.place_mut() {
        inherit(place, by_alias);
    }
}

/// The rules that come with `ty`, at the depth where it mentions an alias.
fn inherited(ty: &Type, by_alias: &HashMap<String, Vec<Rule>>) -> Vec<Rule> {
    let mut rules = Vec::new();
    match ty {
        Type::Named(name) => rules.extend(by_alias.get(name).into_iter().flatten().cloned()),
        Type::Nullable(inner) | Type::Boxed(inner) => return inherited(inner, by_alias),
        Type::Array(inner) => push_nested(&mut rules, Rule::Items, inherited(inner, by_alias)),
        Type::Map(inner) => push_nested(&mut rules, Rule::Values, inherited(inner, by_alias)),
        _ => {}
    }
    rules
}

/// All rules of each alias, its own and those of the aliases it mentions.
fn rules_of_aliases(types: &[TypeDefinition]) -> HashMap<String, Vec<Rule>> {
    let aliases: Vec<(&str, &Place)> = types
        .iter()
        .filter_map(|ty| match &ty.kind {
            TypeKind::Alias(place) => Some((ty.name.as_str(), place)),
            _ => None,
        })
        .collect();
    let indices: HashMap<&str, usize> = aliases.iter().enumerate().map(|(index, (name, _))| (*name, index)).collect();
    let edges: Vec<Vec<usize>> = aliases
        .iter()
        .map(|(_, place)| {
            let target = walk::mentioned(&place.ty).and_then(|name| indices.get(name));
            target.copied().into_iter().collect()
        })
        .collect();
    let (order, _) = walk::depth_first(&edges);
    let mut by_alias = HashMap::new();
    for index in order {
        if let Some((name, place)) = aliases.get(index) {
            let mut place = Place::clone(place);
            inherit(&mut place, &by_alias);
            by_alias.insert((*name).to_owned(), place.rules);
        }
    }
    by_alias
}
