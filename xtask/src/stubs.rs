//! A service made of stubs, as source: what a program needs to start the router of any generated crate.

use openapi_rust_generator::model::Api;

/// `struct Service;`, which lets everybody in who shows credentials, and answers every request 501. The crate is
/// called `api` where this stands.
pub fn service(api: &Api) -> String {
    let has_security = api.operations().flat_map(|operation| &operation.security).any(|all| !all.schemes.is_empty());
    let gate = if has_security {
        "impl api::server::Gate for Service {
    type Caller = api::server::Credentials;

    async fn authenticate(
        &self,
        _: &api::server::Parts,
        credentials: api::server::Credentials,
        _: &[&str],
    ) -> Result<Self::Caller, api::server::Failure<api::server::AuthError>> {
        Ok(credentials)
    }
}
"
    } else {
        "impl api::server::Gate for Service {}\n"
    };
    let tags = api.tags.iter().map(|tag| format!("\nimpl api::server::{} for Service {{}}\n", tag.name));
    format!("struct Service;\n\n{gate}{}", tags.collect::<String>())
}
