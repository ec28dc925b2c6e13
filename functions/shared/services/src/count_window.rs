//! What an environment has answered since the last flush, in bounded space.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use jiff::tz::TimeZone;
use lockfill_catalog::LineItem;
use lockfill_decision::{AllocationKind, Decision, Slot};
use lockfill_models::counts::{EnvironmentCounts, HistoryClass, Sample, Samples, Seen};
use lockfill_models::draw::{bytes_hash, id_hash, number_hash};
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::UserState;

/// The most rows of requests and of line items; what does not fit is summed.
const REQUEST_ROWS_MAX: usize = 1_000;
const LINE_ITEMS_MAX: usize = 5_000;
/// The most bytes of ids in all rows, so that the document fits an item.
const ID_BYTES_MAX: usize = 250_000;
/// The most samples of a flush.
const SAMPLES_MAX: usize = 20;
/// The id that stands for all others.
const OTHERS: &str = "*";

/// Takes a number that is the hash of an id for its own hash. Ids come from a catalog, whose compiler refuses those whose
/// hashes are equal.
#[derive(Default)]
struct IsHash(u64);

impl Hasher for IsHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes_hash(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// One answer that is counted.
pub(crate) struct Answered<'a, 'c> {
    pub kind: AllocationKind,
    pub query: &'a Query,
    pub state: &'a UserState,
    /// The instant that was decided for, and the user's zone.
    pub now: EpochSeconds,
    pub zone: &'a TimeZone,
    pub decision: &'a Decision<'c>,
}

/// Counts of one flush. A row is named by hashes, so that only a new one takes space.
#[derive(Default)]
pub(crate) struct Window {
    /// By kind, hash of the unit's id and reason: the unit's id, and how many.
    requests: HashMap<(&'static str, u64, Option<&'static str>), (String, u64)>,
    /// By hash of the line item's id: the id, and how many.
    handed_out: HashMap<u64, (String, u64), BuildHasherDefault<IsHash>>,
    id_bytes: usize,
    /// How many requests were counted.
    pub of: u64,
    samples: Vec<Sample>,
}

impl Window {
    /// Counts an answer. `chance` is any number that differs between environments.
    pub(crate) fn add(&mut self, answered: &Answered<'_, '_>, chance: u64) {
        let Answered { kind, query, state, now, zone, decision } = *answered;
        let (kind, reason) = (name(kind), decision.no_fill_reason());
        self.count_request(kind, &query.unit_id, reason);
        for slot in &decision.slots {
            if let Slot::Ad(ad) = slot {
                self.count_line_item(&ad.line_item);
            }
        }
        self.of += 1;
        // A reservoir: the n-th request takes a place with a chance of the places among n.
        let place = if self.samples.len() < SAMPLES_MAX {
            self.samples.len()
        } else {
            usize::try_from(number_hash(chance, self.of) % self.of).unwrap_or(SAMPLES_MAX)
        };
        if place < SAMPLES_MAX {
            let known = (HistoryClass::of(state), Seen::of(query, state, now, zone));
            let sample = Sample::of(kind, query, known, decision.slots.len(), reason);
            self.samples.truncate(SAMPLES_MAX);
            match self.samples.get_mut(place) {
                Some(place) => *place = sample,
                None => self.samples.push(sample),
            }
        }
    }

    fn count_request(&mut self, kind: &'static str, unit_id: &str, reason: Option<&'static str>) {
        let key = (kind, id_hash(unit_id), reason);
        if let Some((_, count)) = self.requests.get_mut(&key) {
            *count += 1;
            return;
        }
        let has_room = self.requests.len() < REQUEST_ROWS_MAX && self.has_room(unit_id);
        // Kinds and reasons are few, so the rows for all others are.
        let unit_id = if has_room { unit_id } else { OTHERS };
        let row =
            self.requests.entry((kind, id_hash(unit_id), reason)).or_insert_with(|| (unit_id.to_owned(), 0));
        row.1 += 1;
    }

    fn count_line_item(&mut self, line_item: &LineItem<'_>) {
        // Bytes: to make a text of them is to check them again.
        if let Some((_, count)) = self.handed_out.get_mut(&bytes_hash(line_item.id_bytes())) {
            *count += 1;
            return;
        }
        let id = line_item.id();
        let id = if self.handed_out.len() < LINE_ITEMS_MAX && self.has_room(id) { id } else { OTHERS };
        self.handed_out.entry(id_hash(id)).or_insert_with(|| (id.to_owned(), 0)).1 += 1;
    }

    /// Whether there is room for an id, which takes it.
    fn has_room(&mut self, id: &str) -> bool {
        let id_bytes = self.id_bytes + id.len();
        let has_room = id_bytes <= ID_BYTES_MAX;
        if has_room {
            self.id_bytes = id_bytes;
        }
        has_room
    }

    /// The document, rows in order.
    pub(crate) fn document(self, from: i64, until: i64) -> EnvironmentCounts {
        let outcome = |reason: Option<&str>| {
            reason.map_or_else(|| "filled".to_owned(), |reason| format!("no_fill:{reason}"))
        };
        let mut requests: Vec<_> = self
            .requests
            .into_iter()
            .map(|((kind, _, reason), (unit_id, count))| (kind.to_owned(), unit_id, outcome(reason), count))
            .collect();
        requests.sort_unstable();
        let mut handed_out: Vec<_> = self.handed_out.into_values().collect();
        handed_out.sort_unstable();
        let samples = Samples { of: self.of, requests: self.samples };
        EnvironmentCounts { from, until, requests, handed_out, samples }
    }
}

const fn name(kind: AllocationKind) -> &'static str {
    match kind {
        AllocationKind::Ads => "ads",
        AllocationKind::Contents => "contents",
        AllocationKind::Lockscreen => "lockscreen",
    }
}
