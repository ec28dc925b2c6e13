//! What is expected of one line item: what its slots in flight will bring, and how fast more can be delivered.

use lockfill_catalog::rows::{DeliveryMode, GoalKind};
use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::{EpochSeconds, Interval};

use super::delivered::{Delivered, ItemDelivered};
use super::horizons::{Horizons, ItemTraffic};
use super::hour::HourRest;
use super::item_state::ItemState;
use super::learn::count;
use super::limit::Rates;
use super::state::PacingState;
use crate::terms::{CampaignTerms, ItemTerms, Terms};

/// The weight of the published click rate, in impressions.
const CTR_PRIOR: f64 = 500.0;

/// The outlook of a line item with a limit.
pub(super) struct Outlook<'h> {
    /// The dates.
    pub(super) flight: Interval,
    /// Impressions that slots in flight will bring.
    pub(super) in_flight: f64,
    /// The same within the hour.
    pub(super) in_flight_of_hour: f64,
    /// The same where too many would do harm: slots of which too few are known may all be shown.
    pub(super) in_flight_cautious: f64,
    /// The share of handed-out slots that is shown.
    pub(super) shown: f64,
    /// The same where too many would do harm.
    shown_cautious: f64,
    /// Slots for a request with an open gate, and the most of them.
    demand: (f64, f64),
    /// Clicks of an impression.
    pub(super) ctr: f64,
    /// What an impression costs in the mean, in micros of the budget's currency.
    pub(super) cost: f64,
    /// What a paid event costs, in the same.
    pub(super) event_cost: f64,
    /// The traffic that it may get.
    pub(super) traffic: ItemTraffic<'h>,
    /// From when on it may be shown: now, or the beginning of its flight.
    pub(super) from: i64,
    /// Impressions that are missing of the goal; infinite without one.
    missing: f64,
    /// How a target is spread.
    pub(super) mode: DeliveryMode,
}

impl<'h> Outlook<'h> {
    pub(super) fn new(
        (item, flight): (&ItemTerms, Interval),
        delivered: &ItemDelivered,
        (state, own): (&PacingState, &ItemState),
        traffic: ItemTraffic<'h>,
        now: i64,
    ) -> Self {
        let lifetime = delivered.lifetime;
        let published = f64::from(item.ctr_ppm) / 1e6;
        let ctr =
            (count(lifetime.clicks) + CTR_PRIOR * published) / (count(lifetime.impressions) + CTR_PRIOR);
        let event_cost = item.thousand_events_micros() as f64 / 1_000.0;
        let cost = match item.pricing {
            Pricing::Cpm => event_cost,
            Pricing::Cpc => event_cost * ctr,
            Pricing::Cpa | Pricing::Cpi => 0.0,
        };
        let (factor, cautious) = (own.factor(), own.factor_cautious(state.shown.share()));
        let expected = own.pools.expected(&state.shown);
        let of_hour = own.pools.arriving(&state.shown, HourRest::new(&state.shown, now).minutes);
        let ctr = ctr.max(1e-6);
        let missing = goal(item, delivered, ctr)
            .map_or(f64::INFINITY, |(target, done, of_impression)| (target - done).max(0.0) / of_impression);
        Self {
            flight,
            in_flight: expected * factor,
            in_flight_of_hour: of_hour * factor,
            in_flight_cautious: expected * cautious,
            shown: (state.shown.share() * factor).min(1.0),
            shown_cautious: (state.shown.share() * cautious).min(1.0),
            demand: (own.demand(), own.demand_highest()),
            ctr,
            cost,
            event_cost,
            traffic,
            from: now.max(flight.from.0),
            missing,
            mode: if item.share_ppm.is_some() { DeliveryMode::Asap } else { item.mode },
        }
    }

    /// Impressions of a request with an open gate.
    pub(super) fn of_request(&self) -> f64 {
        self.demand.0 * self.shown
    }

    /// Requests a minute, now or at the beginning of the flight.
    fn requests(&self) -> f64 {
        if self.from < self.flight.until.0 { self.traffic.a_minute(self.from) } else { 0.0 }
    }

    /// Impressions a minute with an open gate, as they are now.
    pub(super) fn rate(&self) -> f64 {
        self.of_request() * self.requests()
    }

    /// Impressions a minute with an open gate.
    pub(super) fn rates(&self) -> Rates {
        let requests = self.requests();
        Rates {
            now: self.of_request() * requests,
            cautious: self.demand.1 * self.shown_cautious * requests,
            worst: self.shown_cautious * requests,
            highest: self.demand.1 * self.shown_cautious * self.traffic.peak,
        }
    }

    /// Impressions that can be delivered until an instant.
    pub(super) fn potential(&self, until: i64) -> f64 {
        let until = until.min(self.flight.until.0);
        (self.of_request() * self.traffic.between(self.from, until)).min(self.missing)
    }
}

/// The outlooks of all line items that the state knows, in the order of the terms.
pub(super) fn outlooks<'h>(
    terms: &Terms,
    delivered: &Delivered,
    state: &PacingState,
    horizons: &'h Horizons<'_>,
    now: EpochSeconds,
) -> Vec<Option<Outlook<'h>>> {
    let nothing = ItemDelivered::default();
    let of_item = |item: &ItemTerms| {
        let own = state.line_items.get(&item.hash)?;
        let delivered = delivered.line_items.get(&item.id).unwrap_or(&nothing);
        Some(Outlook::new((item, item.flight?), delivered, (state, own), horizons.of(item, own), now.0))
    };
    terms.line_items.iter().map(of_item).collect()
}

/// The line items of a campaign that have an outlook.
pub(super) fn members_of<'a, 'h>(
    terms: &'a Terms,
    campaign: &CampaignTerms,
    outlooks: &'a [Option<Outlook<'h>>],
) -> Vec<(&'a ItemTerms, &'a Outlook<'h>)> {
    let places = campaign.line_items.iter();
    places.filter_map(|&place| Some((&terms.line_items[place], outlooks.get(place)?.as_ref()?))).collect()
}

/// A goal: the target, what was delivered of it, and what an impression brings in the mean.
pub(super) fn goal(item: &ItemTerms, delivered: &ItemDelivered, ctr: f64) -> Option<(f64, f64, f64)> {
    let goal = item.goal?;
    let lifetime = delivered.lifetime;
    Some(match goal.kind {
        GoalKind::Impressions => (count(goal.count), count(lifetime.impressions), 1.0),
        GoalKind::Clicks => (count(goal.count), count(lifetime.clicks), ctr),
    })
}

/// Whether a goal is reached.
pub(super) fn is_reached(item: &ItemTerms, delivered: &ItemDelivered) -> bool {
    item.goal.is_some_and(|goal| {
        let lifetime = delivered.lifetime;
        let done = if goal.kind == GoalKind::Clicks { lifetime.clicks } else { lifetime.impressions };
        done >= goal.count
    })
}
