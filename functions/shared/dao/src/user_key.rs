//! The key of a user in a store.

use std::fmt;

/// The key of a user in a store: a digest, because a store must tell users apart and needs no user id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserKey(String);

impl UserKey {
    /// A key from a digest, a text of `A-Za-z0-9_-`.
    #[must_use]
    pub const fn from_digest(digest: String) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
