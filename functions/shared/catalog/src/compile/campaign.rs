//! A campaign and its advertiser. Its budgets are checked here and enforced by the gates.

use std::sync::Arc;

use jiff::tz::TimeZone;
use lockfill_models::vocabulary::Vocabulary;

use super::index::{ById, Checked, refer};
use crate::entities::{Advertiser, Campaign};
use crate::error::Refusal;
use crate::rows::CampaignRow;
use lockfill_models::time::{EpochSeconds, Interval};

pub(super) fn compile(
    row: CampaignRow,
    advertisers: &ById<Arc<Advertiser>>,
    currencies: &ById<i64>,
) -> Checked<Arc<Campaign>> {
    let place = ("campaign", &*row.id, "advertiser_id");
    let advertiser = refer(advertisers, ("advertiser", &row.advertiser_id), place)?;
    let flight = Interval::new(row.starts_at, row.ends_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| Refusal::new("campaign", &row.id, "ends_at", "it ends before it starts"))?;
    check_budgets(&row, currencies)?;
    Ok(Arc::new(Campaign { id: row.id.into(), advertiser: Arc::clone(advertiser), flight, caps: row.caps }))
}

fn check_budgets(row: &CampaignRow, currencies: &ById<i64>) -> Checked<()> {
    let problem = |field: &str, text: &str| Refusal::new("campaign", &row.id, field, text);
    let budgets = [("budget_micros", row.budget_micros), ("daily_budget_micros", row.daily_budget_micros)];
    for (field, micros) in budgets {
        if micros.is_some_and(|micros| micros < 0) {
            Err(problem(field, &format!("{field} must not be negative")))?;
        }
    }
    let has_budget = budgets.iter().any(|(_, micros)| micros.is_some());
    match &row.budget_currency {
        None if has_budget => Err(problem("budget_currency", "a budget needs a currency"))?,
        None => {}
        Some(currency) => {
            refer(currencies, ("exchange rate", currency), ("campaign", &row.id, "budget_currency"))?;
        }
    }
    if let Some(name) = &row.timezone {
        TimeZone::read(name)
            .map_err(|_| problem("timezone", &format!("{name:?} is not an IANA time zone")))?;
    }
    Ok(())
}
