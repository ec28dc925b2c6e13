//! Whether a server is well enough to be asked, and whether it may be connected to. No I/O, no clock.
//!
//! A server that fails several times in a row is sick. While it is sick, one operation at a time is let through to
//! probe the server, after a pause that doubles from probe to probe; all others are refused at once. The first
//! answer ends the sickness. Pauses differ at random, so that environments that saw the same failure do not come
//! back at the same instant.
//!
//! Between two attempts to connect lies a second at least, unless the server has answered in between: a connection
//! costs a server more than a question, and one that is overloaded has to spend least on those that wait for it.

use lockfill_dao::{age_ms, pause_ms};

/// So many failures in a row make a server sick. One failure may be one slow answer.
const FAILURES_MAX: u32 = 3;
/// The longest pause before the first probe. Pauses have between a half and the whole of their length.
const PAUSE_MS_MIN: i64 = 50;
/// The longest pause of all: the server is used again within a second after it is well.
const PAUSE_MS_MAX: i64 = 500;
/// The least time between two attempts to connect to a server that has not answered in between.
const CONNECT_INTERVAL_MS: i64 = 1_000;

/// An answer that is a little late has come by then, and ends the doubt about its connection.
const LATE_MS: i64 = 25;

/// What is known about one server. Instants are readings of one clock, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// Failures since the last answer.
    failures: u32,
    failed_at_ms: i64,
    pause_ms: i64,
    is_probed: bool,
    /// The begin of the last attempt to connect since the last answer.
    connected_at_ms: Option<i64>,
}

/// How an operation is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// As one of many.
    Usual,
    /// As the only one, to find out whether the server is well.
    Probe,
}

/// The connection at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// There is none.
    Missing,
    /// There is one that is better replaced.
    Doubtful,
    /// There is one, or it is being made.
    Sound,
}

impl Health {
    /// Lets an operation through, or refuses it. [`Self::end_probe`] must follow a probe.
    pub(crate) fn admit(&mut self, now_ms: i64, line: Line) -> Option<Entry> {
        let may_connect = self.may_connect(now_ms);
        if line == Line::Missing && !may_connect {
            return None;
        }
        if self.failures < FAILURES_MAX {
            return Some(Entry::Usual);
        }
        let pause_ms = match line {
            Line::Missing => 0,
            Line::Doubtful if may_connect => self.pause_ms.min(LATE_MS),
            Line::Doubtful | Line::Sound => self.pause_ms,
        };
        if self.is_probed || age_ms(self.failed_at_ms, now_ms) < pause_ms {
            return None;
        }
        self.is_probed = true;
        Some(Entry::Probe)
    }

    /// The probe has ended, with or without an answer.
    pub(crate) fn end_probe(&mut self) {
        self.is_probed = false;
    }

    /// Whether an attempt to connect may begin.
    pub(crate) fn may_connect(&self, now_ms: i64) -> bool {
        self.connected_at_ms.is_none_or(|begin| age_ms(begin, now_ms) >= CONNECT_INTERVAL_MS)
    }

    /// An attempt to connect begins.
    pub(crate) fn connecting(&mut self, now_ms: i64) {
        self.connected_at_ms = Some(now_ms);
    }

    /// An attempt to connect has succeeded. A connection to a server that has not failed costs no later attempt.
    pub(crate) fn connected(&mut self) {
        if self.failures == 0 {
            self.connected_at_ms = None;
        }
    }

    /// The server has answered in time.
    pub(crate) fn answered(&mut self) {
        *self = Self { is_probed: self.is_probed, ..Self::default() };
    }

