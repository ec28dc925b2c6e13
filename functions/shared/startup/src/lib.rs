//! The start of every function: reads the environment once, puts the layers together, prepares the stores, serves.

mod addresses;
mod catalog;
mod clock;
mod function;
mod logs;
mod lost_counters;
mod measured;
mod pacing;
mod pacing_settings;
mod plain_http;
mod process;
mod reporting;
mod secrets;
mod serving;
mod settings;

pub use catalog::run_catalog;
pub use lockfill_decision::AllocationKind;
pub use pacing::run_pacing;
pub use pacing_settings::PacingSettings;
pub use process::{run_allocations, run_events};
pub use serving::serve;
pub use settings::{CatalogSettings, EventSettings, InvalidSettings, Serving, Settings};
