//! Loads a version, chunk by chunk, or the newest one before it that can be served.
//!
//! At most one load is under way. What it has read stays when the store fails: the next load of the version goes on
//! from there.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lockfill_catalog::Catalog;
use lockfill_dao::{CatalogReader, DaoError, Published};
use lockfill_metrics::{Count, Gauge, METRICS};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::catalog_fill::{aside, fill, refused, start};
use crate::catalog_state::{Load, Settled, Shared, State};
use crate::steady::steady;

/// How many versions are tried at most; the store keeps the last twenty.
const VERSIONS_MAX: usize = 20;
/// Environments that serve begin to load a new version within so much time, not all at once.
const JITTER_MS: u64 = 250;
/// The pause after the first load that has met a failing store; each further one is twice as long.
const FIRST_PAUSE_MS: i64 = 200;
const PAUSE_DOUBLINGS_MAX: u32 = 5;

/// Begins a load if the pointer names another version than the served one, no load is under way, and there is hope.
pub(crate) fn begin_if_needed<R: CatalogReader + 'static>(
    shared: &Arc<Shared<R>>,
    state: &mut State,
    now: Timestamp,
) {
    let Some(pointer) = state.pointer else { return };
    let is_served = pointer.is_some() && state.served.as_ref().map(|(served, _)| *served) == pointer;
    let is_settled = state.settled.is_some_and(|settled| settled.pointer == pointer && now < settled.until);
    let is_paused = state.failed.is_some_and(|(failed, until)| failed == pointer && now < until);
    if state.load != Load::None || is_served || is_settled || is_paused {
        return;
    }
    let works = Load::Working { kept_awake: Duration::ZERO };
    // Environments that are seldom asked see a new version at different times, and a start has nothing to wait for.
    let waits = state.served.is_some() && !state.reads.is_after_pause();
    state.load = if waits { Load::Waiting } else { works };
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        if waits {
            sleep(Duration::from_millis(1 + shared.jitter % JITTER_MS)).await;
            shared.lock().load = works;
        }
        let result = load(&shared, pointer, now).await;
        finish(&shared, pointer, now, result);
        shared.tell_of_change();
    });
}

/// Loads the version of the pointer, or the newest one before it. `None` if nothing is better than what is served.
async fn load<R: CatalogReader + 'static>(
    shared: &Shared<R>,
    pointer: Option<Published>,
    now: Timestamp,
) -> Result<Option<(Published, Arc<Catalog>)>, DaoError> {
    let mut candidate = match pointer {
        Some(published) => Some(published),
        None => before(shared, u64::MAX).await?,
    };
    for _ in 0..VERSIONS_MAX {
        let Some(published) = candidate else { break };
        let served = shared.lock().served.as_ref().map(|(served, _)| served.version);
        if candidate != pointer && served.is_some_and(|served| served >= published.version) {
            break;
        }
        let may_try = shared.lock().refusals.may_try(&published, now);
        if may_try {
            match load_one(shared, published).await {
                Ok(catalog) => return Ok(Some((published, Arc::new(catalog)))),
                Err(DaoError::Malformed { reason, .. }) => {
                    if shared.lock().refusals.add(published, now) {
                        warn_of_refusal(Some(published.version), &reason);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        candidate = before(shared, published.version).await?;
    }
    Ok(None)
}

/// The newest published version before a version. Records that cannot be read are as good as none.
async fn before<R: CatalogReader>(shared: &Shared<R>, version: u64) -> Result<Option<Published>, DaoError> {
    match steady(shared.pauses.subscribe(), || shared.reader.before(version)).await {
        Err(DaoError::Malformed { .. }) => Ok(None),
        found => found,
    }
}

/// Loads one version. An error other than [`DaoError::Unavailable`] is a refusal.
async fn load_one<R: CatalogReader + 'static>(
    shared: &Shared<R>,
    published: Published,
) -> Result<Catalog, DaoError> {
    let partial = shared.lock().partial.take().filter(|partial| partial.manifest.published == published);
    let mut partial = match partial {
        Some(partial) => partial,
        None => start(shared, published).await?,
    };
    if let Err(error) = fill(shared, &mut partial).await {
        if matches!(error, DaoError::Unavailable { .. }) {
            shared.lock().partial = Some(partial);
        }
        return Err(error);
    }
    yield_now().await;
    let open = move || Catalog::open(partial.blob).map_err(|error| refused(&error));
    let catalog = aside(shared, open).await?;
    if catalog.version() != published.version {
        return Err(refused(&format!("the blob is of version {}", catalog.version())));
    }
    Ok(catalog)
}

/// Takes over the result of a load.
fn finish<R>(
    shared: &Shared<R>,
    pointer: Option<Published>,
    now: Timestamp,
    result: Result<Option<(Published, Arc<Catalog>)>, DaoError>,
) {
    let mut state = shared.lock();
    state.load = Load::None;
    let after = |ms: i64| now.saturating_add(SignedDuration::from_millis(ms)).unwrap_or(now);
    match result {
        Ok(found) => {
            state.failures = 0;
            state.failed = None;
            state.partial = None;
            let is_wanted = found.as_ref().is_some_and(|(published, _)| Some(*published) == pointer);
            if let Some((published, catalog)) = found {
                METRICS.set(Gauge::CatalogVersion, i64::try_from(published.version).unwrap_or(i64::MAX));
                tracing::info!(version = published.version, "serving a new catalog");
                warn_of_withheld(&catalog);
                state.refusals.remove(&published);
                state.served = Some((published, catalog));
            }
            let until = after(state.refusals.retry_ms(pointer));
            state.settled = (!is_wanted).then_some(Settled { pointer, until });
        }
        Err(error) => {
            let doublings = state.failures.min(PAUSE_DOUBLINGS_MAX);
            state.failures += 1;
            state.failed = Some((pointer, after(FIRST_PAUSE_MS << doublings)));
            if let Some(left_out) = state.warnings.next(now) {
                tracing::warn!(%error, left_out, "the catalog could not be loaded yet");
            }
        }
    }
}

/// One line for a version, however much it withholds.
fn warn_of_withheld(catalog: &Catalog) {
    if let Some(first) = catalog.withheld().next() {
        let (version, withheld) = (catalog.version(), catalog.withheld().len());
        METRICS.count(Count::ItemsWithheld, withheld as u64);
        tracing::warn!(
            version,
            withheld,
            %first,
            "creatives or contents with wrong addresses are not served"
        );
    }
}

/// One line for a version that cannot be served, for which an operator is called. Without a version it is the pointer.
pub(crate) fn warn_of_refusal(version: Option<u64>, error: &str) {
    METRICS.count(Count::CatalogRefused, 1);
    tracing::error!(
        version,
        error,
        "the published catalog is refused; serving the newest one before it that can be served"
    );
}
