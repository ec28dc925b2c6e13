//! The command `serve`: everything is wired here.

mod command;
mod listening;
mod plan;
mod reload;
mod running;
mod system_error;

pub use command::serve;
