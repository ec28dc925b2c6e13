//! Tokens of the former form, which are taken until the last of them has expired. None is made any more.
//!
//! `KEY_ID.PAYLOAD.TAG`: the payload is JSON in URL-safe base64 without padding, the tag HMAC-SHA-256 over
//! `lockfill-token-1.KEY_ID.PAYLOAD` in the same base64. The payload names all ids that are counted.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockfill_models::draw::id_hash;
use lockfill_models::event::ShownItem;
use serde::Deserialize;
use uuid::Uuid;

use crate::claims::{ClaimedItem, ClaimedUser, Claims, TokenError};
use crate::signing::SigningKeys;

const DOMAIN: &str = "lockfill-token-1.";
const TAG_BYTES: usize = 32;

/// The payload. Field names are short because a token is a part of a URL.
#[derive(Deserialize)]
struct Payload {
    /// The answer's id.
    #[serde(rename = "r")]
    request_id: Uuid,
    /// The position of the slot, from 1.
    #[serde(rename = "p")]
    position: usize,
    /// The item of the slot.
    #[serde(rename = "i")]
    item: Item,
    /// The id of the creative or content whose landing page a click leads to.
    #[serde(rename = "l")]
    landing_id: String,
    /// The user; left out under limit-ad-tracking.
    #[serde(rename = "u", default)]
    user: Option<User>,
    /// The end of the token's validity in epoch seconds.
    #[serde(rename = "e")]
    expires_at: i64,
}

#[derive(Deserialize)]
enum Item {
    /// The ids of line item, campaign and advertiser.
    #[serde(rename = "a")]
    Ad(String, String, String),
    /// The id of a content.
    #[serde(rename = "c")]
    Content(String),
}

#[derive(Deserialize)]
struct User {
    /// The key of the user's state.
    #[serde(rename = "k")]
    key: String,
    /// The user's IANA zone.
    #[serde(rename = "z")]
    zone: String,
}

/// Verifies a token's signature, and reads its claims.
///
/// # Errors
/// If the token is not one of ours.
pub(crate) fn verify(keys: &SigningKeys, token: &str) -> Result<Claims, TokenError> {
    let (signed, tag) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
    let (key_id, payload) = signed.split_once('.').ok_or(TokenError::Invalid)?;
    let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| TokenError::Invalid)?;
    if tag.len() != TAG_BYTES || !keys.verify(key_id, &[DOMAIN.as_bytes(), signed.as_bytes()], &tag) {
        return Err(TokenError::Invalid);
    }
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| TokenError::Invalid)?;
    let payload: Payload = serde_json::from_slice(&payload).map_err(|_| TokenError::Invalid)?;
    let item = match payload.item {
        Item::Ad(line_item_id, campaign_id, advertiser_id) => {
            ShownItem::Ad { line_item_id, campaign_id, advertiser_id }
        }
        Item::Content(content_id) => ShownItem::Content { content_id },
    };
    Ok(Claims {
        request_id: payload.request_id,
        position: payload.position,
        item: ClaimedItem::Named(item),
        landing_hash: id_hash(&payload.landing_id),
        user: payload.user.map(|User { key, zone }| ClaimedUser { key, zone }),
        basis: None,
        expires_at: payload.expires_at,
    })
}
