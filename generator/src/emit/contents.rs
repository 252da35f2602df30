//! The enums of bodies that come in several forms, and the structs of multipart bodies, in `operations.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::answers::header_shape;
use crate::emit::definitions::Definitions;
use crate::emit::payload::{body_type, content_name, is_plain, media_type, method, request_name};
use crate::emit::rust_type::{Scope, ident};
use crate::emit::size::Sizes;
use crate::emit::status::status_text;
use crate::emit::{Item, docs, rules, types};
use crate::model::{
    Access, AdditionalProperties, Api, Docs, Field, MediaKind, MediaType, Multipart, Operation, Part, PartHeaders,
    PartKind, Place, Struct, Type, TypeDefinition, TypeKind,
};

/// What a request's body becomes beside the types of `types.rs`.
pub(crate) fn request_items(
    api: &Api,
    operation: &Operation,
    definitions: &Definitions<'_>,
    sizes: &Sizes<'_>,
) -> Vec<Item> {
    let Some(body) = &operation.request_body else { return Vec::new() };
    let multiparts = body.media_types.iter().filter_map(|media| media.multipart.as_ref());
    let multiparts = multiparts.flat_map(|multipart| multipart_items(api, operation, multipart, definitions));
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
fn multipart_items(
    api: &Api,
    operation: &Operation,
    multipart: &Multipart,
    definitions: &Definitions<'_>,
) -> Vec<Item> {
    let docs = format!("The parts of the body of `{}`.", operation.wire_name);
    let fields = multipart.parts.iter().map(field).collect();
    let has_files = multipart.parts.iter().any(Part::is_file);
    let mut items = struct_items(&multipart.name, docs, fields, has_files, definitions);
    items.push(multipart_table(multipart));
    for part in &multipart.parts {
        items.extend(part.headers.iter().flat_map(|headers| part_items(api, part, headers, definitions)));
    }
    items
}

fn struct_items(
    name: &str,
    docs: String,
    fields: Vec<Field>,
    has_files: bool,
    definitions: &Definitions<'_>,
) -> Vec<Item> {
    let definition =
        Struct { fields, additional: AdditionalProperties::Dropped, ignored: Vec::new(), rules: Vec::new() };
    let ty = TypeDefinition {
        name: name.to_owned(),
        docs: Docs { description: Some(docs), ..Docs::default() },
        derives: Vec::new(),
        request_form_of: None,
        is_only_checked: false,
        in_request: true,
        in_response: false,
        kind: TypeKind::Struct(definition.clone()),
    };
    let items = if has_files {
        types::unique_struct_items(&ty, &definition, definitions, &Scope::elsewhere())
    } else {
        types::struct_items(&ty, &definition, definitions, &Scope::elsewhere())
    };
    items.into_iter().map(Item::from).collect()
}

/// The struct of a part's headers and its content, and its table.
///
/// ```text
/// part_with_headers! {
///     UploadPhotoPhotoPart = file(&["image/png"]);
///     x_checksum = optional_header("x-checksum", HeaderShape::Scalar, &[]);
/// }
/// ```
fn part_items(api: &Api, part: &Part, headers: &PartHeaders, definitions: &Definitions<'_>) -> Vec<Item> {
    let own = headers.headers.iter().map(|header| Field {
        name: header.name.clone(),
        wire_name: header.wire_name.clone(),
        docs: documented(header.docs.clone(), format!("The header `{}`.", header.wire_name)),
        place: header.place.clone(),
        is_required: header.is_required,
        access: Access::Both,
        is_sensitive: false,
        default: None,
    });
    let body = Field {
        name: "body".to_owned(),
        wire_name: "body".to_owned(),
        docs: documented(Docs::default(), "What it holds.".to_owned()),
        place: Place { ty: if part.is_file() { file() } else { part.place.ty.clone() }, rules: Vec::new() },
        is_required: true,
        access: Access::Both,
        is_sensitive: false,
        default: None,
    };
    let docs = format!("The part `{}`, with its headers.", part.wire_name);
    let mut items = struct_items(&headers.name, docs, own.chain([body]).collect(), part.is_file(), definitions);
    let (name, media_types) = (ident(&headers.name), &part.media_types);
    let content = match part.kind {
        PartKind::File | PartKind::Files => quote! { file(&[#(#media_types),*]) },
        _ => {
            let (shape, rules) = (part_shape(part.kind), rules::argument(&part.place.rules));
            quote! { value(#shape, #rules) }
        }
    };
    let mut rows = vec![quote! { #name = #content; }];
    rows.extend(headers.headers.iter().map(|header| {
        let (name, wire_name) = (ident(&header.name), &header.wire_name);
        let kind = ident(if header.is_required { "header" } else { "optional_header" });
        let (shape, rules) = (header_shape(api, header), rules::argument(&header.place.rules));
        quote! { #name = #kind(#wire_name, #shape, #rules); }
    }));
    items.push(Item::Table { name: "part_with_headers", rows });
    items
}

fn file() -> Type {
    Type::Custom("operations::File".to_owned())
}

fn documented(mut docs: Docs, otherwise: String) -> Docs {
    if docs.title.is_none() && docs.description.is_none() {
        docs.description = Some(otherwise);
    }
    docs
}

/// `PartShape::Text`
fn part_shape(kind: PartKind) -> TokenStream {
    let shape = ident(match kind {
        PartKind::List => "List",
        PartKind::Json => "Json",
        PartKind::JsonList => "JsonList",
        PartKind::Text | PartKind::File | PartKind::Files => "Text",
    });
    quote! { PartShape::#shape }
}

fn field(part: &Part) -> Field {
    let one = match &part.headers {
        Some(headers) => Type::Custom(format!("operations::{}", headers.name)),
        None if part.is_file() => file(),
        None => part.place.ty.clone(),
    };
    let ty = if part.kind == PartKind::Files { Type::Array(Box::new(one)) } else { one };
    Field {
        name: part.name.clone(),
        wire_name: part.wire_name.clone(),
        docs: documented(part.docs.clone(), format!("The part `{}`.", part.wire_name)),
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
        let kind = match (part.kind, &part.headers) {
            (PartKind::Files, Some(_)) => "several_with_headers",
            (_, Some(_)) => "with_headers",
            (PartKind::File, None) => "file",
            (PartKind::Files, None) => "files",
            (_, None) => "value",
        };
        let kind = ident(&format!("{}{kind}", if part.is_required { "" } else { "optional_" }));
        if part.headers.is_some() {
            quote! { #name = #kind(#wire_name); }
        } else if part.is_file() {
            quote! { #name = #kind(#wire_name, &[#(#media_types),*]); }
        } else {
            let (shape, rules) = (part_shape(part.kind), rules::argument(&part.place.rules));
            quote! { #name = #kind(#wire_name, #shape, #rules); }
        }
    }));
    Item::Table { name: "multipart", rows }
}
