//! What both sides know of an operation: plain static data.

use std::convert::Infallible;

use http::{Method, StatusCode};

use crate::support::codec::Rule;
use crate::support::violation::Location;

/// One operation of the description. A client's request and a server's response both carry a
/// `&'static Operation` in their extensions, for layers that name or count calls.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path template, as the description has it.
    pub path: &'static str,
    /// The URL that it is served at, if that is somewhere else than the others.
    pub server: Option<&'static str>,
    /// Every declared parameter.
    pub parameters: &'static [Parameter],
    /// Who may call: alternatives, tried in order. Empty: everybody.
    pub security: &'static [&'static [Requirement]],
    /// The media types that a success or a declared failure comes in, most wanted first.
    pub produces: &'static [&'static str],
    /// The media types that the body may come in; empty for no body.
    pub consumes: &'static [&'static str],
    /// The parts of its body, for each media type of which it has parts.
    pub parts: &'static [DeclaredParts],
    /// What is out of the ordinary about its bodies.
    pub bodies: Option<&'static Bodies>,
    /// Whether a redirect is followed by the client: it is not where the description declares one.
    pub follows_redirects: bool,
    /// Whether a request that breaks the description is told so with 422; with 400 otherwise.
    pub declares_unprocessable: bool,
    /// The operations that a request goes to instead if it has their path and query as well: `/items/search` beside
    /// `/items/{id}`.
    pub rivals: &'static [&'static Self],
    /// The path template without a query or a fragment.
    route: &'static str,
    /// Whether each parameter of the path is a segment of its own.
    has_whole_segments: bool,
}

/// The builder in which the table of an operation is written.
#[doc(hidden)]
impl Operation {
    /// An operation without parameters, credentials and bodies.
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        let route = route_of(path);
        Self {
            id,
            method,
            path,
            server: None,
            parameters: &[],
            security: &[],
            produces: &[],
            consumes: &[],
            parts: &[],
            bodies: None,
            follows_redirects: true,
            declares_unprocessable: false,
            rivals: &[],
            route,
            has_whole_segments: has_whole_segments(route),
        }
    }

    pub const fn server(mut self, url: &'static str) -> Self {
        self.server = Some(url);
        self
    }

    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    pub const fn security(mut self, alternatives: &'static [&'static [Requirement]]) -> Self {
        self.security = alternatives;
        self
    }

    pub const fn consumes(mut self, media_types: &'static [&'static str]) -> Self {
        self.consumes = media_types;
        self
    }

    pub const fn produces(mut self, media_types: &'static [&'static str]) -> Self {
        self.produces = media_types;
        self
    }

    pub const fn parts(mut self, parts: &'static [DeclaredParts]) -> Self {
        self.parts = parts;
        self
    }

    pub const fn bodies(mut self, bodies: &'static Bodies) -> Self {
        self.bodies = Some(bodies);
        self
    }

    pub const fn follows_no_redirects(mut self) -> Self {
        self.follows_redirects = false;
        self
    }

    pub const fn declares_unprocessable(mut self) -> Self {
        self.declares_unprocessable = true;
        self
    }

    pub const fn rivals(mut self, operations: &'static [&'static Self]) -> Self {
        self.rivals = operations;
        self
    }
}

impl Operation {
    /// The path template without a query or a fragment, which some descriptions put behind it.
    pub fn route(&self) -> &'static str {
        self.route
    }

    /// Whether each parameter of the path is a segment of its own: `/pets/{id}`, but not `/pets/{id}.json`.
    pub fn has_whole_segments(&self) -> bool {
        self.has_whole_segments
    }

    /// The query behind the path template, if there is one.
    pub fn fixed_query(&self) -> Option<&'static str> {
        let query = self.path.get(self.route().len()..)?.strip_prefix('?')?;
        query.split('#').next()
    }

    /// The pairs of the query behind the path template.
    pub fn fixed_pairs(&self) -> impl Iterator<Item = &'static str> {
        self.fixed_query().into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty())
    }

    /// The parts of a body of `media_type`, if it has parts.
    pub fn parts_of(&self, media_type: &str) -> Option<&'static DeclaredParts> {
        self.parts.iter().find(|parts| parts.media_type == media_type)
    }

    /// The declared parameter `name` in `location`.
    pub fn parameter(&self, location: Location, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.location == location && parameter.name == name)
    }
}

