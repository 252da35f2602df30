//! JSON pointers (RFC 6901): written while walking a tree, read from the fragment of a `$ref`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The pointer to where a walk is; grows and shrinks with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pointer(String);

impl Pointer {
    /// The pointer with that text.
    pub(crate) fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, empty at the root.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Steps into a member or item for as long as `visit` runs.
    pub(crate) fn within<T>(&mut self, segment: &str, visit: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.0.len();
        self.0.push('/');
        self.0.push_str(&escape(segment));
        let result = visit(self);
        self.0.truncate(length);
        result
    }

    /// The text of the pointer to a member.
    pub(crate) fn child(&self, segment: &str) -> String {
        format!("{}/{}", self.0, escape(segment))
    }
}

/// A key as a pointer's segment.
pub(crate) fn escape(segment: &str) -> Cow<'_, str> {
    if segment.contains(['~', '/']) {
        Cow::Owned(segment.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// The keys and indices that a pointer goes through.
pub(crate) fn segments(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let below_root = pointer.strip_prefix('/');
    below_root.into_iter().flat_map(|rest| rest.split('/')).map(|segment| {
        if segment.contains('~') {
            Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(segment)
        }
    })
}

/// The pointer in a `$ref` into the same document: `#/paths/~1pets%7Bid%7D` is `/paths/~1pets{id}`.
/// `None` if the reference goes elsewhere, or names an anchor.
pub(crate) fn fragment(reference: &str) -> Option<String> {
    let encoded = reference.strip_prefix('#')?;
    let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
    (decoded.is_empty() || decoded.starts_with('/')).then(|| decoded.into_owned())
}

/// The array index that a segment stands for: decimal digits without leading zeros.
pub(super) fn index(segment: &str) -> Option<usize> {
    let has_leading_zero = segment.len() > 1 && segment.starts_with('0');
    let is_decimal = segment.bytes().all(|byte| byte.is_ascii_digit());
    (is_decimal && !has_leading_zero).then(|| segment.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Node;

    #[test]
    fn pointers_escape_and_find() {
        let mut tree = Node::object([("a/b~c", Node::Array(vec![Node::Null, Node::object([("", Node::Bool(true))])]))]);
        let mut pointer = Pointer::default();
        let text = pointer.within("a/b~c", |at| at.within("1", |at| at.child("")));
        assert_eq!(text, "/a~1b~0c/1/");
        assert_eq!(tree.at(&text), Some(&Node::Bool(true)));
        assert!(tree.at_mut(&text).is_some());
        assert_eq!(tree.at("/a~1b~0c/01"), None);
        assert_eq!(pointer.as_str(), "");
    }

    #[test]
    fn fragments_are_percent_decoded() {
        assert_eq!(fragment("#/paths/~1a%7Bid%7D").as_deref(), Some("/paths/~1a{id}"));
        assert_eq!(fragment("#anchor"), None);
        assert_eq!(fragment("other.yaml#/a"), None);
    }
}
