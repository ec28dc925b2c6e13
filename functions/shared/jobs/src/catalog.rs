//! The function `catalog`. It has a start of its own, so that no other function contains the compiler.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_runtime::Error;
use lockfill_calls::Catalogs;
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbCounts, DynamoDbGates};
use lockfill_metrics::METRICS;
use lockfill_services::{CompilationService, CompileVersions, InspectVersions, InspectionService};
use lockfill_startup::{CatalogSettings, Reporting, clock, exit_code, logs, variable};

use crate::serving::{Answering, Job, serve};

/// Serves invocations of the function `catalog` until the environment is shut down. Where there is no Lambda runtime,
/// serves the Invoke API's path at `LOCKFILL_HTTP_ADDRESS`, which must not be one that clients reach.
///
/// A function that cannot start logs the reason on one line and exits with code 1.
pub async fn run_catalog() -> ExitCode {
    METRICS.name("catalog");
    logs::init(variable);
    exit_code(start().await)
}

async fn start() -> Result<(), Error> {
    let settings = CatalogSettings::read(variable)?;
    let reporting = Reporting::read(variable, settings.serving)?;
    let endpoint_url = settings.dynamodb_endpoint_url.as_deref();
    let store = DynamoDbCatalog::connect(&settings.catalog_table, endpoint_url).await;
    let store = Arc::new(store);
    let delivery_table = settings.delivery_table.as_deref();
    let gates = delivery_table.map(|table| DynamoDbGates::beside(&store, table));
    let counts = delivery_table.map(|table| DynamoDbCounts::beside(&store, table));
    let inspections = InspectionService::new(Arc::clone(&store), gates, counts);
    let controller = Catalogs::new(CompilationService::new(store), inspections);
    serve(settings.serving, reporting, controller).await
}

impl<S: CompileVersions, I: InspectVersions> Job for Catalogs<S, I> {
    fn invoke<'a>(&'a self, payload: &'a str) -> Answering<'a> {
        Box::pin(Self::invoke(self, payload, clock::now()))
    }
}
