//! Media types: what a body is, and what a caller accepts (RFC 9110, sections 8.3 and 12.5.1).

/// Whether the media type `value` is one of `known`, which may be ranges (`text/*`).
pub(crate) fn is_one_of(value: &str, known: &[&str]) -> bool {
    let essence = essence(value);
    known.iter().any(|range| covers(&self::essence(range), &essence))
}

/// Whether a caller that sends `Accept: accept` takes one of `offered`.
pub(crate) fn accepts(accept: &str, offered: &[&str]) -> bool {
    offered.iter().any(|offer| weight(accept, &essence(offer)) > 0.0)
}

/// The weight of the most specific range that covers `offer`.
fn weight(accept: &str, offer: &str) -> f32 {
    let ranges = accept.split(',').map(str::trim).filter(|range| !range.is_empty());
    let covering = ranges.filter_map(|range| {
        let essence = essence(range);
        covers(&essence, offer).then(|| (specificity(&essence), quality(range)))
    });
    covering.max_by_key(|(specificity, _)| *specificity).map_or(0.0, |(_, quality)| quality)
}

fn quality(range: &str) -> f32 {
    let parameters = range.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut weights = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    weights.next().and_then(|(_, weight)| weight.trim().parse().ok()).unwrap_or(1.0)
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn covers(range: &str, media_type: &str) -> bool {
    match range.strip_suffix("/*") {
        Some("*") => true,
        Some(kind) => media_type.split('/').next() == Some(kind),
        None => range == media_type,
    }
}

fn specificity(range: &str) -> u8 {
    match range {
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
    }

    #[test]
    fn parameters_of_a_body_do_not_matter() {
        assert!(is_one_of("application/json; charset=utf-8", &["application/json"]));
        assert!(is_one_of("image/png", &["application/json", "image/*"]));
        assert!(!is_one_of("text/plain", &["application/json"]));
    }
}
