//! What is counted and owed, in terms of the models and of the stores' traits: rolls the ledger up, sets the gates, and
//! makes lost counters anew. No client waits for it, so it is built for size. Nothing here knows HTTP, Lambda, DynamoDB
//! or Redis.
//!
//! No service reads the clock: the caller passes the instant of the run.

mod pacing;
mod rebuild;
mod rebuild_part;
mod roll_ups;

pub use pacing::{PacingService, PacingStores};
pub use rebuild::{Progress, Rebuild, RebuiltCounters};
pub use roll_ups::{GatesMade, Limits, Rebuilt, RollUpError, RollUpLedger, RollUpService, RolledUp};
