//! Keeps the catalog in memory fresh, and never lets a request wait for it.
//!
//! A catalog at hand is served at once. The version pointer is read at most once a second. If it was not read within
//! the last second, a request waits for the answer for as long as it waits for Redis, beside it. An answer whose
//! version could not be confirmed, or is not the one that the pointer names, is marked. A newer version loads in a
//! task of its own (`catalog_load`), which no request waits for while a catalog is at hand.
//!
//! The caller passes the instant of its request, from the wall clock. Ages are differences of such instants,
//! because a monotonic clock may stand still while an environment is frozen.

use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lockfill_catalog::Catalog;
use lockfill_dao::{CatalogReader, DaoError, Published};
use lockfill_metrics::{Gauge, METRICS};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::catalog_load;
use crate::catalog_state::{Load, Shared, State};

/// How often a request without a catalog looks whether it is time to read the pointer again.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// How long a load keeps an environment awake after one answer.
const AWAKE_AFTER_ANSWER: Duration = Duration::from_millis(20);
/// Which part of the time between requests that is at most: a request that comes meanwhile needs another environment.
const AWAKE_PART: u32 = 4;
/// How long one load keeps it awake after all answers: a store that answers late must not keep it from requests.
const AWAKE_MAX: Duration = Duration::from_millis(500);

/// How long requests, and the start, wait for the catalog.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// The start, for the first catalog. Lambda gives the start ten seconds.
    pub start: Duration,
    /// A request, for the first catalog. Lambda ends a request at the function's timeout.
    pub first: Duration,
    /// A request that has a catalog, for the confirmation that it is the newest.
    pub confirmation: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(9),
            first: Duration::from_millis(2_500),
            confirmation: Duration::from_millis(10),
        }
    }
}

/// A catalog to decide on.
#[derive(Debug, Clone)]
pub struct Served {
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// Whether the version could not be confirmed in time, or is not the published one.
    pub is_stale: bool,
}

/// What a catalog says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromCatalog<T> {
    /// What it says.
    pub value: T,
    /// Whether the catalog could not be confirmed as the newest.
    pub is_stale: bool,
}

/// There is no catalog, because none was loaded since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no catalog could be loaded yet")]
pub struct CatalogUnavailable;

/// The catalog of one execution environment, kept fresh.
pub struct CatalogCache<R> {
    shared: Arc<Shared<R>>,
    waits: Waits,
}

