//! The function `catalog`. It has a start of its own, so that no other function contains the compiler.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_http::Request;
use lambda_runtime::Error;
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbCounts, DynamoDbGates};
use lockfill_http::{Catalogs, Problem, RequestLine};
use lockfill_metrics::METRICS;
use lockfill_services::{CompilationService, InspectionService};
use lockfill_startup::{
    CatalogSettings, Reporting, Serving, clock, exit_code, logged, logs, plain_http, variable,
};

use crate::serving::serve_invocations;

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
    let reporting = Arc::new(Reporting::read(variable, settings.serving)?);
    let endpoint_url = settings.dynamodb_endpoint_url.as_deref();
    let store = DynamoDbCatalog::connect(&settings.catalog_table, endpoint_url).await;
    let store = Arc::new(store);
    let delivery_table = settings.delivery_table.as_deref();
    let gates = delivery_table.map(|table| DynamoDbGates::beside(&store, table));
    let counts = delivery_table.map(|table| DynamoDbCounts::beside(&store, table));
    let inspections = InspectionService::new(Arc::clone(&store), gates, counts);
    let controller = Arc::new(Catalogs::new(CompilationService::new(store), inspections));
    match settings.serving {
        Serving::Lambda => {
            // Boxed, because the futures around it would all be as large.
            let invoke = async |payload: &str| Box::pin(controller.invoke(payload, clock::now())).await;
            serve_invocations(&reporting, invoke).await
        }
        Serving::Http(address) => {
            let own = Arc::clone(&reporting);
            let handle = move |request: Result<Request, Problem>| {
                let (controller, line) = (Arc::clone(&controller), RequestLine::of(request.as_ref().ok()));
                let answered = async move {
                    match request {
                        Ok(request) => controller.handle(request, clock::now()).await,
                        Err(problem) => problem.into_response(),
                    }
                };
                logged(line, Box::pin(answered), clock::now(), Arc::clone(&own))
            };
            tokio::try_join!(plain_http::serve(address, handle), reporting.serve_metrics()).map(|_| ())
        }
    }
}
