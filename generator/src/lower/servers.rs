//! Where the API is served (OpenAPI 3.1.1, Server Object and Server Variable Object).
//!
//! A server that cannot be called is left out, and what is wrong with one that can be is repaired, each with a warning.

use std::collections::HashMap;

use openapiv3::ServerVariable as Variable;

use crate::lower::lowering::Lowering;
use crate::lower::names::{self, Case, Scope};
use crate::lower::operation::{Named, RESERVED_TRAITS};
use crate::lower::pointer;
use crate::model::{Server, ServerEnum, ServerValue, ServerVariable, Tag};

/// A description of so many words makes a name; a longer one is prose.
const MAX_WORDS: usize = 4;

/// What every server has already.
const RESERVED_FUNCTIONS: &[&str] = &["clone", "default", "eq", "fmt", "hash", "url"];

/// A server's URL, taken apart.
struct Template<'a> {
    /// As written, without query and fragment.
    url: &'a str,
    /// The variables in it, each once.
    variables: Vec<&'a str>,
}

/// Where the API is served.
#[derive(Default)]
pub(super) struct Servers {
    /// The document's.
    pub(super) shared: Vec<Server>,
    /// Those that some operation, or its path, has for itself.
    pub(super) own: Vec<Server>,
    /// What stands in their URLs.
    pub(super) enums: Vec<ServerEnum>,
}

/// The enums of what stands in the URLs of servers.
#[derive(Default)]
struct Enums {
    names: Scope,
    list: Vec<ServerEnum>,
}

/// The variants of one enum of servers.
struct Variants {
    names: Scope,
    functions: Scope,
}

impl Default for Variants {
    fn default() -> Self {
        Self { names: Scope::default(), functions: Scope::with_reserved(RESERVED_FUNCTIONS) }
    }
}

