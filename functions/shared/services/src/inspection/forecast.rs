//! What is asked of the requests of the last days, and what they say.

use super::depth::Depths;
use super::question::{AskedItem, RowsSource};
use super::reach::Reach;

/// A question about the sampled requests of a period that ends now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastRequest {
    /// The rows.
    pub source: RowsSource,
    /// The item.
    pub item: AskedItem,
    /// The length of the period.
    pub hours: u16,
    /// Whether budgets and pacing hold items back as they do now.
    pub is_gated: bool,
    /// Whether the requests are tried at the same hours of the time to come, with the gates of others as they are now, and
    /// none of the item's own. Otherwise they are tried when they were made.
    pub is_ahead: bool,
    /// How many impressions requests bring.
    pub depths: Depths,
}

/// What the samples say.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The version of the rows; 0 of a draft.
    pub version: u64,
    /// The item's row as JSON; `None`: the rows do not have it.
    pub row: Option<String>,
    /// Of how many minutes of the period samples were read.
    pub minutes_read: i64,
    /// What they say; empty where the rows do not have the item.
    pub reach: Reach,
}
