//! Numbers and strings: which Rust type holds them.

use crate::lower::keywords::{Keywords, Kind};
use crate::lower::limits::approximate;
use crate::model::{Decimal, Format, IntegerKind, NumberKind, Type};

/// The type of a schema that is no object, array, enum or union, as its format and bounds say.
pub(super) fn scalar_type(kind: Kind, keywords: &Keywords) -> Type {
    match kind {
        Kind::Integer => Type::Integer(integer_kind(keywords)),
        // A number in a format of integers is one (OpenAPI Format Registry, int32).
        Kind::Number if integer_format(keywords).is_some() => Type::Integer(integer_kind(keywords)),
        Kind::Number => Type::Number(match keywords.format.as_deref() {
            Some("float") => NumberKind::F32,
            _ => NumberKind::F64,
        }),
        Kind::Boolean => Type::Boolean,
        Kind::String => match keywords.format.as_deref().and_then(format_named) {
            Some(format) => Type::Formatted(format),
            None => Type::String,
        },
        Kind::Object | Kind::Array => Type::Any,
    }
}

/// The formats that have a type of their own. Every other one is documentation: JSON Schema has formats annotate
/// (2020-12, Validation, 7.2.1), and grammars such as that of `email` are a matter of opinion.
fn format_named(format: &str) -> Option<Format> {
    Some(match format {
        "uuid" | "uuid1" | "uuid3" | "uuid4" | "uuid5" | "uuid6" | "uuid7" | "uuid8" => Format::Uuid,
        "date-time" => Format::DateTime,
        "date" => Format::Date,
        "byte" => Format::Base64,
        "base64url" => Format::Base64Url,
        "binary" => Format::Binary,
        "ipv4" => Format::Ipv4,
        "ipv6" => Format::Ipv6,
        "ip" => Format::Ip,
        _ => return None,
    })
}

/// The format whose values the Rust type of this path holds.
pub(super) fn format_of_type(path: &str) -> Option<Format> {
    Some(match path {
        "uuid::Uuid" => Format::Uuid,
        "chrono::DateTime<chrono::Utc>" => Format::DateTime,
        "chrono::NaiveDate" => Format::Date,
        "std::net::Ipv4Addr" => Format::Ipv4,
        "std::net::Ipv6Addr" => Format::Ipv6,
        "std::net::IpAddr" => Format::Ip,
        _ => return None,
    })
}

/// OpenAPI Format Registry, and what Rust's own generators of descriptions write.
fn integer_format(keywords: &Keywords) -> Option<IntegerKind> {
    Some(match keywords.format.as_deref()? {
        "int8" => IntegerKind::I8,
        "int16" => IntegerKind::I16,
        "int32" => IntegerKind::I32,
        "int64" | "double-int" => IntegerKind::I64,
        "uint8" => IntegerKind::U8,
        "uint16" => IntegerKind::U16,
        "uint32" => IntegerKind::U32,
        "uint64" | "uint" => IntegerKind::U64,
        "int128" => IntegerKind::I128,
        "uint128" => IntegerKind::U128,
        _ => return None,
    })
}

/// By format; where a bound does not fit, or there is no format, the next type that holds all values. Without either
/// it is `i64`, also where no value is negative: a type must not change with a bound.
fn integer_kind(keywords: &Keywords) -> IntegerKind {
    let declared = integer_format(keywords);
    let format = declared.unwrap_or(IntegerKind::I64);
    let limits = &keywords.limits;
    let minimum = limits.minimum.map(|bound| bound.value);
    let maximum = limits.maximum.map(|bound| bound.value);
    let fits = |kind: IntegerKind| {
        let (least, greatest) = range(kind);
        // A format says what is sent even where a wider bound stands beside it.
        let has_format = declared == Some(kind);
        let low =
            minimum.is_none_or(|value| compare(value, greatest) <= 0.0 && (has_format || is_at_least(value, least)));
        let high =
            maximum.is_none_or(|value| compare(value, least) >= 0.0 && (has_format || is_at_most(value, greatest)));
        low && high
    };
    let is_signed = minimum.is_none_or(|value| approximate(value) < 0.0);
    let wider: &[IntegerKind] = if is_signed {
        &[IntegerKind::I64, IntegerKind::I128]
    } else {
        &[IntegerKind::I64, IntegerKind::U64, IntegerKind::U128]
    };
    if fits(format) {
        return format;
    }
    wider.iter().copied().find(|kind| fits(*kind)).unwrap_or(if is_signed {
        IntegerKind::I128
    } else {
        IntegerKind::U128
    })
}

