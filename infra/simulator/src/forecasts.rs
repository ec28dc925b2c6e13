//! Forecasts of drafts, by the code that answers them in production.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use lockfill_dao::memory::MemoryGates;
use lockfill_dao::{InspectedRows, InspectedRowsReader, RowsDigest, RowsError};
use lockfill_services::{
    AskedItem, Depths, Forecast, ForecastRequest, InspectVersions, InspectionService, RowsSource,
};
use serde_json::Value;

use crate::catalog::read;
use crate::drafts::{Draft, with};
use crate::samples::Samples;

/// Rows of a version that is never published: those that are served and one draft.
struct Rows(Value);

impl InspectedRowsReader for Rows {
    async fn inspected_rows(&self, _: u64, _: &RowsDigest) -> Result<InspectedRows, RowsError> {
        Ok(InspectedRows { rows: read(&self.0), texts: HashMap::new() })
    }

    fn unpacked_rows(&self, _: &[Vec<u8>]) -> Result<InspectedRows, RowsError> {
        Err(RowsError::Missing)
    }
}

/// What a forecast is made of.
pub struct Known {
    pub samples: Arc<Samples>,
    pub gates: Arc<MemoryGates>,
    pub depths: Depths,
    pub hours: u16,
    pub is_gated: bool,
}

/// The forecast of one draft over the rows that are served.
pub async fn forecast(known: &Known, served: &Value, draft: &Draft, now: i64) -> Forecast {
    let rows = with(served, std::slice::from_ref(draft));
    let service =
        InspectionService::new(Rows(rows), Some(Arc::clone(&known.gates)), Some(Arc::clone(&known.samples)));
    let request = ForecastRequest {
        source: RowsSource::Version { version: 1, digest: RowsDigest::from_bytes([0; 32]) },
        item: AskedItem::LineItem(draft.id.clone()),
        hours: known.hours,
        is_gated: known.is_gated,
        is_ahead: true,
        depths: known.depths.clone(),
    };
    let now = Timestamp::from_second(now).expect("an instant of this century");
    service.forecast(request, now).await.expect("a forecast of rows that can be served")
}
