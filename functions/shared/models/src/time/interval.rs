//! Half-open spans of time.

use super::EpochSeconds;

/// A span from `from` until just before `until`. It holds at least one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The first instant inside.
    pub from: EpochSeconds,
    /// The first instant after.
    pub until: EpochSeconds,
}

impl Interval {
    /// The span between two instants; `None` if it would be empty.
    #[must_use]
    pub fn new(from: EpochSeconds, until: EpochSeconds) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }

    /// The span that two spans have in common; `None` if there is none.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }
}
