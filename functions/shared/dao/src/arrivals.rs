//! The ledger by arrival, from which roll-ups are made.

use std::sync::Arc;

use lockfill_delivery::rollup::{ArrivedEvent, SlotEvent};

use crate::error::DaoError;

/// Reads what has arrived.
pub trait ArrivedEvents: Send + Sync {
    /// Hands over all entries that arrived in a minute since the epoch, in any order. What was handed over counts only
    /// if all of it could be read.
    fn of_minute(
        &self,
        minute: i64,
        take: impl FnMut(ArrivedEvent) + Send,
    ) -> impl Future<Output = Result<(), DaoError>> + Send;

    /// Those of the valid events of slots that the ledger has, in any order.
    fn find(&self, wanted: &[SlotEvent]) -> impl Future<Output = Result<Vec<ArrivedEvent>, DaoError>> + Send;
}

impl<T: ArrivedEvents> ArrivedEvents for Arc<T> {
    async fn of_minute(&self, minute: i64, take: impl FnMut(ArrivedEvent) + Send) -> Result<(), DaoError> {
        (**self).of_minute(minute, take).await
    }

    async fn find(&self, wanted: &[SlotEvent]) -> Result<Vec<ArrivedEvent>, DaoError> {
        (**self).find(wanted).await
    }
}