/// The parts of a multipart body.
#[derive(Debug)]
pub struct DeclaredParts {
    /// The media type of the body.
    pub media_type: &'static str,
    /// The names of the parts that are values.
    pub values: &'static [&'static str],
    /// The names of those that are files.
    pub files: &'static [&'static str],
    /// Whether other parts break the description.
    pub is_closed: bool,
    /// What takes the body apart.
    #[cfg(feature = "server")]
    pub take_apart: crate::support::server::TakeApart,
}

/// A path template up to its query or fragment. In braces there is neither.
const fn route_of(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let (mut at, mut is_inside) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'{' => is_inside = true,
            b'}' => is_inside = false,
            b'?' | b'#' if !is_inside => return path.split_at(at).0,
            _ => {}
        }
        at += 1;
    }
    path
}

/// Whether all that is in braces stands between slashes, and no slash is in braces.
const fn has_whole_segments(route: &str) -> bool {
    let bytes = route.as_bytes();
    let (mut at, mut is_inside) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'{' if is_inside || (at > 0 && bytes[at - 1] != b'/') => return false,
            b'{' => is_inside = true,
            b'}' if at + 1 < bytes.len() && bytes[at + 1] != b'/' => return false,
            b'}' => is_inside = false,
            b'/' if is_inside => return false,
            _ => {}
        }
        at += 1;
    }
    !is_inside
}

/// Bodies that are more than JSON, text or nothing.
#[derive(Debug)]
pub struct Bodies {
    /// The properties of a form that are not a scalar or a list of scalars.
    pub form: &'static [Parameter],
    /// The media types in which the request's body is handed on unread.
    pub unread: &'static [&'static str],
    /// The answers of which some body is handed on unread.
    pub streams: &'static [Streamed],
    /// Whether some success comes in several forms: the client wants those first in `produces` more.
    pub is_weighed: bool,
}

/// An answer of which some body is handed on unread.
#[derive(Debug)]
pub struct Streamed {
    /// The first and the last status.
    pub statuses: (u16, u16),
    /// The media types it comes in.
    pub media_types: &'static [&'static str],
    /// Those of them that are handed on unread.
    pub unread: &'static [&'static str],
}

impl Operation {
    /// Whether the pair `name` of a query or a cookie header is a part of `parameter`, an object that is spread there:
    /// of another parameter it is not, and neither is a credential or the path's own query. Of several such objects
    /// it belongs to the one that names it, else to the first that takes any.
    pub fn is_part_of(&self, parameter: &Parameter, name: &str) -> bool {
        let here = || self.parameters.iter().filter(|other| other.location == parameter.location);
        let is_named = here().filter(|other| !other.is_spread()).any(|other| other.is_called(name));
        let is_credential = self.security.iter().copied().flatten().any(|requirement| {
            matches!(requirement.scheme.kind, SchemeKind::ApiKey(place, key) if place == parameter.location && key == name)
        });
        let is_fixed = parameter.location == Location::Query
            && self
                .fixed_query()
                .is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some(name)));
        let mut spread = here().filter(|other| other.is_spread());
        let names_it = |other: &&Parameter| matches!(other.shape, Shape::Properties(names) if names.contains(&name));
        let owner = spread.clone().find(names_it).or_else(|| spread.find(|other| other.shape == Shape::Object));
        !is_named && !is_credential && !is_fixed && owner.is_some_and(|owner| std::ptr::eq(owner, parameter))
    }
}

/// One parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it stands.
    pub location: Location,
    /// How it is written.
    pub style: Style,
    /// Whether each item or property makes a parameter of its own.
    pub explode: bool,
    /// What its value is made of.
    pub shape: Shape,
    /// Whether reserved characters stand as they are (`allowReserved`).
    pub allows_reserved: bool,
    /// Whether a value of it may be written as another one is: some part of it is a union, or anything.
    pub is_ambiguous: bool,
    /// What its value must meet.
    pub rules: &'static [Rule],
}

impl Parameter {
    /// Whether the properties of its value are pairs by themselves.
    pub fn is_spread(&self) -> bool {
        let is_pairs = matches!(self.style, Style::Form | Style::SpaceDelimited | Style::PipeDelimited);
        self.explode && self.shape.is_object() && is_pairs
    }

    fn is_called(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.name);
        rest.is_some_and(|rest| rest.is_empty() || self.style == Style::DeepObject && rest.starts_with('['))
    }
}

/// The builder in which a parameter's line is written: a scalar in the style that OpenAPI takes by default.
#[doc(hidden)]
impl Parameter {
    pub const fn path(name: &'static str) -> Self {
        Self::new(Location::Path, name, Style::Simple, false)
    }

