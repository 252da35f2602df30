//! Text in, tree out.
