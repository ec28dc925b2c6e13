//! `GET` and `POST /api/v1/allocation/lockscreen`: ads and contents, mixed as the unit says.

use std::process::ExitCode;

use lockfill_startup::{AllocationKind, run_allocations};

fn main() -> ExitCode {
    run_allocations(AllocationKind::Lockscreen)
}
