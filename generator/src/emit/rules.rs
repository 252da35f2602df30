//! Rules as expressions, and the patterns they name.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use crate::emit::rust_type::{Scope, ident};
use crate::emit::support::Needs;
use crate::emit::{File, Item};
use crate::model::{Api, Decimal, Pattern, PatternEngine, Place, Rule};

/// `src/patterns.rs`, if the description has any.
pub(crate) fn patterns_file(api: &Api) -> Option<File> {
    if api.patterns.is_empty() {
        return None;
    }
    let needs = Needs::of(api);
    let backtracking = needs.fancy_regex.then(|| quote! { use crate::support::backtracking::BacktrackingPattern; });
    let linear = needs.regex.then(|| quote! { use crate::support::pattern::Pattern; });
    let mut items = vec![Item::from(quote! { #backtracking #linear })];
    items.extend(api.patterns.iter().map(pattern_item).map(Item::from));
    let docs = vec!["The regular expressions of the description, compiled when they are first needed.".to_owned()];
    Some(File::rust("src/patterns.rs", docs, items))
}

/// `pub static UUID: Pattern = Pattern::new("…");`
fn pattern_item(pattern: &Pattern) -> TokenStream {
    let (name, source, regex) = (ident(&pattern.name), &pattern.source, &pattern.regex);
    let ty = match pattern.engine {
        PatternEngine::Linear => quote! { Pattern },
        PatternEngine::Backtracking => quote! { BacktrackingPattern },
    };
    let value = if source == regex {
        quote! { #ty::new(#source) }
    } else {
        quote! { #ty::translated(#source, #regex) }
    };
    let doc = format!(" `{}`", source.replace('`', "'"));
    let doc = if source.contains('`') { " A regular expression.".to_owned() } else { doc };
    quote! { #[doc = #doc] pub static #name: #ty = #value; }
}

/// How an expression names the variants of `Rule` and `Number`.
#[derive(Debug, Clone, Copy)]
enum Naming {
    /// `MinLength(1)`, in tables.
    Bare,
    /// `Rule::MinLength(1)`, beside the traits of tags, one of which may be called `Items`.
    Qualified,
}

impl Naming {
    fn variant(self, of: &str, name: &str) -> TokenStream {
        let (of, name) = (ident(of), ident(name));
        match self {
            Self::Bare => quote! { #name },
            Self::Qualified => quote! { #of::#name },
        }
    }
}

/// `MinLength(1), Pattern(&patterns::UUID)`
pub(crate) fn list(rules: &[Rule]) -> TokenStream {
    named_list(rules, Naming::Bare)
}

fn named_list(rules: &[Rule], naming: Naming) -> TokenStream {
    let rules = rules.iter().map(|it| rule(it, naming));
    quote! { #(#rules),* }
}

/// `&[Rule::MinLength(1)]` in the body of a function. What names a pattern is no constant there, unless it is said to be.
pub(crate) fn argument(rules: &[Rule]) -> TokenStream {
    let tokens = named_list(rules, Naming::Qualified);
    if names_pattern(rules) {
        quote! { const { &[#tokens] } }
    } else {
        quote! { &[#tokens] }
    }
}

fn names_pattern(rules: &[Rule]) -> bool {
    rules.iter().any(|rule| {
        let inside = rule.place().map_or(&[][..], |place| &place.rules);
        !rule.patterns().is_empty() || names_pattern(rule.nested()) || names_pattern(inside)
    })
}

fn rule(rule: &Rule, naming: Naming) -> TokenStream {
    let (name, arguments) = match rule {
        Rule::MultipleOf(limit) => ("MultipleOf", Some(number(*limit, naming))),
        Rule::Minimum(limit) => ("Minimum", Some(number(*limit, naming))),
        Rule::ExclusiveMinimum(limit) => ("ExclusiveMinimum", Some(number(*limit, naming))),
        Rule::Maximum(limit) => ("Maximum", Some(number(*limit, naming))),
        Rule::ExclusiveMaximum(limit) => ("ExclusiveMaximum", Some(number(*limit, naming))),
        Rule::MinLength(limit) => ("MinLength", Some(count(*limit))),
        Rule::MaxLength(limit) => ("MaxLength", Some(count(*limit))),
        Rule::Pattern(pattern) => {
            let pattern = ident(pattern);
            ("Pattern", Some(quote! { &patterns::#pattern }))
        }
        Rule::OneOf(values) => ("OneOf", Some(quote! { &[#(#values),*] })),
        Rule::MinItems(limit) => ("MinItems", Some(count(*limit))),
        Rule::MaxItems(limit) => ("MaxItems", Some(count(*limit))),
        Rule::UniqueItems => ("UniqueItems", None),
        Rule::MinProperties(limit) => ("MinProperties", Some(count(*limit))),
        Rule::MaxProperties(limit) => ("MaxProperties", Some(count(*limit))),
        Rule::Only(value) => ("Only", Some(quote! { #value })),
        Rule::Items(rules) => ("Items", Some(inner(rules, naming))),
        Rule::Values(rules) => ("Values", Some(inner(rules, naming))),
        Rule::Keys(rules) => ("Keys", Some(inner(rules, naming))),
        Rule::Never => ("Never", None),
        Rule::Null => ("Null", None),
        Rule::Listed(values) => {
            let values = values.iter().map(ToString::to_string);
            ("Listed", Some(quote! { &[#(#values),*] }))
        }
        Rule::Fits(place) => ("Fits", Some(check(place, naming))),
        Rule::Not(place) => ("Not", Some(check(place, naming))),
        Rule::Contains { least, most, item } => {
            let (least, item) = (count(*least), check(item, naming));
            let most = most.map_or_else(|| quote! { usize::MAX }, count);
            ("Contains", Some(quote! { #least, #most, #item }))
        }
        Rule::Matching(pattern, place) => {
            let (pattern, place) = (ident(pattern), check(place, naming));
            ("Matching", Some(quote! { &patterns::#pattern, #place }))
        }
        Rule::Unmatched(patterns, place) => {
            let (patterns, place) = (patterns_list(patterns), check(place, naming));
            ("Unmatched", Some(quote! { #patterns, #place }))
        }
        Rule::Known(patterns) => ("Known", Some(patterns_list(patterns))),
        Rule::Closed(patterns) => ("Closed", Some(patterns_list(patterns))),
        Rule::DependentRequired(name, required) => ("DependentRequired", Some(quote! { #name, &[#(#required),*] })),
        Rule::NotAll(names) => ("NotAll", Some(quote! { &[#(#names),*] })),
        Rule::AnyRequired(groups) => ("AnyRequired", Some(groups_list(groups))),
        Rule::OneRequired(groups) => ("OneRequired", Some(groups_list(groups))),
    };
    let variant = naming.variant("Rule", name);
    match arguments {
        Some(arguments) => quote! { #variant(#arguments) },
        None => variant,
    }
}

/// `check::<types::Pet>, &[MinLength(1)]`
fn check(place: &Place, naming: Naming) -> TokenStream {
    let (ty, rules) = (Scope::elsewhere().ty(&place.ty), inner(&place.rules, naming));
    quote! { check::<#ty>, #rules }
}

/// `&[&patterns::NAME]`
fn patterns_list(names: &[String]) -> TokenStream {
    let names = names.iter().map(|name| ident(name));
    quote! { &[#(&patterns::#names),*] }
}

/// `&[&["id"], &["name"]]`
fn groups_list(groups: &[Vec<String>]) -> TokenStream {
    let groups = groups.iter().map(|group| quote! { &[#(#group),*] });
    quote! { &[#(#groups),*] }
}

/// `Integer(1)`
fn number(number: Decimal, naming: Naming) -> TokenStream {
    let (kind, literal) = match number {
        Decimal::Integer(integer) => ("Integer", Literal::i128_unsuffixed(integer)),
        Decimal::Float(float) => ("Float", Literal::f64_unsuffixed(float)),
    };
    let kind = naming.variant("Number", kind);
    quote! { #kind(#literal) }
}

fn count(count: u64) -> TokenStream {
    Literal::u64_unsuffixed(count).into_token_stream()
}

/// `&[MinLength(1)]`
fn inner(rules: &[Rule], naming: Naming) -> TokenStream {
    let rules = named_list(rules, naming);
    quote! { &[#rules] }
}
