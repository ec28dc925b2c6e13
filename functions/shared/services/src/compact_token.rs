//! The form of tracking tokens: `KEY_ID.TEXT`, where the text is payload and tag in URL-safe base64 without padding.
//!
//! The tag has the first 16 bytes of HMAC-SHA-256 over `lockfill-token-2.KEY_ID.` and the payload. The payload, with
//! numbers of fixed length in big-endian order and `varint` as LEB128 of at most 64 bits, has first what all slots of
//! an answer share, so that it is hashed once an answer:
//!
//! | bytes | holds |
//! |---|---|
//! | 1 | the version of the layout, 2 |
//! | 1 | the form of the user's key: 0 no user, 1 a digest, 2 a keyed digest |
//! | 16 | the answer's id, a UUID of version 7; its time is that of the answer |
//! | 8 | the hash of the unit's id |
//! | varint | the version of the catalog |
//! | varint | the horizon: seconds from the answer's time to the end of its slate |
//! | 16 | the user's key; only with a user, like the next two |
//! | 1 | the length of the zone's name, 1 to 64 |
//! | 1 to 64 | the IANA name of the zone of the user's days |
//! | 1 | the position of the slot, from 1 |
//! | 1 | the kind of the slot: 0 a content, 1 cpm, 2 cpc, 3 cpa, 4 cpi |
//! | 8 | the hash of the line item's or content's id |
//! | 8 | the hash of the creative's id; only for an ad, like the next two |
//! | varint | the price in micros, as it was agreed on |
//! | 3 | its currency, ISO 4217 |
//!
//! A zone has its name, because an index would hold all deployments of eight days to one list of names. Vectors:
//! `tests/fixtures/vectors/tokens.json`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockfill_models::arithmetic::Pricing;
use uuid::Uuid;

use crate::bytes_reader::{BytesReader, put_varint};
use crate::claims::ZONE_LENGTH_MAX;
use crate::claims::{
    Basis, ClaimedItem, ClaimedPrice, ClaimedUser, Claims, GRACE_SECONDS, TokenError, time_of,
};
use crate::signing::{Signer, SigningKeys};
use crate::user_digest::UserDigest;

const DOMAIN: &str = "lockfill-token-2.";
const VERSION: u8 = 2;
const TAG_BYTES: usize = 16;
/// More than a payload with a usual zone has, and what is put behind it while it is encoded.
const PAYLOAD_BYTES: usize = 192;
/// What a kind of slot is paid for, by its number; 0 is a content.
const PRICINGS: [(u8, Pricing); 4] =
    [(1, Pricing::Cpm), (2, Pricing::Cpc), (3, Pricing::Cpa), (4, Pricing::Cpi)];

/// What all tokens of an answer share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub request_id: Uuid,
    pub unit_hash: u64,
    pub catalog_version: u64,
    pub valid_until: i64,
    /// The user with the name of the zone; `None` under limit-ad-tracking.
    pub user: Option<(UserDigest, &'a str)>,
}

/// What one slot adds.
#[derive(Debug, Clone)]
pub(crate) struct OfSlot {
    pub position: usize,
    pub item_hash: u64,
    /// The hash of the creative's id, and the price; `None` for a content.
    pub ad: Option<(u64, ClaimedPrice)>,
}

/// Makes the tokens of one answer.
pub(crate) struct Tokens<'k> {
    /// Has signed what the slots share.
    signer: Signer<'k>,
    payload: Vec<u8>,
    shared_bytes: usize,
}

impl<'k> Tokens<'k> {
    pub(crate) fn new(keys: &'k SigningKeys, shared: &Shared<'_>) -> Self {
        let mut payload = Vec::with_capacity(PAYLOAD_BYTES);
        payload.extend([VERSION, shared.user.map_or(0, |(digest, _)| digest.form())]);
        payload.extend(shared.request_id.as_bytes());
        payload.extend(shared.unit_hash.to_be_bytes());
        put_varint(&mut payload, shared.catalog_version);
        let horizon_seconds = shared.valid_until - time_of(shared.request_id);
        put_varint(&mut payload, u64::try_from(horizon_seconds).unwrap_or(0));
        if let Some((digest, zone)) = shared.user {
            payload.extend(digest.bytes());
            // Names of zones have fewer than 64 bytes.
            payload.push(u8::try_from(zone.len()).unwrap_or(0));
            payload.extend(zone.as_bytes());
        }
        let mut signer = keys.signer();
        signer.update(DOMAIN.as_bytes());
        signer.update(signer.key_id().as_bytes());
        signer.update(b".");
        signer.update(&payload);
        Self { signer, shared_bytes: payload.len(), payload }
    }

