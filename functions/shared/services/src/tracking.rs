//! Tracking tokens: each names one slot of one answer, and is signed.
//!
//! `KEY_ID.PAYLOAD.TAG`: the payload is JSON in URL-safe base64 without padding, the tag HMAC-SHA-256 over
//! `lockfill-token-1.KEY_ID.PAYLOAD` in the same base64. A token holds all that counting needs, so an
//! event needs no look-up. It holds a digest of the user id, and no user under limit-ad-tracking.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockfill_models::event::ShownItem;
use lockfill_models::time::EpochSeconds;
use serde::{Deserialize, Serialize};

use crate::signing::SigningKeys;

const DOMAIN: &str = "lockfill-token-1.";
/// The longest token that is read; signed tokens have fewer than 700 bytes.
const TOKEN_LENGTH_MAX: usize = 2_048;

/// The content of a token. Field names are short because a token is a part of a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The answer's id.
    #[serde(rename = "r")]
    pub request_id: String,
    /// The position of the slot, from 1.
    #[serde(rename = "p")]
    pub position: usize,
    /// The item of the slot.
    #[serde(rename = "i")]
    pub item: ClaimedItem,
    /// The id of the creative or content whose landing page a click leads to.
    #[serde(rename = "l")]
    pub landing_id: String,
    /// The user; `None` under limit-ad-tracking.
    #[serde(rename = "u", skip_serializing_if = "Option::is_none", default)]
    pub user: Option<ClaimedUser>,
    /// The end of the token's validity in epoch seconds.
    #[serde(rename = "e")]
    pub expires_at: i64,
}

/// The item of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ClaimedItem {
    /// The ids of line item, campaign and advertiser.
    #[serde(rename = "a")]
    Ad(String, String, String),
    /// The id of a content.
    #[serde(rename = "c")]
    Content(String),
}

/// The user of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClaimedUser {
    /// The key of the user's state.
    #[serde(rename = "k")]
    pub key: String,
    /// The user's IANA zone, for days and weeks.
    #[serde(rename = "z")]
    pub zone: String,
}

impl From<ClaimedItem> for ShownItem {
    fn from(item: ClaimedItem) -> Self {
        match item {
            ClaimedItem::Ad(line_item_id, campaign_id, advertiser_id) => {
                Self::Ad { line_item_id, campaign_id, advertiser_id }
            }
            ClaimedItem::Content(content_id) => Self::Content { content_id },
        }
    }
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token was not signed with one of the keys, or was changed.
    #[error("the token is not one of ours")]
    Invalid,
    /// The token's validity has ended.
    #[error("the token has expired")]
    Expired,
}

/// Signs claims.
pub(crate) fn sign(keys: &SigningKeys, claims: &Claims) -> String {
    // Claims are strings and numbers, so JSON can express them.
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap_or_default());
    let (message, tag) = keys.sign(|key_id| format!("{DOMAIN}{key_id}.{payload}"));
    format!("{}.{}", &message[DOMAIN.len()..], URL_SAFE_NO_PAD.encode(tag))
}

/// Verifies a token's signature and validity, and reads its claims.
///
/// # Errors
/// If the signature is wrong, or the validity has ended.
pub(crate) fn verify(keys: &SigningKeys, token: &str, now: EpochSeconds) -> Result<Claims, TokenError> {
    if token.len() > TOKEN_LENGTH_MAX {
        return Err(TokenError::Invalid);
    }
    let (signed, tag) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
    let (key_id, payload) = signed.split_once('.').ok_or(TokenError::Invalid)?;
    let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| TokenError::Invalid)?;
    if !keys.verify(key_id, &format!("{DOMAIN}{signed}"), &tag) {
        return Err(TokenError::Invalid);
    }
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| TokenError::Invalid)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| TokenError::Invalid)?;
    if claims.expires_at <= now.0 { Err(TokenError::Expired) } else { Ok(claims) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            request_id: "019ab0c4-0000-7000-8000-000000000000".into(),
            position: 1,
            item: ClaimedItem::Ad("li-1".into(), "c-1".into(), "a-1".into()),
            landing_id: "cr-1".into(),
            user: Some(ClaimedUser { key: "key".into(), zone: "Asia/Seoul".into() }),
            expires_at: 1_000,
        }
    }

    fn keys(text: &str) -> SigningKeys {
        let pairs: Vec<_> = text.split(' ').map(|id| format!("{id}:{}", id.repeat(32))).collect();
        SigningKeys::parse(&pairs.join(",")).unwrap()
    }

    #[test]
    fn a_token_holds_the_signed_claims_until_it_expires() {
        let token = sign(&keys("k1"), &claims());
        assert_eq!(verify(&keys("k1"), &token, EpochSeconds(999)), Ok(claims()));
        assert_eq!(verify(&keys("k1"), &token, EpochSeconds(1_000)), Err(TokenError::Expired));
    }

    #[test]
    fn a_token_with_any_changed_byte_is_refused() {
        let keys = keys("k1");
        let token = sign(&keys, &claims());
        for position in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(verify(&keys, &changed, EpochSeconds(0)), Err(TokenError::Invalid), "{changed}");
        }
    }

    #[test]
    fn a_key_can_be_rotated_without_losing_a_link() {
        let before = sign(&keys("k1"), &claims());
        assert!(verify(&keys("k2 k1"), &before, EpochSeconds(0)).is_ok());
        assert_eq!(verify(&keys("k2"), &before, EpochSeconds(0)), Err(TokenError::Invalid));
        assert!(sign(&keys("k2 k1"), &claims()).starts_with("k2."));
    }

    #[test]
    fn what_is_not_a_token_is_refused() {
        for text in ["", ".", "..", "k1.e30.", "k1..", "a.b.c.d", "🔑.🔑.🔑", &"x".repeat(5_000)] {
            assert_eq!(verify(&keys("k1"), text, EpochSeconds(0)), Err(TokenError::Invalid), "{text}");
        }
    }
}
