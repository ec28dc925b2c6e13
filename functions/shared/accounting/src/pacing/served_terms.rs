//! The terms of the served catalog.

use std::collections::HashMap;

use lockfill_catalog::rows::ExchangeRateRow;
use lockfill_dao::Published;
use lockfill_delivery::money::Rates;
use lockfill_delivery::terms::Terms;
use lockfill_delivery::terms_rows::{BudgetRow, OrderRow, TermsRows};

/// What is owed by a version, and what its money is worth.
#[derive(Debug)]
pub(super) struct ServedTerms {
    /// The version.
    pub(super) published: Published,
    /// What is owed.
    pub(super) terms: Terms,
    rates: Vec<ExchangeRateRow>,
    /// The currency of each line item's price.
    item_currencies: HashMap<String, String>,
    /// The currency of each campaign's budget.
    budget_currencies: HashMap<String, String>,
}

impl ServedTerms {
    /// The terms in the rows of a version.
    pub(super) fn new(published: Published, rows: TermsRows) -> Self {
        let terms = Terms::new(&rows);
        let of_item = |row: &OrderRow| (row.id.to_string(), row.currency.to_string());
        let of_campaign =
            |row: &BudgetRow| Some((row.id.to_string(), row.budget_currency.as_ref()?.to_string()));
        Self {
            published,
            terms,
            item_currencies: rows.line_items.iter().map(of_item).collect(),
            budget_currencies: rows.campaigns.iter().filter_map(of_campaign).collect(),
            rates: rows.exchange_rates,
        }
    }

    /// An amount of what was agreed on, in the currency that the line item has now.
    pub(super) fn in_item_currency(&self, item: &str, currency: Option<&str>, micros: i64) -> i64 {
        self.exchanged(currency, self.item_currencies.get(item), micros)
    }

    /// The same in the currency of a campaign's budget.
    pub(super) fn in_budget_currency(&self, campaign: &str, currency: Option<&str>, micros: i64) -> i64 {
        self.exchanged(currency, self.budget_currencies.get(campaign), micros)
    }

    /// Without a rate an amount is more than any budget: what cannot be compared must not be spent again.
    fn exchanged(&self, from: Option<&str>, to: Option<&String>, micros: i64) -> i64 {
        let (Some(from), Some(to)) = (from, to) else { return micros };
        match Rates::new(&self.rates).exchange(from, to) {
            Some(exchange) => exchange.convert(micros),
            None if micros == 0 => 0,
            None => i64::MAX,
        }
    }
}
