//! The ordered tree that a description's text becomes.
