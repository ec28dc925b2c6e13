//! The decision: which ads and contents a request is answered with, and why the others are not.
//!
//! [`decide`] is pure: it reads no clock, draws no random number, and does no input or output.

mod ads;
mod content_rank;
mod contents;
mod context;
mod decide;
mod eligibility;
mod explain;
pub mod frequency_cap;
mod index;
pub mod inspection;
mod lockscreen;
mod mix;
mod observer;
mod placement;
mod recorder;
mod rejection;
mod slot;
mod survey;
pub mod targeting;

pub use context::{Context, Inputs};
pub use decide::{AllocationKind, Decision, decide};
pub use explain::{Explained, Finding, bounded};
pub use index::GateColumns;
pub use observer::{Item, Observer};
pub use rejection::{CapScope, Rejection, RejectionCounts};
pub use slot::{AdSlot, ContentSlot, Slot};
pub use survey::{Survey, survey};
