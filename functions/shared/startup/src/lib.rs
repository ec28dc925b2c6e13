//! What every function's `main` does: read the environment once, put the layers together, make ready, serve.

mod clock;
mod function;
mod plain_http;
mod settings;

pub use function::{Function, run};
pub use settings::{InvalidSettings, Serving, Settings};
