//! `readOnly` and `writeOnly`.

use super::*;

/// The types of `schemas` where requests carry `sent` and responses `received`, and the messages.
fn travelling(sent: &str, received: &str, schemas: &str) -> (Vec<Value>, Vec<String>) {
    let content = |name: &str| match name {
        "" => String::new(),
        name => format!("content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/{name}' }} }} }}"),
    };
    let body = match content(sent) {
        empty if empty.is_empty() => String::new(),
        content => format!("requestBody: {{ {content} }}, "),
    };
    let received = content(received);
    let comma = if received.is_empty() { "" } else { ", " };
    let paths = format!(
        "paths: {{ /x: {{ post: {{ operationId: x, {body}responses: {{ '200': {{ description: ok{comma}{received} }} }} }} }} }}"
    );
    let text = with_schemas(schemas).replace("paths: {}", &paths);
    let (api, messages) = run(&text, "");
    let api = api.unwrap_or_else(|| panic!("{messages:#?}"));
    (api.types.iter().map(|ty| json!(ty)).collect(), messages)
}

/// The properties of a struct.
fn properties(types: &[Value], name: &str) -> Vec<String> {
    let fields = find(types, name)["kind"]["struct"]["fields"].clone();
    let fields = fields.as_array().unwrap_or_else(|| panic!("`{name}` is no struct")).clone();
    fields.iter().map(|field| field["wire_name"].as_str().unwrap_or_default().to_owned()).collect()
}

const PET: &str = "Pet: { type: object, required: [id, pin], properties: { id: { type: integer, readOnly: true }, \
                   name: { type: string }, pin: { type: string, writeOnly: true } } }";

#[test]
fn a_type_that_travels_one_way_has_what_goes_that_way() {
    let (types, messages) = travelling("Pet", "", PET);
    assert_eq!((names(&types), properties(&types, "Pet")), (vec!["Pet"], vec!["name".to_owned(), "pin".to_owned()]));
    assert_eq!(messages, Vec::<String>::new());
    let (types, _) = travelling("", "Pet", PET);
    assert_eq!((names(&types), properties(&types, "Pet")), (vec!["Pet"], vec!["id".to_owned(), "name".to_owned()]));
    let (types, _) = travelling("", "", PET);
    assert_eq!((names(&types), properties(&types, "Pet").len()), (vec!["Pet"], 3));
}

#[test]
fn types_are_split_for_what_they_refer_to() {
    let schemas = format!(
        "{PET}\nPack: {{ type: array, items: {{ $ref: '#/components/schemas/Pet' }} }}\n\
         Zoo: {{ type: object, properties: {{ packs: {{ type: object, additionalProperties: \
         {{ $ref: '#/components/schemas/Pack' }} }}, place: {{ $ref: '#/components/schemas/Place' }} }} }}\n\
         Place: {{ type: object, properties: {{ zoo: {{ $ref: '#/components/schemas/Zoo' }}, x: {{ type: number }} }} }}\n\
         Alone: {{ type: object, properties: {{ zoo: {{ $ref: '#/components/schemas/Alone' }} }} }}"
    );
    let (types, _) = travelling("Zoo", "Zoo", &schemas);
    let expected = ["Pet", "PetRequest", "Pack", "PackRequest", "Zoo", "ZooRequest", "Place", "PlaceRequest", "Alone"];
    assert_eq!(names(&types), expected);
    let ty = |ty: &str, name: &str| field(&types, ty, name)["type"].clone();
    assert_eq!(ty("Zoo", "packs"), json!({ "map": { "named": "Pack" } }));
    assert_eq!(ty("ZooRequest", "packs"), json!({ "map": { "named": "PackRequest" } }));
    assert_eq!(ty("PlaceRequest", "zoo"), json!({ "boxed": { "named": "ZooRequest" } }));
    assert_eq!(find(&types, "PackRequest")["kind"]["alias"]["type"], json!({ "array": { "named": "PetRequest" } }));
}

#[test]
fn what_only_a_read_only_property_holds_is_not_in_requests() {
    let schemas = "Pet: { type: object, properties: { owner: { $ref: '#/components/schemas/Owner' } } }\n\
                   Owner: { readOnly: true, type: object, properties: { id: { type: integer, readOnly: true } } }";
    let (types, _) = travelling("Pet", "Pet", schemas);
    assert_eq!(names(&types), ["Pet", "PetRequest", "Owner"]);
    assert_eq!(properties(&types, "PetRequest"), Vec::<String>::new());
    assert_eq!(find(&types, "Owner")["in_request"], false);
}

#[test]
fn a_request_form_takes_no_name_from_others() {
    let schemas = format!("{PET}\nPetRequest: {{ type: string, enum: [a] }}\nPetRequestForm: {{ type: string }}");
    let (types, _) = travelling("Pet", "Pet", &schemas);
    assert_eq!(names(&types), ["Pet", "PetRequest2", "PetRequest", "PetRequestForm"]);
}

#[test]
fn a_property_of_both_kinds_is_of_neither() {
    let schemas = "Pet: { type: object, properties: { a: { allOf: [{ $ref: '#/components/schemas/A' }], writeOnly: true }, \
                   b: { $ref: '#/components/schemas/A' } } }\nA: { type: string, readOnly: true }";
    let (types, messages) = travelling("Pet", "Pet", schemas);
    assert_eq!(messages, ["contradictory-access /components/schemas/Pet/properties/a"]);
    assert_eq!(properties(&types, "PetRequest"), ["a"]);
    assert_eq!(properties(&types, "Pet"), ["a", "b"]);
}

#[test]
fn inline_forms_are_shared() {
    let inner = "{ type: object, properties: { id: { type: integer, readOnly: true }, x: { type: string } } }";
    let schemas = format!("Pet: {{ type: object, properties: {{ a: {inner}, b: {inner} }} }}");
    let (types, _) = travelling("Pet", "Pet", &schemas);
    let alias = |name: &str| find(&types, name)["kind"]["alias"]["type"].clone();
    assert_eq!(alias("PetB"), json!({ "named": "PetA" }));
    assert_eq!(alias("PetBRequest"), json!({ "named": "PetARequest" }));
}

#[test]
fn examples_need_not_show_what_goes_the_other_way() {
    let schemas = PET.replace("properties: {", "example: { id: 1, name: Rex }, properties: {");
    let (types, messages) = travelling("Pet", "Pet", &schemas);
    assert_eq!(messages, Vec::<String>::new());
    assert_eq!(find(&types, "PetRequest")["docs"]["examples"], json!(["{\"name\":\"Rex\"}"]));
}
