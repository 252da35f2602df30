//! Media types: which of those declared a body is in, and which a caller accepts (RFC 9110, sections 8.3 and
//! 12.5.1).

/// Which of `declared`, which may be ranges (`text/*`), the media type `value` is: the most specific. Parameters
/// that a declared one names must be there; others do not matter.
pub fn choose(value: &str, declared: &[&'static str]) -> Option<&'static str> {
    let essence = bare(value);
    let fitting = declared.iter().filter_map(|range| {
        let named = || parameters(range).filter(|(name, _)| !name.eq_ignore_ascii_case("charset"));
        let is_there = |(name, wanted): (&str, &str)| {
            parameters(value).any(|(found, value)| found.eq_ignore_ascii_case(name) && value == wanted)
        };
        let is_covered = covers(bare(range), essence) && named().all(is_there);
        is_covered.then(|| ((specificity(range), named().count()), *range))
    });
    // Of equals the first.
    fitting.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, range)| range)
}

/// The same for an answer, which a client takes as generously as it can: without a media type it is the first
/// declared one, and any kind of JSON is JSON.
pub fn choose_leniently(value: Option<&str>, declared: &[&'static str]) -> Option<&'static str> {
    let Some(value) = value else { return declared.first().copied() };
    choose(value, declared).or_else(|| {
        let is_json = |media_type: &str| is_json(&essence(media_type));
        is_json(value).then(|| declared.iter().copied().find(|known| is_json(known))).flatten()
    })
}

fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json") || essence.ends_with("+json")
}

/// Whether `value` is a media type of the range `range`.
pub fn is_within(value: &str, range: &str) -> bool {
    let essence = bare(value);
    essence.split_once('/').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty() && !name.contains('*'))
        && covers(bare(range), essence)
}

/// Whether a caller that sends `Accept: accept` takes one of `offered`.
pub fn accepts(accept: &str, offered: &[&str]) -> bool {
    offered.iter().any(|offer| weight(accept, offer) > 0.0)
}

/// What the caller accepts; anything, if it does not say.
#[cfg(feature = "server")]
pub fn accepted(headers: &http::HeaderMap) -> std::borrow::Cow<'_, str> {
    let mut values = headers.get_all(http::header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let first = values.next().unwrap_or_default();
    let accept = values.fold(first.into(), |accept: std::borrow::Cow<'_, str>, value| accept + "," + value);
    if accept.trim().is_empty() { "*/*".into() } else { accept }
}

/// The one of `offers` that a caller wants most; of equals the first.
pub fn best<'o>(accept: &str, offers: &[&'o str]) -> Option<&'o str> {
    let weighed = offers.iter().map(|offer| (weight(accept, offer), *offer)).filter(|(weight, _)| *weight > 0.0);
    weighed.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, offer)| offer)
}

/// The weight of the most specific range that covers `offer`.
pub fn weight(accept: &str, offer: &str) -> f32 {
    let offer = bare(offer);
    let ranges = accept.split(',').map(str::trim).filter(|range| !range.is_empty());
    let covering = ranges.filter_map(|range| {
        let essence = bare(range);
        // What is offered may be a range itself, of which the answer chooses one.
        let is_covered = covers(essence, offer) || covers(offer, essence);
        is_covered.then(|| (specificity(essence), quality(range)))
    });
    covering.max_by_key(|(specificity, _)| *specificity).map_or(0.0, |(_, quality)| quality)
}

fn quality(range: &str) -> f32 {
    let mut weights = parameters(range).filter(|(name, _)| name.eq_ignore_ascii_case("q"));
    weights.next().and_then(|(_, weight)| weight.parse().ok()).unwrap_or(1.0)
}

/// The parameters, names as they are written.
fn parameters(media_type: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    pairs.map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
}

/// The media type without its parameters, in lower case.
pub fn essence(media_type: &str) -> String {
    bare(media_type).to_ascii_lowercase()
}

/// The same as it is written.
fn bare(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

fn covers(range: &str, media_type: &str) -> bool {
    match range.strip_suffix("/*") {
        Some("*") => true,
        Some(kind) => media_type.split('/').next().is_some_and(|found| found.eq_ignore_ascii_case(kind)),
        None => range.eq_ignore_ascii_case(media_type),
    }
}

fn specificity(range: &str) -> u8 {
    match bare(range) {
        "*/*" => 0,
        range if range.ends_with("/*") => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_decides() {
        let offered = ["application/json"];
        for accept in
            ["*/*", "application/*", "text/html, */*;q=0.1", "Application/JSON; q=1", "text/html,application/json"]
        {
            assert!(accepts(accept, &offered), "{accept}");
        }
        for accept in ["text/html", "application/json;q=0, */*", "application/*;q=0.000", "text/*"] {
            assert!(!accepts(accept, &offered), "{accept}");
        }
        assert!(accepts("image/png", &["image/*"]));
    }

    #[cfg(feature = "server")]
    #[test]
    fn headers_of_one_name_are_one_list() {
        let accept = |values: &[&'static str]| {
            let mut headers = http::HeaderMap::new();
            for value in values {
                headers.append(http::header::ACCEPT, http::HeaderValue::from_static(value));
            }
            accepted(&headers).into_owned()
        };
        assert_eq!(accept(&[]), "*/*");
        assert_eq!(accept(&[" "]), "*/*");
        assert_eq!(accept(&["text/html"]), "text/html");
        assert_eq!(accept(&["text/html", "image/png;q=0.5"]), "text/html,image/png;q=0.5");
    }

    #[test]
    fn the_caller_weighs_what_is_offered() {
        let offers = ["application/json", "text/plain"];
        assert_eq!(best("text/plain, application/json;q=0.9", &offers), Some("text/plain"));
        assert_eq!(best("*/*", &offers), Some("application/json"));
        assert_eq!(best("text/*;q=0.5, */*;q=0.1", &offers), Some("text/plain"));
        assert_eq!(best("image/png", &offers), None);
    }

    #[test]
    fn a_body_is_of_the_most_specific_declared_type() {
        let declared = ["*/*", "image/*", "application/json", "application/json; version=2"];
        assert_eq!(choose("application/json; charset=utf-8", &declared), Some("application/json"));
        assert_eq!(choose("Application/JSON;version=\"2\"", &declared), Some("application/json; version=2"));
        assert_eq!(choose("image/png", &declared), Some("image/*"));
        assert_eq!(choose("text/plain", &declared), Some("*/*"));
        assert_eq!(choose("text/plain", &["application/json"]), None);
        assert_eq!(
            choose("application/json", &["application/json; charset=utf-8"]),
            Some("application/json; charset=utf-8")
        );
    }

    #[test]
    fn a_client_is_generous() {
        let declared = ["text/plain", "application/json"];
        assert_eq!(choose_leniently(None, &declared), Some("text/plain"));
        assert_eq!(choose_leniently(Some("application/problem+json"), &declared), Some("application/json"));
        assert_eq!(choose_leniently(Some("image/png"), &declared), None);
    }
}
