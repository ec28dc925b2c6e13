//! Whether the ledger is well enough to be asked. No I/O, no clock.
//!
//! A table that does not answer holds each event, and with it an execution environment, for a second, and the account's
//! environments are shared with allocations. So after a failure the table is not asked for a pause, which doubles from
//! failure to failure; then one write at a time finds out whether it is well, and all others fail at once. The first
//! answer ends that. Pauses differ at random, so that environments that saw the same failure do not come back at the
//! same instant.

use lockfill_dao::{age_ms, pause_ms};

/// The longest first pause. Pauses have between a half and the whole of their length.
const PAUSE_MS_MIN: i64 = 50;
/// The longest pause of all.
const PAUSE_MS_MAX: i64 = 1_000;

/// What is known about the table. Instants are readings of one clock, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct LedgerHealth {
    /// Failures since the last answer.
    failures: u32,
    failed_at_ms: i64,
    pause_ms: i64,
    is_probed: bool,
}

/// How a write is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// As one of many.
    Usual,
    /// As the only one, to find out whether the table is well.
    Probe,
}

impl LedgerHealth {
    /// Lets a write through, or refuses it. [`Self::ended`] must follow.
    pub(crate) fn admit(&mut self, now_ms: i64) -> Option<Entry> {
        if self.failures == 0 {
            return Some(Entry::Usual);
        }
        if self.is_probed || age_ms(self.failed_at_ms, now_ms) < self.pause_ms {
            return None;
        }
        self.is_probed = true;
        Some(Entry::Probe)
    }

    /// A write has ended, with or without an answer.
    pub(crate) fn ended(&mut self, entry: Entry) {
        if entry == Entry::Probe {
            self.is_probed = false;
        }
    }

    /// The table has answered in time.
    pub(crate) fn answered(&mut self) {
        self.failures = 0;
    }

    /// There was no answer, or no connection. `chance` is any number.
    pub(crate) fn failed(&mut self, now_ms: i64, entry: Entry, chance: u64) {
        if self.failures > 0 && entry == Entry::Usual {
            // It began before the failure was known, and says nothing new.
            return;
        }
        self.pause_ms = pause_ms(PAUSE_MS_MIN, PAUSE_MS_MAX, self.failures, chance);
        self.failures = self.failures.saturating_add(1);
        self.failed_at_ms = now_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table that has failed so often, the last time at the instant 0.
    fn failed(times: u32) -> LedgerHealth {
        let mut health = LedgerHealth::default();
        for _ in 0..times {
            health.failed(0, Entry::Probe, 0);
        }
        health
    }

    #[test]
    fn after_a_failure_one_write_at_a_time_asks_after_pauses_that_double() {
        let mut health = LedgerHealth::default();
        assert_eq!([health.admit(0), health.admit(0)], [Some(Entry::Usual); 2]);
        health.failed(0, Entry::Usual, 0);
        assert_eq!(health.admit(24), None);
        assert_eq!(health.admit(25), Some(Entry::Probe));
        assert_eq!(health.admit(25), None);
        health.failed(30, Entry::Probe, 0);
        health.ended(Entry::Probe);
        assert_eq!(health.admit(79), None);
        assert_eq!(health.admit(80), Some(Entry::Probe));
        health.answered();
        health.ended(Entry::Probe);
        assert_eq!(health.admit(80), Some(Entry::Usual));
    }

    #[test]
    fn a_probe_that_was_given_up_lets_the_next_one_through() {
        let mut health = failed(1);
        assert_eq!(health.admit(25), Some(Entry::Probe));
        health.ended(Entry::Probe);
        assert_eq!(health.admit(25), Some(Entry::Probe));
    }

    #[test]
    fn writes_that_began_before_the_failure_make_no_pause_longer_and_end_no_probe() {
        let mut health = failed(1);
        for _ in 0..50 {
            health.failed(10, Entry::Usual, 0);
            health.ended(Entry::Usual);
        }
        assert_eq!(health.admit(25), Some(Entry::Probe));
        health.ended(Entry::Usual);
        assert_eq!(health.admit(25), None);
    }

    #[test]
    fn no_pause_is_longer_than_a_second_and_pauses_differ() {
        let mut pauses = std::collections::HashSet::new();
        for chance in 0..1_000 {
            let mut health = failed(100);
            health.failed(0, Entry::Probe, chance);
            assert!((500..=1_000).contains(&health.pause_ms), "{}", health.pause_ms);
            pauses.insert(health.pause_ms);
        }
        assert!(pauses.len() > 400);
    }

    #[test]
    fn a_freeze_or_a_clock_that_was_set_back_ends_the_pause() {
        for now_ms in [3_600_000, -3_600_000] {
            assert_eq!(failed(9).admit(now_ms), Some(Entry::Probe));
        }
    }
}
