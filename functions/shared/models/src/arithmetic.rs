//! Integer arithmetic, equal in Rust and Python: floor division in the order written, in 128 bits.
//!
//! Vectors: `tests/fixtures/vectors/arithmetic.json`.

/// One million: what a part-per-million (ppm) factor divides by.
pub const PPM: i128 = 1_000_000;

/// How an advertiser pays for a line item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pricing {
    /// Per thousand impressions.
    Cpm,
    /// Per click.
    Cpc,
    /// Per action.
    Cpa,
    /// Per install.
    Cpi,
}

/// The smoothed rates of one line item on one unit, in ppm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// Clicks per impression.
    pub ctr_ppm: i64,
    /// Conversions per click.
    pub cvr_ppm: i64,
}

impl Rates {
    /// The rates on a unit for which a line item has none: clicks alone, at the line item's default rate in ppm.
    #[must_use]
    pub fn of_default(ctr_ppm: u32) -> Self {
        Self { ctr_ppm: ctr_ppm.into(), cvr_ppm: 0 }
    }
}

/// The expected revenue of a thousand impressions, in micros of the catalog's currency.
///
/// CPM: the price. CPC: `price * ctr_ppm / 1000`. CPA and CPI:
/// `price * ctr_ppm / 1000 * cvr_ppm / 1_000_000`. A result beyond 64 bits is capped there.
#[must_use]
pub fn ecpm_micros(pricing: Pricing, price_micros: i64, rates: Rates) -> i64 {
    let price = i128::from(price_micros);
    let per_thousand_clicks = || (price * i128::from(rates.ctr_ppm)).div_euclid(1_000);
    let ecpm = match pricing {
        Pricing::Cpm => price,
        Pricing::Cpc => per_thousand_clicks(),
        Pricing::Cpa | Pricing::Cpi => (per_thousand_clicks() * i128::from(rates.cvr_ppm)).div_euclid(PPM),
    };
    clamp_to_i64(ecpm)
}

/// `amount * ppm / 1_000_000`, floored.
#[must_use]
pub fn scale_ppm(amount: i64, ppm: i64) -> i64 {
    clamp_to_i64((i128::from(amount) * i128::from(ppm)).div_euclid(PPM))
}

/// The product of ppm factors, itself in ppm, floored after each step.
#[must_use]
pub fn product_ppm(factors: &[i64]) -> i64 {
    factors.iter().fold(1_000_000, |score, &factor| scale_ppm(score, factor))
}

fn clamp_to_i64(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}
