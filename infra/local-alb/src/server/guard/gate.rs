//! The state that the two ends of a connection share: the guard that reads, and the service that answers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::super::classification::Classification;

/// The reason for which the guard refused a request.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Refusal {
    /// The status of its answer.
    pub(in crate::server) status: u16,
    /// Its classification in the access log.
    pub(in crate::server) class: Option<Classification>,
}

/// The counts of one connection. HTTP/1 answers in order, so a number is enough to name a request.
#[derive(Debug)]
pub(in crate::server) struct Gate {
    began: Instant,
    /// Heads that the guard has let through.
    passed: AtomicU64,
    /// Bytes of the requests that have come since they were last asked for.
    received: AtomicU64,
    /// Requests that the service has begun to answer.
    begun: AtomicU64,
    /// Requests whose answers have been written.
    finished: AtomicU64,
    /// When the last answer was written, in microseconds since the connection began.
    finished_at: AtomicU64,
    /// The guard, if it waits for an answer before it reads on.
    waiting: Mutex<Option<Waker>>,
    /// The number of the request after which the connection speaks another protocol.
    upgraded: AtomicU64,
    /// The number of the request that stands for what the guard refused.
    refused: OnceLock<(u64, Refusal)>,
}

impl Gate {
    pub(in crate::server) fn new() -> Self {
        Self {
            began: Instant::now(),
            passed: AtomicU64::new(0),
            received: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            finished: AtomicU64::new(0),
            finished_at: AtomicU64::new(0),
            waiting: Mutex::default(),
            upgraded: AtomicU64::new(0),
            refused: OnceLock::new(),
        }
    }

    /// The service has got its next request.
    pub(in crate::server) fn begin(self: &Arc<Self>) -> Begun {
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        let refused = self.refused.get().filter(|(refused, _)| *refused == number);
        Begun { refused: refused.map(|(_, refusal)| *refusal), gate: Arc::clone(self) }
    }

    /// Whether no request has been in progress for this long.
    pub(in crate::server) fn is_idle_for(&self, idle: Duration) -> bool {
        self.is_finished(self.begun.load(Ordering::Relaxed)) && self.last().elapsed() >= idle
    }

    /// Marks the request that began last as the one that upgrades. No further request passes before its answer.
    fn upgrade(&self) {
        self.upgraded.store(self.begun.load(Ordering::Relaxed), Ordering::Release);
    }

    fn finish(&self) {
        let now = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.finished_at.store(now, Ordering::Relaxed);
        self.finished.fetch_add(1, Ordering::Release);
        let waker = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Sets the waker of the guard, for the next answer.
    pub(super) fn wait(&self, waker: &Waker) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }

    /// When the last answer had been written; the beginning of the connection if there was none.
    pub(super) fn last(&self) -> Instant {
        self.began + Duration::from_micros(self.finished_at.load(Ordering::Relaxed))
    }

    pub(super) fn receive(&self, bytes: usize) {
        self.received.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Takes the number of bytes that have arrived since the last call.
    pub(in crate::server) fn take_received(&self) -> u64 {
        self.received.swap(0, Ordering::Relaxed)
    }

    /// Counts another request and gives its number.
    pub(super) fn pass(&self) -> u64 {
        self.passed.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn refuse(&self, refusal: Refusal) {
        let _ = self.refused.set((self.pass(), refusal));
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.is_finished(self.passed.load(Ordering::Relaxed))
    }

    pub(super) fn is_finished(&self, number: u64) -> bool {
        self.finished.load(Ordering::Acquire) >= number
    }

    pub(super) fn is_upgraded(&self, number: u64) -> bool {
        self.upgraded.load(Ordering::Acquire) == number
    }
}

/// A request that has begun. It is dropped when its answer has been written, or the client is gone.
#[derive(Debug)]
pub(in crate::server) struct Begun {
    /// The refusal, if the request stands for a refused one.
    pub(in crate::server) refused: Option<Refusal>,
    gate: Arc<Gate>,
}

impl Begun {
    /// Notes that the answer switches the connection to another protocol.
    pub(in crate::server) fn upgrade(&self) {
        self.gate.upgrade();
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.gate.finish();
    }
}
