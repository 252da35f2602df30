//! What will be generated, as plain data: every decision taken, no token and no `openapiv3` type in it.
//!
//! `name` is what Rust sees (a valid identifier, keywords already raw or suffixed), `wire_name` what the
//! description and the wire say. Everything stands in document order.

mod types;
mod rules;
mod operations;
mod pagination;
mod servers;
mod shape;

use serde::Serialize;

pub use operations::*;
pub use pagination::*;
pub use rules::*;
pub use servers::*;
pub use shape::Shape;
pub use types::*;

/// One API: everything the generated crate is made from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where the API is served, first the default. Empty if the description names none.
    pub servers: Vec<Server>,
    /// Where single operations are served, each server once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operation_servers: Vec<Server>,
    /// What the servers' variables can be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub server_enums: Vec<ServerEnum>,
    /// Ways to authenticate that some operation uses.
    pub security_schemes: Vec<SecurityScheme>,
    /// Every pattern that a rule names.
    pub patterns: Vec<Pattern>,
    /// The types of formats that codegen.toml chooses, where a module reads and writes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<FormatType>,
    /// One definition per type, in document order.
    pub types: Vec<TypeDefinition>,
    /// The operations, by their first tag, in document order.
    pub tags: Vec<Tag>,
    /// The requests that the API makes itself: one tag of webhooks, one of callbacks, where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<Tag>,
}

impl Api {
    /// The server that a client is of, unless it is told otherwise: the first whose URL is complete.
    pub fn default_server(&self) -> Option<&Server> {
        self.servers.iter().find(|server| server.is_ready())
    }

    /// Whether there is a choice of servers, or of what stands in their URLs.
    pub fn has_server_choice(&self) -> bool {
        self.servers.len() > 1 || self.servers.iter().any(|server| !server.variables.is_empty())
    }

    /// The servers that an operation has for itself, first the default.
    pub fn servers_of<'a>(&'a self, operation: &'a Operation) -> impl Iterator<Item = &'a Server> {
        operation.servers.iter().filter_map(|index| self.operation_servers.get(*index))
    }

    /// Whether some operation has a choice of servers, or of what stands in their URLs.
    pub fn has_operation_server_choice(&self) -> bool {
        self.operations().any(|operation| operation.servers.len() > 1)
            || self.operation_servers.iter().any(|server| !server.variables.is_empty())
    }

    /// Every operation that the API offers, tag by tag.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.tags.iter().flat_map(|tag| &tag.operations)
    }

    /// Every webhook and callback.
    pub fn webhook_operations(&self) -> impl Iterator<Item = &Operation> {
        self.webhooks.iter().flat_map(|tag| &tag.operations)
    }

    /// Both.
    pub fn all_operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations().chain(self.webhook_operations())
    }

    /// The same, to change them.
    pub fn all_operations_mut(&mut self) -> impl Iterator<Item = &mut Operation> {
        self.tags.iter_mut().chain(&mut self.webhooks).flat_map(|tag| &mut tag.operations)
    }

    /// Every answer of every operation, webhook and callback.
    pub fn responses(&self) -> impl Iterator<Item = &Response> {
        self.all_operations().flat_map(|operation| operation.successes.iter().chain(&operation.failures))
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
