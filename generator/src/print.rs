//! Tokens in, text out: prettyplease, and the empty lines that it does not put.

use proc_macro2::TokenStream;

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
    let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) else {
        // Only an emitter's mistake gets here; the text fails to compile where it can be seen.
        return format!("{tokens}\n");
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
    use quote::quote;

    use super::*;

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
