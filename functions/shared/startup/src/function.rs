//! The functions: the layers of each, and how each is served.

use std::convert::Infallible;
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use lambda_http::http::Response;
use lambda_http::{Body, Request};
use lambda_runtime::tracing::{self, Instrument};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_dao_redis::RedisUsers;
use lockfill_decision::AllocationKind;
use lockfill_http::{Allocations, Events, RequestLine, invocation};
use lockfill_services::{AllocationService, CatalogCache, EventService, Waits};
use serde_json::value::RawValue;

use crate::clock;
use crate::plain_http;
use crate::settings::{Serving, Settings};

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

/// Serves invocations until the environment is shut down. Where there is no Lambda runtime, serves plain HTTP at
/// `LOCKFILL_HTTP_ADDRESS`.
///
/// A function that cannot start logs the reason on one line and exits with code 1, which Lambda reports as a
/// failed initialization.
pub async fn run(function: Function) -> ExitCode {
    tracing::init_default_subscriber();
    exit_code(start(function).await)
}

/// The code to exit with; the reason of a failure goes to the log.
pub(crate) fn exit_code(served: Result<(), Error>) -> ExitCode {
    match served {
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
    let (catalog, users) = stores(&settings).await?;
    let service = AllocationService::new(catalog, Arc::clone(&users), settings.signing_keys)
        .naming_users(settings.user_keys);
    let controller = Allocations::new(kind, service, settings.link_base, settings.debug_token);
    tokio::join!(controller.warm(clock::now()), users.connect());
    let controller = Arc::new(controller);
    serve(settings.serving, move |request, now| {
        let controller = Arc::clone(&controller);
        async move { controller.handle(request, now).await }
    })
    .await
}

async fn serve_events(settings: Settings) -> Result<(), Error> {
    let (catalog, users) = stores(&settings).await?;
    let service = EventService::new(catalog, Arc::clone(&users), settings.signing_keys)
        .naming_users(settings.user_keys);
    let controller = Events::new(service);
    tokio::join!(controller.warm(clock::now()), users.connect());
    let controller = Arc::new(controller);
    serve(settings.serving, move |request, now| {
        let controller = Arc::clone(&controller);
        async move { controller.handle(request, now).await }
    })
    .await
}

async fn stores(settings: &Settings) -> Result<(CatalogCache<DynamoDbCatalog>, Arc<RedisUsers>), Error> {
    let catalog =
        DynamoDbCatalog::connect(&settings.catalog_table, settings.dynamodb_endpoint_url.as_deref()).await;
    let users = RedisUsers::with_wall_clock(&settings.redis_url, settings.redis_deadline, clock::now)?;
    // A confirmation is awaited beside Redis, and no longer than Redis is.
    let waits = Waits { confirmation: settings.redis_deadline, ..Waits::default() };
    Ok((CatalogCache::new(Arc::new(catalog)).waiting(waits), Arc::new(users)))
}

/// Serves with `answer`. The clock is read here, once a request.
async fn serve<F>(
    serving: Serving,
    answer: impl Fn(Request, Timestamp) -> F + Send + Sync + 'static,
) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let handle = move |request| logged(RequestLine::of(&request), answer(request, clock::now()));
    match serving {
        Serving::Lambda => serve_invocations(handle).await,
        Serving::Http(address) => plain_http::serve(address, handle).await,
    }
}

/// The answer to a request, and its line in the log.
pub(crate) fn logged(
    line: RequestLine,
    answer: impl Future<Output = Response<Body>> + Send,
) -> impl Future<Output = Response<Body>> + Send {
    let span = line.span();
    // Boxed, because the futures around it would all be as large.
    let answered = Box::pin(answer);
    async move {
        let answer = answered.await;
        line.write(&answer);
        answer
    }
    .instrument(span)
}

/// Answers each invocation, also one whose payload holds no request.
async fn serve_invocations<F>(handle: impl Fn(Request) -> F + Send + Sync) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send,
{
    // The payload stays text until this function reads it: the runtime fails an invocation that it cannot read.
    let service = service_fn(move |invocation: LambdaEvent<Box<RawValue>>| {
        let handled = invocation::request(invocation.payload.get()).map(&handle);
        async move {
            let answer = match handled {
                Ok(answer) => answer.await,
                Err(problem) => {
                    let answer = problem.into_response();
                    RequestLine::unreadable().write(&answer);
                    answer
                }
            };
            Ok::<_, Infallible>(invocation::response(answer))
        }
    });
    lambda_runtime::run(service).await
}
