//! Tables of unions, and what reading and writing by them does.

use serde_json::{Value, json};

use crate::support::codec::Rule::MaxLength;
use crate::support::codec::{self, Refusal, object, union};
use crate::types::{Amount, Circle, Input, Model, Shape, Square, Status, Tree};

object! {
    Circle = open();
    kind = required("kind");
    radius = required("radius");
    status = optional("status");
}

object! {
    Square = closed();
    side = required("side");
}

union! {
    Shape = discriminator("kind", Unknown);
    Circle = tag("circle", "round");
    Square = added_tag("square");
}

union! {
    Input = any_of(Unknown);
    Text = json("string", [MaxLength(3)]);
    Number = json("number");
    Shapes = json("array");
    Circle = constant("kind", "circle");
    Square = property("side");
}

union! {
    Amount = one_of(Unknown);
    Small = json("integer");
    Status = json("string");
    Any = json("number");
}

union! {
    Model = any_of(Unknown);
    Text = json("string");
    Status = listed("string");
}

object! {
    Branch = open();
    left = optional("left");
}

object! {
    Fork = open();
    left = optional("left");
    right = optional("right");
}

union! {
    Tree = one_of(Unknown);
    Branch = json("object");
    Fork = json("object");
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

fn circle(status: Option<Status>) -> Circle {
    Circle { kind: "circle".to_owned(), radius: 1, status }
}

fn refused<T: codec::Decode + std::fmt::Debug>(value: &Value) -> Vec<String> {
    request::<T>(value).expect_err("a violation")
}

#[test]
fn a_discriminator_names_the_member() {
    let value = json!({ "kind": "circle", "radius": 1 });
    assert_eq!(request(&value), Ok(Shape::Circle(circle(None))));
    assert_eq!(serde_json::to_value(Shape::Circle(circle(None))).expect("a value"), value);
    let expected = ["body.radius: must be an integer, not a string (type)"];
    assert_eq!(refused::<Shape>(&json!({ "kind": "round", "radius": "1" })), expected);
    assert_eq!(
        refused::<Shape>(&json!({ "kind": "oval" })),
        ["body.kind: must be one of `circle`, `round`, `square` (enum)"]
    );
    assert_eq!(refused::<Shape>(&json!({ "kind": 1 })).len(), 1);
    assert_eq!(refused::<Shape>(&json!({})), ["body.kind: is required (missing)"]);
    assert_eq!(refused::<Shape>(&json!([])), ["body: must be an object (type)"]);
}

#[test]
fn a_discriminator_that_a_member_does_not_declare_is_added_to_it() {
    let value = json!({ "kind": "square", "side": 2 });
    let shape: Shape = request(&value).expect("a square");
    assert_eq!(shape, Shape::Square(Square { side: 2 }));
    assert_eq!(serde_json::to_string(&shape).expect("text"), r#"{"kind":"square","side":2}"#);
}

#[test]
fn a_response_keeps_what_no_member_takes() {
    for value in [json!({ "kind": "oval", "radii": [1, 2.5] }), json!({ "kind": "circle" }), json!(null), json!("x")] {
        let shape: Shape = response(&value);
        assert_eq!(shape, Shape::Unknown(value.clone()));
        assert_eq!(serde_json::to_value(&shape).expect("a value"), value);
    }
}

#[test]
fn members_are_told_by_type_constant_and_property() {
    let circle = json!({ "kind": "circle", "radius": 1, "side": 1 });
    assert_eq!(request(&json!("a")), Ok(Input::Text("a".to_owned())));
    assert_eq!(request(&json!(2)), Ok(Input::Number(2.0)));
    assert_eq!(request(&json!([])), Ok(Input::Shapes(Vec::new())));
    assert!(matches!(request(&circle), Ok(Input::Circle(_))));
    assert_eq!(request(&json!({ "side": 2 })), Ok(Input::Square(Square { side: 2 })));
    assert_eq!(refused::<Input>(&json!("abcd")), ["body: must have at most 3 characters (max_length)"]);
    let nested = json!([{ "kind": "circle", "radius": 1 }, { "kind": "circle", "radius": 1.5, "status": "lost" }]);
    assert_eq!(
        refused::<Input>(&nested),
        [
            "body[1].radius: must be an integer, not a fraction (type)",
            "body[1].status: must be one of `active`, `gone` (enum)"
        ]
    );
    let neither = ["body: matches none of the schemas of which it must match one (any_of)"];
    assert_eq!(refused::<Input>(&json!(true)), neither);
    assert_eq!(refused::<Input>(&json!({ "kind": "oval" })), neither);
    assert!(matches!(response(&json!({ "kind": "oval" })), Input::Unknown(_)));
}

#[test]
fn a_response_prefers_the_member_that_is_meant() {
    let value = json!({ "kind": "circle", "radius": 1, "status": "lost", "side": 1 });
    let Input::Circle(found) = response(&value) else { panic!("not a circle") };
    assert_eq!(found.status, Some(Status::Unknown("lost".to_owned())));
    assert_eq!(response::<Amount>(&json!("lost")), Amount::Status(Status::Unknown("lost".to_owned())));
    assert_eq!(response::<Amount>(&json!(1)), Amount::Small(1));
    assert_eq!(response::<Amount>(&json!(1.5)), Amount::Any(1.5));
    assert_eq!(response::<Amount>(&json!(3_000_000_000_i64)), Amount::Any(3e9));
}

#[test]
fn one_of_takes_exactly_one_member() {
    assert_eq!(request(&json!(1.5)), Ok(Amount::Any(1.5)));
    let expected = ["body: matches more than one of the schemas of which it must match one (one_of)"];
    assert_eq!(refused::<Amount>(&json!(1)), expected);
    assert_eq!(refused::<Amount>(&json!("lost")), ["body: must be one of `active`, `gone` (enum)"]);
    assert_eq!(
        refused::<Vec<Shape>>(&json!([{ "kind": "oval" }, { "kind": "round" }])),
        ["body[0].kind: must be one of `circle`, `round`, `square` (enum)", "body[1].radius: is required (missing)"]
    );
}

#[test]
fn listed_values_come_first() {
    for read in [response::<Model>, |value: &Value| request(value).expect("a model")] {
        assert_eq!(read(&json!("gone")), Model::Status(Status::Gone));
        assert_eq!(read(&json!("other")), Model::Text("other".to_owned()));
    }
}

#[test]
fn trials_within_trials_end() {
    let mut value = json!({});
    for _ in 0..60 {
        value = json!({ "left": value });
    }
    assert!(request::<Tree>(&value).is_err());
    let tree: Tree = response(&value);
    assert_eq!(serde_json::to_value(&tree).expect("a value"), value);
}
