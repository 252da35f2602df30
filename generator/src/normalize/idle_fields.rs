//! Pass: reports what says nothing where it stands, and fields that exclude each other. All are left alone.

use super::grammar::Kind;
use super::walk::{Visit, walk_document};
use crate::diagnostic::{Diagnostics, Mark, Place};
use crate::tree::{Node, Object, Pointer};

/// Fields of which an object has one at most (OpenAPI 3.1.1, License, Parameter, Header, Media Type, Example and Link
/// Object).
const EXCLUSIVE: &[(Kind, [&str; 2])] = &[
    (Kind::License, ["identifier", "url"]),
    (Kind::Parameter, ["example", "examples"]),
    (Kind::Header, ["example", "examples"]),
    (Kind::MediaType, ["example", "examples"]),
    (Kind::Example, ["value", "externalValue"]),
    (Kind::Link, ["operationId", "operationRef"]),
];

/// Of parameters, headers, security schemes and others.
pub(super) fn idle_fields(tree: &mut Node, diagnostics: &mut Diagnostics) {
    walk_document(tree, &mut IdleFields(diagnostics));
}

struct IdleFields<'a>(&'a mut Diagnostics);

impl Visit for IdleFields<'_> {
    fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
        let Some(members) = node.as_object().filter(|members| !members.contains_key("$ref")) else { return };
        self.exclusive_fields(kind, members, at);
        match kind {
            Kind::Parameter => {
                match members.get("in").and_then(Node::as_str) {
                    Some("query") => self.switches(members, None, at),
                    Some("path" | "header" | "cookie") => self.switches(members, Some("outside of the query"), at),
                    _ => {}
                }
                self.beside_content(members, at);
            }
            Kind::Header => {
                self.switches(members, Some("of a header"), at);
                self.beside_content(members, at);
            }
            Kind::SecurityScheme => self.of_other_schemes(members, at),
            _ => {}
        }
    }
}

impl IdleFields<'_> {
    fn switches(&mut self, members: &Object, elsewhere: Option<&str>, at: &Pointer) {
        let is_on = |field| members.get(field) == Some(&Node::Bool(true));
        for field in ["allowReserved", "allowEmptyValue"].into_iter().filter(|field| is_on(*field)) {
            match elsewhere {
                Some(elsewhere) => self.report(field, &format!("says nothing {elsewhere}"), "remove it", at),
                None if field == "allowEmptyValue" => {
                    self.report(field, "says nothing here", "text may be empty, and no other value: remove it", at);
                }
                None => {}
            }
        }
    }

    /// How a value is written is said by `content`, and its media type has the examples.
    fn beside_content(&mut self, members: &Object, at: &Pointer) {
        if members.contains_key("content") && !members.contains_key("schema") {
            let of_schema = ["style", "explode", "allowReserved", "example", "examples"];
            for field in of_schema.into_iter().filter(|field| members.contains_key(*field)) {
                let help = "remove it, or describe the value by `schema`";
                self.report(field, "goes with `schema`, not with `content`", help, at);
            }
        }
    }

    fn of_other_schemes(&mut self, members: &Object, at: &Pointer) {
        let text = |field| members.get(field).and_then(Node::as_str);
        let kind = text("type").unwrap_or_default();
        let own: &[&str] = match kind {
            "apiKey" => &["name", "in"],
            "http" if text("scheme").is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer")) => {
                &["scheme", "bearerFormat"]
            }
            "http" => &["scheme"],
            "oauth2" => &["flows"],
            "openIdConnect" => &["openIdConnectUrl"],
            "mutualTLS" => &[],
            _ => return,
        };
        let all = ["name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl"];
        for field in all.into_iter().filter(|field| members.contains_key(*field) && !own.contains(field)) {
            let what = match kind {
                "http" => format!("says nothing in a scheme `{}` of type `http`", text("scheme").unwrap_or_default()),
                _ => format!("says nothing in a security scheme of type `{kind}`"),
            };
            self.report(field, &what, "remove it, or correct the type", at);
        }
    }

    fn exclusive_fields(&mut self, kind: Kind, members: &Object, at: &Pointer) {
        let pairs = EXCLUSIVE.iter().filter(|(other, _)| *other == kind);
        for (_, [one, other]) in pairs.filter(|(_, pair)| pair.iter().all(|field| members.contains_key(*field))) {
            self.0
                .warning("exclusive-fields", Place::Pointer(at.child(other)), format!("`{other}` beside `{one}`"))
                .mark(Mark::Key)
                .related(Place::Pointer(at.child(one)), "the other one")
                .help("remove one of the two: tools differ in which they read");
        }
    }

    fn report(&mut self, field: &str, what: &str, help: &str, at: &Pointer) {
        let message = format!("`{field}` {what}");
        self.0.warning("idle-field", Place::Pointer(at.child(field)), message).mark(Mark::Key).help(help);
    }
}
