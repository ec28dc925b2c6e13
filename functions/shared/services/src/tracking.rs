//! Tracking tokens: each names one slot of one answer, and is signed. It holds a digest of the user id, and no user
//! under limit-ad-tracking.

use crate::claims::{Claims, TokenError};
use crate::signing::SigningKeys;
use crate::{compact_token, former_token};

/// The longest token that is read; signed tokens have fewer than 700 bytes.
const TOKEN_LENGTH_MAX: usize = 2_048;

/// Verifies a token's signature, and reads its claims. Its validity may have ended.
///
/// # Errors
/// If the signature is wrong.
pub(crate) fn verify(keys: &SigningKeys, token: &str) -> Result<Claims, TokenError> {
    if token.len() > TOKEN_LENGTH_MAX {
        return Err(TokenError::Invalid);
    }
    let (key_id, rest) = token.split_once('.').ok_or(TokenError::Invalid)?;
    if rest.contains('.') {
        former_token::verify(keys, token)
    } else {
        compact_token::verify(keys, key_id, rest)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use lockfill_models::arithmetic::Pricing;
    use lockfill_models::draw::id_hash;
    use lockfill_models::event::ShownItem;
    use lockfill_models::time::EpochSeconds;
    use serde::Deserialize;
    use uuid::Uuid;

    use super::*;
    use crate::claims::{Basis, ClaimedItem, ClaimedPrice, ClaimedUser};
    use crate::compact_token::{OfSlot, Shared, Tokens};
    use crate::user_digest::UserDigest;

    #[derive(Deserialize)]
    struct Vectors {
        secret: String,
        tokens: Vec<Compact>,
        former: Vec<Former>,
    }

    #[derive(Deserialize)]
    struct Compact {
        describes: String,
        key_id: String,
        request_id: Uuid,
        unit_id: String,
        catalog_version: u64,
        valid_until: i64,
        user: Option<User>,
        position: usize,
        item_id: String,
        creative_id: Option<String>,
        pricing: Option<Pricing>,
        price_micros: Option<u64>,
        currency: Option<String>,
        expires_at: i64,
        token: String,
    }

    #[derive(Deserialize)]
    struct User {
        key: String,
        zone: String,
    }

    #[derive(Deserialize)]
    struct Former {
        describes: String,
        claims: serde_json::Value,
        token: String,
    }

    fn vectors() -> Vectors {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/vectors");
        serde_json::from_str(&std::fs::read_to_string(folder.join("tokens.json")).unwrap()).unwrap()
    }

    fn keys(text: &str, secret: &str) -> SigningKeys {
        let pairs: Vec<_> = text.split(' ').map(|id| format!("{id}:{secret}{id}")).collect();
        SigningKeys::parse(&pairs.join(",")).unwrap()
    }

    impl Compact {
        fn price(&self) -> Option<ClaimedPrice> {
            Some(ClaimedPrice {
                pricing: self.pricing?,
                micros: self.price_micros?,
                currency: self.currency.as_ref()?.as_bytes().try_into().unwrap(),
            })
        }

        fn claims(&self) -> Claims {
            Claims {
                request_id: self.request_id,
                position: self.position,
                item: ClaimedItem::Hashed(id_hash(&self.item_id)),
                landing_hash: id_hash(self.creative_id.as_ref().unwrap_or(&self.item_id)),
                user: self
                    .user
                    .as_ref()
                    .map(|user| ClaimedUser { key: user.key.clone(), zone: user.zone.clone() }),
                basis: Some(Basis {
                    unit_hash: id_hash(&self.unit_id),
                    catalog_version: self.catalog_version,
                    price: self.price(),
                }),
                expires_at: self.expires_at,
            }
        }

        fn sign(&self, keys: &SigningKeys) -> String {
            let user = self.user.as_ref();
            let shared = Shared {
                request_id: self.request_id,
                unit_hash: id_hash(&self.unit_id),
                catalog_version: self.catalog_version,
                valid_until: self.valid_until,
                user: user.map(|user| (UserDigest::of_key(&user.key).unwrap(), user.zone.as_str())),
            };
            let ad = self.creative_id.as_ref().map(|id| (id_hash(id), self.price().unwrap()));
            let other = OfSlot { position: 7, item_hash: 7, ad: None };
            let mut tokens = Tokens::new(keys, &shared);
            tokens.put(&other, &mut Vec::new());
            let mut token = Vec::new();
            tokens
                .put(&OfSlot { position: self.position, item_hash: id_hash(&self.item_id), ad }, &mut token);
            String::from_utf8(token).unwrap()
        }
    }

    #[test]
    fn a_token_is_the_one_of_the_vectors_and_says_the_same() {
        let vectors = vectors();
        for row in &vectors.tokens {
            let keys = SigningKeys::parse(&format!("{}:{}", row.key_id, vectors.secret)).unwrap();
            assert_eq!(row.sign(&keys), row.token, "{}", row.describes);
            let found = verify(&keys, &row.token);
            assert_eq!(found, Ok(row.claims()), "{}", row.describes);
            let is_expired = |now| found.as_ref().unwrap().is_expired(EpochSeconds(now));
            assert!(!is_expired(row.expires_at - 1) && is_expired(row.expires_at), "{}", row.describes);
        }
    }

    #[test]
    fn a_token_has_at_most_150_characters_beside_its_key_unless_the_zone_has_a_long_name() {
        for row in vectors().tokens {
            let zone = row.user.as_ref().map_or(0, |user| user.zone.len());
            let length = row.token.len() - row.key_id.len() - 1;
            assert!(length <= 150 || (length <= 165 && zone > 20), "{length}: {}", row.describes);
        }
    }

    #[test]
    fn a_token_of_the_former_form_still_says_what_it_said() {
        let vectors = vectors();
        for Former { describes, claims, token } in &vectors.former {
            let key_id = token.split('.').next().unwrap();
            let keys = SigningKeys::parse(&format!("{key_id}:{}", vectors.secret)).unwrap();
            let expires_at = claims["e"].as_i64().unwrap();
            let found = verify(&keys, token).unwrap();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let item = if claims["i"]["c"].is_string() {
                ShownItem::Content { content_id: text(&claims["i"]["c"]) }
            } else {
                let [line_item_id, campaign_id, advertiser_id] =
                    [0, 1, 2].map(|at| text(&claims["i"]["a"][at]));
                ShownItem::Ad { line_item_id, campaign_id, advertiser_id }
            };
            assert_eq!(found.item, ClaimedItem::Named(item), "{describes}");
            assert_eq!(found.request_id.to_string(), text(&claims["r"]), "{describes}");
            assert_eq!(found.position, usize::try_from(claims["p"].as_u64().unwrap()).unwrap());
            assert_eq!(found.landing_hash, id_hash(claims["l"].as_str().unwrap()), "{describes}");
            assert_eq!(found.user.is_some(), claims["u"].is_object(), "{describes}");
            assert_eq!((found.basis.as_ref(), found.expires_at), (None, expires_at), "{describes}");
            let is_expired = |now| found.is_expired(EpochSeconds(now));
            assert!(!is_expired(expires_at - 1) && is_expired(expires_at), "{describes}");
        }
    }

    #[test]
    fn a_token_with_any_changed_or_missing_byte_is_refused() {
        let vectors = vectors();
        let compact = vectors.tokens.iter().map(|row| &row.token);
        for token in compact.chain(vectors.former.iter().map(|row| &row.token)) {
            let key_id = token.split('.').next().unwrap();
            let keys = SigningKeys::parse(&format!("{key_id}:{}", vectors.secret)).unwrap();
            for position in 0..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(bytes).unwrap();
                assert_eq!(verify(&keys, &changed), Err(TokenError::Invalid), "{changed}");
                let cut = &token[..position];
                assert_eq!(verify(&keys, cut), Err(TokenError::Invalid), "{cut}");
            }
        }
    }

    #[test]
    fn a_key_can_be_rotated_without_losing_a_link() {
        let secret = "s".repeat(32);
        let row = vectors().tokens.swap_remove(0);
        let before = row.sign(&keys("k1", &secret));
        assert!(verify(&keys("k2 k1", &secret), &before).is_ok());
        assert_eq!(verify(&keys("k2", &secret), &before), Err(TokenError::Invalid));
        assert!(row.sign(&keys("k2 k1", &secret)).starts_with("k2."));
    }

    #[test]
    fn what_is_not_a_token_is_refused() {
        let keys = keys("k1", &"s".repeat(32));
        let long = "x".repeat(5_000);
        for text in
            ["", ".", "..", "k1", "k1.", "k1.AgAB", "k1.e30.", "k1..", "a.b.c.d", "🔑.🔑", "🔑.🔑.🔑", &long]
        {
            assert_eq!(verify(&keys, text), Err(TokenError::Invalid), "{text}");
        }
    }
}
