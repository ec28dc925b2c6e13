//! The clock as a parameter.

use jiff::Timestamp;

/// Tells the time of day. It may jump: a frozen environment wakes hours later, a host is set right.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}