/// The least and greatest value of a kind; `u128`'s is cut to what the model holds.
pub(super) fn range(kind: IntegerKind) -> (i128, i128) {
    match kind {
        IntegerKind::I8 => (i8::MIN.into(), i8::MAX.into()),
        IntegerKind::I16 => (i16::MIN.into(), i16::MAX.into()),
        IntegerKind::I32 => (i32::MIN.into(), i32::MAX.into()),
        IntegerKind::I64 => (i64::MIN.into(), i64::MAX.into()),
        IntegerKind::I128 => (i128::MIN, i128::MAX),
        IntegerKind::U8 => (0, u8::MAX.into()),
        IntegerKind::U16 => (0, u16::MAX.into()),
        IntegerKind::U32 => (0, u32::MAX.into()),
        IntegerKind::U64 => (0, u64::MAX.into()),
        IntegerKind::U128 => (0, i128::MAX),
    }
}

/// Negative, zero or positive like `value - limit`.
fn compare(value: Decimal, limit: i128) -> f64 {
    match value {
        Decimal::Integer(value) if value == limit => 0.0,
        Decimal::Integer(value) if value < limit => -1.0,
        Decimal::Integer(_) => 1.0,
        Decimal::Float(value) => value - approximate(Decimal::Integer(limit)),
    }
}

/// Whether a lower bound lies within a type, counting what rounding to a float did to the type's own
/// limit: `-9223372036854776000` is meant to be the least `i64`.
pub(super) fn is_at_least(value: Decimal, least: i128) -> bool {
    compare(value, least) >= 0.0 || is_rounded(value, least)
}

/// The same for an upper bound.
pub(super) fn is_at_most(value: Decimal, greatest: i128) -> bool {
    compare(value, greatest) <= 0.0 || is_rounded(value, greatest)
}

fn is_rounded(value: Decimal, limit: i128) -> bool {
    let limit = approximate(Decimal::Integer(limit));
    limit.abs() > 9e15 && approximate(value).total_cmp(&limit).is_eq()
}

/// The type under `Nullable`.
pub(super) fn bare_type(ty: &Type) -> &Type {
    match ty {
        Type::Nullable(inner) => bare_type(inner),
        _ => ty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::limits::{Bound, Limits};

    fn integer(format: Option<&str>, minimum: Option<i128>, maximum: Option<i128>) -> IntegerKind {
        let bound = |value: i128| Bound { value: Decimal::Integer(value), is_exclusive: false };
        integer_kind(&Keywords {
            format: format.map(str::to_owned),
            limits: Limits { minimum: minimum.map(bound), maximum: maximum.map(bound), ..Limits::default() },
            ..Keywords::default()
        })
    }

    #[test]
    fn integers_hold_their_bounds() {
        assert_eq!(integer(None, Some(0), None), IntegerKind::I64);
        assert_eq!(integer(Some("int32"), Some(0), Some(10)), IntegerKind::I32);
        assert_eq!(integer(Some("int32"), Some(5_000_000_000), None), IntegerKind::I64);
        assert_eq!(integer(None, Some(0), Some(u64::MAX.into())), IntegerKind::U64);
        assert_eq!(integer(None, None, Some(u64::MAX.into())), IntegerKind::I128);
        let rounded = -9_223_372_036_854_776_000;
        assert_eq!(integer(None, Some(rounded), Some(-rounded)), IntegerKind::I64);
    }
}
