//! The tracking tokens of a decision's slots.

use jiff::tz::TimeZone;
use lockfill_dao::UserKey;
use lockfill_decision::{AdSlot, Decision, Slot};
use lockfill_models::draw::id_hash;
use uuid::Uuid;

use crate::claims::ClaimedPrice;
use crate::compact_token::{OfSlot, Shared, Tokens};
use crate::signing::SigningKeys;
use crate::user_digest::UserDigest;

/// What the tokens of an answer say about it.
pub(crate) struct Answer<'a> {
    pub request_id: Uuid,
    pub unit_id: &'a str,
    pub catalog_version: u64,
    /// The user with the zone of the user's days; `None` under limit-ad-tracking.
    pub user: Option<(&'a UserKey, &'a TimeZone)>,
}

/// One token for each slot, in order.
pub(crate) fn slot_tokens(keys: &SigningKeys, answer: &Answer<'_>, decision: &Decision<'_>) -> Vec<String> {
    let user = answer.user.and_then(|(key, zone)| {
        // Every key that this service makes is a digest.
        Some((UserDigest::of_key(key.as_str())?, zone.iana_name().unwrap_or("UTC")))
    });
    let shared = Shared {
        request_id: answer.request_id,
        unit_hash: id_hash(answer.unit_id),
        catalog_version: answer.catalog_version,
        valid_until: decision.valid_until.0,
        user,
    };
    let mut tokens = Tokens::new(keys, &shared);
    let slots = decision.slots.iter().enumerate();
    slots.map(|(index, slot)| tokens.token(&of_slot(index + 1, slot))).collect()
}

fn of_slot(position: usize, slot: &Slot<'_>) -> OfSlot {
    match slot {
        Slot::Ad(slot) => OfSlot {
            position,
            item_hash: id_hash(slot.line_item.id()),
            ad: Some((id_hash(slot.creative.id()), price(slot))),
        },
        Slot::Content(slot) => OfSlot { position, item_hash: id_hash(slot.content.id()), ad: None },
    }
}

fn price(slot: &AdSlot<'_>) -> ClaimedPrice {
    let (micros, currency) = slot.line_item.agreed();
    ClaimedPrice {
        pricing: slot.line_item.pricing(),
        // A catalog holds no negative price, and three letters of a currency. ISO 4217 has XXX for no currency.
        micros: u64::try_from(micros).unwrap_or(0),
        currency: currency.as_bytes().try_into().unwrap_or(*b"XXX"),
    }
}
