//! “Did you mean”: the known name nearest to an unknown one.

/// How many names one run compares at most. What is suggested for the thousandth unknown name, nobody reads; and all
/// of many names with all of many others would take forever.
const MAX_COMPARISONS: usize = 500_000;

/// What a run may still suggest.
#[derive(Debug)]
pub(crate) struct Suggestions {
    comparisons: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { comparisons: MAX_COMPARISONS }
    }
}

impl Suggestions {
    /// [`nearest`], while there is something left.
    pub(crate) fn nearest<'a>(&mut self, unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let left = &mut self.comparisons;
        let known = known.into_iter().map_while(|name| {
            *left = left.checked_sub(1)?;
            Some(name)
        });
        nearest(unknown, known)
    }
}

/// The help line for an unknown name, if a known one is near enough to be meant.
pub(crate) fn did_you_mean<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(unknown, known).map(|name| format!("did you mean `{name}`?"))
}

/// The first of the nearest known names, if at most a third of it differs.
pub(crate) fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (unknown.chars().count() / 3).clamp(1, 5);
    known
        .into_iter()
        .filter(|name| name.len().abs_diff(unknown.len()) <= 4 * limit)
        .map(|name| (distance(unknown, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Levenshtein's distance, letter case aside; two swapped letters count once.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().take(200).collect();
    let right: Vec<char> = right.to_lowercase().chars().take(200).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let replaced = above[j] + usize::from(a != b);
            let mut best = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_suggested() {
        let types = ["string", "number", "integer", "object"];
        assert_eq!(nearest("strng", types), Some("string"));
        assert_eq!(nearest("Object", types), Some("object"));
        assert_eq!(nearest("nubmer", types), Some("number"));
        assert_eq!(nearest("file", types), None);
    }
}
