//! The enums of bodies that come in several forms, and the structs of multipart bodies, in `operations.rs`.

use quote::quote;

use crate::emit::definitions::Definitions;
use crate::emit::payload::{body_type, content_name, is_plain, media_type, method, request_name};
use crate::emit::rust_type::{Scope, ident};
use crate::emit::size::Sizes;
use crate::emit::status::status_text;
use crate::emit::{Item, docs, rules, types};
use crate::model::{
    Access, AdditionalProperties, Docs, Field, MediaKind, MediaType, Multipart, Operation, Part, PartKind, Place,
    Struct, Type, TypeDefinition, TypeKind,
};

/// What a request's body becomes beside the types of `types.rs`.
pub(crate) fn request_items(operation: &Operation, definitions: &Definitions<'_>, sizes: &Sizes<'_>) -> Vec<Item> {
    let Some(body) = &operation.request_body else { return Vec::new() };
    let multiparts = body.media_types.iter().filter_map(|media| media.multipart.as_ref());
    let multiparts = multiparts.flat_map(|multipart| multipart_items(operation, multipart, definitions));
    let mut items: Vec<Item> = multiparts.collect();
    if body.media_types.len() > 1 {
        let name = request_name(operation);
        let doc = format!("The body of `{}`, in one of its forms.", operation.wire_name);
        items.push(enum_item(&name, &doc, &body.media_types, sizes));
        items.push(table(&name, "request", &body.media_types));
    }
    items
}

/// The bodies of answers that come in several forms.
pub(crate) fn answer_items(operation: &Operation, sizes: &Sizes<'_>) -> Vec<Item> {
    let responses = operation.successes.iter().chain(&operation.failures);
    let several = responses.filter(|response| response.media_types.len() > 1);
    several
        .flat_map(|response| {
            let name = content_name(operation, response);
            let status = status_text(response.status);
            let doc = format!("What `{}` answers with {status}, in one of its forms.", operation.wire_name);
            let table = table(&name, "answer", &response.media_types);
            [enum_item(&name, &doc, &response.media_types, sizes), table]
        })
        .collect()
}

/// The type that a body is about as large as.
pub(crate) fn held(media: &MediaType) -> &Type {
    match media.kind {
        MediaKind::Json | MediaKind::Form | MediaKind::Text => &media.place.ty,
        _ => &Type::Any,
    }
}

