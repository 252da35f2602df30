//! Pass: what each type of Security Scheme must have (OpenAPI 3.1.1, Security Scheme Object).

use super::grammar::Kind;
use super::walk::{Visit, walk_document};
use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Object, Pointer};

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
