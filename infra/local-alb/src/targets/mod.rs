//! The targets of all target groups: functions and servers.

mod kept;
mod wiring;

pub use kept::KeptTargets;
pub use wiring::{Wired, Wiring, wire};
