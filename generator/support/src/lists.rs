//! Tables of enums that are no strings, and of tuples.

use serde_json::{Value, json};

use crate::support::codec::Rule::{MaxLength, Minimum, Only, UniqueItems};
use crate::support::codec::{self, Mode, Number, Refusal, Report, integer_enum, json_enum, tuple};
use crate::support::violation::Location;
use crate::types::{Limit, Pair, Priority, Row, Status};

integer_enum! {
    Priority = open(Unknown);
    Value1 = 1;
    Minus1 = -1;
}

json_enum! {
    Limit = open(Unknown);
    Value10 = 10;
    Value0_5 = 0.5;
    Unlimited = "unlimited";
    Off = false;
    Range = json!({ "least": [1, -1] });
}

tuple! {
    Pair = closed();
    [0] = required([MaxLength(2)]);
    [1] = optional();
}

tuple! {
    Row = open();
    _ = rules([UniqueItems]);
    [0] = required();
    [1] = required();
    [2] = rest([Minimum(Number::Integer(3))]);
}

fn request<T: codec::Decode>(value: &Value) -> Result<T, Vec<String>> {
    codec::from_json_request(value.to_string().as_bytes(), &[]).map_err(|refusal| match refusal {
        Refusal::Malformed { line, column } => vec![format!("malformed {line}:{column}")],
        Refusal::Invalid(invalid) => {
            invalid.violations.iter().map(|violation| format!("{violation} ({})", violation.code)).collect()
        }
    })
}

fn response<T: codec::Decode>(value: &Value) -> T {
    codec::from_json(value.to_string().as_bytes()).expect("a lenient reading")
}

fn parameter<T: codec::Decode>(text: &str) -> Option<T> {
    let report = Report::of_parameters(Location::Query, Mode::Strict);
    let value = T::decode(json!(text), &codec::Context::root(&report, &[])).ok()?;
    report.conclude(value).ok()
}

fn refused<T: codec::Decode + std::fmt::Debug>(value: &Value) -> Vec<String> {
    request::<T>(value).expect_err("a violation")
}

#[test]
fn enums_of_integers_keep_unknown_ones() {
    assert_eq!(request(&json!(-1)), Ok(Priority::Minus1));
    assert_eq!(request(&json!(1.0)), Ok(Priority::Value1));
    assert_eq!(refused::<Priority>(&json!(2)), ["body: must be one of `1`, `-1` (enum)"]);
    assert_eq!(refused::<Priority>(&json!("1")), ["body: must be an integer, not a string (type)"]);
    assert_eq!(parameter("-1"), Some(Priority::Minus1));
    assert_eq!(response::<Priority>(&json!(2)), Priority::Unknown(2));
    for (priority, text) in [(Priority::Minus1, "-1"), (Priority::Unknown(2), "2")] {
        assert_eq!(serde_json::to_string(&priority).expect("text"), text);
        assert_eq!(priority.to_string(), text);
        assert_eq!(text.parse(), Ok(priority));
    }
}

#[test]
fn enums_of_several_types_compare_as_json() {
    for (value, expected) in [
        (json!(10), Limit::Value10),
        (json!(10.0), Limit::Value10),
        (json!(0.5), Limit::Value0_5),
        (json!("unlimited"), Limit::Unlimited),
        (json!(false), Limit::Off),
        (json!({ "least": [1, -1] }), Limit::Range),
    ] {
        assert_eq!(request(&value), Ok(expected), "{value}");
    }
    assert_eq!(
        refused::<Limit>(&json!("10")),
        ["body: must be one of `10`, `0.5`, `\"unlimited\"`, `false`, `{\"least\":[1,-1]}` (enum)"]
    );
    assert_eq!(parameter("10"), Some(Limit::Value10));
    assert_eq!(parameter::<Limit>("11"), None);
    let unknown: Limit = response(&json!([1]));
    assert_eq!(unknown, Limit::Unknown(json!([1])));
    assert_eq!(serde_json::to_value(&unknown).expect("a value"), json!([1]));
    assert_eq!(serde_json::to_value(Limit::Value0_5).expect("a value"), json!(0.5));
}

#[test]
fn a_boolean_can_be_the_only_one() {
    let request = |text: &[u8]| codec::from_json_request::<bool>(text, &[Only(true)]);
    assert!(matches!(request(b"true"), Ok(true)));
    let Err(Refusal::Invalid(invalid)) = request(b"false") else { panic!("accepted") };
    assert_eq!(invalid.to_string(), "body: must be true");
}

#[test]
fn tuples_have_a_type_for_each_position() {
    for value in [json!(["a"]), json!(["a", 1])] {
        let pair: Pair = request(&value).expect("a pair");
        assert_eq!(serde_json::to_value(&pair).expect("a value"), value);
    }
    assert_eq!(
        refused::<Pair>(&json!(["abc", 1.5, true])),
        [
            "body[0]: must have at most 2 characters (max_length)",
            "body[1]: must be an integer, not a fraction (type)",
            "body: must have at most 2 items (max_items)"
        ]
    );
    assert_eq!(refused::<Pair>(&json!([])), ["body[0]: is required (missing)"]);
    assert_eq!(refused::<Pair>(&json!({})), ["body: must be an array, not an object (type)"]);
    assert_eq!(response::<Pair>(&json!(["abc", 1, true])), Pair("abc".to_owned(), Some(1)));
}

#[test]
fn tuples_can_keep_further_items() {
    let value = json!([1, "active", 4, 3]);
    let row: Row = request(&value).expect("a row");
    assert_eq!(row, Row(1, Status::Active, vec![4, 3]));
    assert_eq!(serde_json::to_value(&row).expect("a value"), value);
    assert_eq!(refused::<Row>(&json!([3, "gone", 3])), ["body: must not have two equal items (unique_items)"]);
    assert_eq!(
        refused::<Row>(&json!(["x", "lost", 2, "y"])),
        [
            "body[0]: must be an integer, not a string (type)",
            "body[1]: must be one of `active`, `gone` (enum)",
            "body[2]: must be at least 3 (minimum)",
            "body[3]: must be an integer, not a string (type)"
        ]
    );
}