impl<'a> Lowering<'a> {
    /// The servers, and the enums of their variables, whose names give way to those of the traits. The operations in
    /// `tags` are told which servers are theirs.
    pub(super) fn servers(&mut self, tags: &mut [Tag], operations: &[Named<'a>]) -> Servers {
        let reserved: Vec<&str> =
            RESERVED_TRAITS.iter().copied().chain(tags.iter().map(|tag| tag.name.as_str())).collect();
        let mut enums = Enums { names: Scope::with_reserved(&reserved), list: Vec::new() };
        let mut variants = Variants::default();
        let document = self.document;
        let servers = document.servers.iter().enumerate();
        let shared = servers.filter_map(|(index, server)| {
            self.server(server, &pointer::element("", "servers", index), &mut enums, &mut variants)
        });
        let shared = shared.collect();
        let own = self.own_servers(tags, operations, &mut enums);
        Servers { shared, own, enums: enums.list }
    }

    /// The servers of operations and paths, each once.
    fn own_servers(&mut self, tags: &mut [Tag], operations: &[Named<'a>], enums: &mut Enums) -> Vec<Server> {
        let mut by_name: HashMap<_, _> =
            tags.iter_mut().flat_map(|tag| &mut tag.operations).map(|it| (it.wire_name.clone(), it)).collect();
        let mut variants = Variants::default();
        let mut known: Vec<(&openapiv3::Server, Option<usize>)> = Vec::new();
        let mut own = Vec::new();
        for named in operations {
            let (servers, owner) = match (&named.operation.servers, &named.item.servers) {
                (own, _) if !own.is_empty() => (own, named.place.clone()),
                (_, shared) => (shared, pointer::child("/paths", named.path)),
            };
            let Some(operation) = by_name.get_mut(&named.wire_name) else { continue };
            if *servers == self.document.servers {
                continue;
            }
            for (index, server) in servers.iter().enumerate() {
                let place = pointer::element(&owner, "servers", index);
                let slot = match known.iter().find(|(known, _)| *known == server) {
                    Some((_, slot)) => {
                        // What is wrong with it is said at each of its places.
                        self.server(server, &place, &mut Enums::default(), &mut Variants::default());
                        *slot
                    }
                    None => {
                        let slot = self.server(server, &place, enums, &mut variants).map(|server| {
                            own.push(server);
                            own.len() - 1
                        });
                        known.push((server, slot));
                        slot
                    }
                };
                operation.servers.extend(slot.filter(|slot| !operation.servers.contains(slot)));
            }
        }
        own
    }

    /// One server; none if no request can go there.
    fn server(
        &mut self,
        server: &'a openapiv3::Server,
        place: &str,
        enums: &mut Enums,
        variants: &mut Variants,
    ) -> Option<Server> {
        let template = self.template(server, place)?;
        let mut fields = Scope::default();
        let variables = self.variables(&template, server, place, &mut fields, enums);
        let (url, description) = (template.url.to_owned(), server.description.clone());
        let name = variants.names.claim(variant_names(url.as_str(), description.as_deref()));
        let mut server = Server { name, url, description, variables, base: None, constructor: None };
        server.base = is_relative(&server).then(|| fields.claim(["description_url".to_owned()]));
        if server.is_ready() && !server.variables.is_empty() {
            server.constructor = Some(variants.functions.claim_text(&server.name, Case::Snake));
        }
        Some(server)
    }

    /// The URL; none if no request can go there.
    fn template(&mut self, server: &'a openapiv3::Server, place: &str) -> Option<Template<'a>> {
        let place = &pointer::child(place, "url");
        let url = self.without_query(server.url.trim(), place);
        let Some(variables) = variables_in(url) else {
            self.leave_out(place, "braces that do not stand for a variable");
            return None;
        };
        let is_garbled = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>' | '`');
        if url.contains(is_garbled) {
            self.leave_out(place, "characters that no URL has");
            return None;
        }
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if let Some(scheme) = scheme.filter(|scheme| !scheme.contains('{') && !matches!(&**scheme, "http" | "https")) {
            self.leave_out(place, &format!("the scheme `{scheme}`"));
            return None;
        }
        let host = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
        if host.is_some_and(|host| host.is_empty() || host.starts_with(':') || host.contains('@')) {
            self.leave_out(place, "no host by itself");
            return None;
        }
        Some(Template { url, variables })
    }

    fn without_query(&mut self, url: &'a str, place: &str) -> &'a str {
        let mut is_inside = false;
        let end = url.find(|c| {
            is_inside = (is_inside || c == '{') && c != '}';
            !is_inside && matches!(c, '?' | '#')
        });
        let Some(end) = end else { return url };
        self.report.warning(
            "invalid-server-url",
            place,
            "the URL of a server has no query and no fragment".to_owned(),
            "what begins there is left out",
        );
        &url[..end]
    }

    fn leave_out(&mut self, place: &str, what: &str) {
        let message = format!("the URL has {what}: no request can go there");
        self.report.warning("invalid-server-url", place, message, "the server is left out");
    }

    /// The variables of a URL.
    fn variables(
        &mut self,
        template: &Template<'a>,
        server: &'a openapiv3::Server,
        place: &str,
        fields: &mut Scope,
        enums: &mut Enums,
    ) -> Vec<ServerVariable> {
        let place = pointer::child(place, "variables");
        for key in server.variables.iter().flat_map(|variables| variables.keys()) {
            if !template.variables.contains(&key.as_str()) {
                self.report.warning(
                    "unused-server-variable",
                    &pointer::child(&place, key),
                    format!("the URL has no `{{{key}}}`"),
                    "the variable is left out",
                );
            }
        }
        let mut variables = Vec::with_capacity(template.variables.len());
        for wire_name in &template.variables {
            let declared = server.variables.as_ref().and_then(|variables| variables.get(*wire_name));
            if declared.is_none() {
                self.report.warning(
                    "undeclared-server-variable",
                    pointer::parent(&place).unwrap_or_default(),
                    format!("server variable `{wire_name}` is not declared"),
                    "declare it under `variables`, with a default; as it is, it must always be given",
                );
            }
            let values = declared.map(|it| self.values(it, &pointer::child(&place, wire_name))).unwrap_or_default();
            let ty = (!values.is_empty()).then(|| enums.claim(wire_name, &values));
            variables.push(ServerVariable {
                name: fields.claim_text(wire_name, Case::Snake),
                wire_name: (*wire_name).to_owned(),
                description: declared.and_then(|variable| variable.description.clone()),
                default: declared.map(|variable| variable.default.clone()),
                ty,
            });
        }
        variables
    }

    /// What a variable can be, its default among it; empty if that is any text.
    fn values(&mut self, variable: &'a Variable, place: &str) -> Vec<&'a str> {
        let mut values: Vec<&str> = Vec::new();
        for value in &variable.enumeration {
            if !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
        if !values.is_empty() && !values.contains(&variable.default.as_str()) {
            self.report.warning(
                "server-default-not-in-enum",
                &pointer::child(place, "default"),
                format!("the default `{}` is not one of the values that `enum` lists", variable.default),
                "it is taken for one more value",
            );
            values.push(&variable.default);
        }
        values
    }
}

impl Enums {
    /// The enum of a variable's values: one for all variables of that name and those values.
    fn claim(&mut self, wire_name: &str, values: &[&str]) -> String {
        let is_same = |known: &&ServerEnum| {
            known.wire_name == wire_name
                && known.values.iter().map(|value| &*value.wire_name).eq(values.iter().copied())
        };
        if let Some(known) = self.list.iter().find(is_same) {
            return known.name.clone();
        }
        let stem = names::identifier(wire_name, Case::UpperCamel);
        let name = self.names.claim([format!("Server{}", stem.trim_start_matches('_'))]);
        let variants = Scope::default().claim_all(values, Case::UpperCamel);
        let values = variants.into_iter().zip(values);
        let values = values.map(|(name, value)| ServerValue { name, wire_name: (*value).to_owned() });
        self.list.push(ServerEnum { name: name.clone(), wire_name: wire_name.to_owned(), values: values.collect() });
        name
    }
}

/// Whether the URL has no scheme, nor a variable in the place of one that nobody declares.
fn is_relative(server: &Server) -> bool {
    let is_open = server.url.starts_with('{') && server.variables.first().is_some_and(|first| first.default.is_none());
    !is_open && !server.default_url().contains("://")
}

/// The names in braces, each once; none if the braces are not pairs.
fn variables_in(url: &str) -> Option<Vec<&str>> {
    let mut variables = Vec::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if before.contains('}') || name.contains('{') || name.is_empty() {
            return None;
        }
        if !variables.contains(&name) {
            variables.push(name);
        }
        rest = after;
    }
    (!rest.contains('}')).then_some(variables)
}

/// The names that a server's variant may get, best first: `Production` for `Production server.`, else the host, else the
/// host and the path.
fn variant_names(url: &str, description: Option<&str>) -> Vec<String> {
    let mut names = Vec::new();
    let text = description.unwrap_or_default().trim().trim_end_matches('.');
    let words: Vec<&str> = text.split_whitespace().collect();
    if (1..=MAX_WORDS).contains(&words.len()) && text.contains(char::is_alphanumeric) {
        let is_server = |word: &&str| word.eq_ignore_ascii_case("server");
        let kept: Vec<&str> = words.iter().copied().filter(|word| words.len() == 1 || !is_server(word)).collect();
        names.push(kept.join(" "));
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    names
        .extend([host, rest].iter().filter(|text| text.contains(char::is_alphanumeric)).map(|text| (*text).to_owned()));
    names.push("root".to_owned());
    names.iter().map(|name| names::identifier(name, Case::UpperCamel)).collect()
}