    /// Adds the token of a slot to a text.
    pub(crate) fn put(&mut self, slot: &OfSlot, text: &mut Vec<u8>) {
        let payload = &mut self.payload;
        payload.truncate(self.shared_bytes);
        // An answer has at most 50 slots.
        payload.push(u8::try_from(slot.position).unwrap_or(u8::MAX));
        let pricing = slot.ad.as_ref().map(|(_, price)| price.pricing);
        payload.push(pricing.map_or(0, kind_of));
        payload.extend_from_slice(&slot.item_hash.to_be_bytes());
        if let Some((creative_hash, price)) = &slot.ad {
            payload.extend_from_slice(&creative_hash.to_be_bytes());
            put_varint(payload, price.micros);
            payload.extend_from_slice(&price.currency);
        }
        let tag = self.signer.finish_with(&payload[self.shared_bytes..]);
        payload.extend_from_slice(&tag[..TAG_BYTES]);
        text.extend_from_slice(self.signer.key_id().as_bytes());
        text.push(b'.');
        self.signer.put_base64(payload, text);
    }
}

/// Verifies a token's signature, and reads its claims.
///
/// # Errors
/// If the token is not one of ours.
pub(crate) fn verify(keys: &SigningKeys, key_id: &str, text: &str) -> Result<Claims, TokenError> {
    let signed = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Invalid)?;
    let (payload, tag) = signed.split_last_chunk::<TAG_BYTES>().ok_or(TokenError::Invalid)?;
    if !keys.verify(key_id, &[DOMAIN.as_bytes(), key_id.as_bytes(), b".", payload], tag) {
        return Err(TokenError::Invalid);
    }
    read(payload).ok_or(TokenError::Invalid)
}

fn read(payload: &[u8]) -> Option<Claims> {
    let mut bytes = BytesReader::new(payload);
    if bytes.byte()? != VERSION {
        return None;
    }
    let form = bytes.byte()?;
    let request_id = Uuid::from_bytes(*bytes.take()?);
    let unit_hash = bytes.u64()?;
    let catalog_version = bytes.varint()?;
    let horizon_seconds = i64::try_from(bytes.varint()?).ok()?;
    let user = if form == 0 { None } else { Some(read_user(form, &mut bytes)?) };
    let position = usize::from(bytes.byte()?);
    let kind = bytes.byte()?;
    let item_hash = bytes.u64()?;
    let (landing_hash, price) = if kind == 0 {
        (item_hash, None)
    } else {
        let (_, pricing) = PRICINGS.into_iter().find(|(own, _)| *own == kind)?;
        let creative_hash = bytes.u64()?;
        let price = ClaimedPrice { pricing, micros: bytes.varint()?, currency: *bytes.take()? };
        (creative_hash, Some(price))
    };
    let expires_at = time_of(request_id).checked_add(horizon_seconds)?.checked_add(GRACE_SECONDS)?;
    bytes.is_empty().then_some(Claims {
        request_id,
        position,
        item: ClaimedItem::Hashed(item_hash),
        landing_hash,
        user,
        basis: Some(Basis { unit_hash, catalog_version, price }),
        expires_at,
    })
}

fn read_user(form: u8, bytes: &mut BytesReader<'_>) -> Option<ClaimedUser> {
    let digest = UserDigest::new(form, *bytes.take()?)?;
    let length = usize::from(bytes.byte()?);
    let zone = bytes.slice(length).filter(|name| (1..=ZONE_LENGTH_MAX).contains(&name.len()))?;
    Some(ClaimedUser { key: digest.key(), zone: std::str::from_utf8(zone).ok()?.to_owned() })
}

fn kind_of(pricing: Pricing) -> u8 {
    PRICINGS.into_iter().find(|(_, own)| *own == pricing).map_or(0, |(kind, _)| kind)
}
