//! Encoded content (JSON Schema 2020-12, Validation, 8).

use super::{Context, set};
use crate::tree::{Node, Object, Pointer};

/// `contentEncoding: base64` is 3.0's `format: byte`, raw binary content its `format: binary` (OpenAPI 3.1.1, 4.4.2).
/// Other encodings become `x-content-encoding`, other media types `x-content-media-type`: documentation, like a format
/// without a type of its own.
pub(super) fn content_encoding(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let encoding = members.shift_remove("contentEncoding");
    let media_type = members.shift_remove("contentMediaType");
    let name = encoding.as_ref().and_then(Node::as_str).map(str::to_ascii_lowercase);
    let format = match (name.as_deref(), media_type.as_ref().and_then(Node::as_str)) {
        (Some("base64"), _) => Some("byte"),
        (Some("base64url"), _) => Some("base64url"),
        (Some("binary"), _) => Some("binary"),
        (None, Some(media_type)) if is_binary(media_type) => Some("binary"),
        _ => None,
    };
    // `format: binary` beside an encoding says what is encoded.
    let has_other = members.get("format").and_then(Node::as_str).is_some_and(|format| format != "binary");
    match (format, encoding) {
        (Some(format), _) if !has_other => set(members, "format", Node::string(format)),
        (None, Some(encoding)) => set(members, "x-content-encoding", encoding),
        _ => {}
    }
    if let Some(media_type) = media_type
        && format != Some("binary")
    {
        set(members, "x-content-media-type", media_type);
    }
}

/// Whether content of this type, put into a string without an encoding, can only be raw bytes.
fn is_binary(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/').unwrap_or_default();
    match kind {
        "image" => subtype != "svg+xml",
        "audio" | "video" | "font" => true,
        _ => matches!(subtype, "octet-stream" | "pdf" | "zip" | "gzip" | "x-tar"),
    }
}
