//! Who may call (OpenAPI 3.1.1, Security Scheme Object and Security Requirement Object).

use std::collections::BTreeSet;

use openapiv3::APIKeyLocation;

use crate::lower::lowering::Lowering;
use crate::lower::names::{Case, Scope};
use crate::lower::operation::Named;
use crate::lower::parameter::resolve;
use crate::lower::pointer;
use crate::model::{Location, RequiredScheme, SecurityKind, SecurityRequirement, SecurityScheme};

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
            let name = match self.choices.value_name(&pointer) {
                Some(name) => scope.claim([name]),
                None => scope.claim_text(key, Case::Snake),
            };
            schemes.push(SecurityScheme { wire_name: key.clone(), name, description, kind });
        }
        schemes
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
                "no alternative is left of which all schemes are declared".to_owned(),
                "declare the schemes under `components.securitySchemes`",
            );
        }
        alternatives
    }

    /// The schemes of one alternative; none if one of them is not declared, so that nobody can meet it.
    fn alternative(
        &mut self,
        requirement: &openapiv3::SecurityRequirement,
        place: &str,
        schemes: &[SecurityScheme],
    ) -> Option<SecurityRequirement> {
        let mut required = Vec::with_capacity(requirement.len());
        for (key, scopes) in requirement {
            let Some(scheme) = schemes.iter().position(|scheme| scheme.wire_name == *key) else {
                self.report.warning(
                    "unknown-security-scheme",
                    &pointer::child(place, key),
                    format!("security scheme `{key}` is not declared"),
                    "declare it under `components.securitySchemes`; the alternative is left out",
                );
                return None;
            };
            required.push(RequiredScheme { scheme, scopes: scopes.clone() });
        }
        Some(SecurityRequirement { schemes: required })
    }
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
