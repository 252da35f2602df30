//! Tables as the generator writes them, and what reading and writing by them does.

use serde_json::json;

use crate::support::codec::Rule::{Items, MaxItems, MaxLength, MinLength, Minimum, Pattern as Matches};
use crate::support::codec::{self, Number, Refusal, object, string_enum};
use crate::support::pattern::Pattern;
use crate::types::{Labels, Pet, Status};

static LOWER: Pattern = Pattern::new("^[a-f0-9-]+$");

object! {
    Pet = closed();
    id = required("id", [Matches(&LOWER)]);
    name = required("name", [MinLength(1), MaxLength(5)]);
    tags = optional("tags", [MaxItems(2), Items(&[MinLength(2)])]);
    born = optional("born");
    owner = nullable("owner");
    status = required("status");
    best_friend = optional("bestFriend");
}

object! {
    Labels = rest(additional_properties, [Minimum(Number::Integer(3))]);
    first = required("first");
}

string_enum! {
    Status = open(Unknown);
    Active = "active";
    Gone = "gone";
}

const ID: &str = "123e4567-e89b-12d3-a456-426614174000";

fn violations<T: codec::Decode + std::fmt::Debug>(text: &str) -> Vec<String> {
    match codec::from_json_request::<T>(text.as_bytes(), &[]) {
        Ok(value) => panic!("accepted as {value:?}"),
        Err(Refusal::Malformed { line, column }) => vec![format!("malformed {line}:{column}")],
        Err(Refusal::Invalid(invalid)) => {
            invalid.violations.iter().map(|violation| format!("{violation} ({})", violation.code)).collect()
        }
    }
}

#[test]
fn a_good_request_is_read_and_written_back() {
    let value = json!({
        "id": ID, "name": "Rex", "tags": ["ab"], "born": "2024-01-05T12:34:56Z", "owner": null,
        "status": "active", "bestFriend": { "id": ID, "name": "Tom", "status": "gone" },
    });
    let pet: Pet = codec::from_json_request(value.to_string().as_bytes(), &[]).expect("a good request");
    assert_eq!(pet.owner, Some(None));
    assert_eq!(pet.best_friend.as_ref().map(|friend| friend.owner.clone()), Some(None));
    assert_eq!(serde_json::to_value(&pet).expect("a value"), value);
}

#[test]
fn every_violation_of_a_decodable_request_is_listed() {
    let text = r#"{
        "id": "123E4567-E89B-12D3-A456-426614174000", "name": "Methuselah", "tags": ["a", "bc", "d"],
        "born": "2024-01-05 12:34:56Z", "status": "lost", "colour": 1, "name": "Rex"
    }"#;
    let expected = [
        "body.id: must match ^[a-f0-9-]+$ (pattern)",
        "body.name: must have at most 5 characters (max_length)",
        "body.tags[0]: must have at least 2 characters (min_length)",
        "body.tags[2]: must have at least 2 characters (min_length)",
        "body.tags: must have at most 2 items (max_items)",
        "body.status: must be one of `active`, `gone` (enum)",
        "body.colour: is not a property of this object (unknown_field)",
        "body.name: must not be given twice (duplicate_field)",
    ];
    let without_born = text.replace("\"born\": \"2024-01-05 12:34:56Z\",", "");
    assert_eq!(violations::<Pet>(&without_born), expected);
}

