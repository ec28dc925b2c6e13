//! What sampled requests say of an item: how many it fits, how many show it, and what each rule costs.

use std::collections::BTreeMap;

use lockfill_catalog::Catalog;
use lockfill_decision::inspection::check_item;
use lockfill_decision::{AllocationKind, Context, Decision, Inputs, Item, Rejection, Slot, decide};
use lockfill_models::pacing::Gates;
use lockfill_models::time::EpochSeconds;

use super::assumed::{assumed, blank};
use super::delivery::{Delivery, Time};
use super::depth::{Depths, chances};
use super::sampled::{SampledRequest, SampledRequests};

const DAY_SECONDS: i64 = 86_400;
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS;
const WEEK: f64 = 7.0 * 86_400.0;
/// How many of those that are shown instead are named.
const RIVALS_MAX: usize = 5;

/// Some of the samples, and the requests that they stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    /// How many sampled requests.
    pub samples: u64,
    /// Thousandths of requests of the period.
    pub thousandths: u64,
}

impl Estimate {
    fn add(&mut self, thousandths: u64) {
        self.samples += 1;
        self.thousandths = self.thousandths.saturating_add(thousandths);
    }
}

/// What one rule costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleCost {
    /// The requests that fail the rule.
    pub fails: Estimate,
    /// Of these, those that fail no other: they would fit without the rule.
    pub fails_alone: Estimate,
}

/// What the sampled requests of a period say of an item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reach {
    /// The requests that may show items of its kind.
    pub requests: Estimate,
    /// Of these, those whose rules the item meets.
    pub fits: Estimate,
    /// Of these, those that show it.
    pub shows: Estimate,
    /// Its slots in them, in thousandths.
    pub slot_thousandths: u64,
    /// By the name of the rule.
    pub rules: BTreeMap<&'static str, RuleCost>,
    /// Where it fits and is not shown: the items that are shown most, and in how many requests.
    pub rivals: Vec<(String, Estimate)>,
    /// What it would deliver.
    pub delivery: Delivery,
}

/// What sampled requests are decided on.
pub(super) struct Trial<'a> {
    pub catalog: &'a Catalog,
    pub item: Item<'a>,
    pub gates: &'a Gates,
    pub depths: &'a Depths,
    pub time: Time,
    /// See [`super::forecast::ForecastRequest`].
    pub is_ahead: bool,
}

/// Decides the sampled requests again. A history is that of a user who has seen as much as the sample says, of the items
/// that the rows in question would have shown. A flight that begins later is tried at the same hours of its first week.
pub(super) fn reach(trial: &Trial<'_>, sampled: &SampledRequests) -> Reach {
    let mut reach = Reach::default();
    let mut rivals = BTreeMap::new();
    for request in sampled.requests.iter().filter(|request| may_show(request.kind, trial.item)) {
        trial.add(request, &mut reach, &mut rivals);
    }
    let mut rivals: Vec<_> = rivals.into_iter().collect();
    rivals.sort_by(|(id, one), (other_id, other)| {
        other.thousandths.cmp(&one.thousandths).then_with(|| id.cmp(other_id))
    });
    rivals.truncate(RIVALS_MAX);
    reach.rivals = rivals;
    reach.delivery.finish(trial.item, trial.time);
    reach
}

const fn may_show(kind: AllocationKind, item: Item<'_>) -> bool {
    matches!(
        (kind, item),
        (AllocationKind::Lockscreen, _)
            | (AllocationKind::Ads, Item::LineItem(_))
            | (AllocationKind::Contents, Item::Content(_))
    )
}

