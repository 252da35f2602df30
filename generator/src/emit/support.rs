//! The support code: ordinary Rust, compiled and tested as a crate of its own, of which a generated crate
//! gets the files that its API needs.

use crate::emit::rust_type::visit_types;
use crate::emit::sides::{self, Side, Sides};
use crate::emit::{File, pagination};
use crate::model::{Api, EnumRepr, Format, MediaKind, Multipart, PatternEngine, SecurityKind, Type, TypeKind};
use crate::settings::Settings;

/// What an API needs of the support code and of other crates.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    pub(crate) regex: bool,
    pub(crate) float: bool,
    pub(crate) regex_case: bool,
    pub(crate) regex_properties: bool,
    pub(crate) fancy_regex: bool,
    pub(crate) fancy_regex_unicode: bool,
    pub(crate) uuid: bool,
    pub(crate) chrono: bool,
    pub(crate) date_time: bool,
    pub(crate) date: bool,
    pub(crate) base64: bool,
    pub(crate) ip: bool,
    pub(crate) basic: bool,
    pub(crate) string_enum: bool,
    pub(crate) custom: bool,
    pub(crate) integer_enum: bool,
    pub(crate) json_enum: bool,
    pub(crate) tuple: bool,
    pub(crate) union: bool,
    pub(crate) header: bool,
    pub(crate) content: bool,
    pub(crate) form: bool,
    pub(crate) multipart: bool,
    /// Parts of a multipart body have headers.
    pub(crate) part_headers: bool,
    pub(crate) stream: bool,
    /// Some body is handed on unread.
    pub(crate) body: bool,
    /// The URLs of servers are made when the client is.
    pub(crate) server_url: bool,
    /// The client obtains tokens by itself.
    pub(crate) oauth: bool,
    /// Some answers come in pages.
    pub(crate) pagination: bool,
}

impl Needs {
    pub(crate) fn of(api: &Api) -> Self {
        let is_basic = |scheme: &crate::model::SecurityScheme| scheme.kind == SecurityKind::Basic;
        let has = |is_such: fn(&TypeKind) -> bool| api.types.iter().any(|ty| is_such(&ty.kind));
        let requests = || api.all_operations().flat_map(|operation| &operation.request_body);
        let forms = || {
            let answers = api.responses().flat_map(|response| &response.media_types);
            requests().flat_map(|body| &body.media_types).chain(answers)
        };
        let oauth = api.security_schemes.iter().any(|scheme| scheme.client_credentials_url().is_some());
        let part_headers = forms().filter_map(|media| media.multipart.as_ref()).any(Multipart::has_headers);
        let mut needs = Self {
            oauth,
            basic: oauth || api.security_schemes.iter().any(is_basic),
            string_enum: has(|kind| matches!(kind, TypeKind::Enum(it) if it.repr == EnumRepr::String)),
            integer_enum: has(|kind| matches!(kind, TypeKind::Enum(it) if it.repr == EnumRepr::Integer)),
            json_enum: has(|kind| matches!(kind, TypeKind::Enum(it) if it.repr == EnumRepr::Json)),
            tuple: has(|kind| matches!(kind, TypeKind::Tuple(_))),
            union: has(|kind| matches!(kind, TypeKind::Union(_))),
            header: part_headers || api.responses().any(|response| !response.headers.is_empty()),
            part_headers,
            content: requests().any(|body| body.media_types.len() > 1)
                || api.responses().any(|response| response.media_types.len() > 1),
            form: forms().any(|media| media.kind == MediaKind::Form),
            multipart: forms().any(|media| media.kind == MediaKind::Multipart),
            stream: forms().any(|media| media.kind.has_items()),
            body: forms()
                .any(|media| matches!(media.kind, MediaKind::Binary | MediaKind::Content | MediaKind::Multipart)),
            server_url: api.has_server_choice() || api.has_operation_server_choice(),
            pagination: pagination::is_needed(api),
            ..Self::default()
        };
        visit_types(api, &mut |ty| match ty {
            Type::Number(_) | Type::Any => needs.float = true,
            Type::Custom(_) => needs.custom = true,
            Type::Formatted(Format::Uuid) => needs.uuid = true,
            Type::Formatted(Format::DateTime) => needs.date_time = true,
            Type::Formatted(Format::Date) => needs.date = true,
            Type::Formatted(Format::Base64 | Format::Base64Url) => needs.base64 = true,
            Type::Formatted(Format::Ipv4 | Format::Ipv6 | Format::Ip) => needs.ip = true,
            _ => {}
        });
        for pattern in &api.patterns {
            match pattern.engine {
                PatternEngine::Linear => {
                    needs.regex = true;
                    needs.regex_case |= pattern.ignores_case;
                    needs.regex_properties |= pattern.has_property;
                }
                PatternEngine::Backtracking => {
                    needs.fancy_regex = true;
                    needs.fancy_regex_unicode |= pattern.ignores_case || pattern.has_property;
                }
            }
        }
        needs.chrono = needs.date_time || needs.date;
        needs
    }
}

