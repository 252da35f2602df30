//! The last step: the tree as `openapiv3::OpenAPI`.

use std::thread;

use openapiv3::{
    Callback, Components, Example, Header, Info, Link, OpenAPI, Operation, Parameter, ReferenceOr, RequestBody,
    Response, Schema, SecurityScheme, Server,
};
use serde::Deserialize;

use super::grammar::{Kind, Shape};
use super::walk::{Visit, walk};
use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Pointer};

/// Stack for reading a document that nests as deep as it may; 8 MB suffice in a debug build.
const STACK: usize = 64 << 20;

/// Reads the tree, the components and the rest at once: this is a good part of what a large description takes. What
/// the passes before should have caught, but did not, is named as closely as it can be.
pub(super) fn typed_description(mut tree: Node, diagnostics: &mut Diagnostics) -> Option<OpenAPI> {
    let components = take_components(&mut tree);
    let (rest, typed_components) = thread::scope(|scope| {
        let typed_components = reader().spawn_scoped(scope, || Option::<Components>::deserialize(&components));
        let rest = reader().spawn_scoped(scope, || OpenAPI::deserialize(&tree));
        (rest.ok().and_then(|rest| rest.join().ok()), typed_components.ok().and_then(|typed| typed.join().ok()))
    });
    match (rest, typed_components) {
        (Some(Ok(mut description)), Some(Ok(typed_components))) => {
            description.components = typed_components;
            // Taking a large tree apart takes a while, which nobody has to wait for.
            let _ = thread::Builder::new().spawn(move || drop((tree, components)));
            Some(description)
        }
        (Some(rest), Some(typed_components)) => {
            let message = rest.err().or(typed_components.err()).map(|error| error.to_string()).unwrap_or_default();
            if let Node::Object(members) = &mut tree
                && components != Node::Null
            {
                members.insert("components".to_owned(), components);
            }
            let (pointer, message) = smallest_failure(tree, message);
            diagnostics.error("invalid-description", Place::Pointer(pointer), message);
            None
        }
        _ => {
            diagnostics.error("invalid-description", Place::File, "the description cannot be read");
            None
        }
    }
}

fn reader() -> thread::Builder {
    thread::Builder::new().stack_size(STACK)
}

/// Null if there are none.
fn take_components(tree: &mut Node) -> Node {
    let Node::Object(members) = tree else { return Node::Null };
    members.shift_remove("components").unwrap_or(Node::Null)
}

/// The pointer and the message of the innermost object that `openapiv3` does not take.
fn smallest_failure(mut tree: Node, message: String) -> (String, String) {
    struct Smallest(Option<(String, String)>);
    impl Visit for Smallest {
        fn leave(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
            if self.0.is_none()
                && let Err(message) = parses(kind, node)
            {
                self.0 = Some((at.as_str().to_owned(), message));
            }
        }
    }
    let mut smallest = Smallest(None);
    walk(&mut tree, &Shape::Object(Kind::OpenApi), &mut Pointer::default(), &mut smallest);
    smallest.0.unwrap_or_else(|| (String::new(), message))
}

fn parses(kind: Kind, node: &Node) -> Result<(), String> {
    fn read<'de, T: Deserialize<'de>>(node: &'de Node) -> Result<(), String> {
        T::deserialize(node).map(drop).map_err(|error| error.to_string())
    }
    match kind {
        Kind::Schema if matches!(node, Node::Bool(_)) => Ok(()),
        Kind::Schema => read::<ReferenceOr<Schema>>(node),
        Kind::Parameter => read::<ReferenceOr<Parameter>>(node),
        Kind::Header => read::<ReferenceOr<Header>>(node),
        Kind::Response => read::<ReferenceOr<Response>>(node),
        Kind::RequestBody => read::<ReferenceOr<RequestBody>>(node),
        Kind::Example => read::<ReferenceOr<Example>>(node),
        Kind::Link => read::<ReferenceOr<Link>>(node),
        Kind::Callback => read::<ReferenceOr<Callback>>(node),
        Kind::SecurityScheme => read::<ReferenceOr<SecurityScheme>>(node),
        Kind::Operation => read::<Operation>(node),
        Kind::Server => read::<Server>(node),
        Kind::Info => read::<Info>(node),
        _ => Ok(()),
    }
}