impl<R: CatalogReader + 'static> CatalogCache<R> {
    /// An empty cache; the first request or [`Self::warm`] fills it.
    pub fn new(reader: Arc<R>) -> Self {
        // Environments that start at the same time must not read the same chunks at the same time.
        let jitter = std::hash::RandomState::new().build_hasher().finish();
        let shared = Shared {
            reader,
            jitter,
            state: Mutex::default(),
            changes: watch::Sender::new(0),
            pauses: watch::Sender::new(0),
        };
        Self { shared: Arc::new(shared), waits: Waits::default() }
    }

    /// The same, with other waits.
    #[must_use]
    pub fn waiting(self, waits: Waits) -> Self {
        Self { waits, ..self }
    }

    /// Loads the catalog before the first request, in the time that a start may take. A failure is logged; the first
    /// request tries again.
    pub async fn warm(&self, now: Timestamp) {
        self.wait_for_the_first(now, self.waits.start).await;
        if !self.shared.lock().has_catalog() {
            tracing::warn!("no catalog yet: the first request will try again");
        }
    }

    /// The catalog for a request of the instant `now`.
    ///
    /// # Errors
    /// If there is no catalog, and none could be loaded in the time that a request may take.
    pub async fn get(&self, now: Timestamp) -> Result<Served, CatalogUnavailable> {
        self.notice(now);
        if !self.shared.lock().has_catalog() {
            self.wait_for_the_first(now, self.waits.first).await;
        } else if !self.shared.lock().reads.is_confirmed(now) {
            self.wait_for_confirmation(now).await;
        }
        let state = self.shared.lock();
        let (published, catalog) = state.served.clone().ok_or(CatalogUnavailable)?;
        // A first catalog that took long was confirmed when its load began.
        let is_current = state.reads.is_confirmed(now) && state.pointer == Some(Some(published));
        if !is_current && let Some(left_out) = state.marks.next(now) {
            let version = published.version;
            tracing::warn!(version, left_out, "answering with a catalog that is not confirmed as the newest");
        }
        Ok(Served { catalog, is_stale: !is_current })
    }

    /// Goes on with a load that works, for some milliseconds. To be awaited between an answer and the next request,
    /// before which an environment is frozen: a load that works beside requests alone needs many of them.
    pub async fn catch_up(&self) {
        let (load, gap) = {
            let state = self.shared.lock();
            (state.load, state.reads.gap())
        };
        let Load::Working { kept_awake } = load else { return };
        let limit = AWAKE_AFTER_ANSWER.min(gap / AWAKE_PART).min(AWAKE_MAX.saturating_sub(kept_awake));
        if limit.is_zero() {
            return;
        }
        let begun = Instant::now();
        let mut changes = self.shared.changes.subscribe();
        let is_over = changes.wait_for(|_| self.shared.lock().load == Load::None);
        // What is left is done beside the next request, and after it.
        let _ = timeout(limit, is_over).await;
        if let Load::Working { kept_awake } = &mut self.shared.lock().load {
            *kept_awake += begun.elapsed();
        }
    }

    /// Whether any published unit lists an origin.
    ///
    /// # Errors
    /// As of [`Self::get`].
    pub async fn allows_origin(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> Result<FromCatalog<bool>, CatalogUnavailable> {
        let Served { catalog, is_stale } = self.get(now).await?;
        Ok(FromCatalog { value: catalog.allows_origin(origin), is_stale })
    }

    /// Begins a read of the pointer if it is time to, and tells a load that an environment may have been frozen.
    fn notice(&self, now: Timestamp) {
        let mut state = self.shared.lock();
        if state.reads.note_request(now) {
            self.shared.pauses.send_modify(|pauses| *pauses += 1);
        }
        let Some(number) = state.reads.begin(now) else { return };
        let shared = Arc::clone(&self.shared);
        let reading = tokio::spawn(async move {
            let found = shared.reader.current().await;
            adopt(&shared, number, now, found);
        });
        state.reads.started(reading.abort_handle());
    }

    /// Waits until the pointer was read, for as long as a request may.
    async fn wait_for_confirmation(&self, now: Timestamp) {
        let mut changes = self.shared.changes.subscribe();
        let is_settled = changes.wait_for(|_| {
            let state = self.shared.lock();
            state.reads.is_confirmed(now) || !state.reads.is_reading()
        });
        // Without an answer in time the catalog at hand is served, marked.
        let _ = timeout(self.waits.confirmation, is_settled).await;
    }

    /// Waits until there is a catalog, or none to be expected.
    async fn wait_for_the_first(&self, now: Timestamp, wait: Duration) {
        let begun = Instant::now();
        let mut changes = self.shared.changes.subscribe();
        while begun.elapsed() < wait {
            let elapsed = SignedDuration::try_from(begun.elapsed()).unwrap_or_default();
            self.notice(now.saturating_add(elapsed).unwrap_or(now));
            let is_over = changes.wait_for(|_| {
                let state = self.shared.lock();
                state.has_catalog() || state.has_nothing_to_load()
            });
            let look_at = (begun + wait).min(Instant::now() + LOOK_INTERVAL);
            if timeout_at(look_at, is_over).await.is_ok() {
                return;
            }
        }
    }
}

impl State {
    fn has_catalog(&self) -> bool {
        self.served.is_some()
    }

    /// Whether nothing was published, or nothing of it can be served.
    fn has_nothing_to_load(&self) -> bool {
        self.load == Load::None
            && !self.reads.is_reading()
            && self.settled.is_some_and(|settled| self.pointer == Some(settled.pointer))
    }
}

/// Takes over what a read of the pointer has found, and begins a load if it names another version.
fn adopt<R: CatalogReader + 'static>(
    shared: &Arc<Shared<R>>,
    number: u64,
    begun_at: Timestamp,
    found: Result<Option<Published>, DaoError>,
) {
    let mut state = shared.lock();
    if !state.reads.ended(number) {
        return;
    }
    match found {
        Ok(pointer) => {
            if let Some(Published { version, .. }) = pointer {
                METRICS.set(Gauge::CatalogVersionsBehind, i64::try_from(version).unwrap_or(i64::MAX));
            }
            METRICS.set(Gauge::CatalogAge, begun_at.as_second());
            state.pointer = Some(pointer);
            state.reads.confirm(begun_at);
        }
        // A pointer that names nothing is a pointer to nothing.
        Err(DaoError::Malformed { reason, .. }) => {
            if state.pointer != Some(None) {
                catalog_load::warn_of_refusal(None, &reason);
            }
            state.pointer = Some(None);
            state.reads.confirm(begun_at);
        }
        Err(error @ DaoError::Unavailable { .. }) => {
            if let Some(left_out) = state.warnings.next(begun_at) {
                tracing::warn!(%error, left_out, "the catalog could not be refreshed");
            }
        }
    }
    catalog_load::begin_if_needed(shared, &mut state, begun_at);
    drop(state);
    shared.tell_of_change();
}
