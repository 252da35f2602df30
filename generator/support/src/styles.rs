//! The examples of the specifications, as they are printed there: each is what its value is written as, and reads as its
//! value.

use crate::support::operation::{Parameter, Shape, Style};
use crate::support::parameter::{Piece, Value, decode, encode};
use crate::support::violation::Location;
use Location::{Body, Cookie, Header, Path, Query};
use Style::{DeepObject, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};

/// Where a value stands, in which style, and whether it is exploded.
type Form = (Location, Style, bool);

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn array(items: &[&str]) -> Value {
    Value::Array(items.iter().copied().map(text).collect())
}

fn object(entries: &[(&str, &str)]) -> Value {
    Value::Object(entries.iter().map(|(key, value)| ((*key).to_owned(), text(value))).collect())
}

fn shape(value: &Value) -> Shape {
    match value {
        Value::Array(_) => Shape::Array,
        Value::Object(_) => Shape::Object,
        _ => Shape::Scalar,
    }
}

fn parameter(name: &'static str, (location, style, explode): Form, value: &Value) -> Parameter {
    Parameter { location, style, explode, shape: shape(value), ..Parameter::query(name) }
}

fn written(pieces: &[Piece<'_>]) -> String {
    let parts = pieces.iter().map(|piece| match &*piece.name {
        "" => piece.value.to_string(),
        name => format!("{name}={}", piece.value),
    });
    parts.collect::<Vec<_>>().join("&")
}

/// The value is written as this and read from it.
fn holds(parameter: &Parameter, value: &Value, expected: &str) {
    let pieces = encode(parameter, value).unwrap_or_else(|reason| panic!("{expected}: {reason}"));
    assert_eq!(written(&pieces), expected, "{parameter:?}");
    assert_eq!(decode(parameter, &pieces), Ok(Some(value.clone())), "{expected}");
}

/// OpenAPI 3.0.4 and 3.1.1, Style Examples. What is not there is not printed there.
#[test]
fn openapi_style_examples() {
    let values = [
        text(""),
        text("blue"),
        array(&["blue", "black", "brown"]),
        object(&[("R", "100"), ("G", "200"), ("B", "150")]),
    ];
    let rows: &[(Form, [&str; 4])] = &[
        ((Path, Matrix, false), [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
        ((Path, Matrix, true), [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
        ((Path, Label, false), [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
        ((Path, Label, true), [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
        ((Path, Simple, false), ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
        ((Path, Simple, true), ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
        ((Header, Simple, false), ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
        ((Header, Simple, true), ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
        ((Query, Style::Form, false), ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
        (
            (Query, Style::Form, true),
            ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"],
        ),
        ((Cookie, Style::Form, false), ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
        (
            (Body, Style::Form, true),
            ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"],
        ),
        (
            (Query, SpaceDelimited, false),
            ["n/a", "n/a", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
        ),
        (
            (Query, PipeDelimited, false),
            ["n/a", "n/a", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
        ),
        ((Query, DeepObject, true), ["n/a", "n/a", "n/a", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"]),
    ];
    for (form, texts) in rows {
        for (value, expected) in values.iter().zip(texts).filter(|(_, expected)| **expected != "n/a") {
            holds(&parameter("color", *form, value), value, expected);
        }
    }
}

/// RFC 6570, sections 3.2.1 to 3.2.9, for the operators and modifiers that OpenAPI has. An expression of several variables is
/// several parameters.
#[test]
fn rfc_6570_examples() {
    let list = || array(&["red", "green", "blue"]);
    let keys = || object(&[("semi", ";"), ("dot", "."), ("comma", ",")]);
    let count = || array(&["one", "two", "three"]);
    let rows: Vec<(&str, Form, &'static str, Value, &str)> = vec![
        // 3.2.1
        ("{count}", (Path, Simple, false), "count", count(), "one,two,three"),
        ("{count*}", (Path, Simple, true), "count", count(), "one,two,three"),
        ("{;count}", (Path, Matrix, false), "count", count(), ";count=one,two,three"),
        ("{;count*}", (Path, Matrix, true), "count", count(), ";count=one;count=two;count=three"),
        ("{?count}", (Query, Style::Form, false), "count", count(), "count=one,two,three"),
        ("{?count*}", (Query, Style::Form, true), "count", count(), "count=one&count=two&count=three"),
        // 3.2.2
        ("{var}", (Path, Simple, false), "var", text("value"), "value"),
        ("{hello}", (Path, Simple, false), "hello", text("Hello World!"), "Hello%20World%21"),
        ("{half}", (Path, Simple, false), "half", text("50%"), "50%25"),
        ("O{empty}X", (Path, Simple, false), "empty", text(""), ""),
        (
            "{base}index",
            (Path, Simple, false),
            "base",
            text("http://example.com/home/"),
            "http%3A%2F%2Fexample.com%2Fhome%2F",
        ),
        ("{x}", (Path, Simple, false), "x", text("1024"), "1024"),
        ("{list}", (Path, Simple, false), "list", list(), "red,green,blue"),
        ("{list*}", (Path, Simple, true), "list", list(), "red,green,blue"),
        ("{keys}", (Path, Simple, false), "keys", keys(), "semi,%3B,dot,.,comma,%2C"),
        ("{keys*}", (Path, Simple, true), "keys", keys(), "semi=%3B,dot=.,comma=%2C"),
        // 3.2.5
        ("{.who}", (Path, Label, false), "who", text("fred"), ".fred"),
        ("{.half}", (Path, Label, false), "half", text("50%"), ".50%25"),
        ("www{.dom*}", (Path, Label, true), "dom", array(&["example", "com"]), ".example.com"),
        ("X{.var}", (Path, Label, false), "var", text("value"), ".value"),
        ("X{.empty}", (Path, Label, false), "empty", text(""), "."),
        ("X{.list}", (Path, Label, false), "list", list(), ".red,green,blue"),
        ("X{.list*}", (Path, Label, true), "list", list(), ".red.green.blue"),
        ("X{.keys}", (Path, Label, false), "keys", keys(), ".semi,%3B,dot,.,comma,%2C"),
        // 3.2.7
        ("{;who}", (Path, Matrix, false), "who", text("fred"), ";who=fred"),
        ("{;half}", (Path, Matrix, false), "half", text("50%"), ";half=50%25"),
        ("{;empty}", (Path, Matrix, false), "empty", text(""), ";empty"),
        ("{;list}", (Path, Matrix, false), "list", list(), ";list=red,green,blue"),
        ("{;list*}", (Path, Matrix, true), "list", list(), ";list=red;list=green;list=blue"),
        ("{;keys}", (Path, Matrix, false), "keys", keys(), ";keys=semi,%3B,dot,.,comma,%2C"),
        ("{;keys*}", (Path, Matrix, true), "keys", keys(), ";semi=%3B;dot=.;comma=%2C"),
        // 3.2.8 and 3.2.9, without what the query begins with
        ("{?who}", (Query, Style::Form, true), "who", text("fred"), "who=fred"),
        ("{?half}", (Query, Style::Form, true), "half", text("50%"), "half=50%25"),
        ("{?list}", (Query, Style::Form, false), "list", list(), "list=red,green,blue"),
        ("{?list*}", (Query, Style::Form, true), "list", list(), "list=red&list=green&list=blue"),
        ("{?keys}", (Query, Style::Form, false), "keys", keys(), "keys=semi,%3B,dot,.,comma,%2C"),
        ("{?keys*}", (Query, Style::Form, true), "keys", keys(), "semi=%3B&dot=.&comma=%2C"),
        ("?fixed=yes{&x}", (Query, Style::Form, true), "x", text("1024"), "x=1024"),
        ("{&x,y,empty}", (Query, Style::Form, true), "empty", text(""), "empty="),
    ];
    for (_, form, name, value, expected) in &rows {
        holds(&parameter(name, *form, value), value, expected);
    }
}

/// RFC 6570, section 3.2.3, of which `allowReserved` is made. What would be read as something else in a query, or as the end of
/// an item, stays escaped: `{+keys}` is printed there as `semi,;,dot,.,comma,,`.
#[test]
fn rfc_6570_reserved_examples() {
    let list = || array(&["red", "green", "blue"]);
    let keys = || object(&[("semi", ";"), ("dot", "."), ("comma", ",")]);
    type Row = (&'static str, (Style, bool), &'static str, Value, &'static str);
    let rows: Vec<Row> = vec![
        ("{+var}", (Style::Form, true), "var", text("value"), "var=value"),
        ("{+hello}", (Style::Form, true), "hello", text("Hello World!"), "hello=Hello%20World!"),
        ("{+half}", (Style::Form, true), "half", text("50%"), "half=50%25"),
        ("{+base}", (Style::Form, true), "base", text("http://example.com/home/"), "base=http://example.com/home/"),
        ("here?ref={+path}", (Style::Form, true), "ref", text("/foo/bar"), "ref=/foo/bar"),
        ("{+list}", (Style::Form, false), "list", list(), "list=red,green,blue"),
        ("{+keys}", (Style::Form, false), "keys", keys(), "keys=semi,;,dot,.,comma,%2C"),
        ("", (Style::Form, true), "keys", keys(), "semi=;&dot=.&comma=,"),
        ("", (Style::Form, true), "all", text(":/?#[]@!$&'()*+,;="), "all=:/?%23%5B%5D@!$%26'()*%2B,;="),
        ("", (SpaceDelimited, false), "list", array(&["/a", "b,c"]), "list=/a%20b%2Cc"),
        ("", (PipeDelimited, false), "list", array(&["/a", "b;c"]), "list=/a%7Cb;c"),
        ("", (DeepObject, true), "keys", keys(), "keys%5Bsemi%5D=;&keys%5Bdot%5D=.&keys%5Bcomma%5D=,"),
    ];
    for (_, (style, explode), name, value, expected) in &rows {
        holds(&parameter(name, (Query, *style, *explode), value).allows_reserved(), value, expected);
    }
}

/// RFC 6570 prints these too; nobody could read the value from them.
#[test]
fn what_cannot_be_read_back_is_not_written() {
    let keys = object(&[("semi", ";"), ("dot", "."), ("comma", ",")]);
    // `X.semi=%3B.dot=..comma=%2C`
    assert!(encode(&parameter("keys", (Path, Label, true), &keys), &keys).is_err());
    // `O{+empty}X`, `{empty_keys}`, `{undef}` in a path.
    for value in [array(&[]), object(&[]), Value::Null] {
        for form in [(Path, Simple, false), (Path, Label, false), (Path, Matrix, false)] {
            assert!(encode(&parameter("empty_keys", form, &value), &value).is_err(), "{form:?} {value:?}");
        }
    }
    // Nothing is sent of what is not there.
    assert_eq!(encode(&parameter("undef", (Query, Style::Form, true), &Value::Null), &Value::Null), Ok(Vec::new()));
}

#[test]
fn malformed_text_is_refused() {
    let value = text("");
    let path = parameter("color", (Path, Simple, false), &value);
    for malformed in ["%", "%2", "%zz", "%ff"] {
        assert!(decode(&path, &[Piece::unnamed(malformed.to_owned())]).is_err(), "{malformed}");
    }
}

/// What other writers send is read as what they mean.
#[test]
fn other_spellings_are_read() {
    let list = array(&["a", "b"]);
    let rows: &[(Form, &str)] = &[
        ((Query, PipeDelimited, false), "color=a|b"),
        ((Query, PipeDelimited, false), "color=a%7cb"),
        ((Query, SpaceDelimited, false), "color=a+b"),
        ((Query, Style::Form, true), "color=%61&color=b"),
        ((Query, DeepObject, true), "color[]=a&color[]=b"),
        ((Query, DeepObject, true), "color%5B0%5D=a&color[1]=b"),
    ];
    for (form, query) in rows {
        let pieces: Vec<Piece<'_>> = query.split('&').filter_map(Piece::of).collect();
        assert_eq!(decode(&parameter("color", *form, &list), &pieces), Ok(Some(list.clone())), "{query}");
    }
    // A plus is a space in a query, and itself in a cookie.
    for (location, expected) in [(Query, "a b"), (Cookie, "a+b")] {
        let value = text(expected);
        let pieces: Vec<Piece<'_>> = Piece::of("color=a+b").into_iter().collect();
        assert_eq!(decode(&parameter("color", (location, Style::Form, true), &value), &pieces), Ok(Some(value)));
    }
}
