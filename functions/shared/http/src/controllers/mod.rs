//! Controllers: each turns requests into calls of a service, and results into answers.

mod allocations;
mod events;
mod health;

pub use allocations::Allocations;
pub use events::Events;
