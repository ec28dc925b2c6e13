//! The system's clock, which the functions read here alone.

use jiff::Timestamp;

/// The present instant of the wall clock.
#[expect(clippy::disallowed_methods, reason = "the one place where the functions read the clock")]
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}
