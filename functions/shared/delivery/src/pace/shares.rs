//! What plans have in store, for reports of how well they are kept.

use std::collections::BTreeMap;

use lockfill_models::time::EpochSeconds;

use super::campaigns::traffic_of;
use super::delivered::Delivered;
use super::horizons::Horizons;
use super::outlook::{members_of, outlooks};
use super::plan::share;
use super::state::PacingState;
use crate::terms::Terms;

/// The parts of what is left that plans have between two instants.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlannedShares {
    /// Of the goals of line items, by id.
    pub goals: BTreeMap<String, f64>,
    /// Of the lifetime budgets of campaigns, by id, as their first line item is spread.
    pub budgets: BTreeMap<String, f64>,
}

/// The parts of what is left at `now` that are planned until an instant, by what was learned so far.
#[must_use]
pub fn planned_shares(
    terms: &Terms,
    delivered: &Delivered,
    state: &PacingState,
    (now, until): (EpochSeconds, EpochSeconds),
) -> PlannedShares {
    let horizons = Horizons::new(terms, state, now);
    let outlooks = outlooks(terms, delivered, state, &horizons, now);
    let mut shares = PlannedShares::default();
    for (item, outlook) in terms.line_items.iter().zip(&outlooks) {
        let (Some(outlook), Some(_)) = (outlook, item.goal) else { continue };
        let span = (outlook.flight.from.0, outlook.flight.until.0);
        let traffic = |from: i64, until: i64| outlook.traffic.between(from, until);
        shares.goals.insert(item.id.clone(), share(outlook.mode, span, (now.0, until.0), &traffic));
    }
    for campaign in terms.campaigns.iter().filter(|campaign| campaign.budget_micros.is_some()) {
        let members = members_of(terms, campaign, &outlooks);
        let Some((_, first)) = members.first() else { continue };
        let span = (campaign.flight.from.0, campaign.flight.until.0);
        let traffic = |from: i64, until: i64| traffic_of(&members, from, until);
        shares.budgets.insert(campaign.id.clone(), share(first.mode, span, (now.0, until.0), &traffic));
    }
    shares
}
