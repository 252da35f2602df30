//! `testing.rs`: what answers are held against in tests.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::imports::{self, Side};
use crate::emit::rust_type::ident;
use crate::emit::{File, Item, operations, rules};
use crate::model::{Api, Operation, Place, Response, Status};

pub(crate) fn file(api: &Api) -> File {
    let docs = vec!["For tests: answers held against the description.".to_owned()];
    let checks = api.operations().map(check);
    let mut items = vec![
        Item::from(quote! { pub use crate::support::testing::{CheckResponses, CheckedResponses}; }),
        Item::from(quote! {
            /// A layer for a server's router or a client's transport that panics at the first answer that is not as the
            /// description says, naming everything wrong with it.
            pub fn check_responses() -> CheckResponses {
                CheckResponses::new(CHECKS)
            }
        }),
        Item::from(quote! { static CHECKS: &[Check] = &[#(#checks),*]; }),
    ];
    items.insert(0, imports::of(&items, Side::Client, &["CheckResponses", "CheckedResponses"]));
    File::rust("src/testing.rs", docs, items)
}

/// `Check::new(&operations::GET_PET, |reply| verdict(client::get_pet(reply)))`
fn check(operation: &Operation) -> TokenStream {
    let (constant, name) = (operations::constant(operation), ident(&operation.name));
    let rules: Vec<TokenStream> = operation.successes.iter().chain(&operation.failures).flat_map(place_rules).collect();
    let rules = (!rules.is_empty()).then(|| quote! { .rules(&[#(#rules),*]) });
    quote! { Check::new(&operations::#constant, |reply| verdict(client::#name(reply))) #rules }
}

/// `PlaceRules::body(200, 200, &[MinItems(1)])`
fn place_rules(response: &Response) -> Vec<TokenStream> {
    let (first, last) = match response.status {
        Status::Code(code) => (code, code),
        Status::Range(class) => (u16::from(class) * 100, u16::from(class) * 100 + 99),
        Status::Default => (100, 999),
    };
    let [first, last] = [first, last].map(Literal::u16_unsuffixed);
    let rules_of = |place: &Place| (!place.rules.is_empty()).then(|| rules::list(&place.rules));
    let body = match &*response.media_types {
        [media] => rules_of(&media.place).map(|rules| quote! { PlaceRules::body(#first, #last, &[#rules]) }),
        _ => None,
    };
    let headers = response.headers.iter().filter_map(|header| {
        let (name, rules) = (&header.wire_name, rules_of(&header.place)?);
        Some(quote! { PlaceRules::header(#first, #last, #name, &[#rules]) })
    });
    body.into_iter().chain(headers).collect()
}
