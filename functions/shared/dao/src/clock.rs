//! The clock by which stores measure the ages of failures.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

/// How far a clock may seem to run back between two readings before it counts as set back.
const SLIP_MS_MAX: i64 = 100;

/// A clock in milliseconds since an instant of its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The wall clock, which goes on while an environment is frozen.
    #[must_use]
    pub fn wall(now: fn() -> Timestamp) -> Self {
        Self(Arc::new(move || now().as_millisecond()))
    }

    /// A clock that may stand still while an environment is frozen.
    #[must_use]
    pub fn monotonic() -> Self {
        let begin = Instant::now();
        Self(Arc::new(move || i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX)))
    }

    /// The present reading, in milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

/// How long a store is left alone after a failure, in milliseconds: between a half and the whole of a length that
/// doubles so many times from `first_ms`, and is `longest_ms` at most. `chance` is any number: pauses differ, so that
/// environments that saw the same failure do not come back at the same instant.
#[must_use]
pub fn pause_ms(first_ms: i64, longest_ms: i64, doublings: u32, chance: u64) -> i64 {
    let half = (first_ms << doublings.min(8)).min(longest_ms) / 2;
    half + i64::try_from(chance % half.unsigned_abs().max(1)).unwrap_or_default()
}

/// Milliseconds from one reading of a clock to a later one; unlimited if the clock was set back in between.
#[must_use]
pub fn age_ms(from_ms: i64, to_ms: i64) -> i64 {
    match to_ms.saturating_sub(from_ms) {
        age if age >= -SLIP_MS_MAX => age.max(0),
        _ => i64::MAX,
    }
}
