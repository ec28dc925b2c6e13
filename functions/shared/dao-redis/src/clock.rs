//! The clock by which the ages of failures are measured.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

/// How far a clock may seem to run back between two readings before it counts as set back.
const SLIP_MS_MAX: i64 = 100;

/// A clock in milliseconds since an instant of its own.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The wall clock, which goes on while an environment is frozen.
    pub(crate) fn wall(now: fn() -> Timestamp) -> Self {
        Self(Arc::new(move || now().as_millisecond()))
    }

    /// A clock that may stand still while an environment is frozen.
    pub(crate) fn monotonic() -> Self {
        let begin = Instant::now();
        Self(Arc::new(move || i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX)))
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

/// Milliseconds from one reading of a clock to a later one; unlimited if the clock was set back in between.
pub(crate) fn age_ms(from_ms: i64, to_ms: i64) -> i64 {
    match to_ms.saturating_sub(from_ms) {
        age if age >= -SLIP_MS_MAX => age.max(0),
        _ => i64::MAX,
    }
}
