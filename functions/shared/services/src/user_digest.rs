//! The key of a user in as few bytes as it can be said.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of a digest that are kept: with 128 bits, a collision of two users is negligibly rare.
pub(crate) const DIGEST_BYTES: usize = 16;
/// The length of those bytes in base64.
pub(crate) const PLAIN_LENGTH: usize = 22;
/// What a keyed name begins with. A name without a secret has the digest's 22 characters alone.
pub(crate) const KEYED: char = '1';

const PLAIN_FORM: u8 = 1;
const KEYED_FORM: u8 = 2;

/// The digest in a user's key, and whether it is keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UserDigest {
    form: u8,
    bytes: [u8; DIGEST_BYTES],
}

impl UserDigest {
    /// A digest of a form: 1 is without a secret, 2 keyed. `None` for any other form.
    pub(crate) fn new(form: u8, bytes: [u8; DIGEST_BYTES]) -> Option<Self> {
        [PLAIN_FORM, KEYED_FORM].contains(&form).then_some(Self { form, bytes })
    }

    /// The digest in a key; `None` if the text is none of the two.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let keyed = key.strip_prefix(KEYED).filter(|digest| digest.len() == PLAIN_LENGTH);
        let (form, digest) = keyed.map_or((PLAIN_FORM, key), |digest| (KEYED_FORM, digest));
        let mut bytes = [0; DIGEST_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(digest, &mut bytes).ok()?;
        (length == DIGEST_BYTES).then_some(Self { form, bytes })
    }

    pub(crate) const fn form(&self) -> u8 {
        self.form
    }

    pub(crate) const fn bytes(&self) -> &[u8; DIGEST_BYTES] {
        &self.bytes
    }

    /// The key.
    pub(crate) fn key(&self) -> String {
        let mut key = String::with_capacity(PLAIN_LENGTH + 1);
        if self.form == KEYED_FORM {
            key.push(KEYED);
        }
        URL_SAFE_NO_PAD.encode_string(self.bytes, &mut key);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_it_was() {
        for (key, form) in [("u4IDDbwryroyqQvy4geoSg", 1), ("1MLb3Joy75UBYDjDh49nL2g", 2)] {
            let digest = UserDigest::of_key(key).unwrap();
            assert_eq!((digest.form(), digest.key().as_str()), (form, key));
            assert_eq!(UserDigest::new(form, *digest.bytes()), Some(digest));
        }
        for other in ["", "1", "u1", "2MLb3Joy75UBYDjDh49nL2g", "사용자"] {
            assert_eq!(UserDigest::of_key(other), None, "{other}");
        }
    }
}
