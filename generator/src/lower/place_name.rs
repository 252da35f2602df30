//! Names of schemas that normalization moved to the components, from the place they came from.

use indexmap::IndexMap;
use openapiv3::ReferenceOr;

use crate::lower::lowering::Lowering;
use crate::lower::names::{self, Case};
use crate::lower::operation::Named;
use crate::lower::pointer::{self, Placed};
use crate::lower::status;
use crate::model::Status;
use crate::tree::{places_around, split_place};

impl Lowering<'_> {
    /// `/components/schemas/Pet/properties/tags/items` → `PetTag`.
    pub(super) fn name_of_place(&mut self, place: &str) -> String {
        let (base, rest) = self.base_of_place(place);
        let mut names = vec![base];
        let mut tokens = rest.iter().map(String::as_str);
        while let Some(token) = tokens.next() {
            let base = names.first().cloned().unwrap_or_default();
            names = match token {
                "properties" | "headers" | "patternProperties" | "$defs" | "definitions" => {
                    vec![names::joined(&base, tokens.next().unwrap_or_default())]
                }
                "items" => names::item_names(&base),
                "additionalProperties" => vec![names::joined(&base, "value")],
                "requestBody" => vec![base],
                "responses" => vec![names::joined(&base, &status_text(tokens.next()))],
                "parameters" | "oneOf" | "anyOf" | "prefixItems" => {
                    vec![names::joined(&base, &ordinal(tokens.next()))]
                }
                "content" => {
                    tokens.next();
                    vec![names::joined(&base, "body")]
                }
                "allOf" => {
                    tokens.next();
                    vec![base]
                }
                "schema" => vec![base],
                _ => vec![names::joined(&base, token)],
            };
        }
        self.type_names.claim(names)
    }

    /// Notes the names that the schemas inside of components and operations are called after. An operation that
    /// several paths share is called after the first.
    pub(super) fn note_named_places<'n, 'd: 'n>(&mut self, operations: impl Iterator<Item = &'n Named<'d>>) {
        for named in operations {
            for place in [&named.place, &named.pointer] {
                self.named_places.entry(place.clone()).or_insert_with(|| named.type_name.clone());
            }
        }
        for component in self.components.values().filter(|component| !component.name.is_empty()) {
            self.named_places.insert(component.node.pointer().to_owned(), component.name.clone());
        }
        let Some(components) = &self.document.components else { return };
        let places = (places(&components.responses).chain(places(&components.request_bodies)))
            .chain(places(&components.parameters))
            .chain(places(&components.headers));
        for (place, key) in places {
            self.named_places.entry(place).or_insert_with(|| names::identifier(key, Case::UpperCamel));
        }
    }

    /// The name of what is around a place, and the tokens from there.
    fn base_of_place(&self, place: &str) -> (String, Vec<String>) {
        for around in places_around(place) {
            if let Some(name) = self.named_places.get(around) {
                return (name.clone(), pointer::tokens(place.get(around.len()..).unwrap_or_default()));
            }
        }
        let mut tokens = pointer::tokens(place);
        let is_components = tokens.first().is_some_and(|first| first == "components");
        let (base, rest) = match split_place(place).0 {
            Some(file) => (stem(file).to_owned(), tokens),
            None if is_components && tokens.len() > 2 => (tokens.remove(2), tokens.split_off(2)),
            None if tokens.first().is_some_and(|first| first == "paths") && tokens.len() > 2 => {
                (tokens.remove(1), tokens.split_off(1))
            }
            None => (tokens.join(" "), Vec::new()),
        };
        (names::identifier(&base, Case::UpperCamel), rest)
    }
}

/// The places of components that were in other files, with their keys.
fn places<T: Placed>(section: &IndexMap<String, ReferenceOr<T>>) -> impl Iterator<Item = (String, &str)> {
    section
        .iter()
        .filter_map(|(key, item)| match item {
            ReferenceOr::Item(item) => Some((item.place()?, key.as_str())),
            ReferenceOr::Reference { .. } => None,
        })
        .filter(|(place, _)| split_place(place).0.is_some())
}

/// `schemas/Order.yaml` → `Order`.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

fn status_text(code: Option<&str>) -> String {
    let code = code.unwrap_or("default");
    let class = code.chars().next().and_then(|c| c.to_digit(10));
    status::name(match (code.parse(), class) {
        (Ok(code), _) => Status::Code(code),
        (_, Some(class)) => Status::Range(u8::try_from(class).unwrap_or_default()),
        _ => Status::Default,
    })
}

/// `0` → `1`: people count from one.
fn ordinal(index: Option<&str>) -> String {
    let index = index.and_then(|index| index.parse::<u64>().ok()).unwrap_or(0);
    index.saturating_add(1).to_string()
}
