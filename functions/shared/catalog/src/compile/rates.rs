//! Exchange rates and smoothed rates.

use std::collections::HashMap;

use crate::error::CatalogError;
use crate::rows::{ExchangeRateRow, RatesRow};
use lockfill_models::arithmetic::Rates;
use lockfill_models::vocabulary::Currency;

/// A factor of one in ppm, the most that a rate or a quality can be.
pub(super) const PPM_MAX: u32 = 1_000_000;

/// Ppm of the catalog's currency by currency.
pub(super) fn exchange(rows: Vec<ExchangeRateRow>) -> Result<HashMap<Currency, i64>, CatalogError> {
    let mut rates = HashMap::new();
    for row in rows {
        let problem = |text: &str| CatalogError::new("exchange_rate", &row.currency, text);
        if row.rate_ppm <= 0 {
            return Err(problem("rate_ppm must be positive"));
        }
        if rates.contains_key(&row.currency) {
            return Err(problem("the currency has a rate already"));
        }
        rates.insert(row.currency, row.rate_ppm);
    }
    Ok(rates)
}

/// Adds the rates of a line item on a unit to those that it has.
pub(super) fn add(row: RatesRow, rates_by_unit: &mut HashMap<String, Rates>) -> Result<(), CatalogError> {
    let id = format!("{}#{}", row.line_item_id, row.unit_id);
    if row.ctr_ppm > PPM_MAX || row.cvr_ppm > PPM_MAX {
        return Err(CatalogError::new("rates", &id, "a rate must be at most 1000000 ppm"));
    }
    let rates = Rates { ctr_ppm: row.ctr_ppm.into(), cvr_ppm: row.cvr_ppm.into() };
    match rates_by_unit.insert(row.unit_id.into(), rates) {
        None => Ok(()),
        Some(_) => Err(CatalogError::new("rates", &id, "the line item has rates on the unit already")),
    }
}
