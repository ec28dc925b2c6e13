//! The function `pacing`. It has a start of its own, because it needs no secret but that of Redis.

use std::process::ExitCode;
use std::time::Instant;

use lambda_runtime::Error;
use lockfill_accounting::{PacingService, PacingStores, RollUpLedger, RollUpService};
use lockfill_calls::Pacings;
use lockfill_dao_dynamodb::{
    DynamoDbArrivals, DynamoDbCatalog, DynamoDbCounts, DynamoDbDelivery, DynamoDbGates,
};
use lockfill_metrics::{Distribution, METRICS};
use lockfill_startup::{PacingSettings, Reporting, clock, exit_code, logs, variable, with_secrets};

use crate::lost_counters::LostCounters;
use crate::serving::{Answering, Job, serve};

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
    let reporting = Reporting::read(variable, settings.serving)?;
    let endpoint_url = settings.dynamodb_endpoint_url.as_deref();
    let catalog = DynamoDbCatalog::connect(&settings.catalog_table, endpoint_url).await;
    let ledger = DynamoDbArrivals::beside(&catalog, &settings.events_table);
    let store = DynamoDbDelivery::beside(&catalog, &settings.delivery_table);
    let counters = match &settings.redis_url {
        Some(url) => Some(LostCounters::new(&catalog, &settings.events_table, url).await?),
        None => None,
    };
    let gates = DynamoDbGates::beside(&catalog, &settings.delivery_table);
    let counts = DynamoDbCounts::beside(&catalog, &settings.delivery_table);
    let stores = PacingStores { catalog, gates, counts };
    let controller = Pacings::new(PacingService::new(RollUpService::new(ledger, store), stores));
    serve(settings.serving, reporting, Run { controller, counters }).await
}

/// A run, and beside it a look for lost counters.
struct Run<S> {
    controller: Pacings<S>,
    counters: Option<LostCounters>,
}

impl<S: RollUpLedger> Job for Run<S> {
    fn invoke<'a>(&'a self, payload: &'a str) -> Answering<'a> {
        Box::pin(async move {
            let began = Instant::now();
            let run = self.controller.invoke(payload, clock::now());
            let answer = match &self.counters {
                // Lambda would freeze what goes on after the answer.
                Some(counters) => tokio::join!(run, counters.look()).0,
                None => run.await,
            };
            METRICS.time(Distribution::PacingTime, began.elapsed());
            answer
        })
    }
}
