//! Bodies of several named parts (`multipart/form-data`; RFC 7578): the machinery behind the `multipart!` tables.

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "server")]
mod parser;
#[cfg(feature = "server")]
mod head;
#[cfg(feature = "server")]
mod arrival;
#[cfg(feature = "server")]
mod server;

mod headers;

#[cfg(feature = "client")]
pub use client::{WritePart, WriteParts, Writer};
#[cfg(feature = "server")]
pub use server::{ReadPart, ReadParts, Reader};

use bytes::Bytes;

use crate::support::body::Body;
use crate::support::operation::DeclaredParts;

/// The builder in which the parts of a body are written.
#[doc(hidden)]
impl DeclaredParts {
    pub const fn new(
        media_type: &'static str,
        values: &'static [&'static str],
        files: &'static [&'static str],
    ) -> Self {
        Self {
            media_type,
            values,
            files,
            is_closed: false,
            #[cfg(feature = "server")]
            take_apart: arrival::take_apart,
        }
    }

    pub const fn closed(mut self) -> Self {
        self.is_closed = true;
        self
    }
}

/// How the parts of a body become the fields of a struct, a line a part.
///
/// ```text
/// multipart! {
///     UploadPhotoMultipart = open();                  // or `closed()`: other parts are violations
///     photo = file("photo", &["image/png"]);
///     pages = optional_files("pages", &[]);
///     tags = optional_value("tags", PartShape::List, &[]);
///     meta = value("meta", PartShape::Json, &[]);
///     scan = with_headers("scan");
/// }
/// ```
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! multipart {
    ($ty:ident = $openness:ident(); $($field:ident = $kind:ident($name:literal $(, $argument:expr)* $(,)?);)*) => {
        #[cfg(feature = "client")]
        impl $crate::support::multipart::WriteParts for $ty {
            fn write(self, parts: &mut $crate::support::multipart::Writer) {
                $(parts.$kind(self.$field, $name $(, $argument)*);)*
            }
        }

        #[cfg(feature = "server")]
        impl $crate::support::multipart::ReadParts for $ty {
            fn read(parts: &mut $crate::support::multipart::Reader) -> ::core::option::Option<Self> {
                $(let $field = parts.$kind($name $(, $argument)*);)*
                parts.$openness();
                ::core::option::Option::Some(Self { $($field: $field?,)* })
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use multipart;

/// How the headers and the content of a part become the fields of a struct, a line a header.
///
/// ```text
/// part_with_headers! {
///     UploadPhotoScanPart = file(&["image/png"]);     // or `value(PartShape::Json, &[])`
///     x_checksum = optional_header("x-checksum", HeaderShape::Scalar, &[]);
/// }
/// ```
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! part_with_headers {
    ($ty:ident = $content:ident($($argument:expr),* $(,)?); $($field:ident = $kind:ident($name:literal, $shape:expr, $rules:expr $(,)?);)*) => {
        #[cfg(feature = "client")]
        impl $crate::support::multipart::WritePart for $ty {
            fn write(self, part: &'static str, parts: &mut $crate::support::multipart::Writer) {
                $(parts.$kind(self.$field, (part, $name), $shape, $rules);)*
                parts.$content(self.body, part $(, $argument)*);
            }
        }

        #[cfg(feature = "server")]
        impl $crate::support::multipart::ReadPart for $ty {
            fn read(
                part: &'static str,
                parts: &mut $crate::support::multipart::Reader,
            ) -> ::core::option::Option<Self> {
                $(let $field = parts.$kind((part, $name), $shape, $rules);)*
                let body = parts.$content(part $(, $argument)*);
                ::core::option::Option::Some(Self { $($field: $field?,)* body: body? })
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use part_with_headers;

/// A file among the parts of a body. Its content may be a stream: a server holds no more of a body in memory than its limits
/// say, and hands on the last file as it comes.
#[derive(Debug)]
pub struct File {
    /// The name that the sender gives it; without one, that of its part is sent. It is not to be trusted as a path.
    pub file_name: Option<String>,
    /// Its media type; where it is not given, that which the description declares.
    pub media_type: Option<String>,
    /// What it holds.
    pub body: Body,
}

impl File {
    /// A file of this name.
    pub fn new(file_name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { file_name: Some(file_name.into()), media_type: None, body: body.into() }
    }

    /// Gives its media type.
    #[must_use]
    pub fn of_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }
}

impl From<Bytes> for File {
    fn from(bytes: Bytes) -> Self {
        Self { file_name: None, media_type: None, body: bytes.into() }
    }
}

impl From<Body> for File {
    fn from(body: Body) -> Self {
        Self { file_name: None, media_type: None, body }
    }
}

/// How a value that is no file stands in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartShape {
    /// The text of a scalar.
    Text,
    /// A part for each item of an array of scalars.
    List,
    /// JSON.
    Json,
    /// A part of JSON for each item.
    JsonList,
}

/// The name of a part between quotes (HTML Living Standard, 4.10.21.8).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
