//! What a simulation comes to.

use lockfill_catalog::rows::{DeliveryMode, GoalKind};
use lockfill_delivery::rollup::ItemTotals;
use lockfill_delivery::terms::{CampaignTerms, ItemTerms, Terms};
use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::EpochSeconds;

use crate::billing::Bill;
use crate::caps::{Class, Violations};
use crate::world::World;

/// From how many impressions on a budget's overspend is a ratio.
pub const LARGE: f64 = 10_000.0;
const HOUR: i64 = 3_600;

/// The outcome of a budget or a goal.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What it is: a goal, a lifetime budget or a day's.
    pub kind: &'static str,
    pub id: String,
    pub mode: DeliveryMode,
    /// Its worth in impressions.
    pub impressions: f64,
    /// What was delivered of it, as a part.
    pub part: f64,
    /// Of a budget: impressions that slots in flight, and those of one interval, cost at most when it was last left open.
    pub exposed: f64,
}

/// A plan of an hour, and what happened in it, in impressions.
#[derive(Debug, Clone)]
pub struct SlotOfPlan {
    /// The id of the line item or campaign.
    pub id: String,
    pub hour: i64,
    pub planned: f64,
    pub delivered: f64,
    /// The worth of the target.
    pub impressions: f64,
}

/// All measures.
pub struct Measures {
    pub impressions: u64,
    pub outcomes: Vec<Outcome>,
    pub slots: Vec<SlotOfPlan>,
    pub fill: f64,
    pub violations: Violations,
    pub bills: Vec<Bill>,
}

/// Sums by hour and line item.
struct Happened<'w> {
    world: &'w World,
}

impl Happened<'_> {
    fn sum(&self, id: &str, hours: std::ops::Range<i64>) -> ItemTotals {
        let mut sum = ItemTotals::default();
        for (_, items) in self.world.roll_ups.hours().range(hours) {
            if let Some(totals) = items.get(id) {
                sum.impressions += totals.impressions;
                sum.clicks += totals.clicks;
                sum.cpm_price_micros += totals.cpm_price_micros;
                sum.cpc_price_micros += totals.cpc_price_micros;
            }
        }
        sum
    }

    fn spend(&self, terms: &Terms, campaign: &CampaignTerms, hours: &std::ops::Range<i64>) -> f64 {
        let of_item = |&place: &usize| {
            let item = &terms.line_items[place];
            item.in_budget_currency(self.sum(&item.id, hours.clone()).spend_micros())
        };
        campaign.line_items.iter().map(of_item).sum::<i64>() as f64
    }
}

/// Measures a simulation that has come to its end.
pub fn measure(world: &mut World) -> Measures {
    let violations = std::mem::take(&mut world.caps.violations);
    let happened = Happened { world };
    let terms = &world.all_terms;
    let hours = world.roll_ups.hours().range(world.span.0.div_euclid(HOUR)..);
    let impressions: i64 = hours.flat_map(|(_, items)| items.values()).map(|totals| totals.impressions).sum();
    let mut outcomes = Vec::new();
    let mut slots = Vec::new();
    for item in &terms.line_items {
        of_goal(&happened, item, (&mut outcomes, &mut slots));
    }
    for campaign in &terms.campaigns {
        of_budget(&happened, terms, campaign, (&mut outcomes, &mut slots));
    }
    Measures {
        impressions: u64::try_from(impressions).unwrap_or(0),
        outcomes,
        slots,
        fill: world.server.filled as f64 / world.server.requests.max(1) as f64,
        violations,
        bills: world.roll_ups.billing.bills(&world.rows()),
    }
}

const ALL: std::ops::Range<i64> = i64::MIN..i64::MAX;

fn of_goal(
    happened: &Happened<'_>,
    item: &ItemTerms,
    (outcomes, slots): (&mut Vec<Outcome>, &mut Vec<SlotOfPlan>),
) {
    let Some(goal) = item.goal else { return };
    let done = |totals: ItemTotals| {
        (if goal.kind == GoalKind::Clicks { totals.clicks } else { totals.impressions }) as f64
    };
    let count = goal.count as f64;
    // A click is worth so many impressions.
    let worth = if goal.kind == GoalKind::Clicks { 1e6 / f64::from(item.ctr_ppm) } else { 1.0 };
    outcomes.push(Outcome {
        kind: if goal.kind == GoalKind::Clicks { "clicks" } else { "goal" },
        id: item.id.clone(),
        mode: item.mode,
        impressions: count * worth,
        part: done(happened.sum(&item.id, ALL)) / count,
        exposed: 0.0,
    });
    if item.mode == DeliveryMode::Asap || goal.kind == GoalKind::Clicks {
        return;
    }
    for (&hour, shares) in &happened.world.shares {
        let is_over = item.flight.is_none_or(|flight| {
            flight.until <= EpochSeconds(hour * HOUR) || flight.from > EpochSeconds(hour * HOUR)
        });
        let Some(share) = shares.goals.get(&item.id).filter(|_| !is_over) else { continue };
        let left = (count - done(happened.sum(&item.id, i64::MIN..hour))).max(0.0);
        let delivered = done(happened.sum(&item.id, hour..hour + 1));
        let id = item.id.clone();
        slots.push(SlotOfPlan { id, hour, planned: left * share, delivered, impressions: count });
    }
}

