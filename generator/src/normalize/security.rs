//! Passes: what each type of Security Scheme must have (OpenAPI 3.1.1, Security Scheme Object), and the schemes that
//! nobody declares.

use super::grammar::Kind;
use super::hoist::member_object;
use super::walk::{Visit, walk_document};
use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Object, Pointer};

/// Declares the undeclared schemes whose names are those of HTTP's: `Basic` and `Bearer`. What any other name stands for
/// is anybody's guess: an alternative with such a scheme is left out further on, and never counts as met.
pub(super) fn undeclared_schemes(tree: &mut Node, diagnostics: &mut Diagnostics) {
    struct Named(Vec<(String, String)>);
    impl Visit for Named {
        fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
            if let (Kind::SecurityRequirement, Node::Object(members)) = (kind, node) {
                self.0.extend(members.keys().map(|name| (name.clone(), at.child(name))));
            }
        }
    }
    let mut named = Named(Vec::new());
    walk_document(tree, &mut named);
    for (name, place) in named.0 {
        let Some(scheme) = http_scheme(&name).filter(|_| !is_declared(tree, &name)) else { continue };
        let message = format!("security scheme `{name}` is not declared");
        diagnostics.warning("undeclared-security-scheme", Place::Pointer(place), message).help(format!(
            "read as `{{ type: http, scheme: {scheme} }}`: declare it under `components.securitySchemes`"
        ));
        if let Node::Object(root) = tree
            && let Some(components) = member_object(root, "components")
            && let Some(schemes) = member_object(components, "securitySchemes")
        {
            let scheme = Node::object([("type", Node::string("http")), ("scheme", Node::string(scheme))]);
            schemes.insert(name, scheme);
        }
    }
}

fn is_declared(tree: &Node, name: &str) -> bool {
    let schemes = tree.get("components").and_then(|components| components.get("securitySchemes"));
    schemes.is_some_and(|schemes| schemes.get(name).is_some())
}

/// The HTTP authentication scheme that a name says: `basicAuth`, `HTTPBearer`.
fn http_scheme(name: &str) -> Option<&'static str> {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let bare = letters.strip_prefix("http").unwrap_or(&letters);
    match bare.strip_suffix("auth").unwrap_or(bare) {
        "basic" => Some("basic"),
        "bearer" | "bearertoken" => Some("bearer"),
        _ => None,
    }
}

/// Reports missing fields. 3.1's `mutualTLS`, which `openapiv3` does not know, becomes `type: http`, `scheme: mutual-tls` with
/// `x-mutual-tls: true`.
pub(super) fn security_schemes(tree: &mut Node, diagnostics: &mut Diagnostics) {
    struct Schemes<'a>(&'a mut Diagnostics);
    impl Visit for Schemes<'_> {
        fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
            let Node::Object(members) = node else { return };
            match kind {
                Kind::SecurityScheme if !members.contains_key("$ref") => scheme(members, at, self.0),
                Kind::OAuthFlows => flows(members, at, self.0),
                _ => {}
            }
        }
    }
    walk_document(tree, &mut Schemes(diagnostics));
}

fn scheme(members: &mut Object, at: &Pointer, diagnostics: &mut Diagnostics) {
    let kind = members.get("type").and_then(Node::as_str).unwrap_or_default().to_owned();
    let fields: &[&str] = match kind.as_str() {
        "apiKey" => &["name", "in"],
        "http" => &["scheme"],
        "oauth2" => &["flows"],
        "openIdConnect" => &["openIdConnectUrl"],
        "mutualTLS" => {
            for (field, value) in [
                ("type", Node::string("http")),
                ("scheme", Node::string("mutual-tls")),
                ("x-mutual-tls", Node::Bool(true)),
            ] {
                members.insert(field.to_owned(), value);
            }
            return;
        }
        _ => &[],
    };
    missing_fields(members, fields, &format!("an {kind} security scheme"), at, diagnostics);
}

fn flows(members: &mut Object, at: &Pointer, diagnostics: &mut Diagnostics) {
    for (name, fields) in [
        ("implicit", &["authorizationUrl"][..]),
        ("password", &["tokenUrl"]),
        ("clientCredentials", &["tokenUrl"]),
        ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
    ] {
        if let Some(Node::Object(flow)) = members.get(name) {
            let place = Pointer::from_text(at.child(name));
            missing_fields(flow, fields, &format!("an OAuth flow `{name}`"), &place, diagnostics);
        }
    }
}

fn missing_fields(members: &Object, fields: &[&str], what: &str, at: &Pointer, diagnostics: &mut Diagnostics) {
    for field in fields {
        if !members.contains_key(*field) {
            let place = Place::Pointer(at.as_str().to_owned());
            diagnostics.error("missing-field", place, format!("{what} without `{field}`"));
        }
    }
}
