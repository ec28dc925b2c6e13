//! The digest of a user id under which stores keep the user.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockfill_dao::UserKey;
use sha2::{Digest, Sha256};

/// Bytes of the digest that are kept: with 128 bits, a collision of two users is negligibly rare.
const DIGEST_BYTES: usize = 16;

/// The first 16 bytes of the SHA-256 of the user id in UTF-8, in URL-safe base64 without padding.
pub(crate) fn user_key(user_id: &str) -> UserKey {
    let digest = Sha256::digest(user_id);
    UserKey::from_digest(URL_SAFE_NO_PAD.encode(&digest[..DIGEST_BYTES]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_key_is_the_same_in_every_language() {
        // python3 -c 'import base64,hashlib;
        //   print(base64.urlsafe_b64encode(hashlib.sha256("u1".encode()).digest()[:16]))'
        assert_eq!(user_key("u1").as_str(), "u4IDDbwryroyqQvy4geoSg");
        assert_eq!(user_key("사용자").as_str(), "GsbkIrfcALvNw1KgnskIyw");
    }
}