/// `pub enum CreatePetRequestContent { Json(types::Pet), Multipart(operations::CreatePetMultipart) }`
fn enum_item(name: &str, doc: &str, forms: &[MediaType], sizes: &Sizes<'_>) -> Item {
    let scope = Scope::elsewhere();
    let name = ident(name);
    let doc = docs::attributes(&[doc.to_owned()]);
    let derives = if forms.iter().all(is_plain) {
        quote! { Debug, Clone, PartialEq }
    } else {
        quote! { Debug }
    };
    let variants = forms.iter().map(|media| {
        let names: Vec<String> = media.wire_names().map(|name| format!("`{name}`")).collect();
        let doc = docs::attributes(&[format!("{}.", names.join(", "))]);
        let (name, ty) = (ident(&media.name), body_type(media, &scope));
        quote! { #doc #name(#ty) }
    });
    let is_uneven = forms.iter().any(|media| media.kind == MediaKind::Multipart)
        || sizes.differ(forms.iter().map(|media| vec![held(media)]));
    let allow = is_uneven.then(|| {
        quote! { #[allow(clippy::large_enum_variant, reason = "bodies are held by value")] }
    });
    Item::from(quote! {
        #doc
        #[derive(#derives)]
        #allow
        pub enum #name { #(#variants,)* }
    })
}

/// ```text
/// contents! {
///     CreatePetRequestContent = request();
///     Json = json("application/json", &[]);
/// }
/// ```
fn table(name: &str, role: &str, forms: &[MediaType]) -> Item {
    let (name, role_name) = (ident(name), ident(role));
    let mut rows = vec![quote! { #name = #role_name(); }];
    for media in forms {
        let (variant, kind) = (ident(&media.name), ident(method(media.kind)));
        let rules = (role == "request" && takes_rules(media.kind)).then(|| {
            let rules = rules::argument(&media.place.rules);
            quote! { , #rules }
        });
        // A range is sent as what it stands for, and read as what it is.
        let media_types = std::iter::once(media_type(media)).chain(media.wire_names());
        let mut seen: Vec<&str> = Vec::new();
        for media_type in media_types {
            if !seen.contains(&media_type) {
                rows.push(quote! { #variant = #kind(#media_type #rules); });
                seen.push(media_type);
            }
        }
    }
    Item::Table { name: "contents", rows }
}

/// Whether the value itself is held to the rules of its place.
pub(crate) fn takes_rules(kind: MediaKind) -> bool {
    matches!(kind, MediaKind::Json | MediaKind::Form | MediaKind::Text)
}

// ---- multipart ----

/// The struct of the parts, `new` and setters, and its table.
fn multipart_items(operation: &Operation, multipart: &Multipart, definitions: &Definitions<'_>) -> Vec<Item> {
    let docs =
        Docs { description: Some(format!("The parts of the body of `{}`.", operation.wire_name)), ..Docs::default() };
    let fields = multipart.parts.iter().map(field).collect();
    let definition =
        Struct { fields, additional: AdditionalProperties::Dropped, ignored: Vec::new(), rules: Vec::new() };
    let ty = TypeDefinition {
        name: multipart.name.clone(),
        docs,
        derives: Vec::new(),
        request_form_of: None,
        is_only_checked: false,
        in_request: true,
        in_response: false,
        kind: TypeKind::Struct(definition.clone()),
    };
    let is_plain = !multipart.parts.iter().any(|part| matches!(part.kind, PartKind::File | PartKind::Files));
    let items = if is_plain {
        types::struct_items(&ty, &definition, definitions, &Scope::elsewhere())
    } else {
        types::unique_struct_items(&ty, &definition, definitions, &Scope::elsewhere())
    };
    let mut items: Vec<Item> = items.into_iter().map(Item::from).collect();
    items.push(multipart_table(multipart));
    items
}

fn field(part: &Part) -> Field {
    let file = || Type::Custom("operations::File".to_owned());
    let ty = match part.kind {
        PartKind::File => file(),
        PartKind::Files => Type::Array(Box::new(file())),
        _ => part.place.ty.clone(),
    };
    let mut docs = part.docs.clone();
    if docs.title.is_none() && docs.description.is_none() {
        docs.description = Some(format!("The part `{}`.", part.wire_name));
    }
    Field {
        name: part.name.clone(),
        wire_name: part.wire_name.clone(),
        docs,
        place: Place { ty, rules: Vec::new() },
        is_required: part.is_required,
        access: Access::Both,
        is_sensitive: false,
        default: None,
    }
}

/// ```text
/// multipart! {
///     CreatePetMultipart = open();
///     photo = file("photo", &["image/png"]);
///     tags = optional_value("tags", PartShape::List, &[]);
/// }
/// ```
fn multipart_table(multipart: &Multipart) -> Item {
    let (name, openness) = (ident(&multipart.name), ident(if multipart.is_closed { "closed" } else { "open" }));
    let mut rows = vec![quote! { #name = #openness(); }];
    rows.extend(multipart.parts.iter().map(|part| {
        let (name, wire_name, media_types) = (ident(&part.name), &part.wire_name, &part.media_types);
        let (kind, shape) = match part.kind {
            PartKind::File => ("file", None),
            PartKind::Files => ("files", None),
            PartKind::Text => ("value", Some("Text")),
            PartKind::List => ("value", Some("List")),
            PartKind::Json => ("value", Some("Json")),
            PartKind::JsonList => ("value", Some("JsonList")),
        };
        let kind = ident(&format!("{}{kind}", if part.is_required { "" } else { "optional_" }));
        match shape {
            None => quote! { #name = #kind(#wire_name, &[#(#media_types),*]); },
            Some(shape) => {
                let (shape, rules) = (ident(shape), rules::argument(&part.place.rules));
                quote! { #name = #kind(#wire_name, PartShape::#shape, #rules); }
            }
        }
    }));
    Item::Table { name: "multipart", rows }
}
