//! Places in a description: JSON pointers (RFC 6901), in another file than the root behind the file's path and a `#`.
//!
//! Written while walking a tree, read from `$ref`: `/components/schemas/Pet`, `schemas/Order.yaml#/properties/id`. A file's
//! path is relative to the folder of the root.

use std::borrow::Cow;
use std::iter::successors;

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

/// The file of a place, if it is not in the root, and the pointer in that file.
pub(crate) fn split_place(place: &str) -> (Option<&str>, &str) {
    if place.starts_with('/') {
        return (None, place);
    }
    place.split_once('#').map_or((None, place), |(file, pointer)| (Some(file), pointer))
}

/// The place of the file that a place is in.
pub(crate) fn whole_file(place: &str) -> &str {
    let (_, pointer) = split_place(place);
    place.strip_suffix(pointer).unwrap_or(place)
}

/// The places around a place, the innermost first, itself included.
pub(crate) fn places_around(place: &str) -> impl Iterator<Item = &str> {
    let whole = whole_file(place);
    successors(Some(place), move |inner| {
        inner.rsplit_once('/').map(|(outer, _)| outer).filter(|outer| outer.len() >= whole.len())
    })
}

/// The keys and indices that a place's pointer goes through.
pub(crate) fn segments(place: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let (_, pointer) = split_place(place);
    let below_root = pointer.strip_prefix('/');
    below_root.into_iter().flat_map(|rest| rest.split('/')).map(|segment| {
        if segment.contains('~') {
            Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(segment)
        }
    })
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
    fn places_in_other_files_begin_with_the_file() {
        assert_eq!(split_place("/a#b"), (None, "/a#b"));
        assert_eq!(split_place(""), (None, ""));
        assert_eq!(split_place("x/y.yaml#"), (Some("x/y.yaml"), ""));
        assert_eq!(split_place("x/y.yaml#/a#b"), (Some("x/y.yaml"), "/a#b"));
        assert_eq!(places_around("x/y.yaml#/a/b").collect::<Vec<_>>(), ["x/y.yaml#/a/b", "x/y.yaml#/a", "x/y.yaml#"]);
        assert_eq!(places_around("/a").collect::<Vec<_>>(), ["/a", ""]);
        assert_eq!(segments("x/y.yaml#/a/b").collect::<Vec<_>>(), ["a", "b"]);
    }
}
