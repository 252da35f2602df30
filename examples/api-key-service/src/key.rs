//! API keys: how they are made, recognised and compared.

use avido_api::server::Secret;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

const PREFIX: &str = "avido_";
const RANDOM_BYTES: usize = 32;
/// How many hexadecimal digits of a key may be shown: 40 of its 256 bits.
const VISIBLE_DIGITS: usize = 10;

/// A new key: `avido_` and 64 hexadecimal digits from the system's random numbers.
pub(crate) fn generate() -> Result<Secret, getrandom::Error> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes)?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Secret::new(format!("{PREFIX}{digits}")))
}

/// The visible beginning of a key, `avido_12345678ab`, by which its owner tells it from others and the
/// store finds it. `None`: this is no key.
pub(crate) fn key_id(key: &Secret) -> Option<&str> {
    let key = key.expose();
    let digits = key.strip_prefix(PREFIX)?;
    let is_key = digits.len() == 2 * RANDOM_BYTES && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_key { key.get(..PREFIX.len() + VISIBLE_DIGITS) } else { None }
}

/// What is stored of a key. One round of SHA-256 without salt is right here, and would be wrong for
/// passwords: a key holds 256 random bits, so that there is nothing to guess or to look up in a table,
/// and slowing down each guess would only slow down each request.
pub(crate) struct KeyHash([u8; 32]);

impl KeyHash {
    pub(crate) fn of(key: &Secret) -> Self {
        Self(Sha256::digest(key.expose()).into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether `stored` is this hash, in a time that does not tell how much of it is.
    pub(crate) fn is(&self, stored: &[u8]) -> bool {
        self.0.ct_eq(stored).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_its_beginning_only() {
        let key = generate().unwrap();
        let key_id = key_id(&key).unwrap();
        assert_eq!(key_id.len(), "avido_12345678ab".len());
        assert!(key.expose().starts_with(key_id) && key.expose().len() == 6 + 64);
        assert_ne!(key.expose(), generate().unwrap().expose());
    }

    #[test]
    fn what_is_no_key_has_no_beginning() {
        let too_short = format!("avido_{}", "0".repeat(63));
        let not_hexadecimal = format!("avido_{}", "g".repeat(64));
        let not_ascii = format!("avido_{}", "é".repeat(32));
        for text in ["", "avido_", "other", &too_short, &not_hexadecimal, &not_ascii] {
            assert_eq!(key_id(&Secret::new(text)), None, "{text}");
        }
    }

    #[test]
    fn hashes_are_equal_for_equal_keys_alone() {
        let hash = KeyHash::of(&Secret::new("a"));
        assert!(hash.is(KeyHash::of(&Secret::new("a")).as_bytes()));
        assert!(!hash.is(KeyHash::of(&Secret::new("b")).as_bytes()));
        assert!(!hash.is(&[]));
    }
}
