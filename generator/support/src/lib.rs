//! The support code of generated crates in one piece, so that it is compiled and tested here under the
//! paths it has there (`crate::support::…`). The generator copies the files a description needs.

pub mod support;

/// Types as the generator writes them, to test the support code with.
#[cfg(test)]
#[allow(missing_docs, reason = "their names say it")]
pub mod types {
    use std::collections::BTreeMap;

    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    #[derive(Debug, Clone, PartialEq)]
    pub struct Pet {
        pub id: Uuid,
        pub name: String,
        pub tags: Option<Vec<String>>,
        pub born: Option<DateTime<Utc>>,
        pub owner: Option<Option<String>>,
        pub status: Status,
        pub best_friend: Option<Box<Pet>>,
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct Labels {
        pub first: i32,
        pub additional_properties: BTreeMap<String, i64>,
    }

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Status {
        Active,
        Gone,
        Unknown(String),
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Priority {
        Value1,
        Minus1,
        Unknown(i64),
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) enum Limit {
        Value10,
        Value0_5,
        Unlimited,
        Off,
        Range,
        Unknown(serde_json::Value),
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Pair(pub(crate) String, pub(crate) Option<i64>);

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Row(pub(crate) i64, pub(crate) Status, pub(crate) Vec<i64>);

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Circle {
        pub(crate) kind: String,
        pub(crate) radius: i64,
        pub(crate) status: Option<Status>,
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Square {
        pub(crate) side: i64,
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) enum Shape {
        Circle(Circle),
        Square(Square),
        Unknown(serde_json::Value),
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) enum Input {
        Text(String),
        Number(f64),
        Shapes(Vec<Shape>),
        Circle(Box<Circle>),
        Square(Square),
        Unknown(serde_json::Value),
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) enum Amount {
        Small(i32),
        Status(Status),
        Any(f64),
        Unknown(serde_json::Value),
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) enum Model {
        Text(String),
        Status(Status),
        Unknown(serde_json::Value),
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Branch {
        pub(crate) left: Option<Box<Tree>>,
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Fork {
        pub(crate) left: Option<Box<Tree>>,
        pub(crate) right: Option<Box<Tree>>,
    }

    #[derive(Debug, Clone, PartialEq)]
    pub(crate) enum Tree {
        Branch(Branch),
        Fork(Fork),
        Unknown(serde_json::Value),
    }
}

#[cfg(test)]
mod codec;
#[cfg(test)]
mod unions;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod styles;
#[cfg(all(test, feature = "tracing"))]
mod telemetry;
