//! Unions (`oneOf`, `anyOf`): the machinery behind the `union!` tables.
//!
//! A value is buffered, and each member tells by the look of it whether it is meant, possible or out
//! of the question. A single candidate is read like any other value. Several are tried strictly; in a
//! response a lenient round follows where none keeps all of it, before members that are merely possible get a
//! turn. Of members that fit, the one that reads past the fewest properties is taken, the first of several.
//!
//! A discriminator need not be there (OpenAPI 3.1.1, Discriminator Object: it does not change which values
//! are valid). Without it a value is the member that it fits, strictly read: a request must fit no other,
//! a response must fit this one better than any other.

use std::borrow::Cow;

use serde::de::Deserializer;
use serde::ser::{Error as _, SerializeMap as _, Serializer};
use serde::{Deserialize as _, Serialize};
use serde_json::Value;

use crate::support::codec::context::{Context, Mode};
use crate::support::codec::rule::Rule;
use crate::support::codec::rule::allowed;

/// An enum with a variant for each member of a union, and one for a value of none.
pub trait Union: Sized {
    /// How many members must fit.
    const RULE: UnionRule;
    /// The members, in document order.
    const MEMBERS: &'static [Member];
    /// What a value must meet, whichever member it is.
    const RULES: &'static [Rule];

    /// Reads a member.
    ///
    /// # Errors
    /// The value cannot become the member; `cx` knows where and why.
    fn read(index: usize, value: &Value, cx: &Context<'_>) -> serde_json::Result<Self>;

    /// The variant that keeps a value of no member.
    fn unknown(value: Value) -> Self;
}

/// How many members must fit.
#[derive(Debug, Clone, Copy)]
pub enum UnionRule {
    /// `oneOf`: exactly one.
    OneOf,
    /// `anyOf`: at least one.
    AnyOf,
    /// The one that the value of this property names (OpenAPI 3.1.1, Discriminator Object).
    Discriminator(&'static str),
}

/// The rules, by the names that the tables have for them.
pub mod union_rule {
    use super::UnionRule;

    /// `oneOf`.
    pub const fn one_of() -> UnionRule {
        UnionRule::OneOf
    }

    /// `anyOf`.
    pub const fn any_of() -> UnionRule {
        UnionRule::AnyOf
    }

    /// A discriminator.
    pub const fn discriminator(property: &'static str) -> UnionRule {
        UnionRule::Discriminator(property)
    }
}

/// One member of a union.
#[derive(Debug)]
pub struct Member {
    /// What its values look like.
    pub tell: Tell,
    /// What its values must meet.
    pub rules: &'static [Rule],
}

/// What the values of a member look like.
#[derive(Debug, Clone, Copy)]
pub enum Tell {
    /// The discriminator has one of these values.
    Tag(&'static [&'static str]),
    /// The same; the member does not declare the discriminator, so it is read and written here.
    AddedTag(&'static [&'static str]),
    /// An object in which the property with the first name has one of the other values.
    Constant(&'static [&'static str]),
    /// An object that has this property.
    Property(&'static [&'static str]),
    /// A value of one of these JSON types, or of `any`.
    Json(&'static [&'static str]),
    /// The same for an enum: tried before members that take any value of the type.
    Listed(&'static [&'static str]),
}

/// The tells, by the names that the tables have for them.
pub mod tell {
    use super::Tell;

    /// A value of the discriminator.
    pub const fn tag(values: &'static [&'static str]) -> Tell {
        Tell::Tag(values)
    }

    /// A value of the discriminator, which the member does not declare.
    pub const fn added_tag(values: &'static [&'static str]) -> Tell {
        Tell::AddedTag(values)
    }

    /// A property and its values.
    pub const fn constant(property_and_values: &'static [&'static str]) -> Tell {
        Tell::Constant(property_and_values)
    }

    /// A property.
    pub const fn property(name: &'static [&'static str]) -> Tell {
        Tell::Property(name)
    }

    /// JSON types.
    pub const fn json(types: &'static [&'static str]) -> Tell {
        Tell::Json(types)
    }

    /// JSON types of an enum's values.
    pub const fn listed(types: &'static [&'static str]) -> Tell {
        Tell::Listed(types)
    }
}

/// Reads a union.
///
/// # Errors
/// As [`Decode::decode`](crate::support::codec::Decode::decode).
pub fn decode_union<'de, T: Union, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let candidates = Candidates::among(T::MEMBERS, T::RULE, &value, cx.is_text());
    let result =
        if cx.is_strict() { in_request(value, &candidates, cx) } else { Ok(in_response(value, &candidates, cx)) };
    result.map_err(|_| cx.refused())
}