impl Trial<'_> {
    fn add(&self, request: &SampledRequest, reach: &mut Reach, rivals: &mut BTreeMap<String, Estimate>) {
        let &Trial { catalog, item, gates, depths, .. } = self;
        let SampledRequest { kind, query, history, seen, at, thousandths } = request;
        let Some(unit) = catalog.unit(&query.unit_id) else { return };
        let blank = blank(*history);
        let now = self.instant(*at);
        let inputs = Inputs { catalog, unit, query, state: &blank, gates, gate_columns: None, now };
        reach.requests.add(*thousandths);
        if !reach.check(*kind, item, &inputs, *thousandths) {
            return;
        }
        let used;
        let inputs = match seen {
            Some(seen) if seen.today > 0 => {
                used = assumed(*kind, &inputs, *seen, depths.slots_of_a_slate(&unit.id));
                let inputs = Inputs { state: &used, ..inputs };
                if !reach.check(*kind, item, &inputs, *thousandths) {
                    return;
                }
                inputs
            }
            _ => inputs,
        };
        reach.fits.add(*thousandths);
        let decision = decide(*kind, &inputs, &mut ());
        if reach.count_slots(&decision, request, self) {
            return;
        }
        let mut ids: Vec<_> = decision.slots.iter().filter_map(|slot| rival(slot, item)).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            rivals.entry(id.to_owned()).or_default().add(*thousandths);
        }
    }

    /// When a request is tried.
    fn instant(&self, at: EpochSeconds) -> EpochSeconds {
        let from = match self.item {
            Item::LineItem(item) => item.flight().map(|flight| flight.from),
            Item::Content(content) => Some(content.flight().from),
        };
        let from = if self.is_ahead { from.max(Some(self.time.now)) } else { from };
        // A period below a week has not each hour of the week.
        let step = if self.is_ahead && self.time.period_seconds < WEEK { DAY_SECONDS } else { WEEK_SECONDS };
        from.map_or(at, |from| {
            let steps = (from.0.saturating_sub(at.0).max(0) + step - 1) / step;
            at.plus_seconds(steps * step)
        })
    }
}

impl Reach {
    /// Whether a request meets the item's rules; those that it fails are counted.
    fn check(
        &mut self,
        kind: AllocationKind,
        item: Item<'_>,
        inputs: &Inputs<'_, '_>,
        thousandths: u64,
    ) -> bool {
        let mut failed: Vec<_> = check_item(kind, item, &Context::new(inputs))
            .into_iter()
            .filter(|check| !check.passes)
            .map(|check| name(check.rule))
            .collect();
        // Several caps are one rule.
        failed.dedup();
        for rule in &failed {
            let cost = self.rules.entry(rule).or_default();
            cost.fails.add(thousandths);
            if failed.len() == 1 {
                cost.fails_alone.add(thousandths);
            }
        }
        failed.is_empty()
    }

    /// Whether the screen of a request shows the item. Counts its slots, the impressions that they bring, and the user.
    fn count_slots(&mut self, decision: &Decision<'_>, request: &SampledRequest, trial: &Trial<'_>) -> bool {
        let SampledRequest { query, seen, thousandths, .. } = request;
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let requests = *thousandths as f64 / 1_000.0;
        let is_long = trial.time.period_seconds >= WEEK;
        if seen.is_some_and(|seen| if is_long { seen.this_week == 0 } else { seen.today == 0 }) {
            self.delivery.users += requests;
        }
        let ratio = trial.depths.ratio(&query.unit_id, decision.slots.len());
        let own = decision.slots.iter().zip(chances(ratio)).filter(|(slot, _)| is_of(slot, trial.item));
        let (slots, seen) = own.fold((0, 0.0), |(slots, seen), (_, chance)| (slots + 1, seen + chance));
        if slots == 0 {
            return false;
        }
        self.shows.add(*thousandths);
        self.slot_thousandths = self.slot_thousandths.saturating_add(thousandths.saturating_mul(slots));
        *self.delivery.by_unit.entry(query.unit_id.to_string()).or_default() += requests * seen;
        true
    }
}

/// The name of a rule. Two rules on languages have one name in answers of an allocation.
fn name(rule: Rejection) -> &'static str {
    if rule == Rejection::ContentLanguage { "content_language" } else { rule.name() }
}

fn is_of(slot: &Slot<'_>, item: Item<'_>) -> bool {
    match (slot, item) {
        (Slot::Ad(ad), Item::LineItem(item)) => ad.line_item.index() == item.index(),
        (Slot::Content(slot), Item::Content(content)) => slot.content.id() == content.id(),
        _ => false,
    }
}

fn rival<'c>(slot: &Slot<'c>, item: Item<'_>) -> Option<&'c str> {
    match (slot, item) {
        (Slot::Ad(ad), Item::LineItem(_)) => Some(ad.line_item.id()),
        (Slot::Content(slot), Item::Content(_)) => Some(slot.content.id()),
        _ => None,
    }
}
