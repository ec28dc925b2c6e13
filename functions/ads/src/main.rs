//! `GET` and `POST /api/v1/allocation/ads`: the ads for one unit and user.

use std::process::ExitCode;

use lockfill_startup::{AllocationKind, run_allocations};

fn main() -> ExitCode {
    run_allocations(AllocationKind::Ads)
}