/// Every member that could be meant must be refused before the value is.
fn in_request<T: Union>(value: Value, candidates: &Candidates, cx: &Context<'_>) -> serde_json::Result<T> {
    cx.with_rules(T::RULES).check_value(&value);
    cx.check_value(&value);
    if let Some(only) = candidates.only() {
        return read(only, &value, cx);
    }
    let is_exclusive = match T::RULE {
        UnionRule::OneOf => !cx.is_text(),
        UnionRule::AnyOf => false,
        UnionRule::Discriminator(_) => candidates.meant.is_empty(),
    };
    let found = if is_exclusive {
        let all: Vec<usize> = candidates.meant.iter().chain(&candidates.possible).copied().collect();
        best(&all, Mode::Strict, Stop::AtSecond, &value, cx)
    } else {
        let tier = |tier: &[usize]| best(tier, Mode::Strict, Stop::AtWhole, &value, cx);
        tier(&candidates.meant).or_else(|| tier(&candidates.possible))
    };
    match (found, candidates.meant.as_slice()) {
        (Some(found), _) => {
            if is_exclusive && found.count > 1 {
                ambiguous(T::RULE, cx);
            }
            Ok(found.take(cx))
        }
        (None, [meant]) => read(*meant, &value, cx),
        (None, _) => {
            refuse(T::MEMBERS, T::RULE, &value, candidates.meant.is_empty(), cx);
            Ok(T::unknown(value))
        }
    }
}

fn in_response<T: Union>(value: Value, candidates: &Candidates, cx: &Context<'_>) -> T {
    if matches!(T::RULE, UnionRule::Discriminator(_)) && candidates.meant.is_empty() {
        let found = best(&candidates.possible, Mode::Strict, Stop::Never, &value, cx);
        return match found.filter(|found| !found.is_tied) {
            Some(found) => found.take(cx),
            None => T::unknown(value),
        };
    }
    let tiers = [&candidates.meant, &candidates.possible];
    tiers.into_iter().find_map(|tier| kept(tier, &value, cx)).unwrap_or_else(|| T::unknown(value))
}

/// Reads a response's value as the member that it fits, or else as one that keeps all of it: what is read past is lost,
/// while a value that the description does not know, or that breaks a rule, is not.
fn kept<T: Union>(tier: &[usize], value: &Value, cx: &Context<'_>) -> Option<T> {
    let try_all = |mode| best::<T>(tier, mode, Stop::AtWhole, value, cx);
    let strict = if tier.len() > 1 { try_all(Mode::Strict) } else { None };
    let found = match strict {
        Some(strict) if strict.dropped == 0 => strict,
        Some(strict) => try_all(Mode::Lenient).filter(|lenient| lenient.dropped == 0).unwrap_or(strict),
        None => try_all(Mode::Lenient)?,
    };
    Some(found.take(cx))
}

/// When enough members were tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Never,
    /// Once one reads past no property.
    AtWhole,
    /// Once a second one fits.
    AtSecond,
}

/// The member that fits best.
struct Best<T> {
    member: T,
    /// How many properties it reads past.
    dropped: u32,
    /// Whether another one reads past as few.
    is_tied: bool,
    /// How many members fit, of those that were tried.
    count: usize,
}

impl<T> Best<T> {
    /// The member, for which properties of the value are read past.
    fn take(self, cx: &Context<'_>) -> T {
        cx.drop_properties(self.dropped);
        self.member
    }
}

fn best<T: Union>(indices: &[usize], mode: Mode, stop: Stop, value: &Value, cx: &Context<'_>) -> Option<Best<T>> {
    let mut best: Option<Best<T>> = None;
    for index in indices {
        let Some((member, dropped)) = attempt(*index, value, mode, cx) else { continue };
        match &mut best {
            Some(best) if best.dropped <= dropped => {
                best.count += 1;
                best.is_tied |= best.dropped == dropped;
            }
            _ => {
                let count = best.map_or(1, |best| best.count + 1);
                best = Some(Best { member, dropped, is_tied: false, count });
            }
        }
        let is_enough = match stop {
            Stop::Never => false,
            Stop::AtWhole => dropped == 0,
            Stop::AtSecond => best.as_ref().is_some_and(|best| best.count > 1),
        };
        if is_enough {
            break;
        }
    }
    best
}

/// Reads a member on trial. Gives how many properties it reads past, too.
fn attempt<T: Union>(index: usize, value: &Value, mode: Mode, cx: &Context<'_>) -> Option<(T, u32)> {
    let before = cx.attempt(mode)?;
    let result = read(index, value, cx);
    let trial = cx.conclude(before);
    result.ok().filter(|_| trial.is_clean).map(|member| (member, trial.dropped))
}

