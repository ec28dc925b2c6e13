//! Under which name a user's state is kept.

use std::fmt;

/// A user's name in the store: a digest, because a store needs to tell users apart and nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserKey(String);

impl UserKey {
    /// Takes a digest as text of `A-Za-z0-9_-`.
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
