//! Pass: refuses every version but 3.0.x and 3.1.x.

use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Number};

/// The two dialects that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V30,
    V31,
}

/// The document's dialect (OpenAPI 3.1.1, 4.1 "OpenAPI Object", `openapi`).
pub(super) fn supported_version(tree: &Node, diagnostics: &mut Diagnostics) -> Option<Version> {
    let place = |field: &str| Place::Pointer(format!("/{field}"));
    let convert = "convert it to OpenAPI 3.0 or 3.1 first";
    if let Some(swagger) = tree.get("swagger") {
        let version = swagger.as_str().unwrap_or("2.0");
        let message = format!("Swagger {version} is not supported");
        diagnostics.error("unsupported-version", place("swagger"), message).help(convert);
        return None;
    }
    let text = match tree.get("openapi") {
        Some(Node::String(text)) => text.clone(),
        Some(Node::Number(Number::Float(number))) => format!("{number:?}"),
        Some(Node::Number(number)) => number.to_string(),
        other => {
            let found = other.map_or("nothing", Node::describe);
            let message = format!("expected the OpenAPI version in `openapi`, found {found}");
            let place = if other.is_some() { place("openapi") } else { Place::Pointer(String::new()) };
            diagnostics
                .error("unsupported-version", place, message)
                .help("an OpenAPI description begins with `openapi: 3.1.1`");
            return None;
        }
    };
    let mut parts = text.trim().splitn(3, '.');
    match (parts.next(), parts.next()) {
        (Some("3"), Some("0")) => Some(Version::V30),
        (Some("3"), Some("1")) => Some(Version::V31),
        _ => {
            let message = format!("OpenAPI {text} is not supported");
            diagnostics.error("unsupported-version", place("openapi"), message).help(convert);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_3_0_and_3_1_pass() {
        let version = |field: &str, text: &str| {
            let tree = Node::object([(field, Node::string(text))]);
            supported_version(&tree, &mut Diagnostics::new("test"))
        };
        assert_eq!(version("openapi", "3.0.3"), Some(Version::V30));
        assert_eq!(version("openapi", "3.1.1"), Some(Version::V31));
        for (field, text) in [("openapi", "4.0.0"), ("openapi", "3.10.0"), ("swagger", "2.0"), ("open", "")] {
            assert_eq!(version(field, text), None, "{field}: {text}");
        }
    }
}
