//! The start of functions: reads the environment once, prepares the stores, serves. Those that answer clients are put
//! together here, and the others in `lockfill-jobs`.

mod addresses;
pub mod clock;
mod function;
mod logged;
pub mod logs;
mod measured;
mod pacing_settings;
mod plain_http;
mod process;
mod reporting;
mod secrets;
mod serving;
mod settings;

pub use function::{exit_code, variable};
pub use lockfill_decision::AllocationKind;
pub use logged::{Answering, Handle, Logged, logged};
pub use pacing_settings::PacingSettings;
pub use process::{run_allocations, run_events};
pub use reporting::Reporting;
pub use secrets::with_secrets;
pub use serving::{serve, serve_http};
pub use settings::{CatalogSettings, EventSettings, InvalidSettings, Serving, Settings};
