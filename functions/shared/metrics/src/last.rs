//! What the last line has told: the next one tells the difference.

use crate::buckets::Counted;
use crate::pace::Pace;
use crate::table::{Count, Distribution};

/// What the last line has told.
#[derive(Debug)]
pub(crate) struct Last {
    pub pace: Pace,
    pub counts: [u64; Count::ALL.len()],
    pub distributions: [Counted; Distribution::ALL.len()],
    pub named: Vec<((&'static str, &'static str), u64)>,
}

impl Last {
    pub(crate) const fn new() -> Self {
        Self {
            pace: Pace::new(),
            counts: [0; Count::ALL.len()],
            distributions: [Counted::NOTHING; Distribution::ALL.len()],
            named: Vec::new(),
        }
    }
}
