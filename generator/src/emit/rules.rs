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

/// `MinLength(1), Pattern(&patterns::UUID)`
pub(crate) fn list(rules: &[Rule]) -> TokenStream {
    let rules = rules.iter().map(rule);
    quote! { #(#rules),* }
}

/// `&[MinLength(1)]` in the body of a function. What names a pattern is no constant there, unless it is said to be.
pub(crate) fn argument(rules: &[Rule]) -> TokenStream {
    let tokens = list(rules);
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

fn rule(rule: &Rule) -> TokenStream {
    match rule {
        Rule::MultipleOf(number) => number_rule("MultipleOf", *number),
        Rule::Minimum(number) => number_rule("Minimum", *number),
        Rule::ExclusiveMinimum(number) => number_rule("ExclusiveMinimum", *number),
        Rule::Maximum(number) => number_rule("Maximum", *number),
        Rule::ExclusiveMaximum(number) => number_rule("ExclusiveMaximum", *number),
        Rule::MinLength(count) => count_rule("MinLength", *count),
        Rule::MaxLength(count) => count_rule("MaxLength", *count),
        Rule::Pattern(name) => {
            let name = ident(name);
            quote! { Pattern(&patterns::#name) }
        }
        Rule::OneOf(values) => quote! { OneOf(&[#(#values),*]) },
        Rule::MinItems(count) => count_rule("MinItems", *count),
        Rule::MaxItems(count) => count_rule("MaxItems", *count),
        Rule::UniqueItems => quote! { UniqueItems },
        Rule::MinProperties(count) => count_rule("MinProperties", *count),
        Rule::MaxProperties(count) => count_rule("MaxProperties", *count),
        Rule::Only(value) => quote! { Only(#value) },
        Rule::Items(rules) => inner_rule("Items", rules),
        Rule::Values(rules) => inner_rule("Values", rules),
        Rule::Keys(rules) => inner_rule("Keys", rules),
        Rule::Never => quote! { Never },
        Rule::Null => quote! { Null },
        Rule::Listed(values) => {
            let values = values.iter().map(ToString::to_string);
            quote! { Listed(&[#(#values),*]) }
        }
        Rule::Fits(place) => {
            let place = check(place);
            quote! { Fits(#place) }
        }
        Rule::Not(place) => {
            let place = check(place);
            quote! { Not(#place) }
        }
        Rule::Contains { least, most, item } => {
            let least = Literal::u64_unsuffixed(*least);
            let most =
                most.map_or_else(|| quote! { usize::MAX }, |most| Literal::u64_unsuffixed(most).into_token_stream());
            let item = check(item);
            quote! { Contains(#least, #most, #item) }
        }
        Rule::Matching(pattern, place) => {
            let (pattern, place) = (ident(pattern), check(place));
            quote! { Matching(&patterns::#pattern, #place) }
        }
        Rule::Unmatched(patterns, place) => {
            let (patterns, place) = (patterns_list(patterns), check(place));
            quote! { Unmatched(#patterns, #place) }
        }
        Rule::Known(patterns) => {
            let patterns = patterns_list(patterns);
            quote! { Known(#patterns) }
        }
        Rule::Closed(patterns) => {
            let patterns = patterns_list(patterns);
            quote! { Closed(#patterns) }
        }
        Rule::DependentRequired(name, required) => quote! { DependentRequired(#name, &[#(#required),*]) },
        Rule::NotAll(names) => quote! { NotAll(&[#(#names),*]) },
        Rule::AnyRequired(groups) => groups_rule("AnyRequired", groups),
        Rule::OneRequired(groups) => groups_rule("OneRequired", groups),
    }
}

/// `check::<types::Pet>, &[MinLength(1)]`
fn check(place: &Place) -> TokenStream {
    let (ty, rules) = (Scope::elsewhere().ty(&place.ty), list(&place.rules));
    quote! { check::<#ty>, &[#rules] }
}

/// `&[&patterns::NAME]`
fn patterns_list(names: &[String]) -> TokenStream {
    let names = names.iter().map(|name| ident(name));
    quote! { &[#(&patterns::#names),*] }
}

/// `AnyRequired(&[&["id"], &["name"]])`
fn groups_rule(name: &str, groups: &[Vec<String>]) -> TokenStream {
    let name = ident(name);
    let groups = groups.iter().map(|group| quote! { &[#(#group),*] });
    quote! { #name(&[#(#groups),*]) }
}

/// `Minimum(Integer(1))`
fn number_rule(name: &str, number: Decimal) -> TokenStream {
    let name = ident(name);
    match number {
        Decimal::Integer(integer) => {
            let integer = Literal::i128_unsuffixed(integer);
            quote! { #name(Integer(#integer)) }
        }
        Decimal::Float(float) => {
            let float = Literal::f64_unsuffixed(float);
            quote! { #name(Float(#float)) }
        }
    }
}

fn count_rule(name: &str, count: u64) -> TokenStream {
    let (name, count) = (ident(name), Literal::u64_unsuffixed(count));
    quote! { #name(#count) }
}

fn inner_rule(name: &str, rules: &[Rule]) -> TokenStream {
    let (name, rules) = (ident(name), list(rules));
    quote! { #name(&[#rules]) }
}
