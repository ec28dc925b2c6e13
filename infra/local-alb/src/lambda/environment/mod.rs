//! Execution environments: processes of a function's own program, under the Lambda Runtime API.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.

mod build;
mod child;
mod instance;
mod logs;
mod memory;
mod paint;
mod pool;
mod process;
mod report;
mod runtime_api;
mod variables;

pub use build::Build;
pub use child::{SUBCOMMAND, become_environment};
pub use pool::{Pool, PoolSettings};
pub use process::Spawner;
pub use variables::{EnvVars, Environ, environ};
