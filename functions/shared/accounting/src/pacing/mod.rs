//! Sets the gates each minute: rolls the ledger up, and makes one table of what was delivered, what is owed, and what
//! environments have handed out.

mod delivered;
mod recent_hours;
mod served_terms;
mod service;

pub use service::{PacingService, PacingStores};
