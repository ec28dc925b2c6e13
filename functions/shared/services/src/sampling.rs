//! Which of many equal warnings are written: a store that is gone fails every request, and each would write a line.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// The least time between two warnings of one kind.
const INTERVAL_MS: i64 = 10_000;

/// The warnings of one kind: the first is written, then one in ten seconds with the number of those before it that
/// were not.
#[derive(Debug, Default)]
pub(crate) struct SampledWarnings(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    written_at: Option<Timestamp>,
    left_out: u64,
}

impl SampledWarnings {
    /// Called once a warning, at the instant of its request. Returns how many warnings were left out since the last
    /// one that was written; `None` if this one is left out too.
    pub(crate) fn next(&self, now: Timestamp) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set far back ends the interval, too.
        let is_early = state.written_at.is_some_and(|written_at| {
            now.as_millisecond().abs_diff(written_at.as_millisecond()) < INTERVAL_MS.unsigned_abs()
        });
        if is_early {
            state.left_out += 1;
            return None;
        }
        state.written_at = Some(now);
        Some(std::mem::take(&mut state.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_warning_is_written_and_then_one_in_ten_seconds_with_a_count() {
        let warnings = SampledWarnings::default();
        let at = |ms: i64| Timestamp::from_millisecond(1_780_000_000_000 + ms).unwrap();
        assert_eq!(warnings.next(at(0)), Some(0));
        assert_eq!([warnings.next(at(0)), warnings.next(at(9_999)), warnings.next(at(-50))], [None; 3]);
        assert_eq!(warnings.next(at(10_000)), Some(3));
        assert_eq!(warnings.next(at(10_001)), None);
        assert_eq!(warnings.next(at(-3_600_000)), Some(1), "the clock was set back");
    }
}
