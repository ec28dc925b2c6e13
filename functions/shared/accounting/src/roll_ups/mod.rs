//! Rolls the ledger up, minute by minute of arrival.
//!
//! A minute is rolled up once it is over and its last writes have reached the index, three times in all while it is
//! young, and a last time a quarter of an hour later: from then on it is settled. Hours and totals are made of settled
//! minutes. Everything that is written is a function of the ledger, so a run that ends early, or one beside another,
//! leaves nothing that the next run does not put right.

mod known;
mod outcome;
mod rebuild;
mod run;
mod service;
mod told;
mod work;

pub(crate) use outcome::Outcome;
pub use service::RollUpService;
pub use told::{GatesMade, Limits, Rebuilt, RollUpError, RollUpLedger, RolledUp};
