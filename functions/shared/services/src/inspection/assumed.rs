//! The history of a sampled request, of which the sample has numbers alone.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use lockfill_decision::{AllocationKind, Inputs, decide};
use lockfill_models::counts::{HistoryClass, Seen};
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::UserState;
use lockfill_models::vocabulary::{Identifier, Shown, Vocabulary};

/// The most showings that are worked out: users with more have used up the caps that matter.
const SEEN_MAX: u32 = 34;
/// How long ago the last of them was: in another hour, so that caps of an hour and a minute hold within a slate alone.
const SINCE_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 86_400;

/// The state of a class in which nothing was seen.
pub(super) fn blank(history: HistoryClass) -> UserState {
    match history {
        HistoryClass::Unknown => UserState::default(),
        HistoryClass::New | HistoryClass::Light | HistoryClass::Heavy => UserState::new_user(),
    }
}

/// The state of a user who has seen so many items today. What they were is what the rows in question would have shown: the
/// same request is decided again and again, at instants that are spread over the day so far, and of each slate so many slots
/// are taken for seen. So caps of the item and of its rivals are used up as they would be, and no item is seen before its
/// flight or outside its hours. Items of the days before are not worked out.
pub(super) fn assumed(
    kind: AllocationKind,
    inputs: &Inputs<'_, '_>,
    seen: Seen,
    slots_of_a_slate: usize,
) -> UserState {
    let Inputs { unit, query, now, .. } = *inputs;
    let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
    let all = i64::from(seen.today_in_the_middle().min(SEEN_MAX));
    let local_seconds = now.0 + i64::from(zone.to_offset(now.timestamp()).seconds());
    let since_midnight = local_seconds.rem_euclid(DAY_SECONDS);
    let mut shown: BTreeMap<String, u32> = BTreeMap::new();
    let mut done = 0;
    while done < all {
        // In the middle of the part of the day that the next showing stands for.
        let at = now.plus_seconds(since_midnight * (2 * done + 1) / (2 * all) - since_midnight);
        let state = seen_by(&shown, inputs, zone, at);
        let decision =
            decide(kind, &Inputs { state: &state, now: at, gate_columns: None, ..*inputs }, &mut ());
        let before = done;
        for slot in decision.slots.iter().take(slots_of_a_slate) {
            if done < all {
                *shown.entry(slot.item().id().to_owned()).or_default() += 1;
                done += 1;
            }
        }
        // Where there is nothing to show, the showing was of something that is gone.
        if done == before {
            done += 1;
        }
    }
    seen_by(&shown, inputs, zone, now)
}

/// The state at an instant of a user who has seen these items on that day.
fn seen_by(
    shown: &BTreeMap<String, u32>,
    inputs: &Inputs<'_, '_>,
    zone: &TimeZone,
    at: EpochSeconds,
) -> UserState {
    let mut state = blank(HistoryClass::New);
    let last_shown_at = at.plus_seconds(-SINCE_SECONDS);
    state.add_report(&reported(shown, last_shown_at), at.floor_to_minute(), zone, |id| {
        let campaign = inputs.catalog.line_item(id)?.campaign();
        Some((campaign.id(), campaign.advertiser().id()))
    });
    state
}

fn reported(shown: &BTreeMap<String, u32>, last_shown_at: EpochSeconds) -> Vec<Shown> {
    let one = |(id, &count): (&String, &u32)| {
        Some(Shown { item_id: Identifier::read(id).ok()?, count, last_shown_at })
    };
    shown.iter().filter_map(one).collect()
}
