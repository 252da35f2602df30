//! JSON pointers (RFC 6901), built while walking; in another file than the root behind the file's path and a `#`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::tree::split_place;

/// An object that normalization may have moved.
pub(super) trait Placed {
    fn extensions(&self) -> &IndexMap<String, Value>;

    /// Where it was.
    fn place(&self) -> Option<String> {
        Some(self.extensions().get("x-pointer")?.as_str()?.to_owned())
    }
}

impl Placed for openapiv3::Operation {
    fn extensions(&self) -> &IndexMap<String, Value> {
        &self.extensions
    }
}

impl Placed for openapiv3::Parameter {
    fn extensions(&self) -> &IndexMap<String, Value> {
        &self.parameter_data_ref().extensions
    }
}

impl Placed for openapiv3::Header {
    fn extensions(&self) -> &IndexMap<String, Value> {
        &self.extensions
    }
}

impl Placed for openapiv3::RequestBody {
    fn extensions(&self) -> &IndexMap<String, Value> {
        &self.extensions
    }
}

impl Placed for openapiv3::Response {
    fn extensions(&self) -> &IndexMap<String, Value> {
        &self.extensions
    }
}

impl Placed for openapiv3::Example {
    fn extensions(&self) -> &IndexMap<String, Value> {
        &self.extensions
    }
}

impl Placed for openapiv3::Link {
    fn extensions(&self) -> &IndexMap<String, Value> {
        &self.extensions
    }
}

impl Placed for openapiv3::SecurityScheme {
    fn extensions(&self) -> &IndexMap<String, Value> {
        match self {
            Self::APIKey { extensions, .. }
            | Self::HTTP { extensions, .. }
            | Self::OAuth2 { extensions, .. }
            | Self::OpenIDConnect { extensions, .. } => extensions,
        }
    }
}

/// `parent` and one more token, escaped.
pub(super) fn child(parent: &str, token: &str) -> String {
    let mut pointer = String::with_capacity(parent.len() + token.len() + 1);
    pointer.push_str(parent);
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(c),
        }
    }
    pointer
}

/// `parent` and two more tokens.
pub(super) fn grandchild(parent: &str, token: &str, name: &str) -> String {
    child(&child(parent, token), name)
}

/// `parent`, a keyword and an index.
pub(super) fn element(parent: &str, token: &str, index: usize) -> String {
    format!("{parent}/{token}/{index}")
}

/// What `pointer` points into; none for the root.
pub(super) fn parent(pointer: &str) -> Option<&str> {
    pointer.rsplit_once('/').map(|(parent, _)| parent)
}

/// The tokens of `pointer`, unescaped.
pub(super) fn tokens(pointer: &str) -> Vec<String> {
    let (_, pointer) = split_place(pointer);
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// The key of `#/components/<section>/<key>`, unescaped.
pub(super) fn component_key(reference: &str, section: &str) -> Option<String> {
    let rest = reference.strip_prefix("#/components/")?;
    let key = rest.strip_prefix(section)?.strip_prefix('/')?;
    Some(key.replace("~1", "/").replace("~0", "~"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_escaping() {
        let pointer = grandchild("/paths", "/a~b", "get");
        assert_eq!(pointer, "/paths/~1a~0b/get");
        assert_eq!(tokens(&pointer), ["paths", "/a~b", "get"]);
    }

    #[test]
    fn references_name_components() {
        assert_eq!(component_key("#/components/schemas/a~1b", "schemas").as_deref(), Some("a/b"));
        assert_eq!(component_key("#/components/schemas/a", "responses"), None);
    }
}
