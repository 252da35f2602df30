//! Typed headers (OpenAPI 3.1.1, Header Object): of answers, the parts `optional` and `required` of an `answers!` table;
//! and of a multipart body's parts.

use http::HeaderMap;
use serde::Serialize;

use crate::support::codec::{Context, Decode, Mode, Report};
use crate::support::operation::{Parameter, Shape, Style};
use crate::support::parameter::{self, Piece, Value};
use crate::support::violation::Location;

/// How a header's value stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderShape {
    /// One scalar.
    Scalar,
    /// `a,b`.
    Array,
    /// `key,value`.
    Object,
    /// `key=value`.
    Exploded,
    /// A scalar or `a,b`.
    Union,
    /// JSON text.
    Json,
    /// A header line for each item (`Set-Cookie`).
    Lines,
}

impl HeaderShape {
    /// A report on a value of this shape.
    pub fn report(self, location: Location, mode: Mode) -> Report {
        match self {
            Self::Json => Report::of_json(location, mode),
            _ => Report::of_parameters(location, mode),
        }
    }

    fn parameter(self, name: &'static str) -> Parameter {
        let style = if self == Self::Json { Style::Json } else { Style::Simple };
        let shape = match self {
            Self::Scalar | Self::Json | Self::Lines => Shape::Scalar,
            Self::Array => Shape::Array,
            Self::Union => Shape::Union,
            Self::Object | Self::Exploded => Shape::Object,
        };
        Parameter { style, shape, explode: self == Self::Exploded, ..Parameter::header(name) }
    }
}

/// The value of a header; `None` if there is none. What is wrong with it, `cx` may know.
pub fn read<T: Decode>(
    headers: &HeaderMap,
    name: &'static str,
    shape: HeaderShape,
    cx: &Context<'_>,
) -> Option<Result<T, ()>> {
    let values: Vec<&str> =
        headers.get_all(name).iter().filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()).collect();
    if values.is_empty() {
        return None;
    }
    let value = match shape {
        HeaderShape::Lines => Value::Array(values.into_iter().map(|value| Value::Text(value.to_owned())).collect()),
        HeaderShape::Json => match serde_json::from_str(&values.join(",")) {
            Ok(json) => Value::Json(json),
            Err(_) => {
                cx.violation("format", "must be JSON");
                return Some(Err(()));
            }
        },
        _ => {
            let piece = Piece::unnamed(values.join(", "));
            match parameter::decode(&shape.parameter(name), &[piece]) {
                Ok(value) => value?,
                Err(reason) => {
                    cx.violation("format", reason);
                    return Some(Err(()));
                }
            }
        }
    };
    Some(T::decode(value, cx).map_err(drop))
}

/// The lines of a header.
///
/// # Errors
/// A header cannot carry the value, or it would be read as another one.
pub fn write<T: Serialize + Decode>(value: &T, name: &'static str, shape: HeaderShape) -> Result<Vec<String>, String> {
    let parameter = shape.parameter(name);
    let pieces = match shape {
        HeaderShape::Json => {
            parameter::encode_json(&parameter, &serde_json::to_string(value).map_err(|error| error.to_string())?)?
        }
        _ => match (shape, Value::of(value).map_err(|error| error.to_string())?) {
            (HeaderShape::Lines, Value::Array(lines)) => {
                let lines = lines.iter().map(|line| parameter::encode(&parameter, line));
                lines.collect::<Result<Vec<_>, _>>()?.concat()
            }
            (_, value) => parameter::encode(&parameter, &value)?,
        },
    };
    let is_told = matches!(shape, HeaderShape::Json | HeaderShape::Lines);
    if !is_told && !parameter::reads_as::<T>(&parameter, &pieces, value) {
        return Err("reads as another member of its union".to_owned());
    }
    Ok(pieces.into_iter().map(|piece| piece.value.into_owned()).collect())
}

