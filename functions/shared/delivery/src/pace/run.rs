//! One run: learn, then decide how far each gate is open.

use lockfill_catalog::rows::DeliveryMode;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;

use super::campaigns::{Members, OfCampaign, limits};
use super::delivered::{Delivered, ItemDelivered};
use super::horizons::Horizons;
use super::hour::{HourRest, Pulse};
use super::learn::learn;
use super::limit::{Allowed, gate, safe_left};
use super::outlook::{Outlook, goal, is_reached, members_of, outlooks};
use super::plan::{Target, Track};
use super::state::PacingState;
use crate::terms::{CampaignTerms, ItemTerms, Terms};

/// The gates of all line items with a budget, a goal or a share, as of `now`. The state learns from what happened since
/// the run before.
pub fn pace(terms: &Terms, delivered: &Delivered, state: &mut PacingState, now: EpochSeconds) -> Gates {
    learn(terms, delivered, state, now);
    let (mut spent_campaigns, mut all) = (Vec::new(), Vec::new());
    let horizons = Horizons::new(terms, state, now);
    let nothing = ItemDelivered::default();
    let of_item = |item: &ItemTerms| delivered.line_items.get(&item.id).unwrap_or(&nothing);
    let outlooks = outlooks(terms, delivered, state, &horizons, now);
    let pulse = Pulse {
        now: now.0,
        lead_seconds: state.shown.lead_seconds(),
        rest: HourRest::new(&state.shown, now.0),
    };
    for campaign in &terms.campaigns {
        let of = members_of(terms, campaign, &outlooks);
        let members = Members { campaign, terms, all: of, delivered, pulse, now };
        let of_campaign = of_campaign(&members, state);
        if of_campaign.is_spent && campaign.has_budget() {
            spent_campaigns.push(campaign.hash);
        }
        for (index, &(item, outlook)) in members.all.iter().enumerate() {
            let own = Own { item, outlook, delivered: of_item(item), pulse };
            let is_spent =
                of_campaign.spent[index] || of_campaign.is_spent || is_reached(item, own.delivered);
            let allowed = own.allowed(state, of_campaign.allowed[index]);
            all.push(Asked { own, allowed, is_spent });
        }
    }
    let room = room(&all, state, &horizons);
    let gates: Vec<Gate> = all.iter().filter_map(|asked| asked.gate(state, room)).collect();
    state.forget(now.0);
    let version = u64::try_from(now.epoch_minute()).unwrap_or(0);
    Gates::new(version, now, spent_campaigns, gates)
}

fn of_campaign(members: &Members<'_, '_>, state: &mut PacingState) -> OfCampaign {
    let campaign: &CampaignTerms = members.campaign;
    if !campaign.has_budget() {
        let count = members.all.len();
        return OfCampaign { allowed: vec![Allowed::ALL; count], spent: vec![false; count], is_spent: false };
    }
    let own = state.campaigns.entry(campaign.hash).or_default();
    own.known_at = members.now.0;
    limits(members, own)
}

/// One line item, and what is known of it.
struct Own<'a, 'h> {
    item: &'a ItemTerms,
    outlook: &'a Outlook<'h>,
    delivered: &'a ItemDelivered,
    pulse: Pulse,
}

/// A line item, and how far its limits let it go.
struct Asked<'a, 'h> {
    own: Own<'a, 'h>,
    allowed: Allowed,
    is_spent: bool,
}

/// How far the gates of line items may open that are delivered as fast as possible.
fn room(all: &[Asked<'_, '_>], state: &PacingState, horizons: &Horizons<'_>) -> f64 {
    let flying = || all.iter().filter(|asked| !asked.is_spent && asked.own.is_flying());
    let is_planned = |asked: &&Asked<'_, '_>| asked.allowed.planned.is_finite();
    let planned =
        flying().filter(is_planned).map(|asked| asked.allowed.room(asked.own.outlook.rates().now)).sum();
    let fast = flying().filter(|asked| !is_planned(asked) && asked.own.item.share_ppm.is_none());
    let wanted = fast.map(|asked| asked.own.outlook.rates().now).sum();
    state.supply.open(horizons.requests(), planned, wanted)
}

