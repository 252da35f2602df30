//! What descriptions say of pages in extensions that are in wide use.

use indexmap::IndexMap;
use serde_json::Value;

use crate::lower::pagination::wanted::Wanted;
use crate::lower::pointer;
use crate::model::PageWay;

/// An extension of an operation.
pub(super) struct Extension {
    /// Where it stands.
    pub(super) place: String,
    /// What it says, or why that is not understood.
    pub(super) wanted: Result<Wanted, String>,
}

/// The extension that is about pages, if the operation has one.
pub(super) fn of(extensions: &IndexMap<String, Value>, operation: &str) -> Option<Extension> {
    type Reader = fn(&Value) -> Option<Result<Wanted, String>>;
    let readers: [(&str, Reader); 3] = [
        ("x-dropshot-pagination", |_| Some(Ok(dropshot()))),
        ("x-speakeasy-pagination", |value| Some(speakeasy(value))),
        ("x-ms-pageable", microsoft),
    ];
    readers.into_iter().find_map(|(name, read)| {
        let wanted = read(extensions.get(name)?)?;
        Some(Extension { place: pointer::child(operation, name), wanted })
    })
}

/// `x-dropshot-pagination: { required: [project] }`: the names of the rest are Dropshot's own.
fn dropshot() -> Wanted {
    let way = PageWay::Cursor { parameter: "page_token".to_owned(), next: vec!["next_page".to_owned()] };
    Wanted { items: Some(vec!["items".to_owned()]), ..Wanted::new(way) }
}

/// `x-ms-pageable: { nextLinkName: nextLink, itemName: value }`; where the former is null there is one page.
fn microsoft(value: &Value) -> Option<Result<Wanted, String>> {
    let next = value.get("nextLinkName")?.as_str()?;
    let items = value.get("itemName").and_then(Value::as_str).unwrap_or("value");
    let way = PageWay::Url { next: vec![next.to_owned()] };
    Some(Ok(Wanted { items: Some(vec![items.to_owned()]), ..Wanted::new(way) }))
}

/// ```yaml
/// x-speakeasy-pagination:
///   type: cursor
///   inputs: [{ name: after, in: parameters, type: cursor }]
///   outputs: { results: $.data, nextCursor: $.next }
/// ```
fn speakeasy(value: &Value) -> Result<Wanted, String> {
    let input = |kind: &str| {
        let inputs = value.get("inputs").and_then(Value::as_array).into_iter().flatten();
        let mut inputs = inputs.filter(|input| input.get("type").and_then(Value::as_str) == Some(kind));
        let input = inputs.next()?;
        let place = input.get("in").and_then(Value::as_str).unwrap_or_default();
        let name = input.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(if place == "parameters" { Ok(name) } else { Err(format!("`{name}` is no parameter, but in `{place}`")) })
    };
    let output = |name: &str| {
        let path = value.get("outputs").and_then(|outputs| outputs.get(name)).and_then(Value::as_str)?;
        Some(json_path(path).ok_or_else(|| format!("`{path}` is more than a way through properties")))
    };
    let whole = |path: Option<Result<JsonPath, String>>| match path.transpose()? {
        None => Ok(None),
        Some(JsonPath { names, last: None }) => Ok(Some(names)),
        Some(_) => Err("only a cursor can be in the last item".to_owned()),
    };
    let results = whole(output("results"))?;
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let (way, items) = match kind {
        "cursor" => {
            let parameter = input("cursor").ok_or("no input is the cursor")??;
            match output("nextCursor").ok_or("no output is the next cursor")?? {
                JsonPath { names: next, last: None } => (PageWay::Cursor { parameter, next }, results),
                JsonPath { names, last: Some(last) } => (PageWay::LastItem { parameter, last }, Some(names)),
            }
        }
        "url" => {
            let next = whole(output("nextUrl"))?.ok_or("no output is the next URL")?;
            (PageWay::Url { next }, results)
        }
        "offsetLimit" => match (input("page"), input("offset")) {
            (Some(parameter), _) => {
                let pages = whole(output("numPages"))?;
                (PageWay::Page { parameter: parameter?, start: 1, total: None, pages }, results)
            }
            (None, Some(parameter)) => (PageWay::Offset { parameter: parameter?, total: None }, results),
            (None, None) => return Err("no input is the page or the offset".to_owned()),
        },
        _ => return Err(format!("there is no pagination of the type `{kind}`")),
    };
    Ok(Wanted { items, ..Wanted::new(way) })
}

/// The properties that a JSONPath leads through, and, where it takes the last item of a list, those within that.
#[derive(Debug, PartialEq)]
struct JsonPath {
    names: Vec<String>,
    last: Option<Vec<String>>,
}

/// `$.data`, `$.data[-1].id`, `$.data[(@.length-1)].id`; `None` for any other.
fn json_path(text: &str) -> Option<JsonPath> {
    let text = text.trim().strip_prefix('$')?.replace("[(@.length-1)]", "[-1]");
    let names = |text: &str| -> Option<Vec<String>> {
        let mut names = text.split('.');
        let is_name = |name: &str| !name.is_empty() && !name.contains(['[', ']', '*', '?', '@', '(', '\'']);
        (names.next() == Some("")).then(|| names.map(|name| is_name(name).then(|| name.to_owned())).collect())?
    };
    match text.split_once("[-1]") {
        Some((list, item)) => Some(JsonPath { names: names(list)?, last: Some(names(item)?) }),
        None => Some(JsonPath { names: names(&text)?, last: None }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_paths_through_properties_are_understood() {
        let path = |names: &[&str], last: Option<&[&str]>| {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            Some(JsonPath { names: owned(names), last: last.map(owned) })
        };
        assert_eq!(json_path("$"), path(&[], None));
        assert_eq!(json_path("$.meta.next"), path(&["meta", "next"], None));
        assert_eq!(json_path("$.data[-1].id"), path(&["data"], Some(&["id"])));
        assert_eq!(json_path("$[(@.length-1)].at"), path(&[], Some(&["at"])));
        for other in ["data", "$..id", "$.data[0].id", "$.data[*]", "$.", "$['data']", "$.data[-1][-1]"] {
            assert_eq!(json_path(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_not_understood_says_why() {
        let why = |value| speakeasy(&value).expect_err("it is understood");
        assert_eq!(why(json!({ "type": "magic" })), "there is no pagination of the type `magic`");
        assert_eq!(why(json!({ "type": "cursor", "inputs": [] })), "no input is the cursor");
        let inputs = json!([{ "name": "after", "in": "requestBody", "type": "cursor" }]);
        assert_eq!(why(json!({ "type": "cursor", "inputs": inputs })), "`after` is no parameter, but in `requestBody`");
        let outputs = json!({ "nextUrl": "$.links[?(@.rel=='next')]" });
        assert!(why(json!({ "type": "url", "outputs": outputs })).contains("is more than a way through properties"));
        let outputs = json!({ "results": "$.data[-1].id", "nextUrl": "$.next" });
        assert_eq!(why(json!({ "type": "url", "outputs": outputs })), "only a cursor can be in the last item");
    }
}
