//! `GET` and `POST /api/v1/allocation/lockscreen`: ads and contents, mixed as the unit says.

use std::process::ExitCode;

use lockfill_startup::{Function, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run(Function::Lockscreen).await
}
