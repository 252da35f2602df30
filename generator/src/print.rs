//! Tokens in, text out: prettyplease, and the empty lines that it does not put.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::quote;

/// Items with an empty line between them, but not between `use` or `mod` lines.
pub(crate) fn joined(texts: &[String]) -> String {
    let mut output = String::new();
    let mut previous = "";
    for text in texts {
        let is_close = kind_of_line(previous).is_some_and(|kind| kind_of_line(text) == Some(kind));
        if !output.is_empty() && !is_close {
            output.push('\n');
        }
        output.push_str(text);
        previous = text;
    }
    output
}

/// What a text of nothing but one-line items holds.
fn kind_of_line(text: &str) -> Option<&'static str> {
    let first = text.lines().next()?;
    ["use crate", "use ", "pub use ", "mod ", "pub mod "].into_iter().find(|kind| first.starts_with(kind))
}

/// Each item by itself, as prettyplease puts no empty line between items.
pub(crate) fn items(tokens: TokenStream) -> String {
    // Taken apart, not copied: a large API is millions of tokens.
    let file = match syn::parse2::<syn::File>(tokens) {
        Ok(file) => file,
        // Only an emitter's mistake gets here; it fails to compile where it can be seen.
        Err(error) => return format!("compile_error!({:?});\n", error.to_string()),
    };
    let texts: Vec<String> = file
        .items
        .into_iter()
        .map(|item| {
            let has_members = matches!(item, syn::Item::Impl(_) | syn::Item::Trait(_));
            let text = prettyplease::unparse(&syn::File {
                shebang: None,
                frontmatter: None,
                attrs: Vec::new(),
                items: vec![item],
            });
            if has_members { spaced(&text) } else { text }
        })
        .collect();
    joined(&texts)
}

/// How much fits in a line, as prettyplease has it.
const WIDTH: usize = 89;

/// Statements, each on a line of its own. One that is a plain assignment and fits is printed right here, which is
/// several times faster than parsing it first; tables are most of a large API's text.
pub(crate) fn statements(rows: Vec<TokenStream>) -> String {
    const INDENT: &str = "    ";
    let mut output = String::new();
    for row in rows {
        let trees: Vec<TokenTree> = row.into_iter().collect();
        if trees.is_empty() {
            continue;
        }
        let mut line = INDENT.to_owned();
        if write_plain(&trees, &mut line) && line.chars().count() <= WIDTH {
            output.push_str(&line);
            output.push('\n');
        } else {
            let tokens: TokenStream = trees.into_iter().collect();
            let body = items(quote! { fn table() { #tokens } });
            for line in body.lines().skip(1).filter(|line| *line != "}") {
                output.push_str(line);
                output.push('\n');
            }
        }
    }
    output
}

/// Writes what is made of names, paths, literals, calls and lists only: `name = required("name", [MinLength(1)]);`.
/// False if there is anything else.
fn write_plain(trees: &[TokenTree], line: &mut String) -> bool {
    let mut before: Option<&TokenTree> = None;
    for (index, tree) in trees.iter().enumerate() {
        let is_operand = matches!(before, None | Some(TokenTree::Punct(_)));
        let after = trees.get(index + 1);
        match tree {
            TokenTree::Ident(name) if is_operand => line.push_str(&name.to_string()),
            TokenTree::Literal(literal) if is_operand => line.push_str(&literal.to_string()),
            TokenTree::Punct(punct) => match punct.as_char() {
                '=' if punct.spacing() == Spacing::Alone => line.push_str(" = "),
                ',' if after.is_some() => line.push_str(", "),
                ';' if after.is_none() => line.push(';'),
                ':' if punct.spacing() == Spacing::Joint || is_colon(before) => line.push(':'),
                '-' if is_operand && matches!(after, Some(TokenTree::Literal(_))) => line.push('-'),
                _ => return false,
            },
            TokenTree::Group(group) if is_operand || matches!(before, Some(TokenTree::Ident(_))) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::Brace | Delimiter::None => return false,
                };
                line.push(open);
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if !write_plain(&inner, line) {
                    return false;
                }
                line.push(close);
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_) => return false,
        }
        before = Some(tree);
    }
    true
}

fn is_colon(tree: Option<&TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
}

/// An empty line between the members of a trait or an implementation.
fn spaced(text: &str) -> String {
    const INDENT: &str = "    ";
    let mut output = String::with_capacity(text.len() + 64);
    let mut previous = "";
    for line in text.lines() {
        let is_member =
            line.starts_with(INDENT) && !line.starts_with("     ") && !line[INDENT.len()..].starts_with(['}', ')']);
        let is_doc = previous.trim_start().starts_with("///");
        let ends_member = !is_doc
            && (previous == "    }" || (previous.ends_with(';') && !is_deeper(previous)) || previous == "    {}");
        let is_short = |line: &str| ["type ", "const "].iter().any(|kind| line.trim_start().starts_with(kind));
        let keeps_together = is_short(line) && is_short(previous) && kind(line) == kind(previous);
        if is_member && ends_member && !keeps_together {
            output.push('\n');
        }
        output.push_str(line);
        output.push('\n');
        previous = line;
    }
    output
}

fn kind(line: &str) -> Option<&str> {
    line.split_whitespace().next()
}

fn is_deeper(line: &str) -> bool {
    line.starts_with("     ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_look_as_prettyplease_prints_them() {
        let long = "x".repeat(60);
        let rows = vec![
            quote! { Pet = closed(); },
            quote! { tag = optional("tag", [MaxLength(20), Pattern(crate::patterns::A)],); },
            quote! { _ = rules([MinProperties(1)]); },
            quote! { r#type = required("type", [Minimum(Integer(-5)), Maximum(Float(-0.5))]); },
            quote! { a = b(); c = d(1, "\"e\\", []); },
            quote! { f = g(#long, #long); },
            quote! { n = -1; o = p - 1; },
            quote! { q = r((1,), (s), a::b::c(-1)); },
            quote! {},
            quote! { h = i(|it| it + 1, &'j', 0..2); },
            quote! { uuid::Uuid; },
            quote! { k = [1u8, 2]; },
            quote! { l = m(#long, 12345); },
            quote! { l = m(#long, 1234567890); },
        ];
        let whole = items(quote! { fn table() { #(#rows)* } });
        let whole: Vec<&str> = whole.lines().skip(1).filter(|line| *line != "}").collect();
        assert_eq!(statements(rows).lines().collect::<Vec<_>>(), whole);
    }

    #[test]
    fn what_is_no_rust_fails_where_it_can_be_seen() {
        assert!(items(quote! { struct }).starts_with("compile_error!(\""));
    }

    #[test]
    fn members_stand_apart_and_keep_their_docs() {
        let tokens = quote! {
            trait Pets {
                type Pet;
                #[doc = " Gets a pet;"]
                #[doc = " or none."]
                fn get(&self);
                fn list(&self) { let _ = self; }
                fn last(&self);
            }
        };
        let expected = "trait Pets {\n    type Pet;\n\n    /// Gets a pet;\n    /// or none.\n    fn get(&self);\n\n    \
                        fn list(&self) {\n        let _ = self;\n    }\n\n    fn last(&self);\n}\n";
        assert_eq!(items(tokens), expected);
    }
}
