//! Days of serving in virtual time: phones that ask, show and report as phones do, the services as they are deployed
//! over stores in memory, the roll-up and the pacing as they are deployed, and what goes wrong between them.

#![expect(clippy::cast_precision_loss, reason = "counts and seconds of some days")]

pub mod caps;
mod catalog;
mod demand;
mod device;
mod ledger;
pub mod measures;
pub mod plot;
mod random;
pub mod report;
mod roll_up;
mod server;
mod users;
pub mod world;