#[test]
fn every_violation_of_an_undecodable_request_is_listed() {
    let text = r#"{
        "born": "2024-01-05 12:34:56Z", "id": 1, "tags": [1, "a", null], "owner": {}, "status": "lost",
        "bestFriend": { "id": "{123e4567-e89b-12d3-a456-426614174000}", "name": "", "tags": null, "x": 1 }
    }"#;
    let mut found = violations::<Pet>(text);
    found.sort_unstable();
    let expected = [
        "body.bestFriend.id: must be a UUID (RFC 9562) (format)",
        "body.bestFriend.name: must have at least 1 character (min_length)",
        "body.bestFriend.status: is required (missing)",
        "body.bestFriend.tags: must not be null (type)",
        "body.bestFriend.x: is not a property of this object (unknown_field)",
        "body.born: must be a date-time (RFC 3339) (format)",
        "body.id: must be a string, not a number (type)",
        "body.name: is required (missing)",
        "body.owner: must be a string, not an object (type)",
        "body.status: must be one of `active`, `gone` (enum)",
        "body.tags: must have at most 2 items (max_items)",
        "body.tags[0]: must be a string, not a number (type)",
        "body.tags[1]: must have at least 2 characters (min_length)",
        "body.tags[2]: must be a string, not null (type)",
    ];
    assert_eq!(found, expected);
    assert_eq!(violations::<Pet>("[]"), ["body: must be an object, not an array (type)"]);
    assert_eq!(violations::<Pet>("{"), ["malformed 1:1"]);
    assert_eq!(violations::<Pet>("{} x"), ["malformed 1:4"]);
}

#[test]
fn a_response_survives_what_the_description_does_not_know() {
    let text = format!(
        r#"{{ "id": "{}", "name": "", "tags": null, "status": "lost", "colour": [1], "born": "2024-01-05 12:34Z" }}"#,
        ID.to_uppercase()
    );
    let pet: Pet = codec::from_json(text.as_bytes()).expect("a lenient reading");
    assert_eq!(pet.tags, None);
    assert_eq!(pet.owner, None);
    assert_eq!(pet.status, Status::Unknown("lost".to_owned()));
    assert_eq!(serde_json::to_value(&pet).expect("a value")["status"], "lost");
}

#[test]
fn a_response_that_cannot_be_read_is_told_without_its_values() {
    let text = format!(r#"{{ "id": "{ID}", "name": {{ "hidden": "plaintext" }} }}"#);
    let error = codec::from_json::<Pet>(text.as_bytes()).expect_err("name is an object");
    assert_eq!(error.to_string(), "body.name: must be a string, not an object");
    let error = codec::from_json::<Pet>(br#"{ "id": "plaintext" }"#).expect_err("not a UUID");
    assert_eq!(error.to_string(), "body.id: must be a UUID (RFC 9562)");
    let error = codec::from_json::<Pet>(br#"{ "id": plaintext }"#).expect_err("not JSON");
    assert_eq!(error.to_string(), "not well-formed JSON at line 1, column 9");
}

#[test]
fn other_properties_are_kept_where_the_description_says_so() {
    let labels: Labels = codec::from_json_request(br#"{ "b": 4, "first": 1, "a": 3 }"#, &[]).expect("good labels");
    assert_eq!(labels.additional_properties, [("a".to_owned(), 3), ("b".to_owned(), 4)].into());
    assert_eq!(serde_json::to_string(&labels).expect("text"), r#"{"first":1,"a":3,"b":4}"#);
    let expected = ["body.a: must be at least 3 (minimum)", "body.first: is required (missing)"];
    assert_eq!(violations::<Labels>(r#"{ "a": 2 }"#), expected);
    let expected = [
        "body.b: must be an integer, not a string (type)",
        "body.first: must be between -2147483648 and 2147483647 (format)",
    ];
    assert_eq!(violations::<Labels>(r#"{ "b": "x", "first": 2147483648 }"#), expected);
    assert_eq!(violations::<Labels>(r#"{ "first": 1.5 }"#), ["body.first: must be an integer, not a fraction (type)"]);
    assert!(codec::from_json_request::<Labels>(br#"{ "first": 1.0 }"#, &[]).is_ok());
}

#[test]
fn other_formats_of_serde_hold_the_types() {
    let pet: Pet = serde_json::from_value(json!({ "id": ID, "name": "Rex", "status": "active" })).expect("a pet");
    assert_eq!(pet.status.to_string(), "active");
}
