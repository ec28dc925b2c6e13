//! Half-open spans of time.

use super::EpochSeconds;

/// From `from` on, until just before `until`. Never empty: an empty span is `None` where it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The first instant inside.
    pub from: EpochSeconds,
    /// The first instant after.
    pub until: EpochSeconds,
}

impl Interval {
    /// The span between two instants, or nothing if it would hold none.
    #[must_use]
    pub fn new(from: EpochSeconds, until: EpochSeconds) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }

    /// What two spans have in common.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }
}
