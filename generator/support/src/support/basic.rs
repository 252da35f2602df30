//! `Authorization: Basic` (RFC 7617).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::secret::Secret;

/// A user and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basic {
    /// The user; it holds no colon.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl Basic {
    /// A user and a password.
    pub fn new(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { user: user.into(), password: password.into() }
    }

    /// Reads what stands behind `Basic` in the header.
    pub fn decode(credentials: &Secret) -> Option<Self> {
        let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials.expose()).ok()?).ok()?;
        let (user, password) = decoded.split_once(':')?;
        Some(Self::new(user, password))
    }
}

/// What stands behind `Basic` in the header.
impl From<Basic> for Secret {
    fn from(basic: Basic) -> Self {
        Self::new(BASE64_STANDARD.encode(format!("{}:{}", basic.user, basic.password.expose())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7617, section 2.
    #[test]
    fn the_specifications_example() {
        let basic = Basic::new("Aladdin", "open sesame");
        let secret = Secret::from(basic.clone());
        assert_eq!(secret.expose(), "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(Basic::decode(&secret), Some(basic));
        assert_eq!(Basic::decode(&Secret::new("%")), None);
    }
}
