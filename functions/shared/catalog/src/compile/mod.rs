//! From rows to a blob: every reference is resolved and every value is checked once.

mod campaign;
mod collisions;
mod content;
mod creative;
mod index;
mod join;
mod line_item;
mod rates;
mod records;
mod tables;
mod tombstone;
mod unit;
mod urls;
mod write;

pub use join::Joined;
pub use line_item::hour_set;
pub(crate) use rates::PPM_MAX;
pub(crate) use unit::{HORIZON_SECONDS_MAX, SLATE_SECONDS_MIN};
pub use write::{CompiledCatalog, compile};
