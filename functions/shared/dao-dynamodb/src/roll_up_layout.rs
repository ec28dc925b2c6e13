//! The keys of the table of delivery. The crate's documentation has the layout.

use lockfill_dao::Cursor;
use lockfill_models::time::EpochSeconds;

use crate::layout::{Item, key};
use crate::ledger_layout::compact;
use crate::ledger_reading::epoch_hour;

const SECONDS_PER_MINUTE: i64 = 60;
const SECONDS_PER_HOUR: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;
pub(crate) const MINUTES_PER_HOUR: i64 = 60;

/// For how long the roll-up of a minute is kept; that of its hour has its sum.
const MINUTE_KEPT: i64 = 8 * SECONDS_PER_DAY;
/// For how long those of hours are kept.
const HOUR_KEPT: i64 = 400 * SECONDS_PER_DAY;

/// The partition of all totals.
pub(crate) const TOTALS: &str = "totals";

fn start_of(hour: i64) -> EpochSeconds {
    EpochSeconds(hour.saturating_mul(SECONDS_PER_HOUR))
}

/// An hour as `YYYYMMDDTHH`.
pub(crate) fn hour_name(hour: i64) -> String {
    compact(start_of(hour), "YYYYMMDDTHH".len())
}

/// The partition of the minutes of an hour.
pub(crate) fn minutes_partition(hour: i64) -> String {
    format!("minutes#{}", hour_name(hour))
}

/// The name of a minute in its hour.
pub(crate) fn minute_name(minute: i64) -> String {
    format!("{:02}", minute.rem_euclid(MINUTES_PER_HOUR))
}

/// The minute with that name in an hour.
pub(crate) fn minute_of(hour: i64, name: &str) -> Option<i64> {
    let minute = name.parse().ok().filter(|minute| (0..MINUTES_PER_HOUR).contains(minute))?;
    Some(hour * MINUTES_PER_HOUR + minute)
}

/// The partition of an hour, and its name in it.
pub(crate) fn hour_key(hour: i64) -> (String, String) {
    let name = hour_name(hour);
    let (day, hour) = name.split_at("YYYYMMDD".len());
    (format!("hours#{day}"), hour.trim_start_matches('T').to_owned())
}

/// The hour that the sort key of totals names.
pub(crate) fn totals_hour(sort_key: &str) -> Option<i64> {
    epoch_hour(sort_key.split('#').next()?)
}

pub(crate) fn minute_expiry(minute: i64) -> EpochSeconds {
    EpochSeconds(minute.saturating_mul(SECONDS_PER_MINUTE)).plus_seconds(MINUTE_KEPT)
}

pub(crate) fn hour_expiry(hour: i64) -> EpochSeconds {
    start_of(hour).plus_seconds(HOUR_KEPT)
}

pub(crate) fn cursor_key() -> Item {
    key("rollup", "cursor")
}

/// The cursor in an item; `None` if it has none.
pub(crate) fn cursor(item: &Item) -> Option<Cursor> {
    let minute = |name: &str| item.get(name)?.as_n().ok()?.parse().ok();
    Some(Cursor {
        first: minute("first_minute")?,
        settled: minute("settled_minute")?,
        next: minute("next_minute")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_minutes_and_hours_in_utc() {
        assert_eq!(minutes_partition(498_705), "minutes#20261122T09");
        assert_eq!((minute_name(29_922_301), minute_of(498_705, "01")), ("01".to_owned(), Some(29_922_301)));
        assert_eq!(hour_key(498_705), ("hours#20261122".to_owned(), "09".to_owned()));
        assert_eq!(totals_hour("20261122T09#001"), Some(498_705));
        assert_eq!(minute_of(498_705, "60"), None);
    }
}
