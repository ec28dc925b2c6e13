//! Operations on published versions, invoked by their publisher: compiles a drafted version.

use std::process::ExitCode;

use lockfill_jobs::run_catalog;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run_catalog().await
}
