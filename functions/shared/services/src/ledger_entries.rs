//! What the ledger keeps of an event.

use lockfill_dao::{EntryAnswer, EntryCreative, EntryItem, EntryPrice, EntryUser, LedgerEntry, UserKey};
use lockfill_models::draw::id_hash;
use lockfill_models::event::{EventClass, ShownItem};
use lockfill_models::time::EpochSeconds;

use crate::bursts::Burst;
use crate::claims::{Basis, ClaimedItem, Claims};
use crate::event_rules::Judged;
use crate::found_items::Found;

/// The entry of an event of a class. `user_key` is the name under which its user is counted.
pub(crate) fn entry(
    judged: &Judged<'_>,
    class: EventClass,
    keep_until: EpochSeconds,
    user_key: Option<UserKey>,
) -> LedgerEntry {
    let Judged { kind, claims, found, happened_at, now, .. } = *judged;
    let user = user_key.zip(claims.user.as_ref());
    LedgerEntry {
        request_id: *claims.request_id.as_bytes(),
        position: claims.position,
        kind,
        class,
        issued_at: claims.issued_at(),
        happened_at,
        arrived_at: now,
        keep_until,
        item: item(claims, found),
        creative: is_ad(claims, found)
            .then(|| EntryCreative { hash: claims.landing_hash, id: found.creative_id.clone() }),
        answer: claims.basis.as_ref().map(|basis| answer(basis, found)),
        user: user.map(|(key, claimed)| EntryUser { key, zone: claimed.zone.clone() }),
        is_burst_unchecked: class == EventClass::Valid && judged.burst == Burst::Unchecked,
    }
}

fn item(claims: &Claims, found: &Found) -> EntryItem {
    let hash = match &claims.item {
        ClaimedItem::Hashed(hash) => *hash,
        ClaimedItem::Named(item) => id_hash(item.id()),
    };
    EntryItem { hash, shown: found.item.clone() }
}

/// A token of the present form has a price for an ad alone, and one of the former form names the item.
fn is_ad(claims: &Claims, found: &Found) -> bool {
    claims
        .basis
        .as_ref()
        .map_or(matches!(found.item, Some(ShownItem::Ad { .. })), |basis| basis.price.is_some())
}

fn answer(basis: &Basis, found: &Found) -> EntryAnswer {
    EntryAnswer {
        unit_hash: basis.unit_hash,
        unit_id: found.unit_id.clone(),
        catalog_version: basis.catalog_version,
        price: basis.price.as_ref().map(|price| EntryPrice {
            pricing: price.pricing,
            micros: price.micros,
            currency: price.currency,
        }),
    }
}
