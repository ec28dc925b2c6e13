//! Counts what an environment answers, and flushes it beside the reads of a request.
//!
//! The first request that comes ten seconds after the last flush begins the next one, and waits for it no longer than
//! for Redis. An environment that is killed loses what it answered since; one that is asked to end flushes first.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lockfill_dao::{CountsName, CountsWriter, DaoError};
use lockfill_metrics::{Count, METRICS};
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::time::EpochSeconds;
use tokio::time::timeout;

use crate::age::age_ms;
use crate::count_window::{Answered, Window};
use crate::sampling::SampledWarnings;

/// The least time between two flushes.
const FLUSH_INTERVAL_MS: i64 = 10_000;
/// How long the last flush of an environment may take. Lambda gives half a second.
const LAST_WAIT: Duration = Duration::from_millis(450);

/// The counts of one execution environment.
pub struct Counts {
    shared: Arc<Shared>,
    wait: Duration,
}

type Written<'a> = Pin<Box<dyn Future<Output = Result<(), DaoError>> + Send + 'a>>;

/// [`CountsWriter`] behind a pointer: counts are written every ten seconds.
trait Writer: Send + Sync {
    fn write(&self, name: CountsName, counts: EnvironmentCounts) -> Written<'_>;
}

impl<W: CountsWriter> Writer for W {
    fn write(&self, name: CountsName, counts: EnvironmentCounts) -> Written<'_> {
        Box::pin(async move { CountsWriter::write(self, &name, &counts).await })
    }
}

struct Shared {
    writer: Box<dyn Writer>,
    /// A number that differs between environments.
    environment: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    window: Window,
    /// The first request that is counted in the window.
    from: Option<Timestamp>,
    /// The begin of the last flush, or the first request.
    flushed_at: Option<Timestamp>,
    sequence: u32,
    is_flushing: bool,
    warnings: SampledWarnings,
}

impl Counts {
    /// Counts that are written to a store. A request waits for a flush for `wait` at most.
    pub fn new(writer: impl CountsWriter + 'static, wait: Duration) -> Self {
        let environment = RandomState::new().build_hasher().finish();
        let shared = Shared { writer: Box::new(writer), environment, state: Mutex::default() };
        Self { shared: Arc::new(shared), wait }
    }

    /// What counts answers.
    pub(crate) fn counter(&self) -> Counter {
        Counter(Arc::clone(&self.shared))
    }

    /// Begins a flush if it is time to, and waits for it as long as a request may. The flush goes on after that.
    pub(crate) async fn flush_if_due(&self, now: Timestamp) {
        let is_due = {
            let mut state = self.shared.lock();
            let flushed_at = *state.flushed_at.get_or_insert(now);
            !state.is_flushing && age_ms(flushed_at, now) >= FLUSH_INTERVAL_MS
        };
        if is_due && let Some((name, counts)) = self.shared.take(now) {
            let shared = Arc::clone(&self.shared);
            let writing = tokio::spawn(async move { shared.write(name, counts, now).await });
            let _ = timeout(self.wait, writing).await;
        }
    }

    /// Flushes what is left, before the environment ends.
    pub(crate) async fn flush(&self, now: Timestamp) {
        if let Some((name, counts)) = self.shared.take(now) {
            let _ = timeout(LAST_WAIT, self.shared.write(name, counts, now)).await;
        }
    }
}

/// Counts the answers of one environment.
#[derive(Clone)]
pub(crate) struct Counter(Arc<Shared>);

impl Counter {
    /// Counts an answer to a request of the instant `now`.
    pub(crate) fn add(&self, answered: &Answered<'_, '_>, now: Timestamp) {
        let mut state = self.0.lock();
        state.from.get_or_insert(now);
        state.window.add(answered, self.0.environment);
    }
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Counter").finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was counted; `None` if there is nothing.
    fn take(&self, now: Timestamp) -> Option<(CountsName, EnvironmentCounts)> {
        let mut state = self.lock();
        state.flushed_at = Some(now);
        let from = state.from.take()?;
        state.sequence += 1;
        state.is_flushing = true;
        let name =
            CountsName { flushed_at: now.into(), environment: self.environment, sequence: state.sequence };
        let window = std::mem::take(&mut state.window);
        drop(state);
        Some((name, window.document(EpochSeconds::from(from).0, EpochSeconds::from(now).0)))
    }

    /// Writes counts. What cannot be written is lost: to write it later might count it twice.
    async fn write(&self, name: CountsName, counts: EnvironmentCounts, now: Timestamp) {
        let lost = counts.samples.of;
        let written = self.writer.write(name, counts).await;
        let mut state = self.lock();
        state.is_flushing = false;
        let Err(error) = written else { return };
        METRICS.count(Count::CountsLost, lost);
        if let Some(left_out) = state.warnings.next(now) {
            tracing::warn!(lost, %error, left_out, "counts of answers could not be written");
        }
    }
}
