//! Values that do not print.

use std::fmt;
use std::hint::black_box;

/// A credential. It prints as `"…"`; what it holds is had with [`expose`](Self::expose) alone.
#[derive(Clone, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// How long it takes says nothing of where two secrets of one length differ.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let pairs = self.0.bytes().zip(other.0.bytes());
        let difference = pairs.fold(0, |difference, (one, other)| black_box(difference | (one ^ other)));
        self.0.len() == other.0.len() && difference == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hidden.fmt(f)
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

/// What stands in place of a value that must not print.
pub struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"…\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_equal_as_their_texts_are() {
        for (one, other) in [("", ""), ("a", "a"), ("a", "b"), ("ab", "a"), ("", "a"), ("ab", "ba")] {
            assert_eq!(Secret::new(one) == Secret::new(other), one == other, "{one} {other}");
        }
    }
}
