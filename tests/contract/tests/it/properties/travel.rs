//! Caps of a user who travels, or whose client says so: no change of zones brings a window back.

use jiff::tz::TimeZone;
use lockfill_models::time::{Buckets, EpochSeconds, Window};
use lockfill_models::user_state::History;
use proptest::prelude::*;
use proptest::sample::select;

use super::config;

const ZONES: [&str; 6] = [
    "Asia/Seoul",
    "America/Los_Angeles",
    "Etc/GMT+12",
    "Pacific/Kiritimati",
    "America/St_Johns",
    "Australia/Lord_Howe",
];
/// A Saturday, so that weeks end, too.
const START: EpochSeconds = EpochSeconds(1_795_219_200);

/// Seconds until the next request, and the zone that the client names in it.
fn requests() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    prop::collection::vec((prop_oneof![0_i64..60, 0_i64..40_000], select(ZONES.to_vec())), 1..60)
}

fn local(at: EpochSeconds, zone: &str, window: Window) -> i64 {
    let buckets = Buckets::at(at, &TimeZone::get(zone).unwrap());
    if window == Window::Day { buckets.day } else { buckets.week }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_day_and_each_week_allows_its_showings_once(
        requests in requests(),
        limit in 1_u32..4,
        window in select(vec![Window::Day, Window::Week]),
    ) {
        let (mut now, mut total) = (START, 0);
        let mut history: Option<History> = None;
        let mut last_bucket = i64::MIN;
        for (seconds, zone) in requests {
            now = now.plus_seconds(seconds);
            let buckets = Buckets::at(now, &TimeZone::get(zone).unwrap());
            if history.is_some_and(|history| history.count(window, &buckets) >= limit) {
                continue;
            }
            let once = History::once(now, &buckets);
            let sum = history.map_or(once, |mut sum| {
                sum.add(&once);
                sum
            });
            let counted = if window == Window::Day { sum.day } else { sum.week };
            prop_assert!(counted.bucket >= last_bucket && counted.count <= limit, "{:?}", counted);
            last_bucket = counted.bucket;
            history = Some(sum);
            total += 1;
        }
        // From the window of the zones furthest behind to the one of the zones furthest ahead.
        let windows = local(now, "Pacific/Kiritimati", window) - local(START, "Etc/GMT+12", window) + 1;
        prop_assert!(i64::from(total) <= windows * i64::from(limit), "{} in {} windows", total, windows);
    }
}
