//! A unit's limits.

use jiff::tz::TimeZone;
use lockfill_models::vocabulary::{Origin, SlotCount, Vocabulary};

use super::index::Checked;
use super::rates::PPM_MAX;
use crate::entities::{Mix, Unit};
use crate::error::Refusal;
use crate::rows::UnitRow;

/// The longest horizon: a slate is for the hours of one day.
pub(crate) const HORIZON_SECONDS_MAX: u32 = 24 * 3_600;

/// The shortest horizon, and the shortest time after which a client asks again.
pub(crate) const SLATE_SECONDS_MIN: u32 = 60;

/// A unit is of one app or site, which has a page or two.
const ORIGINS_MAX: usize = 20;

pub(super) fn compile(row: UnitRow) -> Checked<Unit> {
    let problem = |field: &str, text: &str| Refusal::new("unit", &row.id, field, text);
    let time_zone = TimeZone::read(&row.timezone)
        .map_err(|_| problem("timezone", &format!("{:?} is not an IANA time zone", row.timezone)))?;
    if !(SLATE_SECONDS_MIN..=HORIZON_SECONDS_MAX).contains(&row.horizon_seconds) {
        Err(problem("horizon_seconds", "horizon_seconds must be 60 to 86400"))?;
    }
    if !(SLATE_SECONDS_MIN..=row.horizon_seconds).contains(&row.refresh_seconds) {
        Err(problem("refresh_seconds", "refresh_seconds must be 60 to horizon_seconds"))?;
    }
    let default_count = SlotCount::new(row.default_count)
        .ok_or_else(|| problem("default_count", "default_count must be 1 to 50"))?;
    if row.mix.ad_ratio_ppm > PPM_MAX {
        Err(problem("mix.ad_ratio_ppm", "mix.ad_ratio_ppm must be at most 1000000"))?;
    }
    if row.origins.len() > ORIGINS_MAX {
        Err(problem("origins", "origins must be at most 20"))?;
    }
    let origins = row.origins.iter().map(|text| {
        Origin::read(text)
            .map(Origin::into_text)
            .map_err(|_| problem("origins", &format!("{text:?} is not an origin")))
    });
    let origins = origins.collect::<Result<_, _>>()?;
    Ok(Unit {
        number: 0,
        app_id: row.app_id.into(),
        mix: Mix {
            ad_ratio_ppm: row.mix.ad_ratio_ppm,
            first_slot: row.mix.first_slot,
            minimum_gap: row.mix.minimum_gap.into(),
        },
        horizon_seconds: row.horizon_seconds.into(),
        refresh_seconds: row.refresh_seconds.into(),
        default_count: default_count.get(),
        floor_price_micros: row.floor_price_micros,
        advertiser_slots_max: row.advertiser_slots_max.map_or(usize::MAX, usize::from),
        blocked_categories: row.blocked_categories,
        blocked_advertisers: row.blocked_advertisers.into_iter().map(String::from).collect(),
        content_rating: row.content_rating,
        time_zone,
        language: row.language,
        origins,
        lends_to_devices: row.lends_to_devices,
        id: row.id.into(),
    })
}