    /// An operation has failed because of the server. `chance` is any number.
    pub(crate) fn failed(&mut self, now_ms: i64, entry: Entry, chance: u64) {
        if self.failures >= FAILURES_MAX && entry == Entry::Usual {
            // It began before the server was found to be sick, and says nothing new.
            return;
        }
        self.failures = self.failures.saturating_add(1);
        self.failed_at_ms = now_ms;
        let doublings = self.failures.saturating_sub(FAILURES_MAX);
        self.pause_ms = pause_ms(PAUSE_MS_MIN, PAUSE_MS_MAX, doublings, chance);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that has failed so often, the last time at the instant 0.
    fn failed(times: u32) -> Health {
        let mut health = Health::default();
        for _ in 0..times {
            health.failed(0, Entry::Probe, 0);
        }
        health
    }

    #[test]
    fn two_failures_in_a_row_change_nothing_and_three_make_a_server_sick() {
        assert_eq!(failed(2).admit(0, Line::Sound), Some(Entry::Usual));
        assert_eq!(failed(3).admit(0, Line::Sound), None);
        let mut answered = failed(2);
        answered.answered();
        answered.failed(0, Entry::Usual, 0);
        assert_eq!(answered.admit(0, Line::Sound), Some(Entry::Usual));
    }

    #[test]
    fn a_sick_server_is_probed_by_one_operation_at_a_time_after_pauses_that_double() {
        let mut health = failed(3);
        assert_eq!(health.admit(24, Line::Sound), None);
        assert_eq!(health.admit(25, Line::Sound), Some(Entry::Probe));
        assert_eq!(health.admit(25, Line::Sound), None);
        health.failed(30, Entry::Probe, 0);
        health.end_probe();
        assert_eq!(health.admit(79, Line::Sound), None);
        assert_eq!(health.admit(80, Line::Sound), Some(Entry::Probe));
        health.answered();
        health.end_probe();
        assert_eq!(health.admit(80, Line::Sound), Some(Entry::Usual));
    }

    #[test]
    fn no_pause_is_longer_than_half_a_second_and_pauses_differ() {
        let mut pauses = std::collections::HashSet::new();
        for chance in 0..1_000 {
            let mut health = failed(100);
            health.failed(0, Entry::Probe, chance);
            assert!((250..=500).contains(&health.pause_ms), "{}", health.pause_ms);
            pauses.insert(health.pause_ms);
        }
        assert!(pauses.len() > 200);
    }

    #[test]
    fn operations_that_began_before_the_sickness_make_no_pause_longer() {
        let mut health = failed(3);
        for _ in 0..50 {
            health.failed(10, Entry::Usual, 0);
        }
        assert_eq!(health.admit(25, Line::Sound), Some(Entry::Probe));
    }

    #[test]
    fn attempts_to_connect_are_a_second_apart_until_the_server_answers() {
        let mut health = Health::default();
        assert!(health.may_connect(0));
        health.connecting(0);
        assert!(!health.may_connect(999));
        assert_eq!(health.admit(999, Line::Missing), None);
        assert_eq!(health.admit(1_000, Line::Missing), Some(Entry::Usual));
        health.answered();
        assert!(health.may_connect(1));
    }

    #[test]
    fn a_connection_counts_against_a_server_that_has_failed_alone() {
        let mut health = Health::default();
        health.connecting(0);
        health.connected();
        assert!(health.may_connect(1), "it may have died unused in a freeze");
        health.failed(1, Entry::Usual, 0);
        health.connecting(1);
        health.connected();
        assert!(!health.may_connect(2));
    }

    #[test]
    fn a_doubtful_connection_is_replaced_as_soon_as_it_may_be() {
        let mut health = failed(9);
        health.connecting(-900);
        assert_eq!(health.admit(99, Line::Doubtful), None);
        assert_eq!(health.admit(100, Line::Doubtful), Some(Entry::Probe));
    }

    #[test]
    fn a_freeze_or_a_clock_that_was_set_back_ends_every_pause() {
        for now_ms in [3_600_000, -3_600_000] {
            let mut health = failed(9);
            health.connecting(0);
            assert_eq!(health.admit(now_ms, Line::Missing), Some(Entry::Probe));
        }
    }
}