#[cfg(feature = "client")]
mod reading {
    use super::HeaderShape;
    use crate::support::client::{Reply, Unusable};
    use crate::support::codec::{Context, Decode, DecodeError, Mode};
    use crate::support::violation::{Location, Segment, Violation};

    impl Reply {
        /// A header that may be absent. One that cannot be read counts as absent: it says nothing of the rest.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn optional<T: Decode>(&mut self, name: &'static str, shape: HeaderShape) -> Result<Option<T>, Unusable> {
            #[cfg(feature = "testing")]
            self.scrutinize::<T>(name, shape);
            Ok(self.header(name, shape).and_then(Result::ok))
        }

        /// A header that is always there.
        ///
        /// # Errors
        /// It is absent, or cannot be read.
        pub fn required<T: Decode>(&mut self, name: &'static str, shape: HeaderShape) -> Result<T, Unusable> {
            #[cfg(feature = "testing")]
            self.scrutinize::<T>(name, shape);
            match self.header(name, shape) {
                Some(Ok(value)) => Ok(value),
                found => {
                    let (code, message) =
                        if found.is_some() { ("type", "cannot be read") } else { ("missing", "is required") };
                    let path = vec![Segment::Key(name.to_owned())];
                    let violation = Violation { location: Location::Header, path, code, message: message.into() };
                    Err(self.unusable(DecodeError::of(violation)))
                }
            }
        }

        /// The header's value, as leniently as a body is read.
        fn header<T: Decode>(&self, name: &'static str, shape: HeaderShape) -> Option<Result<T, ()>> {
            let report = shape.report(Location::Header, Mode::Lenient);
            super::read(self.headers(), name, shape, &Context::root(&report, &[]))
        }

        /// Tells all that is wrong with a header that is there.
        #[cfg(feature = "testing")]
        fn scrutinize<T: Decode>(&self, name: &'static str, shape: HeaderShape) {
            let Some(scrutiny) = self.scrutiny() else { return };
            let report = shape.report(Location::Header, Mode::Exhaustive);
            let cx = Context::root(&report, scrutiny.rules(Some(name)));
            let found = super::read::<T>(self.headers(), name, shape, &cx);
            let mut violations = report.into_violations();
            if violations.is_empty() && matches!(found, Some(Err(()))) {
                let message = "cannot be read".into();
                violations.push(Violation { location: Location::Header, path: Vec::new(), code: "type", message });
            }
            scrutiny.add(violations.into_iter().map(|mut violation| {
                violation.path.insert(0, Segment::Key(name.to_owned()));
                violation
            }));
        }
    }
}

#[cfg(feature = "server")]
mod writing {
    use http::{HeaderName, HeaderValue};
    use serde::Serialize;

    use super::HeaderShape;
    use crate::support::codec::Decode;
    use crate::support::server::{Outgoing, Rejection};

    impl Outgoing {
        /// A header; none for `None`.
        ///
        /// # Errors
        /// A header cannot carry the value; the caller is told of a failure of the server.
        pub fn optional<T: Serialize + Decode>(
            &mut self,
            value: Option<T>,
            name: &'static str,
            shape: HeaderShape,
        ) -> Result<(), Rejection> {
            value.map_or(Ok(()), |value| self.required(value, name, shape))
        }

        /// A header.
        ///
        /// # Errors
        /// A header cannot carry the value; the caller is told of a failure of the server.
        pub fn required<T: Serialize + Decode>(
            &mut self,
            value: T,
            name: &'static str,
            shape: HeaderShape,
        ) -> Result<(), Rejection> {
            let written = super::write(&value, name, shape).and_then(|lines| self.append(name, lines));
            written.map_err(|reason| Rejection::internal(format!("the answer's header `{name}` {reason}").into()))
        }

        fn append(&mut self, name: &'static str, lines: Vec<String>) -> Result<(), String> {
            for line in lines {
                let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
                let value = HeaderValue::try_from(line).map_err(|error| error.to_string())?;
                self.headers_mut().append(name, value);
            }
            Ok(())
        }
    }
}
