//! `GET` and `POST /api/v1/allocation/lockscreen`: ads and contents, mixed as the unit says.

use std::process::ExitCode;

use lockfill_startup::{Function, run};

fn main() -> ExitCode {
    run(Function::Lockscreen)
}
