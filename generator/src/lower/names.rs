//! The one authority on names: what the description says in, valid and distinct Rust identifiers out.
//!
//! Components claim their names first, in document order; inline schemas follow with names made from
//! their path. A number is added only where two names collide, so that an unrelated addition moves none.

use std::collections::{HashMap, HashSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// How an identifier is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `PetOwner`: types, traits, variants.
    UpperCamel,
    /// `pet_owner`: fields, methods, arguments.
    Snake,
    /// `PET_OWNER`: constants.
    ShoutySnake,
}

/// Keywords of edition 2024, strict and reserved, that can be written raw (`r#type`).
/// The Rust Reference, "Keywords".
const RAW_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that cannot be raw.
const FIXED_KEYWORDS: &[&str] = &["self", "Self", "super", "crate", "_"];

/// The names that are taken in one namespace.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: HashSet<String>,
    /// The number that was tried last for a name: those below it are taken.
    numbers: HashMap<String, u64>,
}

impl Scope {
    /// A namespace in which `reserved` cannot be used.
    pub(super) fn with_reserved(reserved: &[&str]) -> Self {
        Self { taken: reserved.iter().map(|name| (*name).to_owned()).collect(), numbers: HashMap::new() }
    }

    /// Takes the first of `candidates` that is free, or numbers the first. They are identifiers already, except that what
    /// is made of another name may have lost what was in front of a digit, or have become a keyword.
    pub(super) fn claim<I>(&mut self, candidates: I) -> String
    where
        I: IntoIterator<Item = String>,
    {
        let mut first = None;
        for candidate in candidates.into_iter().map(as_identifier) {
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
            first.get_or_insert(candidate);
        }
        let first = first.unwrap_or_else(|| "Unnamed".to_owned());
        let stem = first.trim_start_matches("r#").trim_end_matches('_');
        let number = self.numbers.entry(stem.to_owned()).or_insert(1);
        loop {
            *number += 1;
            let candidate = numbered(stem, *number);
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }

    /// Takes a name made from `text`: plainly, else with its symbols spelled out, else numbered.
    pub(super) fn claim_text(&mut self, text: &str, case: Case) -> String {
        let plain = identifier(text, case);
        if self.taken.insert(plain.clone()) {
            return plain;
        }
        self.claim([spelled(text, case), plain])
    }

    /// Takes a name for each of `texts`; those that lose no symbol choose first, so that `_id` does
    /// not take the name of `id`.
    pub(super) fn claim_all(&mut self, texts: &[&str], case: Case) -> Vec<String> {
        let mut names = vec![String::new(); texts.len()];
        for is_plain_turn in [true, false] {
            for (text, name) in texts.iter().zip(&mut names) {
                if is_plain(text) == is_plain_turn {
                    *name = self.claim_text(text, case);
                }
            }
        }
        names
    }
}

/// `Asc` → `Asc2`, `A` → `A2`, `V1` → `V1_2`, `asc` → `asc_2`, `PET_ID` → `PET_ID_2`. Where a name is in camel case an
/// underscore beside a letter would be none.
fn numbered(stem: &str, number: u64) -> String {
    let is_camel =
        stem.starts_with(char::is_uppercase) && (!stem.contains('_') || stem.chars().any(char::is_lowercase));
    if is_camel && !stem.ends_with(|c: char| c.is_ascii_digit()) {
        format!("{stem}{number}")
    } else {
        format!("{stem}_{number}")
    }
}

/// Whether `text` begins and ends with a letter or digit, so that turning it into an identifier
/// loses separators only.
fn is_plain(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric)
}

/// `text` as an identifier. Symbols are separators, except where they carry the meaning: at the
/// front of a word (`+1`, `-created`), or where there is nothing else (`*/*`).
pub(super) fn identifier(text: &str, case: Case) -> String {
    if text.is_empty() {
        return cased("empty", case);
    }
    if !text.contains(char::is_alphanumeric) {
        return spelled(text, case);
    }
    match text.strip_prefix(['+', '-']) {
        Some(rest) if rest.starts_with(char::is_alphanumeric) => {
            let sign = if text.starts_with('+') { "plus " } else { "minus " };
            cased(&format!("{sign}{rest}"), case)
        }
        _ => cased(text, case),
    }
}

/// `text` as an identifier with every symbol spelled out: `*/*` → `StarSlashStar`.
fn spelled(text: &str, case: Case) -> String {
    let mut words = String::with_capacity(text.len() + 8);
    // Between words an underscore separates; in front it is all that tells `_id` from `id`.
    if text.starts_with('_') {
        words.push_str("underscore ");
    }
    for c in text.chars() {
        match symbol_word(c) {
            Some(word) => {
                words.push(' ');
                words.push_str(word);
                words.push(' ');
            }
            None if c.is_alphanumeric() || c == '_' || c == ' ' => words.push(c),
            None => words.push_str(&format!(" u{:x} ", u32::from(c))),
        }
    }
    if words.contains(char::is_alphanumeric) {
        return cased(&words, case);
    }
    cased("space", case)
}