fn of_budget(
    happened: &Happened<'_>,
    terms: &Terms,
    campaign: &CampaignTerms,
    (outcomes, slots): (&mut Vec<Outcome>, &mut Vec<SlotOfPlan>),
) {
    let Some(first) = campaign.line_items.first().map(|&place| &terms.line_items[place]) else { return };
    let mode = first.mode;
    // An impression of the first line item, in the budget's currency.
    let events = if first.pricing == Pricing::Cpc { f64::from(first.ctr_ppm) / 1e6 } else { 1.0 };
    let impression = first.thousand_events_micros() as f64 / 1_000.0 * events;
    let world = happened.world;
    let mut outcome = |kind, micros: i64, hours: &std::ops::Range<i64>, day: Option<i64>| {
        let budget = micros as f64;
        let part = happened.spend(terms, campaign, hours) / budget;
        let id = campaign.id.clone();
        let exposed = world.exposure.micros(terms, campaign, |id| world.server.number(id), day) / impression;
        outcomes.push(Outcome { kind, id, mode, impressions: budget / impression, part, exposed });
    };
    if let Some(micros) = campaign.budget_micros {
        outcome("budget", micros, &ALL, None);
    }
    if let Some(micros) = campaign.daily_budget_micros {
        let mut at = EpochSeconds(happened.world.span.0);
        while at.0 < happened.world.span.1 {
            let day = campaign.day(at);
            let hours = day.from.0.div_euclid(HOUR)..day.until.0.div_euclid(HOUR);
            outcome("day", micros, &hours, Some(day.from.0));
            at = day.until;
        }
        return;
    }
    let Some(budget) = campaign.budget_micros.filter(|_| mode != DeliveryMode::Asap) else { return };
    if first.pricing == Pricing::Cpc {
        return;
    }
    for (&hour, shares) in &happened.world.shares {
        let at = EpochSeconds(hour * HOUR);
        let flies = campaign.flight.from <= at && at < campaign.flight.until;
        let Some(share) = shares.budgets.get(&campaign.id).filter(|_| flies) else { continue };
        let left = (budget as f64 - happened.spend(terms, campaign, &(i64::MIN..hour))).max(0.0);
        slots.push(SlotOfPlan {
            id: campaign.id.clone(),
            hour,
            planned: left * share / impression,
            delivered: happened.spend(terms, campaign, &(hour..hour + 1)) / impression,
            impressions: budget as f64 / impression,
        });
    }
}

impl Measures {
    /// How much more than a budget of a size was spent, at most, as a part of it.
    pub fn overspend_max(&self, is_of_size: impl Fn(f64) -> bool) -> f64 {
        let budgets = self.outcomes.iter().filter(|one| matches!(one.kind, "budget" | "day"));
        budgets.filter(|one| is_of_size(one.impressions)).map(|one| one.part - 1.0).fold(0.0, f64::max)
    }

    /// The same in impressions.
    pub fn overspend_impressions_max(&self, is_of_size: impl Fn(f64) -> bool) -> f64 {
        let budgets = self.outcomes.iter().filter(|one| matches!(one.kind, "budget" | "day"));
        let over = budgets.filter(|one| is_of_size(one.impressions));
        over.map(|one| (one.part - 1.0) * one.impressions).fold(0.0, f64::max)
    }

    /// The same as a part of what slots in flight, and those of one interval, may bring.
    pub fn overspend_of_exposed_max(&self, is_of_size: impl Fn(f64) -> bool) -> f64 {
        let budgets = self.outcomes.iter().filter(|one| matches!(one.kind, "budget" | "day"));
        let over = budgets.filter(|one| is_of_size(one.impressions) && one.part > 1.0);
        over.map(|one| (one.part - 1.0) * one.impressions / one.exposed.max(1e-9)).fold(0.0, f64::max)
    }

