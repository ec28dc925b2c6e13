//! The keys that sign tracking tokens.

use base64::Engine;
use base64::engine::Simd;
use base64::engine::general_purpose::NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The least length of a secret in bytes.
const SECRET_LENGTH_MIN: usize = 32;
/// The most keys that are valid at once; rotation needs two.
const KEYS_MAX: usize = 4;
/// Vector instructions encode groups of so many bytes (AVX2), or of the half (NEON), and read so many bytes behind them.
const GROUP_BYTES: usize = 24;
const READ_AHEAD_BYTES: usize = 8;

/// One or more keys: the first signs, all verify, so that a key can be rotated without losing a link.
pub struct SigningKeys {
    keys: Vec<(String, Hmac<Sha256>)>,
    /// URL-safe base64 without padding, by the instructions that this processor has.
    base64: Simd,
}

/// The configured keys cannot be used. The text never repeats a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeys {
    /// Not `KEY_ID:SECRET[,KEY_ID:SECRET]`.
    #[error("signing keys must be KEY_ID:SECRET, at most 4 of them joined by commas, each key id once")]
    Shape,
    /// A key id that cannot be part of a URL.
    #[error("a signing key's id must be 1 to 16 of A-Za-z0-9_-")]
    KeyId,
    /// A secret that is too short.
    #[error("a signing key's secret must have 32 bytes or more")]
    Secret,
}

impl SigningKeys {
    /// Reads `KEY_ID:SECRET[,KEY_ID:SECRET]`; the secret is the text's bytes.
    ///
    /// # Errors
    /// Says what is wrong, and repeats nothing of the text.
    pub fn parse(text: &str) -> Result<Self, InvalidKeys> {
        let mut keys: Vec<(String, Hmac<Sha256>)> = Vec::new();
        for pair in text.split(',') {
            let (key_id, secret) = pair.trim().split_once(':').ok_or(InvalidKeys::Shape)?;
            let is_key_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            if !(1..=16).contains(&key_id.len()) || !key_id.bytes().all(is_key_id_byte) {
                return Err(InvalidKeys::KeyId);
            }
            if secret.len() < SECRET_LENGTH_MIN {
                return Err(InvalidKeys::Secret);
            }
            if keys.len() == KEYS_MAX || keys.iter().any(|(other, _)| other == key_id) {
                return Err(InvalidKeys::Shape);
            }
            let mac = Hmac::new_from_slice(secret.as_bytes()).map_err(|_| InvalidKeys::Secret)?;
            keys.push((key_id.to_owned(), mac));
        }
        Ok(Self { keys, base64: Simd::url_safe(NO_PAD) })
    }

    /// Begins a signature under the key that signs.
    pub(crate) fn signer(&self) -> Signer<'_> {
        // `parse` never makes an empty list: splitting any text gives at least one part.
        let (key_id, mac) = &self.keys[0];
        Signer { key_id, mac: mac.clone(), base64: &self.base64 }
    }

    /// Whether the key of that id made the signature of the parts together, or its first bytes. Compared in constant
    /// time. The caller holds the signature to a length.
    pub(crate) fn verify(&self, key_id: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
        let Some((_, key)) = self.keys.iter().find(|(other, _)| other == key_id) else { return false };
        let mut mac = key.clone();
        for part in parts {
            mac.update(part);
        }
        mac.verify_truncated_left(tag).is_ok()
    }
}

/// A signature that has begun: what it has signed so far can be the beginning of many messages.
pub(crate) struct Signer<'k> {
    key_id: &'k str,
    mac: Hmac<Sha256>,
    base64: &'k Simd,
}

impl<'k> Signer<'k> {
    pub(crate) const fn key_id(&self) -> &'k str {
        self.key_id
    }

    pub(crate) fn update(&mut self, part: &[u8]) {
        self.mac.update(part);
    }

    /// The signature of what was signed so far and this end.
    pub(crate) fn finish_with(&self, end: &[u8]) -> [u8; 32] {
        self.mac.clone().chain_update(end).finalize().into_bytes().into()
    }

    /// Adds bytes to a text in URL-safe base64 without padding.
    ///
    /// Vector instructions leave up to 31 bytes at the end to a loop that costs more than all bytes before. Zeros are
    /// put behind the bytes, so that it gets none of them: the characters of bytes do not depend on zeros behind them.
    pub(crate) fn put_base64(&self, bytes: &mut Vec<u8>, text: &mut Vec<u8>) {
        let (from, length) = (text.len(), bytes.len());
        bytes.resize(length.next_multiple_of(GROUP_BYTES) + READ_AHEAD_BYTES, 0);
        text.resize(from + bytes.len().div_ceil(3) * 4, 0);
        // There is space for all of them.
        let is_written = self.base64.encode_slice(&bytes, &mut text[from..]).is_ok();
        bytes.truncate(length);
        text.truncate(from + if is_written { (length * 4).div_ceil(3) } else { 0 });
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.keys.iter().map(|(key_id, _)| key_id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_could_be_guessed_or_confused_are_refused() {
        let secret = "s".repeat(32);
        assert_eq!(SigningKeys::parse("").unwrap_err(), InvalidKeys::Shape);
        assert_eq!(SigningKeys::parse("k1").unwrap_err(), InvalidKeys::Shape);
        assert_eq!(SigningKeys::parse(&format!(":{secret}")).unwrap_err(), InvalidKeys::KeyId);
        assert_eq!(SigningKeys::parse(&format!("k.1:{secret}")).unwrap_err(), InvalidKeys::KeyId);
        assert_eq!(SigningKeys::parse("k1:short").unwrap_err(), InvalidKeys::Secret);
        let twice = format!("k1:{secret},k1:{secret}");
        assert_eq!(SigningKeys::parse(&twice).unwrap_err(), InvalidKeys::Shape);
    }

    #[test]
    fn bytes_of_any_length_are_encoded_as_without_vector_instructions() {
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;

        let keys = SigningKeys::parse(&format!("k1:{}", "s".repeat(32))).unwrap();
        let mut text = b"before.".to_vec();
        let mut expected = String::from("before.");
        for length in 0..200_u8 {
            let mut bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(151) ^ length).collect();
            let before = bytes.clone();
            keys.signer().put_base64(&mut bytes, &mut text);
            URL_SAFE_NO_PAD.encode_string(&before, &mut expected);
            assert_eq!((bytes, text.as_slice()), (before, expected.as_bytes()), "{length} bytes");
        }
    }

    #[test]
    fn debug_output_names_keys_and_never_secrets() {
        let keys = SigningKeys::parse(&format!("k1:{},k2:{}", "s".repeat(32), "t".repeat(40))).unwrap();
        assert_eq!(format!("{keys:?}"), r#"["k1", "k2"]"#);
    }
}