impl Asked<'_, '_> {
    /// The gate; `None` after the end of the flight.
    fn gate(&self, state: &mut PacingState, room: f64) -> Option<Gate> {
        let (item, outlook) = (self.own.item, self.own.outlook);
        let own = state.line_items.get_mut(&item.hash)?;
        let (open, minutes) = gate(&self.allowed, &outlook.rates(), f64::from(own.gate.0) / 1e6);
        let most = match item.share_ppm {
            Some(share) => f64::from(share) / 1e6,
            None if self.allowed.planned.is_finite() => 1.0,
            None => room,
        };
        let open_ppm = if self.is_spent { 0 } else { ppm(open.min(most)) };
        let closes_at = if open_ppm == 0 { NEVER_CLOSES } else { closes_at(self.own.pulse.now, minutes) };
        own.gate = (open_ppm, closes_at);
        let is_over = outlook.from >= outlook.flight.until.0;
        (!is_over).then_some(Gate { item_hash: item.hash, open_ppm, closes_at, is_spent: self.is_spent })
    }
}

impl Own<'_, '_> {
    /// Whether its flight has begun and is not over.
    const fn is_flying(&self) -> bool {
        self.outlook.from <= self.pulse.now && self.pulse.now < self.outlook.flight.until.0
    }

    /// How far a budget and its goal let it go.
    fn allowed(&self, state: &mut PacingState, by_budget: Allowed) -> Allowed {
        match state.line_items.get_mut(&self.item.hash) {
            Some(own) => by_budget.and(self.by_goal(&mut own.goal)),
            None => by_budget,
        }
    }

    fn by_goal(&self, track: &mut Option<Track>) -> Allowed {
        let outlook = self.outlook;
        let Some((amount, done, of_impression)) = goal(self.item, self.delivered, outlook.ctr) else {
            return Allowed::ALL;
        };
        let in_flight = outlook.in_flight * of_impression;
        let committed = done + in_flight;
        let traffic = |from: i64, until: i64| outlook.traffic.between(from, until);
        let target = Target { amount, span: outlook.flight, committed, done, event: 1.0 };
        let plan = Track::renew(*track, &target, (self.pulse.now, self.pulse.lead_seconds), |plan, at| {
            plan.due(outlook.mode, at, &traffic)
        });
        *track = Some(plan);
        let safe = safe_left(amount - done, in_flight, in_flight) / of_impression;
        let is_endless = outlook.flight.until >= EpochSeconds::MAX;
        if outlook.mode == DeliveryMode::Asap || is_endless {
            return Allowed { safe, ..Allowed::ALL };
        }
        let due = |at: i64| plan.due(outlook.mode, at, &traffic) - committed - target.rest(at);
        let arriving = outlook.in_flight_of_hour * of_impression;
        let missing =
            plan.missing_of_hour(done).map(|missing| missing - arriving - target.rest(self.pulse.now));
        Allowed {
            a_minute: self.pulse.a_minute(outlook.from, due, missing) / of_impression,
            safe,
            planned: plan.a_minute() / of_impression,
        }
    }
}

/// A share as ppm; an open gate has at least 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 1,000,000")]
fn ppm(open: f64) -> u32 {
    (open * 1e6).ceil().clamp(0.0, 1e6) as u32
}

/// The second in which a gate closes that may stay open for so many minutes; at least the next one.
#[expect(clippy::cast_possible_truncation, reason = "clamped to eight days")]
fn closes_at(now: i64, minutes: f64) -> u32 {
    const MINUTES_MAX: f64 = 8.0 * 24.0 * 60.0;
    if minutes >= MINUTES_MAX {
        return NEVER_CLOSES;
    }
    let seconds = (minutes * 60.0) as i64;
    u32::try_from(now.saturating_add(seconds.max(1))).unwrap_or(NEVER_CLOSES)
}
