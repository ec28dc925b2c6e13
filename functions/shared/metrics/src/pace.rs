//! How often a line of metrics is written.

/// So many lines may be written at once.
const LINES_AT_ONCE: i64 = 6;
/// One more may be written after each such time.
const INTERVAL_MS: i64 = 10_000;

/// The lines that may be written. A rare request has a line of its own, so that nothing of it is lost when Lambda ends
/// the environment; of many requests one in ten seconds has one.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// The instant at which all lines that may be written at once are there again, in epoch milliseconds.
    full_at_ms: i64,
}

impl Pace {
    pub(crate) const fn new() -> Self {
        Self { full_at_ms: i64::MIN }
    }

    /// Whether a line may be written now, which it then is.
    pub(crate) fn take(&mut self, now_ms: i64) -> bool {
        let longest_ms = LINES_AT_ONCE * INTERVAL_MS;
        // A clock that was set far back must not stop the lines.
        if self.full_at_ms < now_ms || self.full_at_ms.saturating_sub(now_ms) > longest_ms {
            self.full_at_ms = now_ms;
        }
        let full_at_ms = self.full_at_ms.saturating_add(INTERVAL_MS);
        let may_write = full_at_ms.saturating_sub(now_ms) <= longest_ms;
        if may_write {
            self.full_at_ms = full_at_ms;
        }
        may_write
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_lines_are_written_at_once_and_then_one_in_ten_seconds() {
        let mut pace = Pace::new();
        let written: Vec<i64> = (0..60_000).step_by(100).filter(|&now_ms| pace.take(now_ms)).collect();
        assert_eq!(written[..6], [0, 100, 200, 300, 400, 500]);
        assert_eq!(written[6..], [10_000, 20_000, 30_000, 40_000, 50_000]);
        assert_eq!((0..9).filter(|_| pace.take(1_000_000)).count(), 6, "after a pause six again");
        assert!(pace.take(-5_000_000), "the clock was set back");
    }
}
