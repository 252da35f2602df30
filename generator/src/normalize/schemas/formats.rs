//! Encoded content (JSON Schema 2020-12, Validation, 8).

use super::{Context, set};
use crate::tree::{Node, Object, Pointer};

/// `contentEncoding: base64` is 3.0's `format: byte`, raw binary content its `format: binary` (OpenAPI 3.1.1, 4.4.2).
/// Other encodings become `x-content-encoding`, other media types `x-content-media-type`.
pub(super) fn content_encoding(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let encoding = members.shift_remove("contentEncoding");
    let media_type = members.shift_remove("contentMediaType");
    let format = match (encoding.as_ref().and_then(Node::as_str), media_type.as_ref().and_then(Node::as_str)) {
        (Some(encoding), _) if encoding.eq_ignore_ascii_case("base64") => Some("byte"),
        (None, Some("application/octet-stream")) => Some("binary"),
        _ => None,
    };
    if let Some(format) = format {
        members.entry("format".to_owned()).or_insert_with(|| Node::string(format));
    } else if let Some(encoding) = encoding {
        set(members, "x-content-encoding", encoding);
    }
    if let Some(media_type) = media_type
        && format != Some("binary")
    {
        set(members, "x-content-media-type", media_type);
    }
}