fn read<T: Union>(index: usize, value: &Value, cx: &Context<'_>) -> serde_json::Result<T> {
    let Some(member) = T::MEMBERS.get(index) else { return Err(cx.refused()) };
    let value = match (member.tell, T::RULE) {
        (Tell::AddedTag(_), UnionRule::Discriminator(property)) => without(value, property),
        _ => Cow::Borrowed(value),
    };
    T::read(index, &value, &cx.with_rules(member.rules))
}

fn without<'v>(value: &'v Value, property: &str) -> Cow<'v, Value> {
    let mut value = Cow::Borrowed(value);
    if value.get(property).is_some()
        && let Value::Object(properties) = value.to_mut()
    {
        properties.remove(property);
    }
    value
}

/// Members that a value may be of, by their index.
#[derive(Debug, Default)]
struct Candidates {
    /// Those that the value looks like.
    meant: Vec<usize>,
    /// Those that it does not contradict.
    possible: Vec<usize>,
}

impl Candidates {
    fn among(members: &[Member], rule: UnionRule, value: &Value, is_text: bool) -> Self {
        let mut candidates = Self::default();
        let mut others = Vec::new();
        for (index, member) in members.iter().enumerate() {
            match member.tell.look(rule, value, is_text) {
                Look::Meant => candidates.meant.push(index),
                Look::Possible if matches!(member.tell, Tell::Listed(_)) => candidates.possible.push(index),
                Look::Possible => others.push(index),
                Look::Other => {}
            }
        }
        candidates.possible.append(&mut others);
        candidates
    }

    fn only(&self) -> Option<usize> {
        match (self.meant.as_slice(), self.possible.as_slice()) {
            ([only], []) | ([], [only]) => Some(*only),
            _ => None,
        }
    }
}

enum Look {
    Meant,
    Possible,
    Other,
}

impl Tell {
    fn look(self, rule: UnionRule, value: &Value, is_text: bool) -> Look {
        match (self, rule) {
            (Self::Tag(values) | Self::AddedTag(values), UnionRule::Discriminator(property)) => {
                look_of_property(property, values, value)
            }
            (Self::Constant([property, values @ ..]), _) => look_of_property(property, values, value),
            (Self::Property([property]), _) if value.get(property).is_some() => Look::Meant,
            (Self::Property(_), _) => Look::Other,
            (Self::Json(types) | Self::Listed(types), _) => look_of_type(types, value, is_text),
            _ => Look::Possible,
        }
    }

