//! JSON values as Rust expressions of the API's types.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::{Map, Value};

use crate::emit::codec::json;
use crate::emit::definitions::Definitions;
use crate::emit::rust_type::{Scope, ident};
use crate::model::{
    AdditionalProperties, Field, Format, IntegerKind, JsonType, NumberKind, Struct, Tell, Type, TypeDefinition,
    TypeKind, Union, UnionRule,
};

/// How deeply a value may nest.
const MAX_DEPTH: usize = 16;

/// Makes expressions of the types that `definitions` has, as the file with that scope names them.
pub(crate) struct Literals<'a> {
    pub(crate) definitions: &'a Definitions<'a>,
    pub(crate) scope: &'a Scope<'a>,
}

impl Literals<'_> {
    /// `value` as an expression of type `ty`; none if the type has no such value, or is the user's.
    pub(crate) fn expression(&self, ty: &Type, value: &Value) -> Option<TokenStream> {
        self.at_depth(ty, value, 0)
    }

    fn at_depth(&self, ty: &Type, value: &Value, depth: usize) -> Option<TokenStream> {
        if depth > MAX_DEPTH {
            return None;
        }
        let inner = |ty: &Type, value: &Value| self.at_depth(ty, value, depth + 1);
        Some(match (ty, value) {
            (Type::Any, value) => {
                let json = json(value);
                quote! { serde_json::json!(#json) }
            }
            (Type::Nullable(_), Value::Null) => quote! { None },
            (Type::Nullable(ty), value) => {
                let value = inner(ty, value)?;
                quote! { Some(#value) }
            }
            (Type::Boxed(ty), value) => {
                let (boxed, value) = (self.scope.std("Box"), inner(ty, value)?);
                quote! { #boxed::new(#value) }
            }
            (Type::Named(name), value) => self.named(name, value, depth)?,
            (Type::String, Value::String(text)) => quote! { #text.to_owned() },
            (Type::Array(_), Value::Array(items)) if items.is_empty() => {
                let vec = self.scope.std("Vec");
                quote! { #vec::new() }
            }
            (Type::Array(ty), Value::Array(items)) => {
                let items: Option<Vec<_>> = items.iter().map(|item| inner(ty, item)).collect();
                let items = items?;
                quote! { vec![#(#items),*] }
            }
            (Type::Map(ty), Value::Object(properties)) => self.map(ty, properties.iter(), depth)?,
            (ty, value) => constant(ty, value, self.scope)?,
        })
    }

    fn map<'v>(
        &self,
        ty: &Type,
        properties: impl Iterator<Item = (&'v String, &'v Value)>,
        depth: usize,
    ) -> Option<TokenStream> {
        let map = self.scope.std("BTreeMap");
        let entry = |(key, value): (&String, &Value)| {
            let value = self.at_depth(ty, value, depth + 1)?;
            Some(quote! { (#key.to_owned(), #value) })
        };
        let entries: Option<Vec<_>> = properties.map(entry).collect();
        let entries = entries?;
        Some(if entries.is_empty() {
            quote! { #map::new() }
        } else {
            quote! { #map::from([#(#entries),*]) }
        })
    }

    fn named(&self, name: &str, value: &Value, depth: usize) -> Option<TokenStream> {
        let definition = self.definitions.named(name)?;
        match &definition.kind {
            TypeKind::Alias(place) => self.at_depth(&place.ty, value, depth + 1),
            TypeKind::Enum(it) => {
                let variant = it.variants.iter().find(|variant| is_same(&variant.value, value))?;
                let (name, variant) = (self.scope.named(name), ident(&variant.name));
                Some(quote! { #name::#variant })
            }
            TypeKind::Struct(it) => self.structure(definition, it, value.as_object()?, depth),
            TypeKind::Union(it) => self.union(name, it, value, depth),
            TypeKind::Tuple(_) => None,
        }
    }

    /// `Settings { mode: Some(Mode::Fast), ..Settings::default() }`
    fn structure(
        &self,
        definition: &TypeDefinition,
        structure: &Struct,
        properties: &Map<String, Value>,
        depth: usize,
    ) -> Option<TokenStream> {
        let name = self.scope.named(&definition.name);
        let has_default = structure.fields.iter().all(|field| !field.is_required);
        let mut values = Vec::new();
        for field in &structure.fields {
            let given = properties.get(&field.wire_name);
            if given.is_some() || !has_default {
                let (field, value) = (ident(&field.name), self.field(field, given, depth)?);
                values.push(quote! { #field: #value });
            }
        }
        let mut is_whole = values.len() == structure.fields.len();
        if let AdditionalProperties::Kept { name, values: place } = &structure.additional {
            let is_other = |(key, _): &(&String, &Value)| structure.fields.iter().all(|it| it.wire_name != **key);
            let others: Vec<_> = properties.iter().filter(is_other).collect();
            is_whole &= !(has_default && others.is_empty());
            if !has_default || !others.is_empty() {
                let (name, others) = (ident(name), self.map(&place.ty, others.into_iter(), depth)?);
                values.push(quote! { #name: #others });
            }
        }
        if values.is_empty() && has_default {
            return Some(quote! { #name::default() });
        }
        let rest = (has_default && !is_whole).then(|| quote! { ..#name::default() });
        Some(quote! { #name { #(#values,)* #rest } })
    }

    fn field(&self, field: &Field, given: Option<&Value>, depth: usize) -> Option<TokenStream> {
        match (given, field.is_required) {
            (Some(value), true) => self.at_depth(&field.place.ty, value, depth + 1),
            (Some(value), false) => {
                let value = self.at_depth(&field.place.ty, value, depth + 1)?;
                Some(quote! { Some(#value) })
            }
            (None, true) => None,
            (None, false) => Some(quote! { None }),
        }
    }

    /// `Size::Pixels(3)`
    fn union(&self, name: &str, union: &Union, value: &Value, depth: usize) -> Option<TokenStream> {
        let members = union.members.iter().filter(|member| looks_like(&member.tell, &union.rule, value));
        let mut found = members.filter_map(|member| {
            let (name, variant) = (self.scope.named(name), ident(&member.name));
            let value = self.at_depth(&member.place.ty, value, depth + 1)?;
            Some(quote! { #name::#variant(#value) })
        });
        found.next()
    }
}

/// A value of a type that needs neither an allocation nor another type; those of `Copy` types all are.
pub(crate) fn constant(ty: &Type, value: &Value, scope: &Scope<'_>) -> Option<TokenStream> {
    Some(match (ty, value) {
        (Type::Boolean, Value::Bool(value)) => quote! { #value },
        (Type::Integer(kind), Value::Number(number)) => {
            let number = whole(number).filter(|number| fits(*kind, *number))?;
            number.to_string().parse().ok()?
        }
        (Type::Number(kind), Value::Number(number)) => {
            let number = number.as_f64()?;
            #[allow(clippy::cast_possible_truncation, reason = "asks whether it can be one")]
            if *kind == NumberKind::F32 && !(number as f32).is_finite() {
                return None;
            }
            format!("{number:?}").parse().ok()?
        }
        (Type::Formatted(format), Value::String(text)) => {
            let name = scope.ty(ty);
            formatted(*format, text, &name, scope)?
        }
        _ => return None,
    })
}

fn formatted(format: Format, text: &str, name: &TokenStream, scope: &Scope<'_>) -> Option<TokenStream> {
    Some(match format {
        Format::Uuid => {
            let digits: String = text.split('-').collect();
            let number = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
            let number: TokenStream = format!("{number:#034x}").parse().ok()?;
            quote! { #name::from_u128(#number) }
        }
        Format::Date => {
            let (year, month, day) = date(text)?;
            let (year, month, day) = (unsuffixed(year), unsuffixed(month), unsuffixed(day));
            quote! { #name::from_ymd_opt(#year, #month, #day).unwrap_or_default() }
        }
        Format::DateTime => {
            let (seconds, nanoseconds) = date_time(text)?;
            let (seconds, nanoseconds) = (Literal::i64_unsuffixed(seconds), Literal::u32_unsuffixed(nanoseconds));
            let (date_time, utc) = (scope.std("DateTime"), scope.std("Utc"));
            quote! { #date_time::<#utc>::from_timestamp(#seconds, #nanoseconds).unwrap_or_default() }
        }
        Format::Ipv4 => ipv4(text.parse().ok()?, scope),
        Format::Ipv6 => ipv6(text.parse().ok()?, scope),
        Format::Ip => match text.parse().ok()? {
            std::net::IpAddr::V4(address) => {
                let address = ipv4(address, scope);
                quote! { #name::V4(#address) }
            }
            std::net::IpAddr::V6(address) => {
                let address = ipv6(address, scope);
                quote! { #name::V6(#address) }
            }
        },
        Format::Base64 | Format::Base64Url | Format::Binary => return None,
    })
}

fn ipv4(address: std::net::Ipv4Addr, scope: &Scope<'_>) -> TokenStream {
    let (name, parts) = (scope.std("Ipv4Addr"), address.octets().map(Literal::u8_unsuffixed));
    quote! { #name::new(#(#parts),*) }
}

fn ipv6(address: std::net::Ipv6Addr, scope: &Scope<'_>) -> TokenStream {
    let (name, parts) = (scope.std("Ipv6Addr"), address.segments().map(Literal::u16_unsuffixed));
    quote! { #name::new(#(#parts),*) }
}

fn unsuffixed(number: i64) -> Literal {
    Literal::i64_unsuffixed(number)
}

/// RFC 3339, full-date.
fn date(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.split('-').map(str::parse::<i64>);
    let date = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    parts.next().is_none().then_some(date)
}

/// Seconds since 1970 and nanoseconds of an RFC 3339 date-time.
fn date_time(text: &str) -> Option<(i64, u32)> {
    let (day, time) = text.split_once(['T', 't', ' '])?;
    let (clock, offset) = time.split_at(time.find(['Z', 'z', '+', '-'])?);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(str::parse::<i64>);
    let (hours, minutes, seconds) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let offset = match offset.split_at(1) {
        ("Z" | "z", _) => 0,
        (sign, offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if sign == "-" { -minutes * 60 } else { minutes * 60 }
        }
    };
    let nanoseconds: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let (year, month, day) = date(day)?;
    let seconds = days_since_1970(year, month, day) * 86_400 + hours * 3_600 + minutes * 60 + seconds - offset;
    Some((seconds, nanoseconds.parse().ok()?))
}

/// Of the Gregorian calendar: years begin in March, so that the leap day is their last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Equal as JSON data, for scalars.
fn is_same(one: &Value, other: &Value) -> bool {
    let numbers = one.as_f64().zip(other.as_f64());
    one == other || numbers.is_some_and(|(one, other)| one.total_cmp(&other).is_eq())
}

/// A number without a fraction.
fn whole(number: &serde_json::Number) -> Option<i128> {
    #[allow(clippy::cast_possible_truncation, reason = "has no fraction, and few digits")]
    let of_float = |float: f64| (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i128);
    number.as_i128().or_else(|| number.as_f64().and_then(of_float))
}

/// Whether the number is one of the type.
fn fits(kind: IntegerKind, number: i128) -> bool {
    match kind {
        IntegerKind::I8 => i8::try_from(number).is_ok(),
        IntegerKind::I16 => i16::try_from(number).is_ok(),
        IntegerKind::I32 => i32::try_from(number).is_ok(),
        IntegerKind::I64 => i64::try_from(number).is_ok(),
        IntegerKind::I128 => true,
        IntegerKind::U8 => u8::try_from(number).is_ok(),
        IntegerKind::U16 => u16::try_from(number).is_ok(),
        IntegerKind::U32 => u32::try_from(number).is_ok(),
        IntegerKind::U64 => u64::try_from(number).is_ok(),
        IntegerKind::U128 => number >= 0,
    }
}

/// Whether a union's member may be meant.
fn looks_like(tell: &Tell, rule: &UnionRule, value: &Value) -> bool {
    let has = |property: &str, values: &[String]| {
        let text = value.get(property).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        text.is_some_and(|text| values.contains(&text))
    };
    match (tell, rule) {
        (Tell::Tag { values, is_declared }, UnionRule::Discriminator { property, .. }) => {
            *is_declared && has(property, values)
        }
        (Tell::Tag { .. }, _) => false,
        (Tell::Constant { property, values }, _) => has(property, values),
        (Tell::Property(property), _) => value.get(property).is_some(),
        (Tell::Json(types) | Tell::Listed(types), _) => types.is_empty() || types.iter().any(|ty| is_of(*ty, value)),
    }
}

fn is_of(ty: JsonType, value: &Value) -> bool {
    match ty {
        JsonType::Null => value.is_null(),
        JsonType::Boolean => value.is_boolean(),
        JsonType::Integer => value.as_number().is_some_and(|number| whole(number).is_some()),
        JsonType::Number => value.is_number(),
        JsonType::String => value.is_string(),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object(),
    }
}

#[cfg(test)]
mod tests {
    use super::date_time;

    #[test]
    fn date_times_are_counted_from_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", (0, 0)),
            ("1969-12-31T23:59:59.5Z", (-1, 500_000_000)),
            ("2000-02-29T12:00:00+01:00", (951_822_000, 0)),
            ("2024-03-01T00:00:00-05:30", (1_709_271_000, 0)),
            ("0001-01-01T00:00:00Z", (-62_135_596_800, 0)),
        ] {
            assert_eq!(date_time(text), Some(expected), "{text}");
        }
    }
}
