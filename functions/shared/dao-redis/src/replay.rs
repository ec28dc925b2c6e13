//! A user's state as counting events one by one makes it: what `count.lua` does, without Redis.

use std::cmp::Reverse;
use std::collections::HashMap;

use lockfill_dao::EventRecord;
use lockfill_models::time::{Buckets, EpochSeconds, newest_day, newest_week};

use crate::users::{FIELDS_KEPT, FIELDS_MAX, STATE_SECONDS, fields};

const COUNT_MAX: i64 = u32::MAX as i64;
/// As `count.lua` has them.
const UNCONFIRMED_SECONDS: u64 = 8 * 24 * 3_600;
const CONFIRMED_AFTER_SECONDS: i64 = 3_600;

/// What a user's state has, and when it expires.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    fields: HashMap<String, Field>,
    first_seen_at: Option<i64>,
    /// When the first event arrived, to the minute.
    began_at: Option<i64>,
    /// When the last event arrived, to the minute.
    arrived_at: i64,
    /// Whether an event arrived an hour after the first. Until then the user may be invented.
    is_confirmed: bool,
}

/// The value of a field.
#[derive(Debug, Clone, Copy)]
enum Field {
    /// All showings, the last showing, and window and count four times.
    Showings([i64; 10]),
    SeenAt(i64),
    Clicks(i64),
}

impl Replay {
    /// Counts events in the order in which they arrived.
    pub(crate) fn of(events: &[EventRecord]) -> Self {
        let mut replay = Self::default();
        for event in events {
            replay.count(event);
        }
        replay
    }

    /// When the state expires.
    pub(crate) fn expires_at(&self) -> EpochSeconds {
        match self.began_at {
            Some(began_at) if !self.is_confirmed => {
                EpochSeconds(began_at).plus_seconds(UNCONFIRMED_SECONDS.cast_signed())
            }
            _ => EpochSeconds(self.arrived_at).plus_seconds(STATE_SECONDS.cast_signed()),
        }
    }

    /// The fields and values of the hash.
    pub(crate) fn hash(&self) -> Vec<(String, String)> {
        let text = |(field, value): (&String, &Field)| (field.clone(), value.text());
        let first = self.first_seen_at.map(|at| ("f".to_owned(), at.to_string()));
        self.fields.iter().map(text).chain(first).collect()
    }

    fn count(&mut self, event: &EventRecord) {
        let arrived_at = event.arrived.minute * 60;
        if arrived_at >= self.expires_at().0 {
            *self = Self::default();
        }
        self.arrived_at = self.arrived_at.max(arrived_at);
        let began_at = *self.began_at.get_or_insert(arrived_at);
        self.is_confirmed |= arrived_at - began_at >= CONFIRMED_AFTER_SECONDS;
        let now = event.occurred_at.0;
        for field in fields(event) {
            let before = self.fields.get(&field).copied();
            let value = match (&field[..2], before) {
                ("k:", Some(Field::Clicks(clicks))) => Field::Clicks((clicks + 1).min(COUNT_MAX)),
                ("k:", _) => Field::Clicks(1),
                ("t:", Some(Field::SeenAt(at))) => Field::SeenAt(at.max(now)),
                ("t:", _) => Field::SeenAt(now),
                (_, Some(Field::Showings(numbers))) => Field::Showings(counted(numbers, event)),
                _ => Field::Showings(counted(none(event), event)),
            };
            self.fields.insert(field, value);
        }
        self.first_seen_at = Some(self.first_seen_at.map_or(now, |first| first.min(now)));
        if self.fields.len() > FIELDS_MAX {
            self.trim();
        }
    }

    /// Deletes the fields of the items shown longest ago.
    fn trim(&mut self) {
        let mut oldest: Vec<_> = self
            .fields
            .iter()
            .map(|(field, value)| (self.shown_at(field, *value), Reverse(field.clone())))
            .collect();
        oldest.sort();
        let excess = oldest.len() - FIELDS_KEPT;
        for (_, Reverse(field)) in oldest.into_iter().take(excess) {
            self.fields.remove(&field);
        }
    }

    /// When the item of a field was last shown.
    fn shown_at(&self, field: &str, value: Field) -> i64 {
        match value {
            Field::Showings(numbers) => numbers[1],
            Field::SeenAt(at) => at,
            Field::Clicks(_) => {
                let of = |kind: &str| self.fields.get(&format!("{kind}{}", &field[2..]));
                match of("l:").or_else(|| of("t:")) {
                    Some(Field::Showings(numbers)) => numbers[1],
                    Some(Field::SeenAt(at)) => *at,
                    _ => 0,
                }
            }
        }
    }
}

impl Field {
    fn text(&self) -> String {
        match self {
            Self::Showings(numbers) => numbers.map(|number| number.to_string()).join(" "),
            Self::SeenAt(number) | Self::Clicks(number) => number.to_string(),
        }
    }
}

fn numbers(buckets: &Buckets) -> [i64; 4] {
    [buckets.minute, buckets.hour, buckets.day, buckets.week]
}

fn none(event: &EventRecord) -> [i64; 10] {
    let [minute, hour, day, week] = numbers(&event.buckets);
    [0, event.occurred_at.0, minute, 0, hour, 0, day, 0, week, 0]
}

fn counted(mut counts: [i64; 10], event: &EventRecord) -> [i64; 10] {
    let (windows, arrived) = (numbers(&event.buckets), numbers(&event.arrived));
    let minute = event.occurred_at.epoch_minute();
    let newest = [windows[0], windows[1], newest_day(minute), newest_week(minute)];
    counts[0] = (counts[0] + 1).min(COUNT_MAX);
    counts[1] = counts[1].max(event.occurred_at.0);
    for index in 0..4 {
        let (window, at) = (windows[index], 2 + 2 * index);
        let stored = counts[at];
        let is_ahead = stored > window && stored > arrived[index] && stored <= newest[index];
        if stored == window || is_ahead {
            counts[at + 1] = (counts[at + 1] + 1).min(COUNT_MAX);
        } else if stored < window {
            (counts[at], counts[at + 1]) = (window, 1);
        }
    }
    counts
}
