//! Who may call (OpenAPI 3.1.1, Security Scheme Object and Security Requirement Object).

use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapiv3::APIKeyLocation;

use crate::lower::header::is_token;
use crate::lower::lowering::Lowering;
use crate::lower::names::{Case, Scope};
use crate::lower::operation::Named;
use crate::lower::parameter::resolve;
use crate::lower::pointer;
use crate::model::{Location, OAuthFlow, RequiredScheme, SecurityKind, SecurityRequirement, SecurityScheme, Tag};
use crate::suggest::did_you_mean;

impl<'a> Lowering<'a> {
    /// The schemes that some operation uses, in document order.
    pub(super) fn security_schemes(&mut self, operations: &[Named<'a>]) -> Vec<SecurityScheme> {
        let used = self.used_schemes(operations);
        let document = self.document;
        let Some(components) = &document.components else {
            return Vec::new();
        };
        let mut scope = Scope::default();
        let mut schemes = Vec::new();
        for (key, scheme) in &components.security_schemes {
            if !used.contains(key.as_str()) {
                continue;
            }
            let place = pointer::child("/components/securitySchemes", key);
            let found = resolve(scheme, "securitySchemes", place.clone(), |key| components.security_schemes.get(key));
            let Some((scheme, pointer)) = found else {
                self.dangling(&place);
                continue;
            };
            let (kind, description) = kind(scheme);
            let (flows, scopes) = self.flows(scheme, &pointer);
            let discovery_url = match scheme {
                openapiv3::SecurityScheme::OpenIDConnect { open_id_connect_url, .. } => {
                    Some(open_id_connect_url.trim().to_owned()).filter(|url| !url.is_empty())
                }
                _ => None,
            };
            let name = match self.choices.value_name(&pointer) {
                Some(name) => scope.claim([name]),
                None => scope.claim_text(key, Case::Snake),
            };
            let wire_name = key.clone();
            schemes.push(SecurityScheme { wire_name, name, description, kind, flows, scopes, discovery_url });
        }
        schemes
    }

    /// The flows of a scheme, and the scopes of all of them.
    fn flows(
        &mut self,
        scheme: &'a openapiv3::SecurityScheme,
        pointer: &str,
    ) -> (Vec<OAuthFlow>, Vec<(String, String)>) {
        let openapiv3::SecurityScheme::OAuth2 { flows, .. } = scheme else { return (Vec::new(), Vec::new()) };
        let mut found = Vec::new();
        let mut scopes: Vec<(String, String)> = Vec::new();
        let mut add =
            |name: &str, authorization: Option<&String>, token: Option<&String>, own: &IndexMap<String, String>| {
                let url = |url: Option<&String>| url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
                let (authorization_url, token_url) = (url(authorization), url(token));
                found.push(OAuthFlow { name: name.to_owned(), authorization_url, token_url });
                for (scope, text) in own {
                    if !scopes.iter().any(|(known, _)| known == scope) {
                        scopes.push((scope.clone(), text.clone()));
                    }
                }
            };
        if let Some(flow) = &flows.implicit {
            add("implicit", Some(&flow.authorization_url), None, &flow.scopes);
        }
        if let Some(flow) = &flows.password {
            add("password", None, Some(&flow.token_url), &flow.scopes);
        }
        if let Some(flow) = &flows.client_credentials {
            add("clientCredentials", None, Some(&flow.token_url), &flow.scopes);
        }
        if let Some(flow) = &flows.authorization_code {
            add("authorizationCode", Some(&flow.authorization_url), Some(&flow.token_url), &flow.scopes);
        }
        if found.is_empty() {
            self.report.warning(
                "no-oauth-flow",
                &pointer::child(pointer, "flows"),
                "the scheme has no OAuth flow: nothing says how a token is obtained".to_owned(),
                "read as a bearer token",
            );
        }
        (found, scopes)
    }

    fn used_schemes(&self, operations: &[Named<'a>]) -> BTreeSet<&'a str> {
        let document = self.document;
        let default = document.security.as_deref().unwrap_or_default();
        operations
            .iter()
            .flat_map(|named| named.operation.security.as_deref().unwrap_or(default))
            .flat_map(|requirement| requirement.keys().map(String::as_str))
            .collect()
    }

    /// The alternatives of one operation: its own, else the document's.
    pub(super) fn security(
        &mut self,
        operation: &openapiv3::Operation,
        operation_pointer: &str,
        schemes: &[SecurityScheme],
    ) -> Vec<SecurityRequirement> {
        let document = self.document;
        let (requirements, owner) = match (&operation.security, &document.security) {
            (Some(own), _) => (own, operation_pointer),
            (None, Some(default)) => (default, ""),
            (None, None) => return Vec::new(),
        };
        let alternatives: Vec<_> = requirements
            .iter()
            .enumerate()
            .filter_map(|(index, requirement)| {
                let place = pointer::element(owner, "security", index);
                self.alternative(requirement, &place, schemes)
            })
            .collect();
        if alternatives.is_empty() && !requirements.is_empty() {
            self.report.error(
                "unknown-security-scheme",
                &pointer::child(owner, "security"),
                "no alternative is left that a request can meet".to_owned(),
                "declare the schemes under `components.securitySchemes`, and name those together that can be met together",
            );
        }
        alternatives
    }

    /// The schemes of one alternative; none if nobody can meet it, because one of them is not declared, or different
    /// credentials stand in the same place. The same credential, such as a bearer token, meets several schemes.
    fn alternative(
        &mut self,
        requirement: &openapiv3::SecurityRequirement,
        place: &str,
        schemes: &[SecurityScheme],
    ) -> Option<SecurityRequirement> {
        let mut required: Vec<RequiredScheme> = Vec::with_capacity(requirement.len());
        for (key, scopes) in requirement {
            let Some((index, scheme)) = schemes.iter().enumerate().find(|(_, scheme)| scheme.wire_name == *key) else {
                // `schemes` has only those that are used.
                let components = self.document.components.as_ref();
                let declared = components.into_iter().flat_map(|components| components.security_schemes.keys());
                let help = match did_you_mean(key, declared.map(String::as_str)) {
                    Some(meant) => format!("{meant} the alternative is left out"),
                    None => "declare it under `components.securitySchemes`; the alternative is left out".to_owned(),
                };
                let message = format!("security scheme `{key}` is not declared");
                self.report.warning("unknown-security-scheme", &pointer::child(place, key), message, &help);
                return None;
            };
            let place = pointer::child(place, key);
            if !self.can_be_sent(scheme, &place) {
                return None;
            }
            if !scheme.flows.is_empty() {
                self.check_scopes(scheme, scopes, &place);
            }
            let in_its_place = required.iter_mut().find_map(|required| {
                let other = schemes.get(required.scheme)?;
                scheme.kind.stands_where(&other.kind).then_some((required, other))
            });
            match in_its_place {
                None => required.push(RequiredScheme { scheme: index, scopes: scopes.clone() }),
                Some((required, other)) if other.kind == scheme.kind => {
                    self.report_one_place(
                        (&other.wire_name, key),
                        &place,
                        &format!("one credential is sent for both, that of `{}`", other.wire_name),
                    );
                    let more = scopes.iter().filter(|scope| !required.scopes.contains(scope)).cloned();
                    required.scopes.extend(more.collect::<Vec<_>>());
                }
                Some((_, other)) => {
                    self.report_one_place(
                        (&other.wire_name, key),
                        &place,
                        "no request can have both; this one is left out",
                    );
                    return None;
                }
            }
        }
        Some(SecurityRequirement { schemes: required })
    }

    /// Whether a request can carry the scheme's credential.
    fn can_be_sent(&mut self, scheme: &SecurityScheme, place: &str) -> bool {
        let key = &scheme.wire_name;
        let name = match &scheme.kind {
            SecurityKind::ApiKey { location: Location::Header | Location::Cookie, parameter } => Some(parameter),
            SecurityKind::Http(scheme) => Some(scheme),
            _ => None,
        };
        if let Some(name) = name.filter(|name| !is_token(name)) {
            self.report.warning(
                "invalid-security-scheme",
                place,
                format!("no request can carry the credential of `{key}`: `{name}` is not a name in HTTP"),
                "the alternative is left out",
            );
            return false;
        }
        true
    }

    fn report_one_place(&mut self, (one, other): (&str, &str), place: &str, outcome: &str) {
        let message = format!("`{one}` and `{other}` stand in the same place of a request");
        let help = format!("write them as two alternatives, if either is enough; {outcome}");
        let first = pointer::parent(place).map_or_else(String::new, |requirement| pointer::child(requirement, one));
        self.report.warning_of_two("conflicting-security-schemes", (place, message, &help), (&first, "the other one"));
    }

    /// Reports the scopes that no flow of the scheme can give.
    fn check_scopes(&mut self, scheme: &SecurityScheme, scopes: &[String], place: &str) {
        for (index, scope) in scopes.iter().enumerate() {
            if !scheme.scopes.iter().any(|(known, _)| known == scope) {
                self.report.warning(
                    "undeclared-scope",
                    &format!("{place}/{index}"),
                    format!("no flow of `{}` has the scope `{scope}`", scheme.wire_name),
                    "declare it under `scopes`; it is asked for all the same",
                );
            }
        }
    }
}

/// Leaves out the schemes of which no alternative is left.
pub(super) fn leave_out_unused(schemes: &mut Vec<SecurityScheme>, tags: &mut [Tag]) {
    let mut required: Vec<&mut RequiredScheme> = tags
        .iter_mut()
        .flat_map(|tag| &mut tag.operations)
        .flat_map(|operation| &mut operation.security)
        .flat_map(|requirement| &mut requirement.schemes)
        .collect();
    let used: BTreeSet<usize> = required.iter().map(|it| it.scheme).collect();
    for it in &mut required {
        it.scheme = used.range(..it.scheme).count();
    }
    let mut index = 0..;
    schemes.retain(|_| index.next().is_some_and(|index| used.contains(&index)));
}

fn kind(scheme: &openapiv3::SecurityScheme) -> (SecurityKind, Option<String>) {
    match scheme {
        openapiv3::SecurityScheme::APIKey { location, name, description, .. } => {
            let (location, parameter) = match location {
                APIKeyLocation::Query => (Location::Query, name.clone()),
                APIKeyLocation::Header => (Location::Header, name.to_ascii_lowercase()),
                APIKeyLocation::Cookie => (Location::Cookie, name.clone()),
            };
            let kind = SecurityKind::ApiKey { location, parameter };
            (kind, description.clone())
        }
        openapiv3::SecurityScheme::HTTP { scheme, description, .. } => {
            let kind = match scheme.to_ascii_lowercase().as_str() {
                "basic" => SecurityKind::Basic,
                "bearer" => SecurityKind::Bearer,
                "mutual-tls" => SecurityKind::MutualTls,
                _ => SecurityKind::Http(scheme.clone()),
            };
            (kind, description.clone())
        }
        openapiv3::SecurityScheme::OAuth2 { description, .. }
        | openapiv3::SecurityScheme::OpenIDConnect { description, .. } => (SecurityKind::Bearer, description.clone()),
    }
}
