//! Controllers: each turns requests into calls of a service, and results into answers.

mod allocations;
mod catalogs;
mod events;
mod health;
mod inspections;
pub mod invocations;
mod metrics;
mod pacings;

pub use allocations::Allocations;
pub use catalogs::Catalogs;
pub use events::Events;
pub use metrics::metrics;
pub use pacings::Pacings;
