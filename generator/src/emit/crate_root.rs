//! `lib.rs`: what this API is, and a compiling example of each side.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::{self, Scope, ident};
use crate::emit::sides::{self, Side, Sides};
use crate::emit::{File, Item, client, docs, operations};
use crate::model::{Api, Location, Operation, SecurityKind, SecurityScheme, Tag, TypeDefinition, TypeKind};
use crate::print;
use crate::settings::Settings;

pub(crate) fn file(api: &Api, settings: &Settings, crate_name: &str) -> File {
    let library = crate_name.replace('-', "_");
    let (has_client, has_server) = (settings.has_client(), settings.has_server());
    let mut paragraphs = vec![docs::markdown(&format!("{}, version {}.", api.title, api.version))];
    paragraphs.extend(api.description.iter().map(|text| docs::markdown(text)));
    if let Some((tag, operation)) = api.tags.iter().find_map(|tag| tag.operations.first().map(|first| (tag, first))) {
        if has_client {
            paragraphs.push(vec!["# Client".to_owned()]);
            paragraphs.push(client_example(api, &library, operation));
        }
        if has_server {
            paragraphs.push(vec!["# Server".to_owned()]);
            paragraphs.push(vec![
                "A service implements [`server::Gate`] once and the handler trait of each tag, such as".to_owned(),
                format!("[`server::{}`]; [`server::router`] puts a router in front of it.", tag.name),
            ]);
        }
        if has_server && settings.has_stubs() {
            paragraphs.push(server_example(api, &library));
        }
    }
    let sides = Sides::of(api, settings);
    paragraphs.extend(webhook_paragraphs(api, settings, &library));
    paragraphs.extend(feature_paragraphs(sides));
    let large = quote! {
        #[allow(clippy::result_large_err, reason = "a failure holds its body, to be matched without a box")]
    };
    let formats = (!api.formats.is_empty()).then(|| quote! { pub mod formats; });
    // Public, as which of them are used depends on the features.
    let patterns = (!api.patterns.is_empty()).then(|| quote! { #[doc(hidden)] pub mod patterns; });
    let allow = has_deprecated(api).then(|| {
        quote! { #[allow(deprecated, reason = "what the description deprecates is defined and used here")] }
    });
    let complex = rust_type::are_complex(api).then(|| {
        quote! { #[allow(clippy::type_complexity, reason = "types nest as deep as those of the description")] }
    });
    let placeholders = has_placeholders(api).then(|| {
        quote! { #[allow(clippy::disallowed_names, reason = "the description has them")] }
    });
    let lenient = quote! { #complex #placeholders };
    let either = sides::predicate(&sides.among(&[Side::Client, Side::Server]));
    let has_security = api.operations().any(|operation| !operation.security.is_empty());
    let security = either.as_ref().filter(|_| has_security).map(|either| quote! { #[cfg(#either)] mod security; });
    let webhooks = sides::predicate(&sides.among(&[Side::Sender, Side::Receiver]));
    let webhooks = webhooks.map(|either| quote! { #[cfg(#either)] #allow #large #lenient pub mod webhooks; });
    let operations = either.map(|either| quote! { #[cfg(#either)] #allow #large #lenient pub mod operations; });
    let client = has_client.then(|| quote! { #[cfg(feature = "client")] #allow #large #lenient pub mod client; });
    let server = has_server.then(|| quote! { #[cfg(feature = "server")] #allow #lenient pub mod server; });
    let testing = has_client.then(|| quote! { #[cfg(feature = "testing")] pub mod testing; });
    let items = quote! {
        #allow
        #lenient
        pub mod types;
        #formats
        #patterns
        #allow
        #placeholders
        mod codec;
        #security
        #operations
        #client
        #server
        #webhooks
        #testing
        #[doc(hidden)]
        pub mod support;
    };
    File::rust("src/lib.rs", docs::joined(paragraphs), vec![Item::from(items)])
}

/// The crate's features, and what each brings.
fn feature_paragraphs(sides: Sides) -> Vec<Vec<String>> {
    let features = sides.features();
    if features.is_empty() {
        return vec![vec!["There are types only: no client and no server.".to_owned()]];
    }
    let lines = features.into_iter().map(|feature| {
        let default = if feature.is_default() { " (on by default)" } else { "" };
        format!("- `{}`{default}: {}.", feature.name(), feature.brings())
    });
    vec![vec!["# Features".to_owned()], lines.collect()]
}

/// Whether a field or an argument has a name that clippy takes for a placeholder.
fn has_placeholders(api: &Api) -> bool {
    const PLACEHOLDERS: &[&str] = &["foo", "baz", "quux"];
    let is_one = |name: &str| PLACEHOLDERS.contains(&name);
    let in_type = |ty: &TypeDefinition| match &ty.kind {
        TypeKind::Struct(definition) => definition.fields.iter().any(|field| is_one(&field.name)),
        _ => false,
    };
    api.types.iter().any(in_type)
        || api.all_operations().flat_map(|operation| &operation.parameters).any(|parameter| is_one(&parameter.name))
}

/// Whether anything carries `#[deprecated]`.
fn has_deprecated(api: &Api) -> bool {
    let in_type = |ty: &TypeDefinition| {
        ty.docs.is_deprecated
            || match &ty.kind {
                TypeKind::Struct(definition) => definition.fields.iter().any(|field| field.docs.is_deprecated),
                TypeKind::Enum(definition) => definition.variants.iter().any(|variant| variant.docs.is_deprecated),
                TypeKind::Union(definition) => definition.members.iter().any(|member| member.docs.is_deprecated),
                _ => false,
            }
    };
    let in_operation = |operation: &Operation| {
        operation.docs.is_deprecated || operation.parameters.iter().any(|parameter| parameter.docs.is_deprecated)
    };
    api.types.iter().any(in_type) || api.all_operations().any(in_operation)
}

/// What there is for webhooks and callbacks, with an example of each side.
fn webhook_paragraphs(api: &Api, settings: &Settings, library: &str) -> Vec<Vec<String>> {
    let sides = Sides::of(api, settings);
    let mut paragraphs = Vec::new();
    if !sides.has_sender && !sides.has_receiver {
        return paragraphs;
    }
    paragraphs.push(vec!["# Webhooks".to_owned()]);
    let mut lines = vec!["The API makes requests itself, to URLs that its users give.".to_owned()];
    if sides.has_sender {
        lines.push(
            "Who implements the API sends them: `webhooks::sender`, with the feature `webhook-sender`.".to_owned(),
        );
    }
    if sides.has_receiver {
        lines.push("Who uses it receives them: `webhooks::receiver`, with the feature `webhook-receiver`.".to_owned());
    }
    paragraphs.push(lines);
    let first = api.webhooks.iter().find_map(|tag| Some((tag, tag.operations.first()?)));
    if let Some((_, operation)) = first.filter(|_| sides.has_sender) {
        paragraphs.push(sender_example(library, operation));
    }
    if let Some((tag, operation)) = first.filter(|_| sides.has_receiver && settings.has_stubs()) {
        paragraphs.push(receiver_example(library, tag, operation));
    }
    paragraphs
}

/// A receiver of stubs, and its first route.
fn receiver_example(library: &str, tag: &Tag, operation: &Operation) -> Vec<String> {
    let (name, method) = (&tag.name, &operation.name);
    let text = format!(
        "```
# #[cfg(feature = \"webhook-receiver\")]
# mod example {{
use {library}::webhooks::receiver::{{AuthError, Bytes, Failure, Gate, Operation, Parts, Receiver, {name}}};

struct Service;

impl Gate for Service {{
    type Delivery = ();

    async fn verify(
        &self,
        _webhook: &'static Operation,
        head: &Parts,
        body: &Bytes,
    ) -> Result<(), Failure<AuthError>> {{
        if is_signed(head, body) {{ Ok(()) }} else {{ Err(AuthError::Unauthenticated(\"no signature\".to_owned()).into()) }}
    }}
}}
# fn is_signed(_: &Parts, _: &Bytes) -> bool {{ true }}

impl {name} for Service {{}}

fn app() -> axum::Router {{
    let receiver = Receiver::new(Service);
    axum::Router::new().route(\"/webhooks\", receiver.{method}())
}}
# }}
```"
    );
    text.lines().map(str::to_owned).collect()
}

/// The call of one operation; its arguments come from nowhere.
fn client_example(api: &Api, library: &str, operation: &Operation) -> Vec<String> {
    let has_server = api.default_server().is_some();
    let new = if has_server { "Client::new()?" } else { "Client::with_base_url(\"https://api.example.com\")?" };
    let has_credentials = !api.security_schemes.is_empty();
    let has_basic = api.security_schemes.iter().any(|scheme| scheme.kind == SecurityKind::Basic);
    let imports = match (has_basic, has_credentials) {
        (true, _) => "{Basic, Client, Credentials, prelude::*}",
        (false, true) => "{Client, Credentials, prelude::*}",
        (false, false) => "{Client, prelude::*}",
    };
    let (mut lines, arguments) = example_begin(library, "client", operation);
    lines.push(format!("use {library}::client::{imports};"));
    lines.push(String::new());
    if has_credentials {
        lines.push("let credentials = Credentials {".to_owned());
        let fields = api.security_schemes.iter();
        lines.extend(fields.map(|scheme| format!("    {}: {},", scheme.name, example_credential(scheme))));
        lines.push("};".to_owned());
        lines.push(format!("let client = {new}.credentials(credentials);"));
    } else {
        lines.push(format!("let client = {new};"));
    }
    lines.push(format!("let answer = client.{}({}).await?;", operation.name, arguments.join(", ")));
    lines.extend(["# let _ = answer;", "# Ok(())", "# }", "```"].map(str::to_owned));
    lines
}

fn example_credential(scheme: &SecurityScheme) -> &'static str {
    match scheme.kind {
        SecurityKind::Basic => "Basic::new(\"user\", \"password\").into()",
        _ => "\"…\".into()",
    }
}

/// The sending of one webhook; its arguments come from nowhere.
fn sender_example(library: &str, operation: &Operation) -> Vec<String> {
    let (mut lines, arguments) = example_begin(library, "webhook-sender", operation);
    lines.push(format!("use {library}::webhooks::sender::{{Sender, prelude::*}};"));
    lines.push(String::new());
    lines.push("let sender = Sender::new()?.sign(|head, body| {".to_owned());
    lines.push("    head.headers.insert(\"signature\", signature(body).parse()?);".to_owned());
    lines.push("    Ok(())".to_owned());
    lines.push("});".to_owned());
    let arguments: Vec<String> = std::iter::once("url".to_owned()).chain(arguments).collect();
    lines.push("let url = \"https://subscriber.example/webhooks\";".to_owned());
    lines.push(format!("let answer = sender.{}({}).await?;", operation.name, arguments.join(", ")));
    lines.push("# fn signature(_: &[u8]) -> String { String::new() }".to_owned());
    lines.extend(["# let _ = answer;", "# Ok(())", "# }", "```"].map(str::to_owned));
    lines
}

/// How an example begins: what nobody has to see. And the names of the operation's arguments.
fn example_begin(library: &str, feature: &str, operation: &Operation) -> (Vec<String>, Vec<String>) {
    let condition = format!("# #[cfg(feature = \"{feature}\")]");
    let (signature, arguments) = example_signature(library, operation);
    let mut lines = vec!["```no_run".to_owned()];
    if signature.contains("operations::") {
        let module = if operation.webhook.is_some() { "webhooks::operations" } else { "operations" };
        lines.extend([condition.clone(), format!("# use {library}::{module};")]);
    }
    lines.push(condition);
    lines.extend(signature.lines().map(|line| format!("# {line}")));
    (lines, arguments)
}

/// `async fn example(pet_id: i64) -> Result<(), Box<dyn std::error::Error>> {`, and the arguments' names.
fn example_signature(library: &str, operation: &Operation) -> (String, Vec<String>) {
    let library = ident(library);
    let scope = Scope::outside(&library);
    let mut parameters: Vec<(String, TokenStream)> = operation
        .parameters_in(Location::Path)
        .map(|parameter| (parameter.name.clone(), scope.argument(&parameter.place.ty)))
        .collect();
    parameters.extend(operations::params_name(operation).map(|name| {
        let name = ident(&name);
        ("params".to_owned(), quote! { &operations::#name })
    }));
    parameters.extend(client::body_argument(operation, &scope).map(|(ty, is_required)| {
        (
            "body".to_owned(),
            if is_required {
                ty
            } else {
                quote! { Option<#ty> }
            },
        )
    }));
    let (names, types): (Vec<String>, Vec<TokenStream>) = parameters.into_iter().unzip();
    let idents = names.iter().map(|name| ident(name));
    let function = quote! {
        async fn example(#(#idents: #types),*) -> Result<(), Box<dyn std::error::Error>> {}
    };
    let text = print::items(function);
    (format!("{} {{", text.trim_end().trim_end_matches("{}").trim_end()), names)
}

/// A service of stubs, and its router.
fn server_example(api: &Api, library: &str) -> Vec<String> {
    let has_security = api.operations().any(|operation| operation.security.iter().any(|all| !all.schemes.is_empty()));
    let mut lines: Vec<String> =
        vec!["```".to_owned(), "# #[cfg(feature = \"server\")]".to_owned(), "# mod example {".to_owned()];
    let traits: Vec<&str> = api.tags.iter().map(|tag| tag.name.as_str()).collect();
    if has_security {
        lines.push(format!("use {library}::server::{{self, AuthError, Credentials, Failure, Gate, Parts}};"));
    } else {
        lines.push(format!("use {library}::server::{{self, Gate}};"));
    }
    lines.extend(["", "struct Service;", ""].map(str::to_owned));
    if has_security {
        lines.extend(
            [
                "impl Gate for Service {",
                "    type Caller = ();",
                "",
                "    async fn authenticate(&self, _: &Parts, _: Credentials, _: &[&str]) -> Result<(), Failure<AuthError>> {",
                "        Ok(())",
                "    }",
                "}",
            ]
            .map(str::to_owned),
        );
    } else {
        lines.push("impl Gate for Service {}".to_owned());
    }
    lines.push(String::new());
    lines.extend(traits.iter().map(|name| format!("impl server::{name} for Service {{}}")));
    lines.extend(
        ["", "fn app() -> axum::Router {", "    server::router(Service)", "}", "# }", "```"].map(str::to_owned),
    );
    lines
}
