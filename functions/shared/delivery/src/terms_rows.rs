//! The rows of a published catalog, as far as they say what is owed. The fields are those of
//! [`lockfill_catalog::rows`], which say what each of them means; the compiler has checked all others.

use lockfill_catalog::rows::{DaypartRow, DeliveryMode, ExchangeRateRow, GoalRow, RatesRow};
use lockfill_catalog::targeting::AllowDeny;
use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Currency, Identifier};
use serde::Deserialize;

/// All rows of one version that say what is owed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TermsRows {
    /// The zones of units.
    pub units: Vec<UnitZoneRow>,
    /// The budgets of campaigns.
    pub campaigns: Vec<BudgetRow>,
    /// The goals of line items.
    pub line_items: Vec<OrderRow>,
    /// Exchange rates to the catalog's currency.
    pub exchange_rates: Vec<ExchangeRateRow>,
    /// Smoothed rates.
    pub rates: Vec<RatesRow>,
}

/// The zone of a unit.
#[derive(Debug, Clone, Deserialize)]
pub struct UnitZoneRow {
    /// The unit's id.
    pub id: Identifier,
    /// IANA name.
    pub timezone: String,
}

/// The budget of a campaign.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of a campaign's row")]
pub struct BudgetRow {
    pub id: Identifier,
    pub starts_at: EpochSeconds,
    pub ends_at: Option<EpochSeconds>,
    pub budget_micros: Option<i64>,
    pub daily_budget_micros: Option<i64>,
    pub budget_currency: Option<Currency>,
    pub timezone: Option<String>,
}

/// What a line item is to deliver, and for how much.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the fields of a line item's row")]
pub struct OrderRow {
    pub id: Identifier,
    pub campaign_id: Identifier,
    pub pricing: Pricing,
    pub price_micros: i64,
    pub currency: Currency,
    pub starts_at: Option<EpochSeconds>,
    pub ends_at: Option<EpochSeconds>,
    #[serde(default)]
    pub targeting: TargetedUnits,
    pub dayparts: Option<Vec<DaypartRow>>,
    pub goal: Option<GoalRow>,
    #[serde(default)]
    pub delivery: DeliveryMode,
    pub share_ppm: Option<u32>,
    #[serde(default)]
    pub default_ctr_ppm: u32,
}

/// The units that a line item may serve on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TargetedUnits {
    /// Ids of units.
    pub units: AllowDeny<Identifier>,
}
