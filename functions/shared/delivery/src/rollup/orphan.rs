//! A click without an impression.

use serde::{Deserialize, Serialize};

use super::slot::Slot;

/// A valid click without an impression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Orphan {
    /// The minute of the click's arrival: minutes since the epoch.
    pub minute: i64,
    /// Its slot.
    pub slot: Slot,
}
