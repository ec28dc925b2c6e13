//! The names under which stores keep a user: digests of the user id.
//!
//! A digest alone is soon guessed: all ids of seven digits are tried in seconds. A name is therefore a keyed digest,
//! HMAC-SHA-256 of the digest under a secret. Names that were given before (under another secret, or without one) are
//! read beside the present one, until what is stored under them has expired.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use lockfill_dao::UserKey;
use sha2::{Digest, Sha256};

use crate::user_digest::{DIGEST_BYTES, KEYED, PLAIN_LENGTH};

/// Stands for names without a secret.
const PLAIN: &str = "none";
const SECRET_LENGTH_MIN: usize = 32;
/// The present names, those of the secret before, and those without a secret.
const NAMES_MAX: usize = 3;

/// How users are named: at first the present way, then the ways of before. `None` is without a secret.
pub struct UserKeys {
    ways: Vec<Option<Hmac<Sha256>>>,
}

/// The configured secrets cannot be used. The text never repeats a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUserKeys {
    /// Too many secrets, or one twice.
    #[error(
        "user key secrets must be at most 3 joined by commas, each once; none stands for names without a secret"
    )]
    Shape,
    /// A secret that is too short.
    #[error("a user key secret must have 32 bytes or more")]
    Secret,
}

impl UserKeys {
    /// Names without a secret, as all were once.
    #[must_use]
    pub fn plain() -> Self {
        Self { ways: vec![None] }
    }

    /// Reads `SECRET[,SECRET]`, where a secret is the text's bytes and `none` stands for names without one.
    ///
    /// # Errors
    /// Says what is wrong, and repeats nothing of the text.
    pub fn parse(text: &str) -> Result<Self, InvalidUserKeys> {
        let secrets: Vec<&str> = text.split(',').map(str::trim).collect();
        let is_repeated = |(at, secret): (usize, &&str)| secrets.iter().take(at).any(|other| other == secret);
        if secrets.len() > NAMES_MAX || secrets.iter().enumerate().any(is_repeated) {
            return Err(InvalidUserKeys::Shape);
        }
        let way = |secret: &&str| match *secret {
            PLAIN => Ok(None),
            short if short.len() < SECRET_LENGTH_MIN => Err(InvalidUserKeys::Secret),
            secret => Hmac::new_from_slice(secret.as_bytes()).map(Some).map_err(|_| InvalidUserKeys::Secret),
        };
        Ok(Self { ways: secrets.iter().map(way).collect::<Result<_, _>>()? })
    }

    /// All names of a user, the present one first.
    pub(crate) fn names(&self, user_id: &str) -> Vec<UserKey> {
        let digest = Sha256::digest(user_id);
        let plain = URL_SAFE_NO_PAD.encode(&digest[..DIGEST_BYTES]);
        self.ways.iter().map(|way| name(way.as_ref(), &plain)).collect()
    }

    /// The name to count under for the name in a token. A token of a time without a secret counts under its own name
    /// while that is read, so that it is counted once, and after that under the present one.
    pub(crate) fn name_of_token(&self, claimed: &str) -> UserKey {
        let is_read = claimed.len() != PLAIN_LENGTH || self.ways.iter().any(Option::is_none);
        let way = if is_read { None } else { self.ways.first().and_then(Option::as_ref) };
        name(way, claimed)
    }
}

fn name(way: Option<&Hmac<Sha256>>, plain: &str) -> UserKey {
    UserKey::from_digest(way.map_or_else(
        || plain.to_owned(),
        |secret| {
            let keyed = secret.clone().chain_update(plain.as_bytes()).finalize().into_bytes();
            let mut name = String::with_capacity(PLAIN_LENGTH + 1);
            name.push(KEYED);
            URL_SAFE_NO_PAD.encode_string(&keyed[..DIGEST_BYTES], &mut name);
            name
        },
    ))
}

impl fmt::Debug for UserKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.ways.iter().map(Option::is_some)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(secrets: &str, user_id: &str) -> Vec<String> {
        let names = UserKeys::parse(secrets).unwrap().names(user_id);
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_user_key_is_the_same_in_every_language() {
        // python3 -c 'import base64,hashlib,hmac; b=lambda d: base64.urlsafe_b64encode(d[:16]).rstrip(b"=");
        //   p=b(hashlib.sha256("u1".encode()).digest()); print(p, b(hmac.digest(b"s"*32, p, "sha256")))'
        assert_eq!(names("none", "u1"), ["u4IDDbwryroyqQvy4geoSg"]);
        assert_eq!(names("none", "사용자"), ["GsbkIrfcALvNw1KgnskIyw"]);
        let secrets = format!("{},none,{}", "s".repeat(32), "t".repeat(32));
        assert_eq!(
            names(&secrets, "u1"),
            ["1MLb3Joy75UBYDjDh49nL2g", "u4IDDbwryroyqQvy4geoSg", "1vRYGk8Vt_TMZNOuxtEqMtg"]
        );
    }

    #[test]
    fn a_token_of_before_counts_under_a_name_that_is_read() {
        let plain = "u4IDDbwryroyqQvy4geoSg";
        let of =
            |secrets: &str, claimed| UserKeys::parse(secrets).unwrap().name_of_token(claimed).to_string();
        let secret = "s".repeat(32);
        assert_eq!(of("none", plain), plain);
        assert_eq!(of(&format!("{secret},none"), plain), plain);
        assert_eq!(of(&secret, plain), names(&secret, "u1")[0]);
        assert_eq!(of(&secret, "1keyed-under-any-secret"), "1keyed-under-any-secret");
    }

    #[test]
    fn secrets_that_cannot_be_used_are_refused_without_being_repeated() {
        let secret = "s".repeat(32);
        let refused = |text: &str| UserKeys::parse(text).unwrap_err();
        assert_eq!(refused("hunter2"), InvalidUserKeys::Secret);
        assert_eq!(refused(""), InvalidUserKeys::Secret);
        assert_eq!(refused(&format!("{secret},{secret}")), InvalidUserKeys::Shape);
        assert_eq!(refused(&format!("{secret},none,{secret}t,{secret}u")), InvalidUserKeys::Shape);
        assert_eq!(format!("{:?}", UserKeys::parse(&format!("{secret},none")).unwrap()), "[true, false]");
    }
}
