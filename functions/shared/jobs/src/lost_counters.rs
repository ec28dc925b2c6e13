//! Lost counters of users, which the function `pacing` makes anew beside its run.

use std::hash::{BuildHasher, RandomState};
use std::process;
use std::time::Duration;

use lockfill_accounting::{Progress, Rebuild, RebuiltCounters};
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbLedgerScan};
use lockfill_dao_redis::{InvalidRedisUrl, RedisCounters};
use lockfill_metrics::{Count, METRICS};
use lockfill_startup::clock;

/// The function ends after a minute. A rebuild that is given up begins anew in a later run.
const TIME_MAX: Duration = Duration::from_secs(50);

/// Notices that Redis has lost its data, or is new, and makes the counters anew.
pub(crate) struct LostCounters(Rebuild<DynamoDbLedgerScan, RedisCounters>);

impl LostCounters {
    /// Over the ledger in a table beside a catalog.
    ///
    /// # Errors
    /// If the URL of Redis has another form.
    pub(crate) async fn new(
        catalog: &DynamoDbCatalog,
        events_table: &str,
        redis_url: &str,
    ) -> Result<Self, InvalidRedisUrl> {
        let counters = RedisCounters::new(redis_url)?;
        counters.connect().await;
        Ok(Self(Rebuild::new(DynamoDbLedgerScan::beside(catalog, events_table), counters)))
    }

    /// Looks once. A failure is logged: the run beside it must not fail with it, and the next one looks again.
    pub(crate) async fn look(&self) {
        // Two rebuilds of one name would take each other's part.
        let name = format!("{}-{:016x}", process::id(), RandomState::new().hash_one(0));
        let run = self.0.run(&name, clock::now().into(), &|_| ());
        match tokio::time::timeout(TIME_MAX, run).await {
            Ok(Ok(RebuiltCounters::Known | RebuiltCounters::Busy)) => {}
            Ok(Ok(RebuiltCounters::Done(progress))) => say(&progress, true),
            Ok(Ok(RebuiltCounters::Again(progress))) => say(&progress, false),
            Ok(Err(error)) => {
                METRICS.count(Count::CountersFailed, 1);
                tracing::error!(%error, "lost counters could not be made anew");
            }
            Err(_) => {
                METRICS.count(Count::CountersFailed, 1);
                tracing::error!("lost counters take too long: run ledger-cli rebuild-counters");
            }
        }
    }
}

fn say(progress: &Progress, is_known: bool) {
    let Progress { entries, events, users, .. } = *progress;
    tracing::warn!(entries, events, users, is_known, "lost counters were made anew");
}
