//! Where an API is served.

use serde::Serialize;

/// A place where the API is served (OpenAPI 3.1.1, Server Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Server {
    /// The variant's name.
    pub name: String,
    /// The URL as written, variables in braces, without query and fragment. Every variable in it is among `variables`.
    pub url: String,
    /// What the description says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The variables, in the order of the URL.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<ServerVariable>,
    /// The field for the place of the description, which a relative URL is relative to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The function that gives the server with the defaults of its variables, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constructor: Option<String>,
}

/// What stands in braces in a server's URL (OpenAPI 3.1.1, Server Variable Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServerVariable {
    /// The field's name.
    pub name: String,
    /// Its name in the URL.
    pub wire_name: String,
    /// What the description says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its value where nobody chooses another; none where it is not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The name of its [`ServerEnum`]; any text without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ty: Option<String>,
}

/// The values that a server's variable can have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServerEnum {
    /// The enum's name.
    pub name: String,
    /// The variable.
    pub wire_name: String,
    /// Variants and values.
    pub values: Vec<ServerValue>,
}

/// One value of a server's variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServerValue {
    /// The variant's name.
    pub name: String,
    /// What stands in the URL.
    pub wire_name: String,
}

impl Server {
    /// Whether the URL begins with a scheme, and each of its variables has a default: a client can be made without more.
    pub fn is_ready(&self) -> bool {
        self.base.is_none() && self.has_defaults()
    }

    /// Whether each of its variables has a default.
    pub fn has_defaults(&self) -> bool {
        self.variables.iter().all(|variable| variable.default.is_some())
    }

    /// The URL, its variables replaced by their defaults.
    pub fn default_url(&self) -> String {
        let mut url = self.url.clone();
        for variable in &self.variables {
            let default = variable.default.as_deref().unwrap_or_default();
            url = url.replace(&format!("{{{}}}", variable.wire_name), default);
        }
        url
    }
}
