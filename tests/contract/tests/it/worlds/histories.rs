//! What users saw.

use std::collections::HashMap;

use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::{History, Source, UserState, WindowCount};
use proptest::collection::hash_map;
use proptest::prelude::*;
use proptest::sample::select;

/// A history with counts of the windows around now, or of the ones before; of days and weeks in any zone, and now and
/// then of ones that no zone has reached.
fn history(now: EpochSeconds) -> impl Strategy<Value = History> {
    let ago = prop_oneof![0_i64..120, 0_i64..200_000];
    let ahead_hours = prop_oneof![Just(0_i64), -12_i64..=14, 15_i64..200];
    let parts = (ago, ahead_hours, [0_u32..3, 0..3, 0..3, 0..3, 0..3]);
    parts.prop_map(move |(ago, ahead_hours, [minute, hour, day, week, lifetime])| {
        let at = now.plus_seconds(-ago);
        let local_day = at.plus_seconds(ahead_hours * 3_600).0.div_euclid(86_400);
        let count = |seconds, count| WindowCount { bucket: at.0.div_euclid(seconds), count };
        History {
            lifetime,
            last_shown_at: at,
            minute: count(60, minute),
            hour: count(3_600, hour),
            day: WindowCount { bucket: local_day, count: day },
            week: WindowCount { bucket: (local_day + 3).div_euclid(7), count: week },
        }
    })
}

fn histories(
    now: EpochSeconds,
    prefix: &'static str,
    ids: usize,
) -> impl Strategy<Value = HashMap<String, History>> {
    let id = (0..ids).prop_map(move |number| format!("{prefix}-{number}"));
    hash_map(id, history(now), 0..3)
}

/// Any history, of any source; unknown ones are empty.
pub(super) fn state(now: EpochSeconds) -> impl Strategy<Value = UserState> {
    let parts = (
        select(vec![Source::Stored, Source::Stored, Source::Device, Source::Unknown]),
        histories(now, "li", 8),
        histories(now, "c", 4),
        histories(now, "a", 3),
        hash_map((0_usize..8).prop_map(|number| format!("ct-{number}")), Just(now), 0..4),
    );
    parts.prop_map(|(source, line_items, campaigns, advertisers, contents)| match source {
        Source::Unknown => UserState { source, ..UserState::default() },
        _ => UserState { source, line_items, campaigns, advertisers, contents, first_seen_at: None },
    })
}
