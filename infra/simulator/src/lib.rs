//! Days of serving in virtual time: phones that ask, show and report as phones do, the services as they are deployed
//! over stores in memory, the roll-up and the pacing as they are deployed, and what goes wrong between them.

#![expect(missing_docs, reason = "names of fields that say it")]
#![expect(clippy::cast_precision_loss, reason = "counts and seconds of some days")]
#![expect(clippy::must_use_candidate, reason = "a library of one program and its test")]

mod billing;
pub mod caps;
mod catalog;
mod demand;
mod device;
mod drafts;
mod exposure;
mod forecasts;
pub mod held_out;
mod ledger;
pub mod measures;
pub mod plot;
mod random;
pub mod report;
mod roll_up;
mod samples;
mod server;
mod users;
pub mod world;
