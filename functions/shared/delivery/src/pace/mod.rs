//! Pacing: from what is owed and what was delivered to one gate for each line item.
//!
//! Each minute [`pace`] learns from the last one: the traffic of each zone of units by the hour of its week, what share
//! of handed-out slots is shown and how late, and how many slots a request brings a line item whose gate is open. What
//! is delivered and what slots in flight will bring is *committed*. A plan says how much has to be committed by when;
//! the gate is open for the share of requests that brings the difference. Beside the plan, budgets and goals are held
//! by caution: a gate never opens for more than what is left after what is in flight, by its expectation and some
//! standard deviations, and it closes by itself when what is left would be spent at the highest demand.
//!
//! Numbers are approximate by nature, so this calculates in floating point. A decision takes the gates as integers.

#![expect(clippy::cast_precision_loss, reason = "counts, seconds and micros are far below 2^53")]

mod campaigns;
mod curve;
mod delivered;
mod horizon;
mod horizons;
mod hour;
mod in_flight;
mod item_state;
mod learn;
mod limit;
mod outlook;
mod plan;
mod room;
mod run;
mod shares;
mod state;
mod traffic;

pub use delivered::{Counts, Delivered, ItemDelivered};
pub use run::pace;
pub use shares::{PlannedShares, planned_shares};
pub use state::PacingState;
