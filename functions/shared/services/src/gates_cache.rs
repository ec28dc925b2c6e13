//! Keeps the table of gates in memory fresh, by the rules by which the catalog is kept fresh.
//!
//! The table at hand is used at once. A newer one loads in a task of its own, which no request waits for. Where none
//! can be read the last one goes on: what is closed stays closed, and what is open closes by itself. Where none was ever
//! read every gate is open, because a failed table must not fail what it only slows down; the answer is marked, and what
//! is delivered beyond a budget is not billed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lockfill_catalog::Catalog;
use lockfill_dao::{DaoError, GatesPointer, GatesReader};
use lockfill_decision::GateColumns;
use lockfill_metrics::{Count, Gauge, METRICS};
use lockfill_models::pacing::Gates;
use lockfill_models::time::EpochSeconds;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::freshness::Freshness;
use crate::sampling::SampledWarnings;
use crate::steady::steady;

/// How long the start waits for the first table: for one read of the pointer and of the table.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// How much older than the newest table a table may be while the newest one loads, without a mark: a table is made each
/// minute, so every environment lags for a moment of each.
const LAG_SECONDS_MAX: i64 = 120;
/// The pause after a table could not be loaded.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// The gates for a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServedGates {
    pub gates: Arc<Gates>,
    /// The version of the table; `None` if there is none.
    pub version: Option<u64>,
    /// Whether the table could not be confirmed in time, or cannot be read.
    pub are_stale: bool,
}

/// The table of gates of one execution environment, kept fresh.
pub struct GatesCache {
    shared: Arc<Shared>,
    confirmation: Duration,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DaoError>> + Send + 'a>>;

/// [`GatesReader`] behind a pointer: a table is read once a minute.
trait Reader: Send + Sync {
    fn current(&self) -> Answer<'_, Option<GatesPointer>>;
    fn load(&self, pointer: GatesPointer) -> Answer<'_, Gates>;
}

impl<R: GatesReader> Reader for R {
    fn current(&self) -> Answer<'_, Option<GatesPointer>> {
        Box::pin(GatesReader::current(self))
    }

    fn load(&self, pointer: GatesPointer) -> Answer<'_, Gates> {
        Box::pin(async move { GatesReader::load(self, &pointer).await })
    }
}

struct Shared {
    reader: Box<dyn Reader>,
    state: Mutex<State>,
    /// Counts the changes of the state that something may wait for.
    changes: watch::Sender<u64>,
    /// Counts the requests before which the environment may have been frozen.
    pauses: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    reads: Freshness,
    /// What the last read of the pointer found.
    pointer: Option<GatesPointer>,
    served: Option<Arc<Gates>>,
    is_loading: bool,
    /// The table that could not be loaded, and when the next attempt may begin.
    failed: Option<(GatesPointer, Timestamp)>,
    /// The columns of the served table over a catalog.
    columns: Option<(Weak<Catalog>, Arc<GateColumns>)>,
    warnings: SampledWarnings,
}

impl GatesCache {
    /// An empty cache over the tables of a store. A request waits for the confirmation that its table is the newest for
    /// `confirmation`.
    pub fn new(reader: impl GatesReader + 'static, confirmation: Duration) -> Self {
        let shared = Shared {
            reader: Box::new(reader),
            state: Mutex::default(),
            changes: watch::Sender::new(0),
            pauses: watch::Sender::new(0),
        };
        Self { shared: Arc::new(shared), confirmation }
    }

    /// Loads the table before the first request, if that takes no longer than a read may.
    pub(crate) async fn warm(&self, now: Timestamp) {
        self.notice(now);
        self.wait(FIRST_WAIT, |state| !state.reads.is_reading() && !state.is_loading).await;
    }

    /// The gates for a request of the instant `now`.
    pub(crate) async fn get(&self, now: Timestamp) -> ServedGates {
        self.notice(now);
        if !self.shared.lock().reads.is_confirmed(now) {
            self.wait(self.confirmation, |state| state.reads.is_confirmed(now) || !state.reads.is_reading())
                .await;
        }
        let state = self.shared.lock();
        let version = state.served.as_ref().map(|gates| gates.version());
        ServedGates {
            gates: state.served.clone().unwrap_or_default(),
            version,
            are_stale: !state.reads.is_confirmed(now) || state.lags(),
        }
    }

