//! Keeps the catalog in memory fresh.
//!
//! At most once a second a task reads the version pointer. The request does not wait for the task: a newer
//! version loads while the old one serves. If the version was not confirmed for five seconds (the environment was
//! frozen, or the store does not answer), the request waits for a confirmation, at most 250 ms. Without one it
//! gets the catalog at hand, marked as stale.
//!
//! The caller passes the instant of its request, from the wall clock. Ages are differences of such instants,
//! because a monotonic clock may stand still while an environment is frozen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lockfill_catalog::Catalog;
use lockfill_dao::{CatalogReader, DaoError};
use tokio::sync::watch;

use crate::refresh::{self, Found, VersionsRead};
use crate::sampling::SampledWarnings;

/// The least time between the begins of two refreshes.
const REFRESH_INTERVAL_MS: i64 = 1_000;
/// How long after its confirmation a version counts as the newest.
const FRESH_FOR_MS: i64 = 5_000;
/// A refresh that began longer ago hangs, or was interrupted by a freeze; another one may begin.
const ABANDON_AFTER_MS: i64 = 10_000;
/// How long a request waits for a confirmation.
const CONFIRM_WAIT: Duration = Duration::from_millis(250);
/// How long the first request waits for the first catalog.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// How much later than a request another request may arrive while the first one still waits.
const OVERLAP_MS_MAX: i64 = 2_500;

/// A catalog to decide on.
#[derive(Debug, Clone)]
pub struct Served {
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// Whether the version could not be confirmed in time.
    pub is_stale: bool,
}

/// There is no catalog, because none was loaded since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no catalog could be loaded yet")]
pub struct CatalogUnavailable;

/// The catalog of one execution environment, kept fresh.
pub struct CatalogCache<R> {
    reader: Arc<R>,
    state: Arc<Mutex<State>>,
    /// The number of the last refresh that has ended.
    finished: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    catalog: Option<Arc<Catalog>>,
    /// The begin of the last refresh that found the catalog to be the newest.
    confirmed_at: Option<Timestamp>,
    /// The last version that cannot be served.
    refused_version: Option<u64>,
    /// The number of the last refresh that has begun, from 1.
    begun: u64,
    begun_at: Option<Timestamp>,
    is_running: bool,
    warnings: SampledWarnings,
}

impl<R: CatalogReader + 'static> CatalogCache<R> {
    /// An empty cache; the first request or [`Self::warm`] fills it.
    pub fn new(reader: Arc<R>) -> Self {
        Self { reader, state: Arc::default(), finished: watch::Sender::new(0) }
    }

    /// Loads the catalog before the first request. A failure is logged; the first request tries again.
    pub async fn warm(&self, now: Timestamp) {
        if self.get(now).await.is_err() {
            tracing::warn!("no catalog yet: the first request will try again");
        }
    }

    /// The catalog for a request of the instant `now`. Depending on the catalog's age a refresh begins, and the
    /// request waits for it.
    ///
    /// # Errors
    /// If there is no catalog, and none could be loaded within two seconds.
    pub async fn get(&self, now: Timestamp) -> Result<Served, CatalogUnavailable> {
        let waiting_since = tokio::time::Instant::now();
        // A second round is needed if the first one waited for a refresh that had read the pointer before a freeze.
        while let Some((refresh, wait)) = self.refresh(now) {
            let mut finished = self.finished.subscribe();
            let is_finished = finished.wait_for(|&number| number >= refresh);
            if tokio::time::timeout_at(waiting_since + wait, is_finished).await.is_err() {
                break;
            }
        }
        let state = self.lock();
        let catalog = state.catalog.clone().ok_or(CatalogUnavailable)?;
        Ok(Served { catalog, is_stale: !state.is_fresh(now) })
    }

    /// Begins a refresh if it is time to. Returns the number of the running refresh and how long to wait for it;
    /// `None` if there is nothing to wait for.
    fn refresh(&self, now: Timestamp) -> Option<(u64, Duration)> {
        let mut state = self.lock();
        let refresh = self.begin(&mut state, now)?;
        let wait = state.wait_for_confirmation(now)?;
        Some((refresh, wait))
    }

    /// The number of the running refresh, which begins now if it is time to; `None` if none runs.
    fn begin(&self, state: &mut State, now: Timestamp) -> Option<u64> {
        let since_begun = state.begun_at.map(|begun_at| age_ms(begun_at, now));
        let is_running = state.is_running && since_begun.is_some_and(|age| age < ABANDON_AFTER_MS);
        if is_running {
            return Some(state.begun);
        }
        if since_begun.is_some_and(|age| age < REFRESH_INTERVAL_MS) {
            return None;
        }
        state.begun += 1;
        state.begun_at = Some(now);
        state.is_running = true;
        let number = state.begun;
        let before = VersionsRead { served: state.version(), refused: state.refused_version };
        let (reader, shared, finished) =
            (Arc::clone(&self.reader), Arc::clone(&self.state), self.finished.clone());
        tokio::spawn(async move {
            let found = refresh::run(&*reader, before).await;
            lock(&shared).finish(number, now, found);
            finished.send_if_modified(|last| {
                let is_newer = *last < number;
                *last = number.max(*last);
                is_newer
            });
        });
        Some(number)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn version(&self) -> Option<u64> {
        self.catalog.as_ref().map(|catalog| catalog.version())
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.confirmed_at.is_some_and(|confirmed_at| age_ms(confirmed_at, now) < FRESH_FOR_MS)
    }

    fn wait_for_confirmation(&self, now: Timestamp) -> Option<Duration> {
        match self.catalog {
            None => Some(FIRST_WAIT),
            Some(_) if self.is_fresh(now) => None,
            Some(_) => Some(CONFIRM_WAIT),
        }
    }

    /// Takes over the result of a refresh, unless a later refresh has begun meanwhile.
    fn finish(&mut self, number: u64, begun_at: Timestamp, found: Result<Found, DaoError>) {
        if number != self.begun {
            return;
        }
        self.is_running = false;
        match found {
            Ok(Found::Same) => self.confirmed_at = Some(begun_at),
            Ok(Found::Newer(catalog)) => {
                tracing::info!(version = catalog.version(), "serving a new catalog");
                self.catalog = Some(catalog);
                self.confirmed_at = Some(begun_at);
            }
            Ok(Found::Refused(version)) => self.refused_version = Some(version),
            Ok(Found::NothingPublished) => {}
            Err(error) => {
                if let Some(left_out) = self.warnings.next(begun_at) {
                    tracing::warn!(%error, left_out, "the catalog could not be refreshed");
                }
            }
        }
    }
}

/// Milliseconds from an instant of the cache to the instant of a request.
///
/// The cache's instant may come from a later request that overlaps with this one; the age is 0 then. A clock that
/// was set back makes it come from the far future; the age is unlimited then, so that a refresh begins.
fn age_ms(from: Timestamp, to: Timestamp) -> i64 {
    match to.as_millisecond().saturating_sub(from.as_millisecond()) {
        age if age >= 0 => age,
        age if age >= -OVERLAP_MS_MAX => 0,
        _ => i64::MAX,
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
