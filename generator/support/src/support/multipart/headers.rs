//! Headers of parts (OpenAPI 3.1.1, Encoding Object).

#[cfg(feature = "client")]
mod writing {
    use http::HeaderValue;
    use serde::Serialize;

    use crate::support::codec::{Decode, Rule};
    use crate::support::header::{self, HeaderShape};
    use crate::support::multipart::Writer;

    impl Writer {
        /// A header of the next part, by the names of both.
        pub fn header<T: Serialize + Decode>(
            &mut self,
            value: T,
            (part, name): (&'static str, &'static str),
            shape: HeaderShape,
            _rules: &'static [Rule],
        ) {
            match header::write(&value, name, shape) {
                Ok(lines) if lines.iter().all(|line| HeaderValue::from_str(line).is_ok()) => {
                    lines.iter().for_each(|line| self.add_header(name, line));
                }
                Ok(_) => self.refuse(part, format!("has a header `{name}` with a control character").into()),
                Err(reason) => self.refuse(part, format!("has a header `{name}` that {reason}").into()),
            }
        }

        /// The same, if there is one.
        pub fn optional_header<T: Serialize + Decode>(
            &mut self,
            value: Option<T>,
            names: (&'static str, &'static str),
            shape: HeaderShape,
            rules: &'static [Rule],
        ) {
            if let Some(value) = value {
                self.header(value, names, shape, rules);
            }
        }
    }
}

#[cfg(feature = "server")]
mod reading {
    use crate::support::codec::{Context, Decode, Mode, Rule};
    use crate::support::header::{self, HeaderShape};
    use crate::support::multipart::Reader;
    use crate::support::violation::Location;

    impl Reader {
        /// A header of the one part that is left, by the names of both.
        pub fn header<T: Decode>(
            &mut self,
            names: (&'static str, &'static str),
            shape: HeaderShape,
            rules: &'static [Rule],
        ) -> Option<T> {
            let value = self.optional_header(names, shape, rules)?;
            if value.is_none() {
                let report = shape.report(Location::Body, Mode::Strict);
                let root = Context::root(&report, &[]);
                root.property(names.0, &[]).property(names.1, &[]).violation("missing", "is required");
                self.refuse(report.into_violations());
            }
            value
        }

        /// The same, where it may be absent.
        pub fn optional_header<T: Decode>(
            &mut self,
            (part, name): (&'static str, &'static str),
            shape: HeaderShape,
            rules: &'static [Rule],
        ) -> Option<Option<T>> {
            let report = shape.report(Location::Body, self.mode());
            let read = self.headers().and_then(|headers| {
                let root = Context::root(&report, &[]);
                let of_part = root.property(part, &[]);
                header::read(&headers, name, shape, &of_part.property(name, rules))
            });
            let violations = report.into_violations();
            match read {
                None => Some(None),
                Some(Ok(value)) if violations.is_empty() || self.mode() == Mode::Lenient => Some(Some(value)),
                Some(_) => {
                    self.refuse(violations);
                    None
                }
            }
        }
    }
}
