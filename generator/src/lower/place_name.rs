//! Names of schemas that normalization moved to the components, from the place they came from.

use crate::lower::lowering::Lowering;
use crate::lower::names::{self, Case};
use crate::lower::pointer;
use crate::lower::status;
use crate::model::Status;

impl Lowering<'_> {
    /// `/components/schemas/Pet/properties/tags/items` → `PetTag`.
    pub(super) fn name_of_place(&mut self, place: &str) -> String {
        let tokens = pointer::tokens(place);
        let (base, rest) = self.base_of_place(&tokens);
        let mut names = vec![base];
        let mut tokens = rest.iter().map(String::as_str);
        while let Some(token) = tokens.next() {
            let base = names.first().cloned().unwrap_or_default();
            names = match token {
                "properties" | "headers" | "patternProperties" => {
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

    fn base_of_place<'t>(&self, tokens: &'t [String]) -> (String, &'t [String]) {
        match tokens {
            [components, section, key, rest @ ..] if components == "components" => {
                let known = self.components.get(key).filter(|_| section == "schemas");
                let name = known.map(|component| component.name.clone());
                let name = name.unwrap_or_else(|| names::identifier(key, Case::UpperCamel));
                (name, rest)
            }
            [paths, path, method, rest @ ..] if paths == "paths" => {
                let place = pointer::grandchild("/paths", path, method);
                match self.operation_types.get(&place) {
                    Some(name) => (name.clone(), rest),
                    None => (names::identifier(path, Case::UpperCamel), tokens.get(2..).unwrap_or(&[])),
                }
            }
            _ => (names::identifier(&tokens.join(" "), Case::UpperCamel), &[]),
        }
    }
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
