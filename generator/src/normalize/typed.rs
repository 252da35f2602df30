//! The last step: the tree as `openapiv3::OpenAPI`.

use openapiv3::{
    Callback, Example, Header, Info, Link, OpenAPI, Operation, Parameter, ReferenceOr, RequestBody, Response, Schema,
    SecurityScheme, Server,
};
use serde::Deserialize;

use super::grammar::{Kind, Shape};
use super::walk::{Visit, walk};
use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Pointer};

/// Stack for reading a document that nests as deep as it may; 8 MB suffice in a debug build.
const STACK: usize = 64 << 20;

/// Reads the tree. What the passes before should have caught, but did not, is named as closely as it can be.
pub(super) fn typed_description(tree: Node, diagnostics: &mut Diagnostics) -> Option<OpenAPI> {
    let outcome = std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK);
        let reader = reader.spawn_scoped(scope, || {
            OpenAPI::deserialize(&tree).map_err(|error| smallest_failure(tree, error.to_string()))
        });
        reader.ok()?.join().ok()
    });
    match outcome {
        Some(Ok(description)) => Some(description),
        Some(Err((pointer, message))) => {
            diagnostics.error("invalid-description", Place::Pointer(pointer), message);
            None
        }
        None => {
            diagnostics.error("invalid-description", Place::File, "the description cannot be read");
            None
        }
    }
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
