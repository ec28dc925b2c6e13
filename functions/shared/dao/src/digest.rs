//! The digest that names the rows of a version.

use std::fmt;
use std::str::FromStr;

/// A SHA-256 digest of a version's rows: the digest of the digests of all compressed chunks of rows, in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowsDigest([u8; 32]);

/// A text that is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 64 hexadecimal digits, in lower case")]
pub struct InvalidDigest;

impl RowsDigest {
    /// A digest of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 16 hexadecimal digits, as they stand in keys.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..16].to_owned()
    }
}

impl fmt::Display for RowsDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl fmt::Debug for RowsDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl FromStr for RowsDigest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        parse_hex(text).map(Self).ok_or(InvalidDigest)
    }
}

/// Writes bytes as hexadecimal digits in lower case.
fn write_hex(bytes: &[u8], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

/// 32 bytes from 64 hexadecimal digits in lower case.
fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_comes_back_from_its_text_and_nothing_else_is_one() {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(0..).for_each(|(byte, value)| *byte = value * 7);
        let digest = RowsDigest::from_bytes(bytes);
        let text = digest.to_string();
        assert_eq!(text.parse(), Ok(digest));
        assert!(text.starts_with("00070e15") && text.starts_with(&digest.short()));
        assert_eq!(digest.short().len(), 16);
        for wrong in ["", "00", &text.to_uppercase(), &text.replace('0', "g"), &format!("{text}00"), "é"] {
            assert_eq!(wrong.parse::<RowsDigest>(), Err(InvalidDigest), "{wrong}");
        }
    }
}
