//! Ages between instants of the wall clock.

use jiff::Timestamp;

/// How much later than a request another request may arrive while the first one still waits.
const OVERLAP_MS_MAX: i64 = 2_500;

/// Milliseconds from an instant of the cache to the instant of a request.
///
/// The cache's instant may come from a later request that overlaps with this one; the age is 0 then. A clock that
/// was set back makes it come from the far future; the age is unlimited then, so that a read begins.
pub(crate) fn age_ms(from: Timestamp, to: Timestamp) -> i64 {
    match to.as_millisecond().saturating_sub(from.as_millisecond()) {
        age if age >= 0 => age,
        age if age >= -OVERLAP_MS_MAX => 0,
        _ => i64::MAX,
    }
}