fn symbol_word(c: char) -> Option<&'static str> {
    Some(match c {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '\\' => "backslash",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '=' => "equals",
        '!' => "not",
        '<' => "less",
        '>' => "greater",
        '&' => "and",
        '|' => "or",
        '^' => "caret",
        '~' => "tilde",
        '%' => "percent",
        '#' => "hash",
        '@' => "at",
        '$' => "dollar",
        '?' => "question",
        '(' => "open paren",
        ')' => "close paren",
        '[' => "open bracket",
        ']' => "close bracket",
        '{' => "open brace",
        '}' => "close brace",
        '"' => "quote",
        '\'' => "apostrophe",
        '`' => "backtick",
        _ => return None,
    })
}

/// Whether `text` is in snake case already, as most names are: then there is no need to look for words.
fn is_snake(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('_')
        && !text.contains("__")
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

/// The words of snake-cased `text`, each with a capital.
fn capitalized(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split('_') {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            if first.is_ascii_digit() && name.ends_with(|c: char| c.is_ascii_digit()) {
                name.push('_');
            }
            name.push(first.to_ascii_uppercase());
            name.push_str(letters.as_str());
        }
    }
    name
}

/// The words of `text` in `case`, as a valid identifier.
fn cased(text: &str, case: Case) -> String {
    match case {
        Case::Snake if is_snake(text) => return valid(text.to_owned()),
        Case::UpperCamel if is_snake(text) => return valid(capitalized(text)),
        _ => {}
    }
    let text: String = text.chars().map(|c| if c.is_alphabetic() || c.is_ascii_digit() { c } else { ' ' }).collect();
    let name = match case {
        Case::UpperCamel => upper_camel(&text),
        Case::Snake => text.to_snake_case(),
        Case::ShoutySnake => text.to_shouty_snake_case(),
    };
    valid(ascii_where_needed(name))
}

/// heck's upper camel case, but two numbers stay apart: `2011-01-01` → `2011_01_01`.
fn upper_camel(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let word = word.to_upper_camel_case();
        if name.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            name.push('_');
        }
        name.push_str(&word);
    }
    name
}

/// Letters outside ASCII stay if rustc takes them in an identifier, else become their code points.
fn ascii_where_needed(name: String) -> String {
    if name.is_ascii() || syn::parse_str::<syn::Ident>(&format!("x{name}")).is_ok() {
        return name;
    }
    name.chars().fold(String::new(), |mut ascii, c| {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            ascii.push_str(&format!("u{:x}", u32::from(c)));
        }
        ascii
    })
}

/// Digits in front get an underscore, keywords become raw or get an underscore behind.
fn valid(name: String) -> String {
    if name.is_empty() {
        return "unnamed".to_owned();
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{name}");
    }
    if FIXED_KEYWORDS.contains(&name.as_str()) {
        return format!("{name}_");
    }
    if RAW_KEYWORDS.contains(&name.as_str()) {
        return format!("r#{name}");
    }
    name
}

/// The same, if it is an identifier already, raw or not.
fn as_identifier(name: String) -> String {
    if name.starts_with("r#") { name } else { valid(name) }
}

/// Whether a name of codegen.toml can be written as it stands.
pub(super) fn is_identifier(name: &str) -> bool {
    let bare = name.strip_prefix("r#").unwrap_or(name);
    let is_word =
        syn::parse_str::<syn::Ident>(&format!("x{bare}")).is_ok() && !bare.starts_with(|c: char| c.is_ascii_digit());
    let is_raw = name.len() != bare.len();
    is_word && !FIXED_KEYWORDS.contains(&bare) && (is_raw || !RAW_KEYWORDS.contains(&bare))
}

/// The name of a module: keywords get an underscore, because `r#` does not go well with file names.
pub(super) fn module(text: &str) -> String {
    let name = identifier(text, Case::Snake);
    match name.strip_prefix("r#") {
        Some(keyword) => format!("{keyword}_"),
        None => name,
    }
}

/// `base` and the camel-cased `part`: `Pet` and `home-address` → `PetHomeAddress`.
pub(super) fn joined(base: &str, part: &str) -> String {
    let part = identifier(part, Case::UpperCamel);
    let part = part.trim_matches('_');
    let base = base.trim_end_matches('_');
    let is_split = base.ends_with(|c: char| c.is_ascii_digit()) && part.starts_with(|c: char| c.is_ascii_digit());
    format!("{base}{}{part}", if is_split { "_" } else { "" })
}

/// Plurals that the rules of [`singular`] would get wrong.
const PLURALS: &[(&str, &str)] = &[
    ("Aliases", "Alias"),
    ("Caches", "Cache"),
    ("Children", "Child"),
    ("Cookies", "Cookie"),
    ("Indices", "Index"),
    ("Movies", "Movie"),
    ("News", ""),
    ("People", "Person"),
    ("Series", ""),
    ("Species", ""),
    ("Statuses", "Status"),
];

