//! `lib.rs`: what this API is, and a compiling example of each side.

use quote::quote;

use crate::emit::rust_type::{Scope, ident};
use crate::emit::{File, Item, client, docs, operations};
use crate::model::{Api, Location, Operation, Type, TypeDefinition, TypeKind};

pub(crate) fn file(api: &Api, crate_name: &str) -> File {
    let library = crate_name.replace('-', "_");
    let mut paragraphs = vec![docs::markdown(&format!("{}, version {}.", api.title, api.version))];
    paragraphs.extend(api.description.iter().map(|text| docs::markdown(text)));
    if let Some((tag, operation)) = api.tags.iter().find_map(|tag| tag.operations.first().map(|first| (tag, first))) {
        paragraphs.push(vec!["# Client".to_owned()]);
        paragraphs.push(client_example(api, &library, operation));
        paragraphs.push(vec!["# Server".to_owned()]);
        paragraphs.push(vec![
            "A service implements [`server::Gate`] once and the handler trait of each tag, such as".to_owned(),
            format!("[`server::{}`]; [`server::router`] puts a router in front of it.", tag.name),
        ]);
        paragraphs.push(server_example(api, &library));
    }
    paragraphs.push(vec![
        "Features: `client` and `server`, both on by default; `tracing` logs what handlers fail with.".to_owned(),
    ]);
    let patterns = (!api.patterns.is_empty()).then(|| quote! { mod patterns; });
    let allow = has_deprecated(api).then(|| {
        quote! { #[allow(deprecated, reason = "what the description deprecates is defined and used here")] }
    });
    let sides = quote! {
        #[cfg(any(feature = "client", feature = "server"))]
        #allow
        pub mod operations;
        #[cfg(feature = "client")]
        #allow
        pub mod client;
        #[cfg(feature = "server")]
        #allow
        pub mod server;
    };
    let items = quote! {
        #allow
        pub mod types;
        #patterns
        #allow
        mod codec;
        #sides
        #[doc(hidden)]
        pub mod support;
    };
    File::rust("src/lib.rs", docs::joined(paragraphs), vec![Item::from(items)])
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
    api.types.iter().any(in_type) || api.operations().any(in_operation)
}

/// The call of one operation; its arguments come from nowhere.
fn client_example(api: &Api, library: &str, operation: &Operation) -> Vec<String> {
    let has_server = api.servers.iter().any(|server| server.url.starts_with("http"));
    let new = if has_server {
        "Client::new()?".to_owned()
    } else {
        "Client::with_base_url(\"https://api.example.com\")?".to_owned()
    };
    let has_credentials = !api.security_schemes.is_empty();
    let imports = if has_credentials { "{Client, Credentials, prelude::*}" } else { "{Client, prelude::*}" };
    let mut lines = vec!["```no_run".to_owned()];
    let (parameters, arguments) = example_arguments(library, operation);
    lines.push("# #[cfg(feature = \"client\")]".to_owned());
    lines.push(format!("# async fn example({parameters}) -> Result<(), Box<dyn std::error::Error>> {{"));
    lines.push(format!("use {library}::client::{imports};"));
    lines.push(String::new());
    if has_credentials {
        lines.push("let credentials = Credentials {".to_owned());
        for scheme in &api.security_schemes {
            lines.push(format!("    {}: \"…\".into(),", scheme.name));
        }
        lines.push("};".to_owned());
        lines.push(format!("let client = {new}.credentials(credentials);"));
    } else {
        lines.push(format!("let client = {new};"));
    }
    lines.push(format!("let answer = client.{}({arguments}).await?;", operation.name));
    lines.push("# let _ = answer;".to_owned());
    lines.push("# Ok(())".to_owned());
    lines.push("# }".to_owned());
    lines.push("```".to_owned());
    lines
}

/// `pet_id: i64, body: &petstore::types::Pet` and `pet_id, body`.
fn example_arguments(library: &str, operation: &Operation) -> (String, String) {
    let scope = Scope::elsewhere();
    let library = ident(library);
    let qualified = |ty: &Type| {
        let tokens = scope.argument(ty).to_string().replace("types ::", &format!("{library} :: types ::"));
        ["Uuid", "BTreeMap", "DateTime", "Utc", "NaiveDate", "Ipv4Addr", "Ipv6Addr"].iter().fold(
            tokens,
            |text, name| {
                let path = match *name {
                    "Uuid" => "uuid :: Uuid",
                    "BTreeMap" => "std :: collections :: BTreeMap",
                    "DateTime" => "chrono :: DateTime",
                    "Utc" => "chrono :: Utc",
                    "NaiveDate" => "chrono :: NaiveDate",
                    "Ipv4Addr" => "std :: net :: Ipv4Addr",
                    _ => "std :: net :: Ipv6Addr",
                };
                replace_word(&text, name, path)
            },
        )
    };
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    for parameter in operation.parameters_in(Location::Path) {
        parameters.push(format!("{}: {}", parameter.name, qualified(&parameter.place.ty)));
        arguments.push(parameter.name.clone());
    }
    if let Some(name) = operations::params_name(operation) {
        parameters.push(format!("params: &{library}::operations::{name}"));
        arguments.push("params".to_owned());
    }
    if let Some((media, is_required)) = client::body(operation) {
        let ty = match media.kind {
            crate::model::MediaKind::Json => qualified_reference(&qualified(&media.place.ty)),
            crate::model::MediaKind::Text => "&str".to_owned(),
            _ => "bytes::Bytes".to_owned(),
        };
        parameters.push(if is_required { format!("body: {ty}") } else { format!("body: Option<{ty}>") });
        arguments.push("body".to_owned());
    }
    let tidy = |text: String| {
        text.replace(" :: ", "::").replace("& ", "&").replace(" <", "<").replace("< ", "<").replace(" >", ">")
    };
    (tidy(parameters.join(", ")), arguments.join(", "))
}

fn qualified_reference(ty: &str) -> String {
    if ty.starts_with('&') { ty.to_owned() } else { format!("&{ty}") }
}

fn replace_word(text: &str, word: &str, by: &str) -> String {
    text.split(' ').map(|part| if part == word { by } else { part }).collect::<Vec<_>>().join(" ")
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
