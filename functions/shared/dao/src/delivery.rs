//! What was delivered: roll-ups of minutes and hours of arrival, running totals, and how far they reach.
//!
//! Minutes and hours are those since the epoch.

use std::collections::BTreeMap;
use std::sync::Arc;

use lockfill_delivery::pace::PacingState;
use lockfill_delivery::rollup::{RollUp, Totals};
use lockfill_models::time::EpochSeconds;
use serde::{Deserialize, Serialize};

use crate::error::DaoError;

/// How far the ledger is rolled up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The first minute that was ever rolled up: the totals begin with it.
    pub first: i64,
    /// The first minute that will be read from the ledger once more.
    pub settled: i64,
    /// The first minute that was not rolled up yet.
    pub next: i64,
}

/// The right to write roll-ups, which one run at a time has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The run's own name, which no other run has.
    pub owner: String,
    /// When the right ends by itself.
    pub until: EpochSeconds,
}

/// What the pacing keeps from run to run. Minutes are those since the epoch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptPacing {
    /// The first minute whose roll-up the state has not learned from.
    pub learned_until: i64,
    /// The first minute whose counts of environments it has not learned from.
    pub counted_until: i64,
    /// What was learned.
    pub state: PacingState,
}

/// Stores roll-ups.
///
/// [`DaoError::Malformed`] means that the store holds what cannot be read; it is made anew from the ledger.
pub trait DeliveryStore: Send + Sync {
    /// Takes the lease at an instant, unless another run holds it then. Returns whether it was taken, and the cursor.
    fn take_lease(
        &self,
        lease: &Lease,
        now: EpochSeconds,
    ) -> impl Future<Output = Result<(bool, Option<Cursor>), DaoError>> + Send;

    /// Moves the cursor and renews the lease. `false`, and nothing is changed, if the lease is another run's now.
    fn move_cursor(
        &self,
        lease: &Lease,
        cursor: Cursor,
    ) -> impl Future<Output = Result<bool, DaoError>> + Send;

    /// The roll-ups of the minutes of an hour, without those in which nothing arrived.
    fn minutes(&self, hour: i64) -> impl Future<Output = Result<BTreeMap<i64, RollUp>, DaoError>> + Send;

    /// Overwrites the roll-up of a minute.
    fn put_minute(&self, minute: i64, rolled: &RollUp) -> impl Future<Output = Result<(), DaoError>> + Send;

    /// The roll-up of an hour; empty if nothing arrived in it, or it is not closed.
    fn hour(&self, hour: i64) -> impl Future<Output = Result<RollUp, DaoError>> + Send;

    /// Overwrites the roll-up of an hour.
    fn put_hour(&self, hour: i64, rolled: &RollUp) -> impl Future<Output = Result<(), DaoError>> + Send;

    /// The last hour before another one that has totals, and its totals. Totals that cannot be read are passed over.
    fn totals_before(
        &self,
        hour: i64,
    ) -> impl Future<Output = Result<Option<(i64, Totals)>, DaoError>> + Send;

    /// Overwrites the totals at the end of an hour.
    fn put_totals(&self, hour: i64, totals: &Totals) -> impl Future<Output = Result<(), DaoError>> + Send;

    /// What the pacing keeps; `None` before its first run.
    fn pacing(&self) -> impl Future<Output = Result<Option<KeptPacing>, DaoError>> + Send;

    /// Overwrites it.
    fn put_pacing(&self, kept: &KeptPacing) -> impl Future<Output = Result<(), DaoError>> + Send;
}

impl<T: DeliveryStore> DeliveryStore for Arc<T> {
    async fn take_lease(&self, lease: &Lease, now: EpochSeconds) -> Result<(bool, Option<Cursor>), DaoError> {
        (**self).take_lease(lease, now).await
    }

    async fn move_cursor(&self, lease: &Lease, cursor: Cursor) -> Result<bool, DaoError> {
        (**self).move_cursor(lease, cursor).await
    }

    async fn minutes(&self, hour: i64) -> Result<BTreeMap<i64, RollUp>, DaoError> {
        (**self).minutes(hour).await
    }

    async fn put_minute(&self, minute: i64, rolled: &RollUp) -> Result<(), DaoError> {
        (**self).put_minute(minute, rolled).await
    }

    async fn hour(&self, hour: i64) -> Result<RollUp, DaoError> {
        (**self).hour(hour).await
    }

    async fn put_hour(&self, hour: i64, rolled: &RollUp) -> Result<(), DaoError> {
        (**self).put_hour(hour, rolled).await
    }

    async fn totals_before(&self, hour: i64) -> Result<Option<(i64, Totals)>, DaoError> {
        (**self).totals_before(hour).await
    }

    async fn put_totals(&self, hour: i64, totals: &Totals) -> Result<(), DaoError> {
        (**self).put_totals(hour, totals).await
    }

    async fn pacing(&self) -> Result<Option<KeptPacing>, DaoError> {
        (**self).pacing().await
    }

    async fn put_pacing(&self, kept: &KeptPacing) -> Result<(), DaoError> {
        (**self).put_pacing(kept).await
    }
}
