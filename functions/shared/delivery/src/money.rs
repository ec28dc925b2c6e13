//! Amounts of several currencies, compared in one of them.

use std::collections::HashMap;

use lockfill_catalog::rows::ExchangeRateRow;

/// The catalog's exchange rates, by currency, in ppm of the catalog's currency.
#[derive(Debug, Default)]
pub struct Rates<'r>(HashMap<&'r str, i64>);

impl<'r> Rates<'r> {
    /// The rates of the rows.
    #[must_use]
    pub fn new(rows: &'r [ExchangeRateRow]) -> Self {
        Self(rows.iter().map(|row| (&*row.currency, row.rate_ppm)).collect())
    }

    /// How an amount of one currency becomes one of another; `None` without a rate of each.
    #[must_use]
    pub fn exchange(&self, from: &str, to: &str) -> Option<Exchange> {
        if from == to {
            return Some(Exchange { numerator: 1, denominator: 1 });
        }
        let rate = |currency: &str| self.0.get(currency).copied().filter(|&rate_ppm| rate_ppm > 0);
        Some(Exchange { numerator: rate(from)?, denominator: rate(to)? })
    }
}

/// The exchange of one currency for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    numerator: i64,
    denominator: i64,
}

impl Exchange {
    /// An amount in the other currency, floored: a fraction of a micro is never spent twice.
    #[must_use]
    pub fn convert(self, micros: i64) -> i64 {
        let product = i128::from(micros) * i128::from(self.numerator);
        i64::try_from(product.div_euclid(i128::from(self.denominator))).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::{Currency, Vocabulary};

    use super::*;

    #[test]
    fn an_amount_goes_over_the_catalogs_currency_and_an_equal_one_stays_exact() {
        let row = |currency, rate_ppm| ExchangeRateRow {
            currency: Currency::read(currency).expect("a currency"),
            rate_ppm,
        };
        let rows = [row("USD", 1_000_000), row("KRW", 725), row("EUR", 1_090_000)];
        let rates = Rates::new(&rows);
        let convert = |from, to, micros| rates.exchange(from, to).map(|exchange| exchange.convert(micros));
        assert_eq!(convert("KRW", "KRW", 7), Some(7));
        assert_eq!(convert("KRW", "USD", 1_000_000_000), Some(725_000));
        assert_eq!(convert("EUR", "KRW", 1_000_000), Some(1_503_448_275));
        assert_eq!(convert("JPY", "JPY", i64::MAX), Some(i64::MAX), "no rate is needed");
        assert_eq!(convert("JPY", "KRW", 1), None);
    }
}
