//! The function `pacing`. It has a start of its own, because it needs no secret but that of Redis.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use lambda_http::Request;
use lambda_runtime::Error;
use lockfill_accounting::{PacingService, PacingStores, RollUpService};
use lockfill_dao_dynamodb::{
    DynamoDbArrivals, DynamoDbCatalog, DynamoDbCounts, DynamoDbDelivery, DynamoDbGates,
};
use lockfill_http::{Pacings, Problem, RequestLine};
use lockfill_metrics::{Distribution, METRICS};
use lockfill_startup::{
    PacingSettings, Reporting, Serving, clock, exit_code, logged, logs, plain_http, variable, with_secrets,
};

use crate::lost_counters::LostCounters;
use crate::serving::serve_invocations;

/// Serves invocations of the function `pacing` until the environment is shut down. Where there is no Lambda runtime,
/// serves the Invoke API's path at `LOCKFILL_HTTP_ADDRESS`, which must not be one that clients reach.
///
/// A function that cannot start logs the reason on one line and exits with code 1.
pub async fn run_pacing() -> ExitCode {
    METRICS.name("pacing");
    logs::init(variable);
    exit_code(start().await)
}

async fn start() -> Result<(), Error> {
    let settings = PacingSettings::read(with_secrets(variable).await?)?;
    let reporting = Arc::new(Reporting::read(variable, settings.serving)?);
    let endpoint_url = settings.dynamodb_endpoint_url.as_deref();
    let catalog = DynamoDbCatalog::connect(&settings.catalog_table, endpoint_url).await;
    let ledger = DynamoDbArrivals::beside(&catalog, &settings.events_table);
    let store = DynamoDbDelivery::beside(&catalog, &settings.delivery_table);
    let counters = match &settings.redis_url {
        Some(url) => Some(LostCounters::new(&catalog, &settings.events_table, url).await?),
        None => None,
    };
    let counters = Arc::new(counters);
    let gates = DynamoDbGates::beside(&catalog, &settings.delivery_table);
    let counts = DynamoDbCounts::beside(&catalog, &settings.delivery_table);
    let stores = PacingStores { catalog, gates, counts };
    let controller = Arc::new(Pacings::new(PacingService::new(RollUpService::new(ledger, store), stores)));
    match settings.serving {
        Serving::Lambda => {
            let invoke = async |payload: &str| {
                let run = controller.invoke(payload, clock::now());
                // Boxed, because the futures around it would all be as large.
                Box::pin(beside(counters.as_ref().as_ref(), run)).await
            };
            serve_invocations(&reporting, invoke).await
        }
        Serving::Http(address) => {
            let own = Arc::clone(&reporting);
            let handle = move |request: Result<Request, Problem>| {
                let (controller, counters) = (Arc::clone(&controller), Arc::clone(&counters));
                let (line, now) = (RequestLine::of(request.as_ref().ok()), clock::now());
                let answered = async move {
                    match request {
                        // Boxed, because the futures around it would all be as large.
                        Ok(request) => {
                            let run = controller.handle(request, now);
                            Box::pin(beside(counters.as_ref().as_ref(), run)).await
                        }
                        Err(problem) => problem.into_response(),
                    }
                };
                logged(line, Box::pin(answered), now, Arc::clone(&own))
            };
            tokio::try_join!(plain_http::serve(address, handle), reporting.serve_metrics()).map(|_| ())
        }
    }
}

/// A run, and beside it a look for lost counters. Lambda would freeze what goes on after the answer.
async fn beside<T>(counters: Option<&LostCounters>, run: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let answer = match counters {
        Some(counters) => tokio::join!(run, counters.look()).0,
        None => run.await,
    };
    METRICS.time(Distribution::PacingTime, began.elapsed());
    answer
}
