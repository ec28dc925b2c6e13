//! The service.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use jiff::Timestamp;
use lockfill_dao::{ArrivedEvents, DeliveryStore};
use lockfill_models::time::EpochSeconds;
use tokio::time::{Instant, sleep};

use super::outcome::Outcome;
use super::rebuild;
use super::run;
use super::told::{Limits, Rebuilt, RollUpError, RollUpLedger, RolledUp};
use super::work::Work;

const PATIENCE_PAUSE: Duration = Duration::from_millis(100);

/// Rolls up a ledger into a store.
#[derive(Debug)]
pub struct RollUpService<L, D> {
    ledger: L,
    store: D,
    limits: Limits,
}

impl<L: ArrivedEvents, D: DeliveryStore> RollUpService<L, D> {
    /// A service over a ledger and a store.
    pub fn new(ledger: L, store: D) -> Self {
        Self { ledger, store, limits: Limits::default() }
    }

    /// The same within other limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The store of roll-ups.
    pub(crate) const fn store(&self) -> &D {
        &self.store
    }

    /// A run, and what it knows at its end.
    pub(crate) async fn roll_up(&self, now: Timestamp) -> Result<Outcome, RollUpError> {
        let work = self.begin(now, Instant::now()).await?;
        run::run(work).await
    }

    /// Work under the lease, which is waited for.
    async fn begin(&self, now: Timestamp, began: Instant) -> Result<Work<'_, L, D>, RollUpError> {
        let asked = Instant::now();
        loop {
            let mut work = Work::new(&self.ledger, &self.store, owner(), now, (began, self.limits.time));
            if work.take_lease().await? {
                return Ok(work);
            }
            if asked.elapsed() >= self.limits.patience {
                return Err(RollUpError::Busy);
            }
            sleep(PATIENCE_PAUSE).await;
        }
    }
}

/// A name that no other run has.
fn owner() -> String {
    let chance = || RandomState::new().hash_one(0);
    format!("{:016x}{:016x}", chance(), chance())
}

impl<L: ArrivedEvents, D: DeliveryStore> RollUpLedger for RollUpService<L, D> {
    async fn run(&self, now: Timestamp) -> Result<RolledUp, RollUpError> {
        Ok(self.roll_up(now).await?.rolled_up)
    }

    async fn rebuild(
        &self,
        from: EpochSeconds,
        until: EpochSeconds,
        now: Timestamp,
    ) -> Result<Rebuilt, RollUpError> {
        let began = Instant::now();
        let mut rebuilt = Rebuilt { until: from, is_complete: false, events_read: 0, written: 0 };
        loop {
            // The lease is given back after each hour, so that runs go on meanwhile.
            let work = self.begin(now, began).await?;
            rebuild::next_hour(work, until, &mut rebuilt).await?;
            if rebuilt.is_complete || began.elapsed() >= self.limits.time {
                return Ok(rebuilt);
            }
            sleep(PATIENCE_PAUSE).await;
        }
    }
}
