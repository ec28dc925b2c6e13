//! Entries of the ledger, as far as roll-ups need them. Names of users are not read.

use lockfill_dao::DaoError;
use lockfill_delivery::facts::FactKey;
use lockfill_delivery::rollup::{ArrivedEvent, Slot};
use lockfill_models::time::EpochSeconds;

use crate::errors::malformed;
use crate::layout::{Item, number_of, text_of};

/// The attributes that are read.
pub(crate) const ATTRIBUTES: [&str; 17] = [
    "pk",
    "sk",
    "item_kind",
    "item_hash",
    "item_id",
    "campaign_id",
    "advertiser_id",
    "creative_hash",
    "creative_id",
    "unit_hash",
    "unit_id",
    "pricing",
    "price_micros",
    "currency",
    "happened_at",
    "arrived_at",
    "class",
];

/// An entry of the ledger. A kind, class or pricing that this program does not know is kept as it is named.
///
/// # Errors
/// If the item is no entry.
pub fn arrived_event(item: &Item) -> Result<ArrivedEvent, DaoError> {
    read(item).ok_or_else(|| malformed("an item of the ledger is no event"))
}

fn read(item: &Item) -> Option<ArrivedEvent> {
    let owned = |name: &str| text_of(item, name).map(str::to_owned);
    // The id, or the hash of what the catalog did not have.
    let named = |id: &str, hash: &str| owned(id).or_else(|| Some(format!("#{}", text_of(item, hash)?)));
    let instant = |name: &str| item.get(name)?.as_n().ok()?.parse().ok().map(EpochSeconds);
    let hour = text_of(item, "pk")?.strip_prefix("slot#")?.split('#').next()?;
    let (slot, kind) = slot_and_kind(text_of(item, "sk")?)?;
    Some(ArrivedEvent {
        slot,
        issued_hour: epoch_hour(hour)?,
        arrived_at: instant("arrived_at")?,
        key: FactKey {
            hour: ArrivedEvent::hour_of(instant("happened_at")?),
            item_kind: owned("item_kind")?,
            item: named("item_id", "item_hash")?,
            creative: named("creative_id", "creative_hash"),
            unit: named("unit_id", "unit_hash"),
            campaign: owned("campaign_id"),
            advertiser: owned("advertiser_id"),
            kind: kind.to_owned(),
            class: owned("class")?,
            pricing: owned("pricing"),
            currency: owned("currency"),
        },
        price_micros: number_of(item, "price_micros").unwrap_or(0),
    })
}

/// The slot and the kind in `REQUEST_ID#PPP#KIND[#CLASS]`.
fn slot_and_kind(sort_key: &str) -> Option<(Slot, &str)> {
    let (position_end, _) = sort_key.match_indices('#').nth(1)?;
    let (slot, rest) = sort_key.split_at(position_end);
    Some((slot.parse().ok()?, rest.split('#').nth(1)?))
}

/// The hour that a text `YYYYMMDDTHH` names: hours since the epoch.
pub(crate) fn epoch_hour(text: &str) -> Option<i64> {
    let part = |from: usize, until: usize| text.get(from..until);
    let (year, month, day, hour) = (part(0, 4)?, part(4, 6)?, part(6, 8)?, text.get(9..)?);
    let instant: EpochSeconds = format!("{year}-{month}-{day}T{hour}:00:00Z").parse().ok()?;
    Some(ArrivedEvent::hour_of(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_keys_have_them() {
        assert_eq!(epoch_hour("20261122T09"), Some(498_705));
        for wrong in ["", "20261122", "20261322T09", "20261122T9", "20261122T0900", "é0261122T09"] {
            assert_eq!(epoch_hour(wrong), None, "{wrong}");
        }
    }
}
