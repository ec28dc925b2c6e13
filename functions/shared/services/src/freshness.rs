//! When a pointer was read, and when it is to be read again: what the caches of the catalog and of the gates share.
//!
//! A pointer is read at most once a second. If it was not read within the last second, a request waits for the answer
//! for as long as it waits for Redis, beside it.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::AbortHandle;

use crate::age::age_ms;

/// The least time between the begins of two reads of a pointer, and how long after the begin of a read its answer
/// counts as confirmed.
const CONFIRMED_FOR_MS: i64 = 1_000;
/// A request that comes so long after the one before may come after a freeze.
const PAUSE_MS: i64 = 1_000;

/// The reads of one pointer.
#[derive(Default)]
pub(crate) struct Freshness {
    /// The begin of the last read that was answered.
    confirmed_at: Option<Timestamp>,
    /// The number of the last read that has begun, from 1.
    begun: u64,
    begun_at: Option<Timestamp>,
    reading: Option<AbortHandle>,
    requested_at: Option<Timestamp>,
    /// From the request before the last one to the last one.
    gap_ms: i64,
}

impl Freshness {
    /// Whether the pointer was read lately.
    pub(crate) fn is_confirmed(&self, now: Timestamp) -> bool {
        self.confirmed_at.is_some_and(|confirmed_at| age_ms(confirmed_at, now) < CONFIRMED_FOR_MS)
    }

    /// Whether a read is under way.
    pub(crate) const fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// Notes a request; whether the environment may have been frozen before it.
    pub(crate) fn note_request(&mut self, now: Timestamp) -> bool {
        // One request may look twice.
        if self.requested_at == Some(now) {
            return false;
        }
        let before = self.requested_at.replace(now);
        self.gap_ms = before.map_or(0, |at| age_ms(at, now));
        self.is_after_pause()
    }

    /// Whether the last request came so long after the one before that the environment may have been frozen.
    pub(crate) const fn is_after_pause(&self) -> bool {
        self.gap_ms >= PAUSE_MS
    }

    /// How much time lay between the last two requests.
    pub(crate) const fn gap(&self) -> Duration {
        Duration::from_millis(self.gap_ms.unsigned_abs())
    }

    /// Begins a read if it is time to: its number. [`Self::started`] must follow.
    pub(crate) fn begin(&mut self, now: Timestamp) -> Option<u64> {
        if self.begun_at.is_some_and(|begun_at| age_ms(begun_at, now) < CONFIRMED_FOR_MS) {
            return None;
        }
        // A read that began a second ago was interrupted by a freeze: its answer would be old.
        if let Some(interrupted) = self.reading.take() {
            interrupted.abort();
        }
        self.begun += 1;
        self.begun_at = Some(now);
        Some(self.begun)
    }

    /// Takes over the read that has begun.
    pub(crate) fn started(&mut self, reading: AbortHandle) {
        self.reading = Some(reading);
    }

    /// Notes the end of a read; whether it is the last that has begun.
    pub(crate) fn ended(&mut self, number: u64) -> bool {
        let is_last = number == self.begun;
        if is_last {
            self.reading = None;
        }
        is_last
    }

    /// Notes that the read that began then was answered.
    pub(crate) const fn confirm(&mut self, begun_at: Timestamp) {
        self.confirmed_at = Some(begun_at);
    }
}