/// The singular of a camel-cased plural, if there is a sensible one: `PetIssues` → `PetIssue`.
fn singular(name: &str) -> Option<String> {
    if let Some((plural, single)) = PLURALS.iter().find(|(plural, _)| name.ends_with(plural)) {
        let stem = &name[..name.len() - plural.len()];
        return (!single.is_empty()).then(|| format!("{stem}{single}"));
    }
    for (ending, replacement) in
        [("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("zes", "z")]
    {
        if let Some(stem) = name.strip_suffix(ending) {
            return (stem.len() > 1).then(|| format!("{stem}{replacement}"));
        }
    }
    let stem = name.strip_suffix('s')?;
    let is_plural =
        stem.len() > 1 && stem.ends_with(|c: char| c.is_ascii_lowercase()) && !stem.ends_with(['s', 'u', 'i']);
    is_plural.then(|| stem.to_owned())
}

/// The names an array's item type may get, best first.
pub(super) fn item_names(array: &str) -> Vec<String> {
    let mut names: Vec<String> = singular(array).into_iter().collect();
    names.push(format!("{}Item", array.trim_end_matches('_')));
    names
}

/// The variant of an enum that keeps unknown values.
pub(super) fn unknown_variant(taken: &[String]) -> String {
    let is_taken = |name: &str| taken.iter().any(|variant| variant == name);
    ["Unknown", "Unrecognized", "Undeclared"].into_iter().find(|name| !is_taken(name)).map_or_else(
        || (2_u64..).map(|number| format!("Unknown{number}")).find(|name| !is_taken(name)).unwrap_or_default(),
        str::to_owned,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_becomes_an_identifier() {
        for (text, snake, camel) in [
            ("keyId", "key_id", "KeyId"),
            ("API Keys", "api_keys", "ApiKeys"),
            ("type", "r#type", "Type"),
            ("self", "self_", "Self_"),
            ("crate", "crate_", "Crate"),
            ("1st", "_1st", "_1st"),
            ("+1", "plus_1", "Plus1"),
            ("-1", "minus_1", "Minus1"),
            ("*/*", "star_slash_star", "StarSlashStar"),
            ("", "empty", "Empty"),
            ("_", "underscore", "Underscore"),
            (" ", "space", "Space"),
            ("2011-01-01", "_2011_01_01", "_2011_01_01"),
            ("x²", "x", "X"),
            ("Option", "option", "Option"),
        ] {
            assert_eq!(identifier(text, Case::Snake), snake, "{text:?}");
            assert_eq!(identifier(text, Case::UpperCamel), camel, "{text:?}");
        }
    }

    #[test]
    fn snake_case_takes_the_same_road_as_any_other() {
        for text in ["a", "a_b", "a1_2b", "sha_256_x3", "v1_0_10", "self"] {
            let slow = text.replace('_', "-");
            for case in [Case::Snake, Case::UpperCamel] {
                assert_eq!(identifier(text, case), identifier(&slow, case), "{text}");
            }
        }
    }

    #[test]
    fn colliding_names_stay_distinct() {
        let names = Scope::default().claim_all(&["asc", "ASC", "_id", "id", "a+b", "a-b"], Case::UpperCamel);
        assert_eq!(names, ["Asc", "Asc2", "UnderscoreId", "Id", "AB", "AMinusB"].map(str::to_owned));
        let names = Scope::default().claim_all(&["v1", "V1", "a", "A", "σ", "ς"], Case::UpperCamel);
        assert_eq!(names, ["V1", "V1_2", "A", "A2", "Σ", "Σ2"].map(str::to_owned));
        let names = Scope::default().claim_all(&["pet id", "pet-id"], Case::ShoutySnake);
        assert_eq!(names, ["PET_ID", "PET_MINUS_ID"].map(str::to_owned));
    }

    #[test]
    fn names_made_of_names_are_identifiers() {
        let claimed = |name: String| Scope::default().claim([name]);
        for (base, part, name) in [("", "0", "_0"), ("_", "self", "Self_"), ("_0", "", "_0Empty"), ("", "type", "Type")]
        {
            assert_eq!(claimed(joined(base, part)), name, "{base} {part}");
        }
        assert_eq!(claimed("r#type".to_owned()), "r#type");
    }

    #[test]
    fn items_are_singular_where_there_is_one() {
        for (array, item) in [
            ("ErrorIssues", "ErrorIssue"),
            ("Policies", "Policy"),
            ("Addresses", "Address"),
            ("Branches", "Branch"),
            ("PetData", "PetDataItem"),
            ("Status", "StatusItem"),
            ("TimeSeries", "TimeSeriesItem"),
            ("Access", "AccessItem"),
        ] {
            assert_eq!(item_names(array)[0], item, "{array}");
        }
    }

    #[test]
    fn the_unknown_variant_gives_way() {
        assert_eq!(unknown_variant(&["Asc".to_owned()]), "Unknown");
        assert_eq!(unknown_variant(&["Unknown".to_owned()]), "Unrecognized");
    }
}
