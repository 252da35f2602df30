//! Typed headers of answers (OpenAPI 3.1.1, Header Object): the parts `optional` and `required` of an `answers!`
//! table.

use crate::support::operation::{Parameter, Shape, Style};
use crate::support::parameter;

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

#[cfg(feature = "client")]
mod reading {
    use http::HeaderMap;

    use super::{HeaderShape, parameter};
    use crate::support::client::{Reply, Unusable};
    use crate::support::codec::{Context, Decode, DecodeError, Mode, Report, Rule};
    use crate::support::parameter::{Piece, Value};
    use crate::support::violation::{Location, Segment, Violation};

    impl Reply {
        /// A header that may be absent. One that cannot be read counts as absent: it says nothing of the rest.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn optional<T: Decode>(&mut self, name: &'static str, shape: HeaderShape) -> Result<Option<T>, Unusable> {
            #[cfg(feature = "testing")]
            self.scrutinize::<T>(name, shape);
            Ok(read(self.headers(), name, shape, &lenient(shape), &[]).and_then(Result::ok))
        }

        /// A header that is always there.
        ///
        /// # Errors
        /// It is absent, or cannot be read.
        pub fn required<T: Decode>(&mut self, name: &'static str, shape: HeaderShape) -> Result<T, Unusable> {
            #[cfg(feature = "testing")]
            self.scrutinize::<T>(name, shape);
            match read(self.headers(), name, shape, &lenient(shape), &[]) {
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

        /// Tells all that is wrong with a header that is there.
        #[cfg(feature = "testing")]
        fn scrutinize<T: Decode>(&self, name: &'static str, shape: HeaderShape) {
            let Some(scrutiny) = self.scrutiny() else { return };
            let report = report(shape, Mode::Exhaustive);
            let found = read::<T>(self.headers(), name, shape, &report, scrutiny.rules(Some(name)));
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

    fn lenient(shape: HeaderShape) -> Report {
        report(shape, Mode::Lenient)
    }

    fn report(shape: HeaderShape, mode: Mode) -> Report {
        match shape {
            HeaderShape::Json => Report::of_json(Location::Header, mode),
            _ => Report::of_parameters(Location::Header, mode),
        }
    }

    /// The header's value, read as the report says.
    fn read<T: Decode>(
        headers: &HeaderMap,
        name: &'static str,
        shape: HeaderShape,
        report: &Report,
        rules: &'static [Rule],
    ) -> Option<Result<T, ()>> {
        let values: Vec<&str> =
            headers.get_all(name).iter().filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()).collect();
        if values.is_empty() {
            return None;
        }
        let cx = Context::root(report, rules);
        let value = match shape {
            HeaderShape::Lines => Value::Array(values.into_iter().map(|value| Value::Text(value.to_owned())).collect()),
            HeaderShape::Json => return Some(serde_json_value(&values.join(",")).and_then(|value| decode(value, &cx))),
            _ => {
                let piece = Piece { name: String::new(), value: values.join(", ") };
                match parameter::decode(&shape.parameter(name), &[piece]) {
                    Ok(Some(value)) => value,
                    Ok(None) => return None,
                    Err(_) => return Some(Err(())),
                }
            }
        };
        Some(decode(value, &cx))
    }

    fn serde_json_value(text: &str) -> Result<serde_json::Value, ()> {
        serde_json::from_str(text).map_err(drop)
    }

    fn decode<'de, T: Decode, D: serde::Deserializer<'de>>(value: D, cx: &Context<'_>) -> Result<T, ()> {
        T::decode(value, cx).map_err(drop)
    }
}

#[cfg(feature = "server")]
mod writing {
    use http::{HeaderName, HeaderValue};
    use serde::Serialize;

    use super::{HeaderShape, Parameter, parameter};
    use crate::support::codec::Decode;
    use crate::support::parameter::{Piece, Value};
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
            let parameter = shape.parameter(name);
            let parts = match shape {
                HeaderShape::Json => serde_json::to_string(&value).map(Value::Text).map_err(|error| error.to_string()),
                _ => Value::of(&value).map_err(|error| error.to_string()),
            };
            let is_read = |pieces: &[Piece]| match shape {
                HeaderShape::Json | HeaderShape::Lines => true,
                _ => parameter::reads_as::<T>(&parameter, pieces, &value),
            };
            let written = parts.and_then(|parts| pieces(parts, &parameter, shape)).and_then(|pieces| {
                if is_read(&pieces) { Ok(pieces) } else { Err("reads as another member of its union".to_owned()) }
            });
            let written = written.and_then(|pieces| self.append(name, pieces));
            written.map_err(|reason| Rejection::internal(format!("the answer's header `{name}` {reason}").into()))
        }

        fn append(&mut self, name: &'static str, pieces: Vec<Piece>) -> Result<(), String> {
            for piece in pieces {
                let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
                let value = HeaderValue::try_from(piece.value).map_err(|error| error.to_string())?;
                self.headers_mut().append(name, value);
            }
            Ok(())
        }
    }

    /// The lines of a header.
    fn pieces(value: Value, parameter: &Parameter, shape: HeaderShape) -> Result<Vec<Piece>, String> {
        let written = match (shape, &value) {
            (HeaderShape::Json, Value::Text(json)) => parameter::encode_json(parameter, json)?,
            (HeaderShape::Lines, Value::Array(lines)) => {
                let lines = lines.iter().map(|line| parameter::encode(parameter, line));
                lines.collect::<Result<Vec<_>, _>>()?.concat()
            }
            (_, value) => parameter::encode(parameter, value)?,
        };
        Ok(written)
    }
}
