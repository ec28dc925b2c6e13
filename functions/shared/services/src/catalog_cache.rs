//! The catalog in memory, kept fresh.
//!
//! At most once a second the version pointer is read, in a task of its own that the request does not wait
//! for; a newer version loads there while the old one serves. When the version has not been confirmed for
//! five seconds - a frozen environment wakes, the store is gone - the request waits, at most 250 ms, and
//! serves what it has with a mark if that was in vain. Ages are taken from the wall clock, because a
//! monotonic clock may stand still while an environment is frozen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lockfill_catalog::Catalog;
use lockfill_dao::{CatalogReader, DaoError};
use tokio::sync::watch;

use crate::Clock;
use crate::refresh::{self, Found};

/// The pointer is read at most this often.
const ASK_EVERY_MS: i64 = 1_000;
/// A version confirmed this recently is taken as current.
const FRESH_FOR_MS: i64 = 5_000;
/// A refresh begun longer ago than this hangs, or slept through a freeze; another may begin.
const ABANDON_AFTER_MS: i64 = 10_000;
/// How long a request waits for a confirmation.
const CONFIRM_WAIT: Duration = Duration::from_millis(250);
/// How long the first request waits for the first catalog.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// A catalog to decide on, and whether it is known to be the published one.
#[derive(Debug, Clone)]
pub struct Served {
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// Whether the version could not be confirmed in time.
    pub is_stale: bool,
}

/// There is no catalog: none was ever read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no catalog could be loaded yet")]
pub struct CatalogUnavailable;

/// Keeps one catalog fresh for one execution environment.
pub struct CatalogCache<R> {
    reader: Arc<R>,
    clock: Arc<dyn Clock>,
    state: Arc<Mutex<State>>,
    /// The number of the last finished refresh.
    finished: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    catalog: Option<Arc<Catalog>>,
    confirmed_at: Option<Timestamp>,
    /// A version whose rows cannot be served; they never change, so they are not read again.
    refused_version: Option<u64>,
    begun: u64,
    begun_at: Option<Timestamp>,
    is_running: bool,
}

impl<R: CatalogReader + 'static> CatalogCache<R> {
    /// An empty cache; the first request or [`Self::warm`] fills it.
    pub fn new(reader: Arc<R>, clock: Arc<dyn Clock>) -> Self {
        Self { reader, clock, state: Arc::default(), finished: watch::Sender::new(0) }
    }

    /// Loads the catalog before the first request, if the store lets it.
    pub async fn warm(&self) {
        if self.get().await.is_err() {
            tracing::warn!("no catalog yet: the first request will try again");
        }
    }

    /// The catalog, refreshed or being refreshed as its age demands.
    ///
    /// # Errors
    /// If no catalog was ever loaded and none could be within two seconds.
    pub async fn get(&self) -> Result<Served, CatalogUnavailable> {
        let waiting_since = tokio::time::Instant::now();
        // More than one round, because the refresh under way may have read the pointer before a freeze.
        while let Some((refresh, wait)) = self.refresh() {
            let mut finished = self.finished.subscribe();
            let is_finished = finished.wait_for(|&number| number >= refresh);
            if tokio::time::timeout_at(waiting_since + wait, is_finished).await.is_err() {
                break;
            }
        }
        let state = self.lock();
        let catalog = state.catalog.clone().ok_or(CatalogUnavailable)?;
        Ok(Served { catalog, is_stale: !state.is_fresh(self.clock.now()) })
    }

    /// Sees to it that a refresh is under way if it is time to; its number and how long it is worth waiting
    /// for it, if it is.
    fn refresh(&self) -> Option<(u64, Duration)> {
        let now = self.clock.now();
        let mut state = self.lock();
        let refresh = self.begin(&mut state, now)?;
        let wait = state.wait_for_confirmation(now)?;
        Some((refresh, wait))
    }

    /// The number of the refresh that is under way, begun now if it is time to; `None` if there is none.
    fn begin(&self, state: &mut State, now: Timestamp) -> Option<u64> {
        let since_begun = state.begun_at.map(|begun_at| age_ms(begun_at, now));
        let is_running = state.is_running && since_begun.is_some_and(|age| age < ABANDON_AFTER_MS);
        if is_running {
            return Some(state.begun);
        }
        if since_begun.is_some_and(|age| age < ASK_EVERY_MS) {
            return None;
        }
        state.begun += 1;
        state.begun_at = Some(now);
        state.is_running = true;
        let number = state.begun;
        let known = Known { version: state.version(), refused: state.refused_version };
        let (reader, shared, finished) =
            (Arc::clone(&self.reader), Arc::clone(&self.state), self.finished.clone());
        tokio::spawn(async move {
            let found = refresh::run(&*reader, known).await;
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

/// What a refresh need not read again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub version: Option<u64>,
    pub refused: Option<u64>,
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

    /// Takes over what a refresh found, unless a later one was begun meanwhile.
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
            Err(error) => tracing::warn!(%error, "the catalog could not be refreshed"),
        }
    }
}

/// Milliseconds from one instant to a later one; a clock that was set back makes everything old.
fn age_ms(from: Timestamp, to: Timestamp) -> i64 {
    let age = to.as_millisecond().saturating_sub(from.as_millisecond());
    if age < 0 { i64::MAX } else { age }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
