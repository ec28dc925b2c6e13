//! The process of a function that clients reach.
//!
//! Futures are compiled in the crate that polls them. These are polled here, because this crate is optimized for speed,
//! once for all functions.

use std::process::ExitCode;

use lockfill_decision::AllocationKind;
use tokio::runtime::Builder;

use crate::function;

/// Answers allocations of a kind on one thread until the environment is shut down. Where there is no Lambda runtime,
/// serves plain HTTP at `LOCKFILL_HTTP_ADDRESS`.
///
/// A function that cannot start logs the reason on one line and exits with code 1, which Lambda reports as a
/// failed initialization.
#[must_use]
pub fn run_allocations(kind: AllocationKind) -> ExitCode {
    run(function::allocations(kind))
}

/// Takes events as [`run_allocations`] answers allocations. A function of its own, so that a program of the one has no
/// code of the other.
#[must_use]
pub fn run_events() -> ExitCode {
    run(function::events())
}

fn run(function: impl Future<Output = ExitCode>) -> ExitCode {
    match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(function),
        Err(error) => {
            eprintln!("the function does not start: {error}");
            ExitCode::FAILURE
        }
    }
}
