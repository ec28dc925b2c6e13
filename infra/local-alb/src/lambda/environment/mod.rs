//! Execution environments: processes of a function's own program, under the Lambda Runtime API.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.

mod build;
mod child;
mod colors;
mod instance;
mod logs;
mod memory;
mod pool;
mod process;
mod report;
mod runtime_api;
mod settings;
mod variables;

pub use build::Build;
pub use child::{SUBCOMMAND, become_environment};
pub use pool::Pool;
pub use process::Spawner;
pub use settings::PoolSettings;
pub use variables::{EnvVars, Environ, environ};
