//! Exchange rates and smoothed rates.

use std::collections::HashMap;

use super::index::{ById, refer_mut};
use crate::entities::LineItem;
use crate::error::{Refusal, Refusals};
use crate::rows::{ExchangeRateRow, RatesRow};
use lockfill_models::arithmetic::Rates;

/// A factor of one in ppm, the most that a rate or a quality can be.
pub(crate) const PPM_MAX: u32 = 1_000_000;

/// Ppm of the catalog's currency by currency.
pub(super) fn exchange(rows: Vec<ExchangeRateRow>, refused: &mut Refusals) -> ById<i64> {
    let mut rates = HashMap::new();
    for row in rows {
        let mut refuse =
            |text: &str| refused.add(Refusal::new("exchange_rate", &row.currency, "rate_ppm", text));
        let is_positive = row.rate_ppm > 0;
        if !is_positive {
            refuse("rate_ppm must be positive");
        }
        if rates.contains_key(&*row.currency) {
            refuse("the currency has a rate already");
        } else {
            rates.insert(row.currency.into(), is_positive.then_some(row.rate_ppm));
        }
    }
    rates
}

/// Adds the rates of line items on units.
pub(super) fn add(rows: Vec<RatesRow>, line_items: &mut ById<Box<LineItem>>, refused: &mut Refusals) {
    for row in rows {
        let place = ("rates", &*row.unit_id, "line_item_id");
        if let Some(owner) = refused.take(refer_mut(line_items, ("line item", &row.line_item_id), place)) {
            refused.take(add_one(row, &mut owner.rates));
        }
    }
}

fn add_one(row: RatesRow, rates_by_unit: &mut HashMap<String, Rates>) -> Result<(), Refusal> {
    let id = format!("{}#{}", row.line_item_id, row.unit_id);
    for (field, rate_ppm) in [("ctr_ppm", row.ctr_ppm), ("cvr_ppm", row.cvr_ppm)] {
        if rate_ppm > PPM_MAX {
            return Err(Refusal::new("rates", &id, field, "a rate must be at most 1000000 ppm"));
        }
    }
    let rates = Rates { ctr_ppm: row.ctr_ppm.into(), cvr_ppm: row.cvr_ppm.into() };
    match rates_by_unit.insert(row.unit_id.into(), rates) {
        None => Ok(()),
        Some(_) => Err(Refusal::new("rates", &id, "unit_id", "the line item has rates on the unit already")),
    }
}
