//! What campaigns are billed: what they have spent, and never more than their budget. The rule is that of Django
//! (`adops/selectors/billing.py`): what is beyond the budget is counted and not billed, the newest facts first.

use std::collections::{BTreeMap, HashMap};

use lockfill_catalog::rows::CatalogRows;
use lockfill_delivery::facts::{FactKey, Facts, Sum, VALID};

/// Nanos of a micro. The price of a thousand impressions in micros is that of one of them in nanos.
const NANOS: i128 = 1_000;

/// Prices of valid events in nanos, by campaign, and there by the hour of arrival and currency.
#[derive(Debug, Default)]
pub struct Billing(HashMap<String, BTreeMap<(i64, String), i128>>);

/// A campaign with a budget. All amounts are nanos of the budget's currency, times its exchange rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    pub campaign: String,
    pub budget: i128,
    pub spent: i128,
    pub billed: i128,
}

impl Billing {
    /// Adds the facts of a minute of an hour of arrival.
    pub fn add(&mut self, arrival_hour: i64, facts: &Facts) {
        for (key, sum) in facts.iter() {
            let (Some(campaign), Some(currency)) = (&key.campaign, &key.currency) else { continue };
            let nanos = nanos(key, sum);
            if nanos != 0 {
                let of_campaign = self.0.entry(campaign.clone()).or_default();
                *of_campaign.entry((arrival_hour, currency.clone())).or_default() += nanos;
            }
        }
    }

    /// The bills of campaigns with a lifetime budget.
    pub fn bills(&self, rows: &CatalogRows) -> Vec<Bill> {
        let rates: HashMap<&str, i128> =
            rows.exchange_rates.iter().map(|row| (&*row.currency, row.rate_ppm.into())).collect();
        let bill = |row: &lockfill_catalog::rows::CampaignRow| {
            let rate = rates.get(&**row.budget_currency.as_ref()?)?;
            let budget = i128::from(row.budget_micros?) * NANOS * rate;
            let campaign = row.id.to_string();
            let worths: Vec<i128> = self
                .0
                .get(&campaign)
                .into_iter()
                .flatten()
                .map(|((_, currency), nanos)| nanos * rates.get(&**currency).copied().unwrap_or(0))
                .collect();
            let spent: i128 = worths.iter().sum();
            let mut excess = (spent - budget).max(0);
            let mut billed = 0;
            for worth in worths.into_iter().rev() {
                let unbilled = excess.min(worth.max(0));
                excess -= unbilled;
                billed += worth - unbilled;
            }
            Some(Bill { campaign, budget, spent, billed })
        };
        rows.campaigns.iter().filter_map(bill).collect()
    }
}

fn nanos(key: &FactKey, sum: Sum) -> i128 {
    let price = i128::from(sum.price_micros);
    match (&*key.class, &*key.kind, key.pricing.as_deref()) {
        (VALID, "impression", Some("cpm")) => price,
        (VALID, "click", Some("cpc")) => price * NANOS,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::read;

    #[test]
    fn what_is_beyond_a_budget_in_another_currency_is_spent_and_not_billed() {
        let campaign = |id: &str, micros: i64| {
            json!({
                "id": id, "advertiser_id": "a-1", "name": "", "starts_at": "2026-11-26T00:00:00Z",
                "budget_micros": micros, "budget_currency": "USD",
            })
        };
        let rows = read(&json!({
            "campaigns": [campaign("c-1", 10_000), campaign("c-2", 10_000)],
            "exchange_rates": [
                {"currency": "USD", "rate_ppm": 1_000_000}, {"currency": "KRW", "rate_ppm": 1_000},
            ],
        }));
        let spent =
            |won: i128| [((7, "KRW".to_owned()), won * 1_000_000_000), ((8, "KRW".to_owned()), 0)].into();
        // A thousand won are a dollar: a hundredth of one is the budget.
        let billing = Billing([("c-1".to_owned(), spent(12)), ("c-2".to_owned(), spent(9))].into());
        let bills = billing.bills(&rows);
        let of_budget = |amount: i128, bill: &Bill| amount * 100 / bill.budget;
        let found: Vec<_> =
            bills.iter().map(|bill| (of_budget(bill.spent, bill), of_budget(bill.billed, bill))).collect();
        assert_eq!(found, [(120, 100), (90, 90)]);
    }
}
