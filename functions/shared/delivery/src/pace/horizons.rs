//! The expected requests of all zones, by the hours of the week in which they count.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use lockfill_models::time::{EpochSeconds, HourSet};

use super::curve::Curve;
use super::horizon::Horizon;
use super::item_state::ItemState;
use super::state::PacingState;
use super::traffic::{Traffic, hour_of_week};
use crate::terms::{ItemTerms, Terms};

/// Requests a minute before the first one was seen: gates open little, and the next run knows more.
const UNKNOWN_A_MINUTE: f64 = 1_000.0;

/// Made once a run.
pub(super) struct Horizons<'t> {
    terms: &'t Terms,
    now: EpochSeconds,
    by_hours: HashMap<Option<[u64; 3]>, Vec<Horizon>>,
    /// By zone: requests a minute now, the most of them, and the present hour of the week.
    present: Vec<(f64, f64, usize)>,
    /// Whether a request was ever seen in any zone.
    is_known: bool,
}

impl<'t> Horizons<'t> {
    /// The horizons that line items with a limit need.
    pub(super) fn new(terms: &'t Terms, state: &PacingState, now: EpochSeconds) -> Self {
        let mut by_hours = HashMap::new();
        for item in terms.line_items.iter().filter(|item| terms.is_limited(item)) {
            by_hours.entry(item.hours.map(HourSet::bits)).or_insert_with(|| {
                let horizon = |(name, zone): &(String, TimeZone)| {
                    let unknown = Curve::default();
                    let curve = state.zones.get(name).map_or(&unknown, |traffic| &traffic.curve);
                    Horizon::new(curve, zone, item.hours, now)
                };
                terms.zones.iter().map(horizon).collect()
            });
        }
        let present = |(name, zone): &(String, TimeZone)| {
            let traffic = state.zones.get(name);
            let (rate, peak) = traffic.map_or((0.0, 0.0), |traffic| (traffic.now(), traffic.peak()));
            (f64::from(rate), f64::from(peak), hour_of_week(now, zone))
        };
        let is_known = state.zones.values().any(Traffic::is_known);
        Self { by_hours, present: terms.zones.iter().map(present).collect(), is_known, terms, now }
    }

    /// Requests of all zones a minute, now.
    pub(super) fn requests(&self) -> f64 {
        self.present.iter().map(|(rate, ..)| rate).sum()
    }

    /// The traffic of a line item.
    pub(super) fn of(&self, item: &ItemTerms, state: &ItemState) -> ItemTraffic<'_> {
        let mut fit = state.fit(self.terms.zones.len());
        for (zone, fit) in fit.iter_mut().enumerate() {
            if item.excluded_zones >> zone & 1 == 1 {
                *fit = 0.0;
            }
        }
        let horizons = self.by_hours.get(&item.hours.map(HourSet::bits)).map_or(&[][..], Vec::as_slice);
        let parts = || fit.iter().zip(&self.present);
        let is_open = |hour: usize| item.hours.is_none_or(|hours| hours.contains(hour));
        let rates = parts().map(|(fit, (rate, _, hour))| if is_open(*hour) { fit * rate } else { 0.0 });
        let now = rates.sum();
        let peak = parts().map(|(fit, (_, peak, _))| fit * peak).sum();
        let peak = if self.is_known { peak } else { UNKNOWN_A_MINUTE };
        ItemTraffic { horizons, now, peak, fit, at: self.now.0, is_known: self.is_known }
    }
}

/// The requests that a line item may get, each weighted by how well it fits the zone.
pub(super) struct ItemTraffic<'h> {
    horizons: &'h [Horizon],
    fit: Vec<f64>,
    /// Requests a minute now.
    now: f64,
    /// The most requests a minute that have to be expected.
    pub(super) peak: f64,
    at: i64,
    is_known: bool,
}

impl ItemTraffic<'_> {
    /// Expected requests between two instants.
    pub(super) fn between(&self, from: i64, until: i64) -> f64 {
        let parts = self.fit.iter().zip(self.horizons).filter(|(fit, _)| **fit > 0.0);
        parts.map(|(fit, horizon)| fit * horizon.between(from, until)).sum()
    }

    /// Requests a minute at an instant: as they are now, or as they are expected in the hour after a later one.
    pub(super) fn a_minute(&self, at: i64) -> f64 {
        match () {
            () if !self.is_known => UNKNOWN_A_MINUTE,
            () if at <= self.at => self.now,
            () => self.between(at, at + 3_600) / 60.0,
        }
    }
}