    /// The property by whose value the member is told, and the values.
    fn tag(self, rule: UnionRule) -> Option<(&'static str, &'static [&'static str])> {
        match (self, rule) {
            (Self::Tag(values) | Self::AddedTag(values), UnionRule::Discriminator(property)) => {
                Some((property, values))
            }
            (Self::Constant([property, values @ ..]), _) => Some((property, values)),
            _ => None,
        }
    }
}

fn look_of_property(property: &str, values: &[&str], value: &Value) -> Look {
    let Value::Object(properties) = value else { return Look::Other };
    let is_known = |text: &str| if values.contains(&text) { Look::Meant } else { Look::Other };
    match properties.get(property) {
        None => Look::Possible,
        Some(Value::String(text)) => is_known(text),
        Some(value) => is_known(&value.to_string()),
    }
}

fn look_of_type(types: &[&str], value: &Value, is_text: bool) -> Look {
    let is_string = types.contains(&"string");
    // In a parameter every scalar is text: what can be read as another type is.
    if is_text && value.is_string() {
        let is_scalar = ["boolean", "integer", "number"].iter().any(|ty| types.contains(ty));
        return match (is_scalar, is_string || types.contains(&"any")) {
            (true, false) => Look::Meant,
            (_, true) => Look::Possible,
            (false, false) => Look::Other,
        };
    }
    let fits = match value {
        Value::Null => types.contains(&"null"),
        Value::Bool(_) => types.contains(&"boolean"),
        Value::Number(number) => types.contains(&"number") || (types.contains(&"integer") && is_whole(number)),
        Value::String(_) => is_string,
        Value::Array(_) => types.contains(&"array"),
        Value::Object(_) => types.contains(&"object"),
    };
    if fits || types.contains(&"any") { Look::Possible } else { Look::Other }
}

/// JSON has one kind of number: `1.0` is an integer (JSON Schema 2020-12, Core, 4.2.3).
fn is_whole(number: &serde_json::Number) -> bool {
    number.as_f64().is_none_or(|float| float.fract() == 0.0)
}

/// Notes that a value is of several members, of which it must be one.
#[cold]
fn ambiguous(rule: UnionRule, cx: &Context<'_>) {
    match rule {
        UnionRule::Discriminator(property) => cx.property(property, &[]).violation("missing", "is required"),
        _ => cx.violation("one_of", "matches more than one of the schemas of which it must match one"),
    }
}

/// Notes that `value` is of no member; `is_untold` if it does not look like any.
#[cold]
fn refuse(members: &[Member], rule: UnionRule, value: &Value, is_untold: bool, cx: &Context<'_>) {
    if matches!(rule, UnionRule::Discriminator(_)) && !value.is_object() {
        cx.violation("type", "must be an object");
        return;
    }
    let tags: Vec<_> = members.iter().filter_map(|member| member.tell.tag(rule)).collect();
    if let (Value::Object(properties), Some((property, _))) = (value, tags.first())
        && is_untold
        && tags.len() == members.len()
        && tags.iter().all(|(other, _)| other == property)
    {
        let cx = cx.property(property, &[]);
        if properties.contains_key(*property) {
            let mut values: Vec<&str> = Vec::new();
            for value in tags.iter().flat_map(|(_, values)| *values) {
                if !values.contains(value) {
                    values.push(value);
                }
            }
            cx.violation("enum", allowed(&values));
        } else {
            cx.violation("missing", "is required");
        }
        return;
    }
    let code = if let UnionRule::AnyOf = rule { "any_of" } else { "one_of" };
    cx.violation(code, "matches none of the schemas of which it must match one");
}

/// Writes the value of a member, with the discriminator if the member does not declare it.
///
/// # Errors
/// As the serializer's.
pub fn write_member<T: Serialize, S: Serializer>(
    value: &T,
    tell: Tell,
    rule: UnionRule,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let (Tell::AddedTag([tag, ..]), UnionRule::Discriminator(property)) = (tell, rule) else {
        return value.serialize(serializer);
    };
    match serde_json::to_value(value).map_err(S::Error::custom)? {
        Value::Object(properties) => {
            let mut map = serializer.serialize_map(Some(properties.len() + 1))?;
            map.serialize_entry(property, tag)?;
            properties
                .iter()
                .filter(|(name, _)| *name != property)
                .try_for_each(|(name, value)| map.serialize_entry(name, value))?;
            map.end()
        }
        value => value.serialize(serializer),
    }
}

/// How a union is read and written, a line a member:
///
/// ```text
/// union! {
///     Shape = discriminator("kind", Unknown); // or `one_of(Unknown)`, or `any_of(Unknown)`
///     _ = rules([MaxLength(20)]);             // what a value must meet, whichever member it is
///     Circle = tag("circle", "round");        // by the values of the discriminator
///     Square = constant("kind", "square");    // by the value of a property
///     Line = property("length");              // by a property that no other member has
///     Name = json("string", [MaxLength(20)]); // by the JSON type, and what its value must meet
///     Colour = listed("string");              // the same for an enum, which is tried first
/// }
/// ```
#[allow(unused_macros, reason = "not every API has a union")]
macro_rules! union {
    (
        $ty:ident = $rule:ident($($property:literal,)? $unknown:ident $(,)?);
        $(_ = rules([$($whole:expr),* $(,)?] $(,)?);)?
        $($variant:ident = $tell:ident($($argument:literal),+ $(, [$($rule_of:expr),* $(,)?])? $(,)?);)*
    ) => {
        impl $crate::support::codec::Union for $crate::types::$ty {
            const RULE: $crate::support::codec::UnionRule = $crate::support::codec::union_rule::$rule($($property)?);
            const RULES: &'static [$crate::support::codec::Rule] = &[$($($whole),*)?];
            const MEMBERS: &'static [$crate::support::codec::Member] = &[$(
                $crate::support::codec::Member {
                    tell: $crate::support::codec::tell::$tell(&[$($argument),+]),
                    rules: &[$($($rule_of),*)?],
                }
            ),*];

            #[allow(unused_assignments, reason = "the last member's")]
            fn read(
                index: usize,
                value: &::serde_json::Value,
                cx: &$crate::support::codec::Context<'_>,
            ) -> ::serde_json::Result<Self> {
                let mut next = 0;
                $(
                    if index == next {
                        return $crate::support::codec::Decode::decode(value, cx).map(Self::$variant);
                    }
                    next += 1;
                )*
                ::core::result::Result::Err(cx.refused())
            }

            fn unknown(value: ::serde_json::Value) -> Self {
                Self::$unknown(value)
            }
        }

        $crate::support::codec::decode_as! { $ty, decode_union }

        impl ::serde::Serialize for $crate::types::$ty {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                use $crate::support::codec::{Union, tell, write_member};

                match self {
                    $(Self::$variant(value) => {
                        write_member(value, tell::$tell(&[$($argument),+]), <Self as Union>::RULE, serializer)
                    })*
                    Self::$unknown(value) => value.serialize(serializer),
                }
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use union;
