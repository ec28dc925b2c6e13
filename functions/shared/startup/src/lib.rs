//! The start of every function: reads the environment once, puts the layers together, prepares the stores, serves.

mod addresses;
mod clock;
mod function;
mod logs;
mod plain_http;
mod serving;
mod settings;

pub use function::{Function, run};
pub use serving::serve;
pub use settings::{InvalidSettings, Serving, Settings};