/// One file of the support code.
macro_rules! part {
    ($path:literal) => {
        ($path, include_str!(concat!("../../support/src/support/", $path)))
    };
}

/// What every crate gets.
const ALWAYS: &[(&str, &str)] = &[
    part!("violation.rs"),
    part!("secret.rs"),
    part!("codec/context.rs"),
    part!("codec/rule.rs"),
    part!("codec/schema.rs"),
    part!("codec/names.rs"),
    part!("codec/scalar.rs"),
    part!("codec/collection.rs"),
    part!("codec/object.rs"),
    part!("codec/fields.rs"),
    part!("codec/reader.rs"),
    part!("codec/finite.rs"),
    part!("codec/json.rs"),
];

/// What both sides stand on.
const EITHER: &[(&str, &str)] = &[
    part!("body.rs"),
    part!("media.rs"),
    part!("operation.rs"),
    part!("answer.rs"),
    part!("telemetry.rs"),
    part!("parameter/mod.rs"),
    part!("parameter/deep.rs"),
    part!("parameter/path.rs"),
    part!("parameter/read.rs"),
    part!("parameter/value.rs"),
    part!("parameter/write.rs"),
];

const CLIENT: &[(&str, &str)] = &[
    part!("client/authentication.rs"),
    part!("client/call.rs"),
    part!("client/credential.rs"),
    part!("client/error.rs"),
    part!("client/fetch_transport.rs"),
    part!("client/idle.rs"),
    part!("client/upload.rs"),
    part!("client/reply.rs"),
    part!("client/request.rs"),
    part!("client/reqwest_transport.rs"),
    part!("client/retry.rs"),
    part!("client/telemetry.rs"),
    part!("client/time.rs"),
    part!("client/transport.rs"),
];

const SERVER: &[(&str, &str)] = &[
    part!("server/challenge.rs"),
    part!("server/endpoint.rs"),
    part!("server/failure.rs"),
    part!("server/incoming.rs"),
    part!("server/keep_alive.rs"),
    part!("server/upload.rs"),
    part!("server/rejection.rs"),
    part!("server/reply.rs"),
    part!("server/routes.rs"),
    part!("server/serve.rs"),
    part!("server/security.rs"),
    part!("server/telemetry.rs"),
];

const CLIENT_ROOT: &str = include_str!("../../support/src/support/client/mod.rs");
const OAUTH: (&str, &str) = part!("client/oauth.rs");
const PAGINATION: &[(&str, &str)] = &[
    part!("client/pagination/mod.rs"),
    part!("client/pagination/link.rs"),
    part!("client/pagination/seek.rs"),
    part!("client/pagination/turn.rs"),
];
const SENDER: (&str, &str) = part!("client/sender.rs");
const TESTING: (&str, &str) = part!("testing.rs");
const SERVER_ROOT: &str = include_str!("../../support/src/support/server/mod.rs");
const RECEIVER: (&str, &str) = part!("server/receiver.rs");
const SERVER_URL: (&str, &str) = part!("client/server_url.rs");
const CODEC: &str = include_str!("../../support/src/support/codec/mod.rs");
const STRING_ENUM: (&str, &str) = part!("codec/string_enum.rs");
const CUSTOM: (&str, &str) = part!("codec/custom.rs");
const INTEGER_ENUM: (&str, &str) = part!("codec/integer_enum.rs");
const JSON_ENUM: (&str, &str) = part!("codec/json_enum.rs");
const TUPLE: (&str, &str) = part!("codec/tuple.rs");
const UNION: (&str, &str) = part!("codec/union.rs");
const BASIC: (&str, &str) = part!("basic.rs");
const HEADER: (&str, &str) = part!("header.rs");
const CONTENT: (&str, &str) = part!("content.rs");
const FORM: (&str, &str) = part!("form.rs");
const MULTIPART: &[(&str, &str)] = &[
    part!("multipart/client.rs"),
    part!("multipart/parser.rs"),
    part!("multipart/head.rs"),
    part!("multipart/arrival.rs"),
    part!("multipart/server.rs"),
];
const MULTIPART_ROOT: &str = include_str!("../../support/src/support/multipart/mod.rs");
const PART_HEADERS: (&str, &str) = part!("multipart/headers.rs");
const STREAM: &[(&str, &str)] = &[
    part!("stream/mod.rs"),
    part!("stream/reading.rs"),
    part!("stream/writing.rs"),
    part!("stream/client.rs"),
    part!("stream/server.rs"),
];
const PATTERN: (&str, &str) = part!("pattern.rs");
const BACKTRACKING: (&str, &str) = part!("backtracking.rs");
const UUID: (&str, &str) = part!("format/uuid.rs");
const DATE_TIME: (&str, &str) = part!("format/date_time.rs");
const DATE: (&str, &str) = part!("format/date.rs");
const BASE64: (&str, &str) = part!("format/base64.rs");
const IP: (&str, &str) = part!("format/ip.rs");

