//! A function that asks no store and decides nothing.

use lambda_runtime::Error;
use lockfill_bench_functions::{answer, variable};
use lockfill_startup::{Serving, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let serving = Serving::read(variable)?;
    serve(serving, |_, _| async { answer("{\"slots\":[]}") }).await
}
