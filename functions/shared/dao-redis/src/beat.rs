//! A timer that is always earlier than the deadlines of operations, while there are operations.
//!
//! A runtime that is given a timer earlier than all others wakes its driver: a call of the system, and another look for
//! events. Each operation has a deadline, which is the earliest timer of a function that serves one request after
//! another. This timer, which one task renews, is earlier than all of them, so they wake nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::sleep;

/// The least time between two beats, so that a short deadline does not keep a processor busy.
const INTERVAL_MIN: Duration = Duration::from_millis(2);

/// Beats twice within a deadline, until no operation began since the last beat.
pub(crate) struct Beat {
    interval: Duration,
    is_wanted: AtomicBool,
    is_beating: AtomicBool,
}

impl Beat {
    pub(crate) fn within(deadline: Duration) -> Self {
        let interval = (deadline / 2).max(INTERVAL_MIN);
        Self { interval, is_wanted: AtomicBool::new(false), is_beating: AtomicBool::new(false) }
    }

    /// An operation begins.
    pub(crate) fn keep(self: &Arc<Self>) {
        self.is_wanted.store(true, Ordering::Relaxed);
        if self.is_beating.swap(true, Ordering::Relaxed) {
            return;
        }
        let beat = Arc::clone(self);
        tokio::spawn(async move {
            while beat.is_wanted.swap(false, Ordering::Relaxed) {
                sleep(beat.interval).await;
            }
            beat.is_beating.store(false, Ordering::Relaxed);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn beats_end_soon_after_the_last_operation_and_begin_anew_with_the_next() {
        let beat = Arc::new(Beat::within(Duration::from_millis(10)));
        for _ in 0..2 {
            for _ in 0..20 {
                beat.keep();
                sleep(Duration::from_millis(3)).await;
                assert!(beat.is_beating.load(Ordering::Relaxed));
                assert!(Arc::strong_count(&beat) <= 2, "one task at most");
            }
            sleep(Duration::from_millis(11)).await;
            assert!(!beat.is_beating.load(Ordering::Relaxed));
            assert_eq!(Arc::strong_count(&beat), 1, "the task has ended");
        }
    }
}
