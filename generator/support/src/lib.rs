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
}

#[cfg(test)]
mod codec;
