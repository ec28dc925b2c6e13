//! `GET` and `POST /api/v1/allocation/ads`: the ads for one unit and user.

use std::process::ExitCode;

use lockfill_startup::{Function, run};

fn main() -> ExitCode {
    run(Function::Ads)
}
