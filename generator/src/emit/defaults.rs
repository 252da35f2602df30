//! Accessors of defaults: methods that give a field's value, or the description's default, which is never sent for it.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;

use crate::emit::definitions::Definitions;
use crate::emit::docs;
use crate::emit::literal::{Literals, constant};
use crate::emit::methods::setter_name;
use crate::emit::rust_type::{Scope, ident};
use crate::model::{Field, Format, Type, TypeKind};

/// Methods of every type: a field's method of the same name would hide them.
const TAKEN: &[&str] = &[
    "absent",
    "borrow",
    "clone",
    "cmp",
    "decode",
    "default",
    "deserialize",
    "eq",
    "fmt",
    "from",
    "hash",
    "into",
    "is_absent",
    "ne",
    "new",
    "partial_cmp",
    "serialize",
    "to_owned",
];

/// The accessors of a struct's fields.
pub(crate) fn accessors(fields: &[Field], definitions: &Definitions<'_>, scope: &Scope<'_>) -> Vec<TokenStream> {
    let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
    taken.extend(fields.iter().map(setter_name));
    let literals = Literals { definitions, scope };
    fields.iter().filter_map(|field| accessor(field, &mut taken, &literals)).collect()
}

/// `pub fn limit(&self) -> i64 { self.limit.unwrap_or(20) }`
fn accessor(field: &Field, taken: &mut BTreeSet<String>, literals: &Literals<'_>) -> Option<TokenStream> {
    let default = field.default.as_ref().filter(|default| !field.is_required && !default.is_null())?;
    let (ty, body) = match &field.place.ty {
        Type::Nullable(inner) => Access::of(inner, default, literals)?.or_null(field, literals),
        ty => Access::of(ty, default, literals)?.plain(field),
    };
    let bare = field.name.trim_start_matches("r#");
    let names = [field.name.clone(), format!("{bare}_or_default")];
    let method = ident(names.iter().find(|name| taken.insert((*name).clone()))?);
    let doc = docs::attributes(&[format!("`{}`, or its default: `{default}`.", field.wire_name)]);
    Some(quote! {
        #doc
        pub fn #method(&self) -> #ty {
            #body
        }
    })
}

/// How an accessor gives a value.
enum Given {
    /// A copy.
    Copied,
    /// `as_ref()`.
    Borrowed,
    /// `as_deref()`.
    Dereferenced,
}

/// What an accessor gives of a type.
struct Access {
    ty: TokenStream,
    given: Given,
    /// The default, of that type.
    default: TokenStream,
    /// The `static` that the default refers to.
    place: Option<TokenStream>,
}

impl Access {
    fn of(ty: &Type, default: &Value, literals: &Literals<'_>) -> Option<Self> {
        let (definitions, scope) = (literals.definitions, literals.scope);
        let named = scope.ty(ty);
        let at_once = |ty, given, default| Self { ty, given, default, place: None };
        let resolved = definitions.resolved(ty);
        Some(match (&resolved, default) {
            (ty, default) if is_copy(ty) => at_once(named, Given::Copied, constant(ty, default, scope)?),
            (Type::String, Value::String(text)) => at_once(quote! { &str }, Given::Dereferenced, quote! { #text }),
            (Type::Array(item), Value::Array(items)) => {
                let ty = scope.ty(item);
                let ty = quote! { &[#ty] };
                let is_constant = is_copy(item) || definitions.is_enum(item);
                let literal = |value| literals.expression(item, value).filter(|_| is_constant);
                match items.iter().map(literal).collect::<Option<Vec<_>>>() {
                    Some(items) => at_once(ty, Given::Dereferenced, quote! { &[#(#items),*] }),
                    None => Self::made_once(ty, Given::Dereferenced, (&named, &resolved), default, literals)?,
                }
            }
            (Type::Named(_), default) if definitions.is_enum(&resolved) => {
                let variant = literals.expression(&resolved, default)?;
                at_once(quote! { &#named }, Given::Borrowed, quote! { &#variant })
            }
            (Type::Boxed(inner), default) => {
                let named = scope.ty(inner);
                Self::made_once(quote! { &#named }, Given::Dereferenced, (&named, inner), default, literals)?
            }
            (_, default) => {
                Self::made_once(quote! { &#named }, Given::Borrowed, (&named, &resolved), default, literals)?
            }
        })
    }

    /// A default that is made when it is first asked for.
    fn made_once(
        ty: TokenStream,
        given: Given,
        (named, resolved): (&TokenStream, &Type),
        default: &Value,
        literals: &Literals<'_>,
    ) -> Option<Self> {
        // Nothing is known of a type of the user's; it may not be `Sync`.
        if literals.definitions.holds_custom(resolved) {
            return None;
        }
        let (value, lock) = (literals.expression(resolved, default)?, literals.scope.std("LazyLock"));
        let make = function(value);
        let place = quote! { static DEFAULT: #lock<#named> = #lock::new(#make); };
        Some(Self { ty, given, default: quote! { &DEFAULT }, place: Some(place) })
    }

    fn plain(self, field: &Field) -> (TokenStream, TokenStream) {
        let Self { ty, given, default, place } = self;
        let name = ident(&field.name);
        let given = given.method();
        (ty, quote! { #place self.#name #given.unwrap_or(#default) })
    }

    /// `Option<…>`, for a value that may be null.
    fn or_null(self, field: &Field, literals: &Literals<'_>) -> (TokenStream, TokenStream) {
        let Self { ty, given, default, place } = self;
        let name = ident(&field.name);
        let ty = literals.scope.option(&ty);
        let body = match given.method() {
            None => quote! { self.#name.unwrap_or(Some(#default)) },
            given => quote! {
                match &self.#name {
                    Some(value) => value #given,
                    None => Some(#default),
                }
            },
        };
        (ty, quote! { #place #body })
    }
}

impl Given {
    fn method(&self) -> Option<TokenStream> {
        match self {
            Self::Copied => None,
            Self::Borrowed => Some(quote! { .as_ref() }),
            Self::Dereferenced => Some(quote! { .as_deref() }),
        }
    }
}

/// `|| value`, or the function that the value is a call of: `Options::default`.
fn function(value: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = value.clone().into_iter().collect();
    let is_path = |token: &TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    };
    match tokens.split_last() {
        Some((TokenTree::Group(arguments), path)) if arguments.stream().is_empty() && path.iter().all(is_path) => {
            path.iter().cloned().collect()
        }
        _ => quote! { || #value },
    }
}

fn is_copy(ty: &Type) -> bool {
    match ty {
        Type::Boolean | Type::Integer(_) | Type::Number(_) => true,
        Type::Formatted(format) => !matches!(format, Format::Base64 | Format::Base64Url | Format::Binary),
        _ => false,
    }
}

impl Definitions<'_> {
    /// Whether the type is an enum.
    fn is_enum(&self, ty: &Type) -> bool {
        self.definition(ty).is_some_and(|definition| matches!(definition.kind, TypeKind::Enum(_)))
    }
}
