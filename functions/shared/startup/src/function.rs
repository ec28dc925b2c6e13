//! The functions: which layers each is made of.

use std::convert::Infallible;
use std::process::ExitCode;
use std::sync::Arc;

use lambda_http::http::Response;
use lambda_http::{Body, Error, LambdaEvent, Request, lambda_runtime, service_fn, tracing};
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_dao_redis::RedisUsers;
use lockfill_decision::AllocationKind;
use lockfill_http::{Allocations, Events, event};
use lockfill_services::{AllocationService, CatalogCache, Clock, EventService};
use serde_json::value::RawValue;

use crate::clock::SystemClock;
use crate::{Serving, Settings, plain_http};

/// A Lambda function of this project.
#[derive(Debug, Clone, Copy)]
pub enum Function {
    /// Ads.
    Ads,
    /// Contents.
    Contents,
    /// The lock screen.
    Lockscreen,
    /// Impressions and clicks.
    Events,
}

/// Serves invocations until the environment is shut down; plain HTTP, where there is no Lambda runtime and
/// `LOCKFILL_HTTP_ADDRESS` says where to.
///
/// A function that cannot start says why on one line and exits with 1, which Lambda reports as a failed
/// initialization.
pub async fn run(function: Function) -> ExitCode {
    tracing::init_default_subscriber();
    match start(function).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the function stops");
            ExitCode::FAILURE
        }
    }
}

async fn start(function: Function) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "the environment is read once, here")]
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    match function {
        Function::Ads => serve_allocations(AllocationKind::Ads, settings).await,
        Function::Contents => serve_allocations(AllocationKind::Contents, settings).await,
        Function::Lockscreen => serve_allocations(AllocationKind::Lockscreen, settings).await,
        Function::Events => serve_events(settings).await,
    }
}

async fn serve_allocations(kind: AllocationKind, settings: Settings) -> Result<(), Error> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (catalog, users) = stores(&settings, &clock).await?;
    let service =
        AllocationService::new(catalog, Arc::clone(&users), settings.signing_keys, Arc::clone(&clock));
    let controller = Allocations::new(kind, service, settings.link_base, settings.debug_token);
    tokio::join!(controller.warm(), users.connect());
    let controller = Arc::new(controller);
    serve(settings.serving, move |request| {
        let (controller, now) = (Arc::clone(&controller), clock.now().into());
        async move { controller.handle(request, now).await }
    })
    .await
}

async fn serve_events(settings: Settings) -> Result<(), Error> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (catalog, users) = stores(&settings, &clock).await?;
    let service = EventService::new(catalog, Arc::clone(&users), settings.signing_keys, clock);
    let controller = Events::new(service);
    tokio::join!(controller.warm(), users.connect());
    let controller = Arc::new(controller);
    serve(settings.serving, move |request| {
        let controller = Arc::clone(&controller);
        async move { controller.handle(request).await }
    })
    .await
}

async fn stores(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<(CatalogCache<DynamoDbCatalog>, Arc<RedisUsers>), Error> {
    let catalog =
        DynamoDbCatalog::connect(&settings.catalog_table, settings.dynamodb_endpoint_url.as_deref()).await;
    let users = RedisUsers::new(&settings.redis_url, settings.redis_deadline)?;
    Ok((CatalogCache::new(Arc::new(catalog), Arc::clone(clock)), Arc::new(users)))
}

async fn serve<F>(
    serving: Serving,
    handle: impl Fn(Request) -> F + Send + Sync + 'static,
) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    match serving {
        Serving::Lambda => serve_invocations(handle).await,
        Serving::Http(address) => plain_http::serve(address, handle).await,
    }
}

/// Answers each event; one that no request can be made of is answered too.
async fn serve_invocations<F>(handle: impl Fn(Request) -> F + Send + Sync) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send,
{
    // The payload stays text until it is in our hands: what the runtime cannot read itself, it fails.
    let service = service_fn(move |invocation: LambdaEvent<Box<RawValue>>| {
        let handled = event::request(invocation.payload.get()).map(&handle);
        async move {
            let answer = match handled {
                Ok(answer) => answer.await,
                Err(problem) => problem.into_response(),
            };
            Ok::<_, Infallible>(event::response(answer))
        }
    });
    lambda_runtime::run(service).await
}
