//! Budgets of campaigns: what is left of them, and how much of it each line item may take.

use lockfill_catalog::rows::DeliveryMode;
use lockfill_models::time::{EpochSeconds, Interval};

use super::delivered::{Counts, Delivered, ItemDelivered};
use super::hour::Pulse;
use super::limit::{Allowed, safe_left};
use super::outlook::Outlook;
use super::plan::{Target, Track};
use super::state::CampaignState;
use crate::terms::{CampaignTerms, ItemTerms, Terms};

const MODES: [DeliveryMode; 3] = [DeliveryMode::Even, DeliveryMode::FrontLoaded, DeliveryMode::Asap];

/// Line items of one campaign, with what is expected of each.
pub(super) struct Members<'a, 'h> {
    pub(super) campaign: &'a CampaignTerms,
    pub(super) terms: &'a Terms,
    pub(super) all: Vec<(&'a ItemTerms, &'a Outlook<'h>)>,
    pub(super) delivered: &'a Delivered,
    pub(super) pulse: Pulse,
    pub(super) now: EpochSeconds,
}

/// What the budgets of a campaign allow.
pub(super) struct OfCampaign {
    /// By line item, in the order of the members.
    pub(super) allowed: Vec<Allowed>,
    /// Whether a budget does not pay for one more event, by line item.
    pub(super) spent: Vec<bool>,
    /// Whether a budget pays for nothing any more.
    pub(super) is_spent: bool,
}

/// A budget of a campaign.
struct Budget {
    micros: i64,
    span: Interval,
    counts: fn(&ItemDelivered) -> Counts,
}

/// The limits of a campaign's budgets on each of its line items.
pub(super) fn limits(members: &Members<'_, '_>, state: &mut CampaignState) -> OfCampaign {
    let count = members.all.len();
    let mut limits =
        OfCampaign { allowed: vec![Allowed::ALL; count], spent: vec![false; count], is_spent: false };
    let campaign = members.campaign;
    if let Some(micros) = campaign.budget_micros {
        let budget = Budget { micros, span: campaign.flight, counts: |item| item.lifetime };
        members.apply(&budget, &mut state.lifetime, &mut limits);
    }
    if let Some(micros) = campaign.daily_budget_micros {
        let day = campaign.day(members.now);
        let span = day.intersect(campaign.flight).unwrap_or(day);
        let budget = Budget { micros, span, counts: |item| item.today };
        members.apply(&budget, &mut state.day, &mut limits);
    }
    limits
}

impl Members<'_, '_> {
    fn apply(&self, budget: &Budget, track: &mut Option<Track>, limits: &mut OfCampaign) {
        let spent = self.spent(budget);
        let left = budget.micros.saturating_sub(spent);
        for ((_, outlook), is_spent) in self.all.iter().zip(&mut limits.spent) {
            *is_spent |= outlook.event_cost > 0.0 && outlook.event_cost > left as f64;
        }
        let is_paying = |&(outlook, spent): &(&Outlook<'_>, bool)| outlook.event_cost <= 0.0 || !spent;
        let outlooks = self.all.iter().map(|(_, outlook)| *outlook).zip(limits.spent.iter().copied());
        limits.is_spent |= left <= 0 || !outlooks.into_iter().any(|item| is_paying(&item));
        let in_flight = self.sum(|outlook| outlook.in_flight * outlook.cost);
        let cautious = self.sum(|outlook| outlook.in_flight_cautious * outlook.cost);
        let variance = self.sum(|outlook| outlook.in_flight_cautious * outlook.cost * outlook.event_cost);
        let safe = safe_left(left as f64, cautious, variance);
        let committed = spent as f64 + in_flight;
        let event = self.all.iter().map(|(_, outlook)| outlook.event_cost).fold(1.0, f64::max);
        let target =
            Target { amount: budget.micros as f64, span: budget.span, committed, done: spent as f64, event };
        let traffic = |from: i64, until: i64| traffic_of(&self.all, from, until);
        let is_spread = |mode: &DeliveryMode| self.all.iter().any(|(_, outlook)| outlook.mode == *mode);
        let mode = MODES.into_iter().find(is_spread).unwrap_or_default();
        let plan = Track::renew(*track, &target, (self.now.0, self.pulse.lead_seconds), |plan, at| {
            plan.due(mode, at, &traffic)
        });
        *track = Some(plan);
        // A budget without an end is spread over no time.
        let is_endless = budget.span.until >= EpochSeconds::MAX;
        let by_need = self.shares(|outlook| outlook.cost * outlook.potential(budget.span.until.0));
        let by_rate = self.shares(|outlook| outlook.cost * outlook.rate());
        let arriving = self.sum(|outlook| outlook.in_flight_of_hour * outlook.cost);
        let missing =
            plan.missing_of_hour(spent as f64).map(|missing| missing - arriving - target.rest(self.now.0));
        for mode in MODES {
            if !self.all.iter().any(|(_, outlook)| outlook.mode == mode) {
                continue;
            }
            let due = |at: i64| plan.due(mode, at, &traffic) - committed - target.rest(at);
            let is_open = mode == DeliveryMode::Asap || is_endless;
            let a_minute = if is_open {
                f64::INFINITY
            } else {
                self.pulse.a_minute(self.now.0.max(budget.span.from.0), due, missing)
            };
            for (index, (_, outlook)) in self.all.iter().enumerate() {
                if outlook.mode != mode || outlook.cost <= 0.0 {
                    continue;
                }
                let of_rate = by_rate[index] / outlook.cost;
                let own = Allowed {
                    a_minute: if is_open { a_minute } else { a_minute * of_rate },
                    safe: safe * by_need[index] / outlook.cost,
                    planned: if is_open { f64::INFINITY } else { plan.a_minute() * of_rate },
                };
                limits.allowed[index] = limits.allowed[index].and(own);
            }
        }
    }

    /// What a budget has paid, in micros of its currency.
    fn spent(&self, budget: &Budget) -> i64 {
        let counts = |item: Option<&ItemDelivered>| item.map(budget.counts).unwrap_or_default().spend_micros;
        let of_item = |&place: &usize| {
            let item = &self.terms.line_items[place];
            item.in_budget_currency(counts(self.delivered.line_items.get(&item.id)))
        };
        let withdrawn = counts(self.delivered.withdrawn.get(&self.campaign.id));
        self.campaign.line_items.iter().map(of_item).fold(withdrawn, i64::saturating_add)
    }

    fn sum(&self, of: impl Fn(&Outlook<'_>) -> f64) -> f64 {
        self.all.iter().map(|(_, outlook)| of(outlook)).sum()
    }

    /// The share of each line item in a sum; equal ones where there is none.
    fn shares(&self, of: impl Fn(&Outlook<'_>) -> f64) -> Vec<f64> {
        let parts: Vec<f64> = self.all.iter().map(|(_, outlook)| of(outlook)).collect();
        let sum: f64 = parts.iter().sum();
        let equal = 1.0 / parts.len().max(1) as f64;
        parts.iter().map(|part| if sum > 0.0 { part / sum } else { equal }).collect()
    }
}

/// Expected requests between two instants that the line items of a campaign turn into spend, weighted by it.
pub(super) fn traffic_of(members: &[(&ItemTerms, &Outlook<'_>)], from: i64, until: i64) -> f64 {
    let of_item = |(_, outlook): &(&ItemTerms, &Outlook<'_>)| {
        let flight = outlook.flight;
        let (from, until) = (from.max(flight.from.0), until.min(flight.until.0));
        outlook.cost * outlook.of_request() * outlook.traffic.between(from, until)
    };
    members.iter().map(of_item).sum()
}
