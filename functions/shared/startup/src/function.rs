//! The functions: the layers of each, and how each is served.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use lambda_runtime::Error;
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbCounts, DynamoDbGates, DynamoDbLedger};
use lockfill_dao_redis::RedisUsers;
use lockfill_decision::AllocationKind;
use lockfill_http::{Allocations, Events};
use lockfill_metrics::{Count, Distribution, METRICS};
use lockfill_services::{AllocationService, CatalogCache, Counts, EventService, GatesCache, Waits};

use crate::clock;
use crate::logs;
use crate::measured::Measured;
use crate::reporting::Reporting;
use crate::secrets::with_secrets;
use crate::serving::serve_measured;
use crate::settings::{EventSettings, Settings};

/// Answers allocations until the environment is shut down; the code to exit with.
pub(crate) async fn allocations(kind: AllocationKind) -> ExitCode {
    let name = match kind {
        AllocationKind::Ads => "ads",
        AllocationKind::Contents => "contents",
        AllocationKind::Lockscreen => "lockscreen",
    };
    let began = begin(name);
    exit_code(serve_allocations(kind, began).await)
}

/// Takes events until the environment is shut down; the code to exit with.
pub(crate) async fn events() -> ExitCode {
    let began = begin("events");
    exit_code(serve_events(began).await)
}

/// Names the function in metrics, and opens the log; the instant.
fn begin(name: &'static str) -> Instant {
    let began = Instant::now();
    METRICS.name(name);
    logs::init(variable);
    began
}

/// The code to exit with; the reason of a failure goes to the log.
pub fn exit_code(served: Result<(), Error>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the function stops");
            ExitCode::FAILURE
        }
    }
}

/// A variable of the environment; `None` if it is not set, or no Unicode.
#[expect(clippy::disallowed_methods, reason = "the environment is read at the start, through this function")]
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Notes that requests are taken from now on.
fn note_start(began: Instant) {
    METRICS.count(Count::ColdStarts, 1);
    METRICS.time(Distribution::StartTime, began.elapsed());
}

async fn serve_allocations(kind: AllocationKind, began: Instant) -> Result<(), Error> {
    let settings = Settings::read(with_secrets(variable).await?)?;
    let reporting = Reporting::read(variable, settings.serving)?;
    let (catalog, users) = stores(&settings).await?;
    let delivery = settings.delivery_table.as_deref().map(|table| {
        let gates = DynamoDbGates::beside(&catalog, table);
        (Measured(gates), Measured(DynamoDbCounts::beside(&catalog, table)))
    });
    let own = Measured(Arc::clone(&users));
    let mut service = AllocationService::new(cache(catalog, &settings), own, settings.signing_keys)
        .naming_users(settings.user_keys);
    if let Some((gates, counts)) = delivery {
        // Both are awaited beside Redis, and no longer than Redis is.
        let wait = settings.redis_deadline;
        service = service.gated(GatesCache::new(gates, wait)).counting(Counts::new(counts, wait));
    }
    let controller = Allocations::new(kind, service, settings.link_base, settings.debug_token);
    tokio::join!(controller.warm(clock::now()), users.connect());
    note_start(began);
    let controller = Arc::new(controller);
    let serving = Arc::clone(&controller);
    let answer = move |request, now| {
        let controller = Arc::clone(&serving);
        async move { controller.handle(request, now).await }
    };
    let served =
        serve_measured(settings.serving, reporting, answer, async || controller.catch_up().await).await;
    // A plain HTTP server ends when it is asked to.
    controller.flush(clock::now()).await;
    served
}

async fn serve_events(began: Instant) -> Result<(), Error> {
    let EventSettings { settings, events_table, rules } = EventSettings::read(with_secrets(variable).await?)?;
    let reporting = Reporting::read(variable, settings.serving)?;
    let (catalog, users) = stores(&settings).await?;
    let ledger = DynamoDbLedger::beside(&catalog, &events_table).by_wall_clock(clock::now);
    let cache = cache(catalog, &settings);
    let own = Measured(Arc::clone(&users));
    let service = EventService::new(cache, Measured(ledger), own, settings.signing_keys)
        .naming_users(settings.user_keys)
        .judging(rules);
    let controller = Events::new(service);
    tokio::join!(controller.warm(clock::now()), users.connect());
    note_start(began);
    let controller = Arc::new(controller);
    let serving = Arc::clone(&controller);
    let answer = move |request, now| {
        let controller = Arc::clone(&serving);
        async move { controller.handle(request, now).await }
    };
    serve_measured(settings.serving, reporting, answer, async || controller.catch_up().await).await
}

async fn stores(settings: &Settings) -> Result<(DynamoDbCatalog, Arc<RedisUsers>), Error> {
    let catalog =
        DynamoDbCatalog::connect(&settings.catalog_table, settings.dynamodb_endpoint_url.as_deref()).await;
    let users = RedisUsers::with_wall_clock(&settings.redis_url, settings.redis_deadline, clock::now)?;
    Ok((catalog, Arc::new(users)))
}

fn cache(catalog: DynamoDbCatalog, settings: &Settings) -> CatalogCache<Measured<DynamoDbCatalog>> {
    // A confirmation is awaited beside Redis, and no longer than Redis is.
    let waits = Waits { confirmation: settings.redis_deadline, ..Waits::default() };
    CatalogCache::new(Arc::new(Measured(catalog))).waiting(waits)
}
