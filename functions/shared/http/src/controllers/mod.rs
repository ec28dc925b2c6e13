//! From a request to an operation and from its outcome to an answer.

mod allocations;
mod events;
mod health;

pub use allocations::Allocations;
pub use events::Events;
