//! What was learned of one line item.

use serde::{Deserialize, Serialize};

use super::in_flight::{Pools, Shown, single};
use super::plan::Track;

/// The weight of the prior on how a line item differs from all in what is shown, in impressions.
const FACTOR_PRIOR: f32 = 20.0;
/// The factor follows the last so many impressions.
const FACTOR_MEMORY: f32 = 300.0;
/// The demand follows the last so many slots.
const DEMAND_MEMORY: f32 = 100.0;
/// The highest demand, and all counts of demand, are forgotten by half in so many minutes: a day.
const HALF_LIFE_MINUTES: f32 = 1_440.0;
/// Impressions of a zone are those of the last so many of the line item.
const ZONE_MEMORY: f32 = 2_000.0;
/// The weight of the prior that all zones are alike, in impressions.
const ZONE_PRIOR: f32 = 3.0;

/// What the pacing keeps of a line item between two runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct ItemState {
    /// Slots in flight.
    pub(super) pools: Pools,
    /// Impressions that arrived and that were expected.
    shown: (f32, f32),
    /// Slots that were handed out, and the requests to which the gate was open.
    demand: (f32, f32),
    /// The most slots for a request, lately.
    highest: f32,
    /// Impressions and requests with an open gate, by zone; empty where there is one zone.
    zones: Vec<(f32, f32)>,
    /// Valid impressions as of the last run.
    pub(super) impressions: u64,
    /// How far the gate was open: the share, and when it closes.
    pub(super) gate: (u32, u32),
    /// The plan of the goal.
    pub(super) goal: Option<Track>,
    /// The last run that knew of the line item, in epoch seconds.
    pub(super) known_at: i64,
}

impl ItemState {
    /// How many times more of its slots are shown than of all line items' slots.
    pub(super) fn factor(&self) -> f64 {
        let (arrived, expected) = self.shown;
        f64::from(((arrived + FACTOR_PRIOR) / (expected + FACTOR_PRIOR)).clamp(0.2, 3.0))
    }

    /// The same as it has to be expected where too many would do harm: without impressions, each slot is shown.
    pub(super) fn factor_cautious(&self, share: f64) -> f64 {
        let (arrived, expected) = (f64::from(self.shown.0), f64::from(self.shown.1));
        let prior = f64::from(FACTOR_PRIOR);
        ((arrived + prior / share) / (expected + prior)).min(1.0 / share).max(self.factor())
    }

    /// Learns that impressions arrived while slots left the pools.
    pub(super) fn learn_shown(&mut self, left: &[f64; 4], impressions: f64, shown: &Shown) {
        self.shown.0 += single(impressions);
        self.shown.1 += single(shown.expected(left));
        keep(&mut self.shown, FACTOR_MEMORY);
    }

    /// Slots for a request to which the gate is open. Before anything is known each request is taken for one, so that a
    /// gate opens slowly.
    pub(super) fn demand(&self) -> f64 {
        let (slots, requests) = self.demand;
        f64::from((slots + 1.0) / (requests + 1.0))
    }

    /// The most slots for a request that have to be expected.
    pub(super) fn demand_highest(&self) -> f64 {
        f64::from(self.highest).max(self.demand())
    }

    /// Learns how many slots were handed out for so many requests with an open gate.
    pub(super) fn learn_demand(&mut self, slots: f64, requests: f64, minutes: f64) {
        let keeps = (-single(minutes) / HALF_LIFE_MINUTES * std::f32::consts::LN_2).exp();
        self.demand = (self.demand.0 * keeps + single(slots), self.demand.1 * keeps + single(requests));
        keep(&mut self.demand, DEMAND_MEMORY);
        self.highest *= keeps;
        if self.demand.0 >= DEMAND_MEMORY / 4.0 {
            self.highest = self.highest.max(single(self.demand()));
        }
    }

    /// Learns in which zones impressions arrive, for requests with an open gate.
    pub(super) fn learn_zones(&mut self, impressions: &[f64], requests: &[f64]) {
        if impressions.len() < 2 {
            return;
        }
        self.zones.resize(impressions.len(), (0.0, 0.0));
        for ((zone, &impressions), &requests) in self.zones.iter_mut().zip(impressions).zip(requests) {
            *zone = (zone.0 + single(impressions), zone.1 + single(requests));
        }
        let sum: f32 = self.zones.iter().map(|zone| zone.0).sum();
        if sum > ZONE_MEMORY {
            self.zones.iter_mut().for_each(|zone| *zone = (zone.0 / 2.0, zone.1 / 2.0));
        }
    }

    /// How well the line item fits requests of a zone, relative to the zone that it fits best: 0 to 1.
    pub(super) fn fit(&self, zones: usize) -> Vec<f64> {
        if self.zones.len() != zones || zones < 2 {
            return vec![1.0; zones];
        }
        let sum = self.zones.iter().fold((1.0, 1.0), |sum, zone| (sum.0 + zone.0, sum.1 + zone.1));
        let pseudo = ZONE_PRIOR * sum.1 / sum.0;
        let rates: Vec<f32> =
            self.zones.iter().map(|zone| (zone.0 + ZONE_PRIOR) / (zone.1 + pseudo)).collect();
        let best = rates.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        rates.iter().map(|rate| f64::from(rate / best)).collect()
    }
}

/// Scales a count and its base, so that the count is no more than what is remembered.
fn keep(pair: &mut (f32, f32), memory: f32) {
    if pair.0 > memory {
        *pair = (memory, pair.1 * memory / pair.0);
    }
    // What was never there must not count forever either.
    if pair.1 > memory * 1e4 {
        *pair = (pair.0 / 2.0, pair.1 / 2.0);
    }
}
