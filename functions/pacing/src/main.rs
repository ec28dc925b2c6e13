//! Invoked each minute: rolls the ledger of events up.

use std::process::ExitCode;

use lockfill_jobs::run_pacing;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run_pacing().await
}
