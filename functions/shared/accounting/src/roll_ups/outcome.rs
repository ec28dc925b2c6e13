//! What a run knows at its end.

use std::collections::BTreeMap;

use lockfill_delivery::rollup::{RollUp, Totals};

use super::told::RolledUp;

/// What a run has done, and what was delivered by then.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What is told of the run.
    pub(crate) rolled_up: RolledUp,
    /// What was delivered before the minute `next`.
    pub(crate) totals: Totals,
    /// The first hour that is not closed.
    pub(crate) open_hour: i64,
    /// The minutes since it began.
    pub(crate) minutes: BTreeMap<i64, RollUp>,
    /// The first minute that is not rolled up.
    pub(crate) next: i64,
}