    pub const fn query(name: &'static str) -> Self {
        Self::new(Location::Query, name, Style::Form, true)
    }

    pub const fn header(name: &'static str) -> Self {
        Self::new(Location::Header, name, Style::Simple, false)
    }

    pub const fn cookie(name: &'static str) -> Self {
        Self::new(Location::Cookie, name, Style::Form, true)
    }

    /// A property of a form.
    pub const fn property(name: &'static str) -> Self {
        Self::new(Location::Body, name, Style::Form, true)
    }

    const fn new(location: Location, name: &'static str, style: Style, explode: bool) -> Self {
        let shape = Shape::Scalar;
        Self { name, location, style, explode, shape, allows_reserved: false, is_ambiguous: false, rules: &[] }
    }

    pub const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = explode;
        self
    }

    pub const fn array(mut self) -> Self {
        self.shape = Shape::Array;
        self
    }

    pub const fn object(mut self) -> Self {
        self.shape = Shape::Object;
        self
    }

    pub const fn properties(mut self, names: &'static [&'static str]) -> Self {
        self.shape = Shape::Properties(names);
        self
    }

    pub const fn union(mut self) -> Self {
        self.shape = Shape::Union;
        self
    }

    pub const fn allows_reserved(mut self) -> Self {
        self.allows_reserved = true;
        self
    }

    pub const fn ambiguous(mut self) -> Self {
        self.is_ambiguous = true;
        self
    }

    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }
}

/// How a parameter is written (OpenAPI 3.1.1, Style Values).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// Not a style: JSON text (`content`).
    Json,
}

/// What a parameter's value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One scalar.
    Scalar,
    /// An array.
    Array,
    /// An object of any properties.
    Object,
    /// An object of these properties.
    Properties(&'static [&'static str]),
    /// Any of these: its text shows which.
    Union,
}

impl Shape {
    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        matches!(self, Self::Object | Self::Properties(_))
    }
}

/// One scheme that a security requirement names, and the scopes or roles it must grant.
#[derive(Debug)]
pub struct Requirement {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// Scopes or roles.
    pub scopes: &'static [&'static str],
}

/// A way to authenticate (OpenAPI 3.1.1, Security Scheme Object).
#[derive(Debug)]
pub struct Scheme {
    /// Its position among the description's schemes.
    pub index: usize,
    /// What the description calls it.
    pub name: &'static str,
    /// Where the credential stands.
    pub kind: SchemeKind,
    /// Where a client obtains its tokens by itself: the token endpoint of the flow `clientCredentials`.
    pub token_url: Option<&'static str>,
}

/// Where a credential stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeKind {
    /// In a header, query or cookie parameter of this name.
    ApiKey(Location, &'static str),
    /// `Authorization: Basic …` in this realm (RFC 7617); the credential is user and password in base64.
    Basic(&'static str),
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// `Authorization` with another scheme.
    Http(&'static str),
    /// In the connection.
    MutualTls,
}

/// In the extensions of a server's response: the request was refused, or its handler failed, before there was an answer.
#[derive(Debug, Clone, Copy)]
pub struct Refused;

/// A declared failure of an operation.
pub trait ApiError: std::error::Error {
    /// The status it came or goes with.
    fn status(&self) -> StatusCode;

    /// Its body as JSON, if it has such a body: what all failures of an API have in common, such as a
    /// `message`, can be had without a `match`.
    fn json(&self) -> Option<serde_json::Value>;
}

/// The failures of an operation that declares none.
impl ApiError for Infallible {
    fn status(&self) -> StatusCode {
        match *self {}
    }

    fn json(&self) -> Option<serde_json::Value> {
        match *self {}
    }
}

/// The status `code`, which has three digits.
pub const fn status(code: u16) -> StatusCode {
    match StatusCode::from_u16(code) {
        Ok(status) => status,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_before_its_query_and_fragment() {
        let rows = [
            ("/a/{b?}/c", "/a/{b?}/c", None),
            ("/a/{b}?beta=true", "/a/{b}", Some("beta=true")),
            ("/a#stream", "/a", None),
            ("/a?b=c/d#e", "/a", Some("b=c/d")),
            ("/", "/", None),
        ];
        for (path, route, query) in rows {
            let operation = Operation::new("", Method::GET, path);
            assert_eq!((operation.route(), operation.fixed_query()), (route, query), "{path}");
        }
    }
}
