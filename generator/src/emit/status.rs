//! Statuses: as Rust, and in words.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::ident;
use crate::model::Status;

/// `StatusCode::NOT_FOUND`, or the code where it has no name.
pub(crate) fn status_code(code: u16) -> TokenStream {
    match reason(code) {
        Some(reason) => {
            let name = match code {
                // `http` keeps the name of RFC 7231 and RFC 2324.
                413 => "PAYLOAD_TOO_LARGE".to_owned(),
                418 => "IM_A_TEAPOT".to_owned(),
                422 => "UNPROCESSABLE_ENTITY".to_owned(),
                _ => reason.to_ascii_uppercase().replace([' ', '-'], "_").replace('\'', ""),
            };
            let name = ident(&name);
            quote! { StatusCode::#name }
        }
        None => {
            let code = proc_macro2::Literal::u16_unsuffixed(code);
            quote! { const { crate::support::operation::status(#code) } }
        }
    }
}

/// `404 Not Found`, `4XX`, `default`.
pub(crate) fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => match reason(code) {
            Some(reason) => format!("{code} {reason}"),
            None => code.to_string(),
        },
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "any other status".to_owned(),
    }
}

/// The reason phrases of RFC 9110, section 15, and of the registry's other statuses that `http` names.
pub(crate) fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        100 => "Continue",
        101 => "Switching Protocols",
        102 => "Processing",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        208 => "Already Reported",
        226 => "IM Used",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Payload Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        421 => "Misdirected Request",
        422 => "Unprocessable Entity",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        506 => "Variant Also Negotiates",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        510 => "Not Extended",
        511 => "Network Authentication Required",
        _ => return None,
    })
}