pub(crate) fn files(api: &Api, settings: &Settings) -> Vec<File> {
    let needs = Needs::of(api);
    let formats = [
        (needs.uuid, "uuid", UUID),
        (needs.date_time, "date_time", DATE_TIME),
        (needs.date, "date", DATE),
        (needs.base64, "base64", BASE64),
        (needs.ip, "ip", IP),
    ];
    let formats: Vec<_> = formats.into_iter().filter(|(is_needed, ..)| *is_needed).collect();
    let kinds = [
        (needs.string_enum, "string_enum", STRING_ENUM),
        (needs.custom, "custom", CUSTOM),
        (needs.integer_enum, "integer_enum", INTEGER_ENUM),
        (needs.json_enum, "json_enum", JSON_ENUM),
        (needs.tuple, "tuple", TUPLE),
        (needs.union, "union", UNION),
    ];
    let mut parts = ALWAYS.to_vec();
    let sides = Sides::of(api, settings);
    let has_tokens = needs.oauth && sides.has_client;
    let has_pages = needs.pagination && sides.has_client;
    if sides.has_any() {
        parts.extend(EITHER);
    }
    if sides.has_sending() {
        parts.extend(CLIENT);
        parts.extend(sides.has_sender.then_some(SENDER));
        parts.extend(needs.server_url.then_some(SERVER_URL));
        parts.extend(has_tokens.then_some(OAUTH));
        parts.extend(PAGINATION.iter().filter(|_| has_pages));
        parts.extend(sides.has_client.then_some(TESTING));
    }
    if sides.has_answering() {
        parts.extend(SERVER);
        parts.extend(sides.has_receiver.then_some(RECEIVER));
    }
    parts.extend(kinds.iter().filter(|(is_needed, ..)| *is_needed).map(|(_, _, part)| *part));
    parts.extend(needs.basic.then_some(BASIC));
    let of_operations = [(needs.header, HEADER), (needs.content, CONTENT), (needs.form, FORM)];
    if sides.has_any() {
        parts.extend(of_operations.iter().filter(|(is_needed, _)| *is_needed).map(|(_, part)| *part));
        parts.extend(MULTIPART.iter().filter(|_| needs.multipart));
        parts.extend(needs.part_headers.then_some(PART_HEADERS));
        parts.extend(STREAM.iter().filter(|_| needs.stream));
    }
    parts.extend(needs.regex.then_some(PATTERN));
    parts.extend(needs.fancy_regex.then_some(BACKTRACKING));
    parts.extend(formats.iter().map(|(_, _, part)| *part));
    let mut texts: Vec<(&str, String)> = parts.into_iter().map(|(path, text)| (path, without_tests(text))).collect();
    let left_out: Vec<&str> = kinds.iter().filter(|(is_needed, ..)| !is_needed).map(|(_, name, _)| *name).collect();
    texts.push(("codec/mod.rs", without_modules(CODEC, &left_out)));
    if sides.has_any() && needs.multipart {
        let left_out: &[&str] = if needs.part_headers { &[] } else { &["headers"] };
        texts.push(("multipart/mod.rs", without_modules(MULTIPART_ROOT, left_out)));
    }
    if sides.has_sending() {
        let modules = [
            (sides.has_sender, "sender"),
            (needs.server_url, "server_url"),
            (has_tokens, "oauth"),
            (has_pages, "pagination"),
        ];
        let left_out: Vec<&str> = modules.iter().filter(|(is_needed, _)| !is_needed).map(|(_, name)| *name).collect();
        texts.push(("client/mod.rs", without_modules(CLIENT_ROOT, &left_out)));
    }
    if sides.has_answering() {
        texts.push((
            "server/mod.rs",
            without_modules(SERVER_ROOT, if sides.has_receiver { &[] } else { &["receiver"] }),
        ));
    }
    let mut files: Vec<File> = texts
        .into_iter()
        .map(|(path, text)| File::text(format!("src/support/{path}"), with_features(text, sides)))
        .collect();
    let names: Vec<&str> = formats.iter().map(|(_, name, _)| *name).collect();
    files.push(File::text("src/support/mod.rs", root(&needs, !names.is_empty(), sides)));
    if !names.is_empty() {
        files.push(File::text("src/support/format/mod.rs", format_root(&names)));
    }
    files
}