    /// By how much a bill is more than its budget, at most, as a part of the budget.
    pub fn billed_over_max(&self) -> f64 {
        self.bills.iter().map(|bill| ratio(bill.billed, bill.budget) - 1.0).fold(0.0, f64::max)
    }

    /// What was delivered and not billed, of all that campaigns with a budget have spent.
    pub fn unbilled(&self) -> f64 {
        let parts = self.bills.iter().map(|bill| ratio(bill.spent - bill.billed, bill.budget));
        let spent: f64 = self.bills.iter().map(|bill| ratio(bill.spent, bill.budget)).sum();
        parts.sum::<f64>() / spent.max(1e-9)
    }

    /// By how much of an even or front-loaded goal in impressions its delivery differs at its end, at most.
    pub fn goal_error_max(&self) -> f64 {
        let goals = self.outcomes.iter().filter(|one| one.kind == "goal" && one.mode != DeliveryMode::Asap);
        goals.map(|one| (one.part - 1.0).abs()).fold(0.0, f64::max)
    }

    /// The mean error of an hour against its plan, of targets of a size, weighted by the plan.
    pub fn slot_error(&self, is_of_size: impl Fn(f64) -> bool) -> f64 {
        let of_size = || self.slots.iter().filter(|slot| is_of_size(slot.impressions));
        let planned: f64 = of_size().map(|slot| slot.planned).sum();
        of_size().map(|slot| (slot.delivered - slot.planned).abs()).sum::<f64>() / planned.max(1e-9)
    }

    /// The least error that whole impressions allow, weighted alike: an hour that is planned for 0.4 brings none or one.
    pub fn least_slot_error(&self) -> f64 {
        self.mean_of_slots(|planned| (planned - planned.round()).abs())
    }

    /// The error of a pacer that opens its gates exactly as far as the plan says, weighted alike: impressions of independent
    /// people are as many as a Poisson distribution has them.
    pub fn slot_error_by_chance(&self) -> f64 {
        self.mean_of_slots(poisson_deviation)
    }

    fn mean_of_slots(&self, error: impl Fn(f64) -> f64) -> f64 {
        let planned: f64 = self.slots.iter().map(|slot| slot.planned).sum();
        self.slots.iter().map(|slot| error(slot.planned)).sum::<f64>() / planned.max(1e-9)
    }

    /// The mean error of all targets from an hour on.
    pub fn slot_error_after(&self, hour: i64) -> f64 {
        let after = || self.slots.iter().filter(|slot| slot.hour >= hour);
        let planned: f64 = after().map(|slot| slot.planned).sum();
        after().map(|slot| (slot.delivered - slot.planned).abs()).sum::<f64>() / planned.max(1e-9)
    }

    /// Showings beyond caps of a class of devices.
    pub fn violations_of(&self, class: Class) -> u64 {
        self.violations.outside.get(&class).copied().unwrap_or(0)
    }

    /// Showings of a class of devices.
    pub fn showings_of(&self, class: Class) -> u64 {
        self.violations.showings.get(&class).copied().unwrap_or(0)
    }
}

/// The mean deviation of a Poisson distribution from its mean: `2 m^(k+1) e^-m / k!` with `k` the floor of `m` (de Moivre).
fn poisson_deviation(mean: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    if mean > 500.0 {
        return (2.0 * mean / std::f64::consts::PI).sqrt();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 500")]
    let whole = mean as u32;
    let factorial: f64 = (1..=whole).map(|number| f64::from(number).ln()).sum();
    2.0 * (f64::from(whole + 1).mul_add(mean.ln(), -mean) - factorial).exp()
}

/// A quotient of amounts.
fn ratio(part: i128, whole: i128) -> f64 {
    part as f64 / (whole as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poisson_distribution_deviates_from_its_mean_as_the_sum_of_its_terms_says() {
        for mean in [0.1, 0.6, 1.0, 2.5, 20.0, 120.0] {
            let (mut term, mut sum) = (f64::exp(-mean), 0.0);
            for count in 0..1_000 {
                sum += term * (f64::from(count) - mean).abs();
                term *= mean / f64::from(count + 1);
            }
            assert!((poisson_deviation(mean) - sum).abs() < 1e-6 * sum, "{mean}");
        }
        assert!((poisson_deviation(499.9) / poisson_deviation(500.1) - 1.0).abs() < 1e-3);
    }
}
