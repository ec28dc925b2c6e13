//! Controllers: each turns calls into calls of a service, and results into answers.

mod catalogs;
mod inspections;
mod pacings;

pub use catalogs::Catalogs;
pub use pacings::Pacings;
