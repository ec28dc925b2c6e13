//! A line item: its flight is cut to its campaign's, its price is brought to the catalog's currency, and its
//! dayparts become hours of the week.

use std::collections::HashMap;
use std::sync::Arc;

use super::index::{ById, Checked, refer};
use super::rates::PPM_MAX;
use crate::entities::{Campaign, LineItem, Money, Tier};
use crate::error::Refusal;
use crate::rows::{DaypartRow, LineItemRow};
use lockfill_models::arithmetic::scale_ppm;
use lockfill_models::time::{EpochSeconds, HOURS_PER_WEEK, HourSet, Interval};

pub(super) fn compile(
    row: LineItemRow,
    campaigns: &ById<Arc<Campaign>>,
    currencies: &ById<i64>,
) -> Checked<LineItem> {
    let campaign = refer(campaigns, ("campaign", &row.campaign_id), ("line_item", &row.id, "campaign_id"))?;
    let rate_ppm = refer(currencies, ("exchange rate", &row.currency), ("line_item", &row.id, "currency"))?;
    let problem = |field: &str, text: &str| Refusal::new("line_item", &row.id, field, text);
    let own_flight =
        Interval::new(row.starts_at.unwrap_or(EpochSeconds::MIN), row.ends_at.unwrap_or(EpochSeconds::MAX))
            .ok_or_else(|| problem("ends_at", "it ends before it starts"))?;
    let dayparts = row.dayparts.as_deref().map(hour_set).transpose();
    let dayparts = dayparts.map_err(|text| problem("dayparts", text))?;
    if row.price_micros < 0 {
        Err(problem("price_micros", "price_micros must not be negative"))?;
    }
    check_delivery(&row).map_err(|(field, text)| problem(field, text))?;
    Ok(LineItem {
        campaign: Arc::clone(campaign),
        tier: row.tier,
        pricing: row.pricing,
        price_micros: scale_ppm(row.price_micros, *rate_ppm),
        agreed: Money { micros: row.price_micros, currency: row.currency },
        flight: own_flight.intersect(campaign.flight),
        targeting: row.targeting,
        dayparts,
        caps: row.caps,
        cap_kind: row.cap_kind,
        minimum_interval_seconds: row.minimum_interval_seconds,
        exclusion_labels: row.exclusion_labels,
        categories: row.categories,
        rating: row.rating,
        rates: HashMap::new(),
        default_ctr_ppm: row.default_ctr_ppm,
        creatives: Vec::new(),
        id: row.id.into(),
    })
}

/// Checks what is to be delivered, which the gates enforce. The error is the field and the problem.
fn check_delivery(row: &LineItemRow) -> Result<(), (&'static str, &'static str)> {
    if row.goal.is_some_and(|goal| goal.count == 0) {
        return Err(("goal", "a goal must be at least 1"));
    }
    if row.share_ppm.is_some_and(|share_ppm| !(1..=PPM_MAX).contains(&share_ppm)) {
        return Err(("share_ppm", "share_ppm must be 1 to 1000000"));
    }
    if row.share_ppm.is_some() && row.tier != Tier::Sponsorship {
        return Err(("share_ppm", "only a sponsorship has a share"));
    }
    if row.default_ctr_ppm > PPM_MAX {
        return Err(("default_ctr_ppm", "a rate must be at most 1000000 ppm"));
    }
    Ok(())
}

/// The hours of the week of dayparts.
///
/// # Errors
/// If an hour is not one of a day.
pub fn hour_set(parts: &[DaypartRow]) -> Result<HourSet, &'static str> {
    let mut hours = HourSet::default();
    for part in parts {
        if part.from_hour > 23 || !(1..=24).contains(&part.to_hour) {
            return Err("a daypart's from_hour must be 0 to 23 and its to_hour 1 to 24");
        }
        let (from, to) = (usize::from(part.from_hour), usize::from(part.to_hour));
        let length = if to > from { to - from } else { to + 24 - from };
        let all_days = 0..7;
        let some_days = part.days.iter().map(|&day| day as usize);
        let days: Vec<usize> = if part.days.is_empty() { all_days.collect() } else { some_days.collect() };
        for day in days {
            (0..length).for_each(|hour| hours.insert((day * 24 + from + hour) % HOURS_PER_WEEK));
        }
    }
    Ok(hours)
}
