//! The service.

use jiff::Timestamp;
use lockfill_dao::{
    ArrivedEvents, CatalogReader, CountsReader, DaoError, DeliveryStore, GatesWriter, KeptPacing, RowsError,
    TermsReader,
};
use lockfill_delivery::pace::pace;
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::time::EpochSeconds;
use tokio::sync::Mutex;

use super::delivered::Gathering;
use super::recent_hours::RecentHours;
use super::served_terms::ServedTerms;
use crate::roll_ups::{GatesMade, Outcome, Rebuilt, RollUpError, RollUpLedger, RollUpService, RolledUp};

const MINUTES_PER_HOUR: i64 = 60;
/// The most minutes of counts that a run reads: what is older teaches nothing about the present traffic.
const COUNTED_MINUTES_MAX: i64 = 10;

/// The stores of the pacing besides those of roll-ups.
#[derive(Debug)]
pub struct PacingStores<C, G, N> {
    /// Published catalogs and their rows.
    pub catalog: C,
    /// Tables of gates.
    pub gates: G,
    /// Counts of environments.
    pub counts: N,
}

/// Rolls the ledger up, and sets the gates by it.
#[derive(Debug)]
pub struct PacingService<L, D, C, G, N> {
    roll_ups: RollUpService<L, D>,
    stores: PacingStores<C, G, N>,
    known: Mutex<Known>,
}

/// What a process keeps from run to run, because it was read and does not change.
#[derive(Debug, Default)]
struct Known {
    served: Option<ServedTerms>,
    hours: RecentHours,
}

impl<L, D, C, G, N> PacingService<L, D, C, G, N>
where
    L: ArrivedEvents,
    D: DeliveryStore,
    C: CatalogReader + TermsReader,
    G: GatesWriter,
    N: CountsReader,
{
    /// A service over roll-ups and other stores.
    pub fn new(roll_ups: RollUpService<L, D>, stores: PacingStores<C, G, N>) -> Self {
        Self { roll_ups, stores, known: Mutex::default() }
    }

    /// Makes the gates that follow from what was delivered. `None` while nothing is published.
    async fn set_gates(
        &self,
        outcome: &Outcome,
        now: EpochSeconds,
    ) -> Result<Option<GatesMade>, RollUpError> {
        let mut known = self.known.lock().await;
        self.read_terms(&mut known).await?;
        let store = self.roll_ups.store();
        known.hours.read(store, outcome.open_hour).await?;
        let Known { served: Some(served), hours } = &*known else { return Ok(None) };
        let mut kept = match store.pacing().await {
            Ok(kept) => kept.unwrap_or_default(),
            Err(error @ DaoError::Malformed { .. }) => {
                tracing::warn!(metric = "pacing_forgotten", %error, "the pacing begins anew");
                KeptPacing::default()
            }
            Err(error) => return Err(error.into()),
        };
        let mut gathering = Gathering::new(served, now);
        gathering.add_totals(outcome, hours, now);
        gathering.add_recent(outcome, kept.learned_until.max(outcome.next - MINUTES_PER_HOUR));
        gathering.add_counts(self.counts(kept.counted_until, outcome.next).await?);
        let gates = pace(&served.terms, &gathering.done(), &mut kept.state, now);
        let made = GatesMade {
            version: gates.version(),
            catalog_version: served.published.version,
            line_items: gates.items().len(),
            spent_campaigns: gates.spent_campaigns().len(),
        };
        self.stores.gates.write(&gates).await?;
        kept.learned_until = outcome.next;
        kept.counted_until = outcome.next;
        store.put_pacing(&kept).await?;
        Ok(Some(made))
    }

    /// Reads the terms of the served version, unless they are known.
    async fn read_terms(&self, known: &mut Known) -> Result<(), RollUpError> {
        let Some(published) = self.stores.catalog.current().await? else { return Ok(()) };
        if known.served.as_ref().is_some_and(|served| served.published == published) {
            return Ok(());
        }
        let rows = self.stores.catalog.terms_rows(published.version, &published.digest).await;
        let rows = rows.map_err(|error| match error {
            RowsError::Store(error) => RollUpError::from(error),
            other => RollUpError::Terms(published.version, other.to_string()),
        })?;
        known.served = Some(ServedTerms::new(published, rows));
        Ok(())
    }

    /// What environments have flushed since a minute, and before another.
    async fn counts(&self, from: i64, until: i64) -> Result<Vec<EnvironmentCounts>, RollUpError> {
        let mut counts = Vec::new();
        for minute in from.max(until - COUNTED_MINUTES_MAX)..until {
            counts.extend(self.stores.counts.of_minute(minute).await?);
        }
        Ok(counts)
    }
}

impl<L, D, C, G, N> RollUpLedger for PacingService<L, D, C, G, N>
where
    L: ArrivedEvents,
    D: DeliveryStore,
    C: CatalogReader + TermsReader,
    G: GatesWriter,
    N: CountsReader,
{
    /// Where roll-ups are behind, no gates are made: a gate must not follow from what is not known. The gates before
    /// close by themselves.
    async fn run(&self, now: Timestamp) -> Result<RolledUp, RollUpError> {
        let outcome = self.roll_ups.roll_up(now).await?;
        let mut rolled_up = outcome.rolled_up;
        if rolled_up.minutes_behind == 0 {
            rolled_up.gates = self.set_gates(&outcome, now.into()).await?;
        }
        Ok(rolled_up)
    }

    async fn rebuild(
        &self,
        from: EpochSeconds,
        until: EpochSeconds,
        now: Timestamp,
    ) -> Result<Rebuilt, RollUpError> {
        let rebuilt = self.roll_ups.rebuild(from, until, now).await;
        self.known.lock().await.hours = RecentHours::default();
        rebuilt
    }
}
