//! The tracking tokens of a decision's slots.

use jiff::tz::TimeZone;
use lockfill_dao::UserKey;
use lockfill_decision::{AdSlot, Decision, Slot};
use lockfill_models::draw::{bytes_hash, id_hash};
use uuid::Uuid;

use crate::claims::ClaimedPrice;
use crate::compact_token::{OfSlot, Shared, Tokens};
use crate::signing::SigningKeys;
use crate::user_digest::UserDigest;

/// A little more than a usual token has.
const TOKEN_BYTES: usize = 160;

/// What the tokens of an answer say about it.
pub(crate) struct Answer<'a> {
    pub request_id: Uuid,
    pub unit_id: &'a str,
    pub catalog_version: u64,
    /// The user with the zone of the user's days; `None` under limit-ad-tracking.
    pub user: Option<(&'a UserKey, &'a TimeZone)>,
}

/// One token for each slot of an answer, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotTokens {
    /// One behind the other, in ASCII.
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl SlotTokens {
    /// The token of the slot at a place, from 0; `None` if there is no such slot.
    #[must_use]
    pub fn of_slot(&self, place: usize) -> Option<&[u8]> {
        let from = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(from..*self.ends.get(place)?)
    }
}

impl<T: AsRef<str>> FromIterator<T> for SlotTokens {
    /// The tokens of slots, in order.
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Self {
        let mut all = Self { text: Vec::new(), ends: Vec::new() };
        for token in tokens {
            all.text.extend_from_slice(token.as_ref().as_bytes());
            all.ends.push(all.text.len());
        }
        all
    }
}

/// Makes the tokens of a decision's slots.
pub(crate) fn slot_tokens(keys: &SigningKeys, answer: &Answer<'_>, decision: &Decision<'_>) -> SlotTokens {
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
    let slots = &decision.slots;
    let mut text = Vec::with_capacity(slots.len() * TOKEN_BYTES);
    let put = |(index, slot)| {
        tokens.put(&of_slot(index + 1, slot), &mut text);
        text.len()
    };
    let ends = slots.iter().enumerate().map(put).collect();
    SlotTokens { text, ends }
}

fn of_slot(position: usize, slot: &Slot<'_>) -> OfSlot {
    match slot {
        Slot::Ad(slot) => OfSlot {
            position,
            item_hash: bytes_hash(slot.line_item.id_bytes()),
            ad: Some((bytes_hash(slot.creative.id_bytes()), price(slot))),
        },
        Slot::Content(slot) => OfSlot { position, item_hash: bytes_hash(slot.content.id_bytes()), ad: None },
    }
}

fn price(slot: &AdSlot<'_>) -> ClaimedPrice {
    let (micros, currency) = slot.line_item.agreed();
    ClaimedPrice {
        pricing: slot.line_item.pricing(),
        // A catalog holds no negative price, and three letters of a currency. ISO 4217 has XXX for no currency.
        micros: u64::try_from(micros).unwrap_or(0),
        currency: currency.try_into().unwrap_or(*b"XXX"),
    }
}
