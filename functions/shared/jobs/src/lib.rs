//! The start of the functions `catalog` and `pacing`, for which no client waits. What they poll is compiled here, for
//! size; the crate `lockfill-startup` compiles what answers clients, for speed.

mod catalog;
mod lost_counters;
mod pacing;
mod serving;

pub use catalog::run_catalog;
pub use pacing::run_pacing;
