//! What is known of the time before a minute: the totals, and the minutes of its hour.

use std::collections::BTreeMap;

use lockfill_dao::{Cursor, DaoError, DeliveryStore};
use lockfill_delivery::rollup::{RollUp, Totals};

use super::told::RollUpError;
use super::work::MINUTES_PER_HOUR;

/// The totals at a minute, and the stored minutes around it.
#[derive(Debug)]
pub(super) struct Known {
    /// The totals of all settled minutes.
    pub(super) totals: Totals,
    /// The minutes of the hour that is being settled, as they are stored.
    pub(super) minutes: BTreeMap<i64, RollUp>,
    /// Whether a settled minute was not as it was rolled up before, so that what followed from it is not either.
    pub(super) is_changed: bool,
}

/// What is known at the cursor. Where totals are missing or damaged, the cursor goes back behind the last that are not.
pub(super) async fn at(store: &impl DeliveryStore, cursor: Cursor) -> Result<(Known, Cursor), RollUpError> {
    let hour = cursor.settled.div_euclid(MINUTES_PER_HOUR);
    let (after, mut totals) = base(store, &cursor, hour).await?;
    let begin = after * MINUTES_PER_HOUR;
    let mut settled = if after == hour { cursor.settled } else { begin };
    let (minutes, is_readable) = minutes(store, after).await?;
    if !is_readable {
        settled = begin;
    }
    for (minute, rolled) in minutes.range(begin..settled.max(begin)) {
        totals.add(*minute, rolled);
    }
    let is_changed = settled < cursor.settled || !is_readable;
    Ok((Known { totals, minutes, is_changed }, Cursor { settled, ..cursor }))
}

/// The hour behind the last totals before an hour, at the latest that hour itself, and those totals.
pub(super) async fn base(
    store: &impl DeliveryStore,
    cursor: &Cursor,
    hour: i64,
) -> Result<(i64, Totals), RollUpError> {
    let first = cursor.first.div_euclid(MINUTES_PER_HOUR);
    let found = store.totals_before(hour).await?.filter(|(before, _)| *before >= first);
    Ok(found.map_or((first.min(hour), Totals::default()), |(before, totals)| (before + 1, totals)))
}

/// The stored minutes of an hour, and whether they could be read.
pub(super) async fn minutes(
    store: &impl DeliveryStore,
    hour: i64,
) -> Result<(BTreeMap<i64, RollUp>, bool), RollUpError> {
    match store.minutes(hour).await {
        Ok(minutes) => Ok((minutes, true)),
        Err(error @ DaoError::Malformed { .. }) => {
            tracing::warn!(metric = "roll_ups_damaged", hour, %error, "minutes are rolled up anew");
            Ok((BTreeMap::new(), false))
        }
        Err(error) => Err(error.into()),
    }
}

/// The sum of the minutes of an hour.
pub(super) fn sum(hour: i64, minutes: &BTreeMap<i64, RollUp>) -> RollUp {
    let mut sum = RollUp::default();
    for (_, rolled) in minutes.range(hour * MINUTES_PER_HOUR..(hour + 1) * MINUTES_PER_HOUR) {
        sum.add(rolled);
    }
    sum
}
