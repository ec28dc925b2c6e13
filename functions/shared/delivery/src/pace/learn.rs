//! What one run learns: traffic, what is in flight, what is shown of it, and the demand of each line item.

use std::collections::HashMap;

use lockfill_models::time::{EpochSeconds, HourSet};

use super::delivered::Delivered;
use super::in_flight::POOLS;
use super::state::PacingState;
use super::traffic::hour_of_week;
use crate::terms::{ItemTerms, Terms};

const FIRST_SECONDS: i64 = 15;

/// Learns from what happened since the last run.
pub(super) fn learn(terms: &Terms, delivered: &Delivered, state: &mut PacingState, now: EpochSeconds) {
    // The first counts are taken for those of a short time: too much traffic opens gates too little.
    let since = state.run_at.unwrap_or(now.0 - FIRST_SECONDS).min(now.0);
    let requests = requests(terms, delivered);
    for ((name, zone), &requests) in terms.zones.iter().zip(&requests) {
        let traffic = state.zones.entry(name.clone()).or_default();
        #[expect(clippy::cast_possible_truncation, reason = "requests of a minute")]
        traffic.observe(requests as f32, (since, now.0), zone);
    }
    let hours = terms.zones.iter().map(|(_, zone)| hour_of_week(now, zone)).collect();
    let span = Span { since, now: now.0, requests, hours };
    let mut all = All::default();
    let mut others = (0.0, 0);
    for item in &terms.line_items {
        let handed_out = delivered.handed_out.get(&item.id).copied().unwrap_or(0);
        if terms.is_limited(item) {
            learn_item(&span, (item, handed_out), (terms, delivered), state, &mut all);
        } else {
            others.0 += count(handed_out);
            others.1 += delivered.line_items.get(&item.id).map_or(0, |item| item.lifetime.impressions);
        }
    }
    let left = state.others.0.advance(span.minutes(), others.0);
    // At the first run, and where a line item got a limit or left, it is not known what is new.
    let new = others.1.checked_sub(state.others.1).filter(|_| state.run_at.is_some());
    state.others.1 = others.1;
    if let Some(new) = new {
        all.add(&left, count(new));
        state.supply.learn(all.impressions, span.requests.iter().sum(), span.minutes());
    }
    state.shown.learn(&all.left, all.impressions, span.minutes());
    state.run_at = Some(now.0);
}

/// The time since the last run.
struct Span {
    since: i64,
    now: i64,
    /// Requests by zone.
    requests: Vec<f64>,
    /// The hour of the week by zone.
    hours: Vec<usize>,
}

impl Span {
    fn minutes(&self) -> f64 {
        (self.now - self.since) as f64 / 60.0
    }

    /// Requests by zone to which a gate was open.
    fn open_requests(&self, item: &ItemTerms, (open_ppm, closes_at): (u32, u32)) -> Vec<f64> {
        let length = (self.now - self.since).max(1) as f64;
        let open_part = ((i64::from(closes_at) - self.since) as f64 / length).clamp(0.0, 1.0);
        let open = f64::from(open_ppm) / 1e6 * open_part;
        let flies =
            item.flight.is_some_and(|flight| flight.from.0 <= self.since && self.now <= flight.until.0);
        let is_open = |hour: usize| item.hours.is_none_or(|hours: HourSet| hours.contains(hour));
        let zones = self.requests.iter().zip(&self.hours);
        zones.map(|(requests, &hour)| if flies && is_open(hour) { requests * open } else { 0.0 }).collect()
    }
}

/// What left the pools of all line items, and what arrived.
#[derive(Default)]
struct All {
    left: [f64; POOLS],
    impressions: f64,
}

impl All {
    fn add(&mut self, left: &[f64; POOLS], impressions: f64) {
        self.left.iter_mut().zip(left).for_each(|(sum, left)| *sum += left);
        self.impressions += impressions;
    }
}

fn learn_item(
    span: &Span,
    (item, handed_out): (&ItemTerms, u64),
    (terms, delivered): (&Terms, &Delivered),
    state: &mut PacingState,
    all: &mut All,
) {
    let of_item = delivered.line_items.get(&item.id);
    let impressions = of_item.map_or(0, |item| item.lifetime.impressions);
    let is_new = !state.line_items.contains_key(&item.hash);
    let own = state.line_items.entry(item.hash).or_default();
    let arrived = if is_new { 0.0 } else { count(impressions.saturating_sub(own.impressions)) };
    own.impressions = impressions;
    own.known_at = span.now;
    let left = own.pools.advance(span.minutes(), count(handed_out));
    own.learn_shown(&left, arrived, &state.shown);
    all.add(&left, arrived);
    // Without an entry the gate was open.
    let gate = if is_new { (1_000_000, u32::MAX) } else { own.gate };
    let open = span.open_requests(item, gate);
    let fit = own.fit(open.len());
    own.learn_demand(
        count(handed_out),
        open.iter().zip(&fit).map(|(requests, fit)| requests * fit).sum(),
        span.minutes(),
    );
    if let Some(of_item) = of_item.filter(|item| !item.recent_by_unit.is_empty()) {
        let mut by_zone = vec![0.0; open.len()];
        for (unit, impressions) in &of_item.recent_by_unit {
            if let Some(zone) = terms.zone_of_unit.get(unit).and_then(|&zone| by_zone.get_mut(zone)) {
                *zone += count(*impressions);
            }
        }
        own.learn_zones(&by_zone, &open);
    } else {
        own.learn_zones(&vec![0.0; open.len()], &open);
    }
}

/// Requests by zone. Units that the terms do not have are left out.
fn requests(terms: &Terms, delivered: &Delivered) -> Vec<f64> {
    let mut by_zone = vec![0.0; terms.zones.len()];
    let zones: &HashMap<String, usize> = &terms.zone_of_unit;
    for (unit, requests) in &delivered.requests {
        if let Some(zone) = zones.get(unit).and_then(|&zone| by_zone.get_mut(zone)) {
            *zone += count(*requests);
        }
    }
    by_zone
}

/// A count as a number to calculate with; exact up to 2^53.
pub(super) const fn count(number: u64) -> f64 {
    number as f64
}
