//! Controllers: each turns requests into calls of a service, and results into answers.

mod allocations;
mod events;
mod health;
pub mod invocations;
mod metrics;

pub use allocations::Allocations;
pub use events::Events;
pub use metrics::metrics;