    /// The columns of the served gates over a catalog. They are made when the catalog or the table is a new one, and
    /// when a gate has closed by itself.
    pub(crate) fn columns(
        &self,
        served: &ServedGates,
        catalog: &Arc<Catalog>,
        now: EpochSeconds,
    ) -> Option<Arc<GateColumns>> {
        if served.gates.is_empty() {
            return None;
        }
        let mut state = self.shared.lock();
        let is_last = state.served.as_ref().is_some_and(|last| Arc::ptr_eq(last, &served.gates));
        if !is_last {
            // Another request has brought a newer table meanwhile.
            return Some(Arc::new(GateColumns::new(catalog, &served.gates, now)));
        }
        if let Some((of, columns)) = &state.columns
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(catalog))
            && columns.hold_at(now)
        {
            return Some(Arc::clone(columns));
        }
        let columns = Arc::new(GateColumns::new(catalog, &served.gates, now));
        state.columns = Some((Arc::downgrade(catalog), Arc::clone(&columns)));
        Some(columns)
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

    /// Waits until the state is as it should be, for so long at most.
    async fn wait(&self, wait: Duration, is_so: impl Fn(&State) -> bool) {
        let mut changes = self.shared.changes.subscribe();
        let is_settled = changes.wait_for(|_| is_so(&self.shared.lock()));
        let _ = timeout(wait, is_settled).await;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_of_change(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}

impl State {
    /// Whether the table that the pointer names is another than the served one, and not just about to replace it.
    fn lags(&self) -> bool {
        let (Some(pointer), Some(served)) = (&self.pointer, &self.served) else {
            // A table that was there and is not any more, or the first one, which has not been read yet.
            return self.pointer.is_some() || self.served.is_some();
        };
        let is_failed = self.failed.is_some_and(|(failed, _)| failed == *pointer);
        let lag_seconds = pointer.made_at.0.saturating_sub(served.made_at().0);
        pointer.version != served.version()
            && (is_failed || pointer.version < served.version() || lag_seconds > LAG_SECONDS_MAX)
    }

    /// The table to load: the pointer's, if it is newer than the served one, and did not fail a moment ago.
    fn wanted(&self, now: Timestamp) -> Option<GatesPointer> {
        let pointer = self.pointer?;
        let is_newer = self.served.as_ref().is_none_or(|served| served.version() < pointer.version);
        let is_paused = self.failed.is_some_and(|(failed, until)| failed == pointer && now < until);
        (is_newer && !is_paused && !self.is_loading).then_some(pointer)
    }
}

/// Takes over what a read of the pointer has found, and begins to load the table that it names.
fn adopt(
    shared: &Arc<Shared>,
    number: u64,
    begun_at: Timestamp,
    found: Result<Option<GatesPointer>, DaoError>,
) {
    let mut state = shared.lock();
    if !state.reads.ended(number) {
        return;
    }
    match found {
        Ok(pointer) => {
            if let Some(GatesPointer { made_at, .. }) = pointer {
                METRICS.set(Gauge::GatesAge, made_at.0);
            }
            state.pointer = pointer;
            state.reads.confirm(begun_at);
        }
        Err(error) => state.warn(&error, begun_at),
    }
    if let Some(pointer) = state.wanted(begun_at) {
        state.is_loading = true;
        let shared = Arc::clone(shared);
        tokio::spawn(async move { load(&shared, pointer, begun_at).await });
    }
    drop(state);
    shared.tell_of_change();
}

async fn load(shared: &Shared, pointer: GatesPointer, now: Timestamp) {
    let loaded = steady(shared.pauses.subscribe(), || shared.reader.load(pointer)).await;
    let mut state = shared.lock();
    state.is_loading = false;
    match loaded {
        Ok(gates) => {
            tracing::debug!(version = gates.version(), "using a new table of gates");
            state.served = Some(Arc::new(gates));
            state.columns = None;
            state.failed = None;
        }
        Err(error) => {
            state.failed = Some((pointer, now.saturating_add(PAUSE).unwrap_or(now)));
            state.warn(&error, now);
        }
    }
    drop(state);
    shared.tell_of_change();
}

impl State {
    fn warn(&self, error: &DaoError, now: Timestamp) {
        METRICS.count(Count::GatesUnread, 1);
        if let Some(left_out) = self.warnings.next(now) {
            tracing::warn!(%error, left_out, "the table of gates could not be read");
        }
    }
}
