//! The secret with which a client may debug: ask for reasons, or for another instant.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The least length of a debug token in bytes; a shorter one switches debugging off.
const LENGTH_MIN: usize = 32;

/// A debug token, kept as a digest, so that the comparison takes the same time for every candidate.
pub struct DebugToken([u8; 32]);

impl DebugToken {
    /// The token; `None` if the text is shorter than 32 bytes.
    #[must_use]
    pub fn new(token: &str) -> Option<Self> {
        (token.len() >= LENGTH_MIN).then(|| Self(Sha256::digest(token).into()))
    }

    /// Whether a client has sent the token.
    #[must_use]
    pub fn matches(&self, candidate: &str) -> bool {
        let candidate: [u8; 32] = Sha256::digest(candidate).into();
        self.0.ct_eq(&candidate).into()
    }
}

impl std::fmt::Debug for DebugToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DebugToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_below_32_bytes_is_none() {
        assert!(DebugToken::new(&"x".repeat(31)).is_none());
        assert!(DebugToken::new("").is_none());
    }

    #[test]
    fn only_the_same_token_matches() {
        let token = DebugToken::new(&"x".repeat(32)).unwrap();
        assert!(token.matches(&"x".repeat(32)));
        assert!(!token.matches(&"x".repeat(33)));
        assert!(!token.matches(""));
    }
}