/// The file up to its unit tests, which stay with the support crate.
fn without_tests(text: &str) -> String {
    let end = text.find("\n#[cfg(test)]").unwrap_or(text.len());
    format!("{}\n", text[..end].trim_end())
}

/// `support/mod.rs`, in the order of its parts.
fn root(needs: &Needs, has_formats: bool, sides: Sides) -> String {
    let mut text = "//! What the generated code stands on.\n\npub mod violation;\n".to_owned();
    let optional = [
        (needs.regex, "pattern"),
        (needs.fancy_regex, "backtracking"),
        (true, "secret"),
        (needs.basic, "basic"),
        (true, "codec"),
        (has_formats, "format"),
    ];
    for (_, module) in optional.into_iter().filter(|(is_needed, _)| *is_needed) {
        text.push_str(&format!("pub mod {module};\n"));
    }
    let any = sides.among(&[Side::Client, Side::Server, Side::Sender, Side::Receiver]);
    let (sending, answering) = (sides.among(SENDING), sides.among(ANSWERING));
    for (is_needed, conditions, module) in [
        (true, &any, "operation"),
        (true, &any, "answer"),
        (true, &any, "parameter"),
        (needs.header, &any, "header"),
        (true, &any, "media"),
        (needs.content, &any, "content"),
        (needs.form, &any, "form"),
        (needs.multipart, &any, "multipart"),
        (needs.stream, &any, "stream"),
        (true, &any, "body"),
        (true, &sending, "client"),
        (true, &answering, "server"),
    ] {
        if is_needed && !conditions.is_empty() {
            let condition = sides::predicate_text(conditions);
            text.push_str(&format!("#[cfg({condition})]\npub mod {module};\n"));
        }
    }
    if sides.has_client {
        text.push_str("#[cfg(feature = \"testing\")]\npub mod testing;\n");
    }
    if !any.is_empty() {
        let condition = sides::predicate_text(&any);
        text.push_str(&format!("#[cfg(all(feature = \"tracing\", {condition}))]\npub mod telemetry;\n"));
    }
    text
}

/// The root of a module without the paragraphs of the parts in `left_out`.
fn without_modules(text: &str, left_out: &[&str]) -> String {
    let mut text = text.to_owned();
    for name in left_out {
        let begin = format!("mod {name};");
        let is_about = |paragraph: &&str| paragraph.strip_prefix("pub ").unwrap_or(paragraph).starts_with(&begin);
        let kept: Vec<&str> = text.split("\n\n").filter(|paragraph| !is_about(paragraph)).collect();
        text = kept.join("\n\n");
    }
    without_tests(&text)
}

/// What sends requests, and what answers them.
const SENDING: &[Side] = &[Side::Client, Side::Sender];
const ANSWERING: &[Side] = &[Side::Server, Side::Receiver];

/// In the support code a client sends and a server answers. In a crate with webhooks others do so as well.
fn with_features(text: String, sides: Sides) -> String {
    let replaced = |text: String, side: Side, sides: Vec<Side>| match &*sides {
        [only] if *only == side => text,
        [] => text,
        sides => {
            let (from, to) = (sides::predicate_text(&[side]), sides::predicate_text(sides));
            text.replace(&from, &to)
        }
    };
    let text = replaced(text, Side::Client, sides.among(SENDING));
    replaced(text, Side::Server, sides.among(ANSWERING))
}

fn format_root(names: &[&str]) -> String {
    let modules: String = names.iter().map(|name| format!("pub mod {name};\n")).collect();
    format!(
        "//! String formats with a type of their own.\n//!\n//! A request's text must meet the format's own grammar, \
         which the type's parser is often too generous\n//! for; a response's is read as generously as the parser \
         allows.\n\n{modules}"
    )
}
