//! What sampled requests say of an item: how many it fits, how many show it, and what each rule costs.

use std::collections::BTreeMap;

use lockfill_catalog::Catalog;
use lockfill_decision::inspection::check_item;
use lockfill_decision::{AllocationKind, Context, Inputs, Item, Rejection, Slot, decide};
use lockfill_models::counts::HistoryClass;
use lockfill_models::pacing::Gates;
use lockfill_models::time::{EpochSeconds, Interval};
use lockfill_models::user_state::UserState;

use super::sampled::{SampledRequest, SampledRequests};

const WEEK_SECONDS: i64 = 7 * 86_400;
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
}

/// Decides the sampled requests again. Histories are those of new users, so caps that only a history uses up cost
/// nothing. A flight that begins later is tried at the same hours of its first week.
pub(super) fn reach(catalog: &Catalog, item: Item<'_>, sampled: &SampledRequests, gates: &Gates) -> Reach {
    let mut reach = Reach::default();
    let mut rivals = BTreeMap::new();
    let flight = match item {
        Item::LineItem(item) => item.flight(),
        Item::Content(content) => Some(content.flight()),
    };
    for request in sampled.requests.iter().filter(|request| may_show(request.kind, item)) {
        reach.add(catalog, item, request, gates, flight, &mut rivals);
    }
    let mut rivals: Vec<_> = rivals.into_iter().collect();
    rivals.sort_by(|(id, one), (other_id, other)| {
        other.thousandths.cmp(&one.thousandths).then_with(|| id.cmp(other_id))
    });
    rivals.truncate(RIVALS_MAX);
    reach.rivals = rivals;
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

impl Reach {
    fn add(
        &mut self,
        catalog: &Catalog,
        item: Item<'_>,
        request: &SampledRequest,
        gates: &Gates,
        flight: Option<Interval>,
        rivals: &mut BTreeMap<String, Estimate>,
    ) {
        let SampledRequest { kind, query, history, at, thousandths } = request;
        let Some(unit) = catalog.unit(&query.unit_id) else { return };
        let state = match history {
            HistoryClass::Unknown => UserState::default(),
            HistoryClass::New | HistoryClass::Light | HistoryClass::Heavy => UserState::new_user(),
        };
        let now = within(flight, *at);
        let inputs = Inputs { catalog, unit, query, state: &state, gates, gate_columns: None, now };
        self.requests.add(*thousandths);
        let failed: Vec<_> = check_item(*kind, item, &Context::new(&inputs))
            .into_iter()
            .filter(|check| !check.passes)
            .map(|check| name(check.rule))
            .collect();
        for rule in &failed {
            let cost = self.rules.entry(rule).or_default();
            cost.fails.add(*thousandths);
            if failed.len() == 1 {
                cost.fails_alone.add(*thousandths);
            }
        }
        if !failed.is_empty() {
            return;
        }
        self.fits.add(*thousandths);
        let decision = decide(*kind, &inputs, &mut ());
        let slots = decision.slots.iter().filter(|slot| is_of(slot, item)).count() as u64;
        if slots > 0 {
            self.shows.add(*thousandths);
            self.slot_thousandths = self.slot_thousandths.saturating_add(thousandths.saturating_mul(slots));
            return;
        }
        let mut ids: Vec<_> = decision.slots.iter().filter_map(|slot| rival(slot, item)).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            rivals.entry(id.to_owned()).or_default().add(*thousandths);
        }
    }
}

/// The name of a rule. Two rules on languages have one name in answers of an allocation.
fn name(rule: Rejection) -> &'static str {
    if rule == Rejection::ContentLanguage { "content_language" } else { rule.name() }
}

/// The first instant from `at` on, by whole weeks, that is within a flight that begins later.
fn within(flight: Option<Interval>, at: EpochSeconds) -> EpochSeconds {
    let Some(flight) = flight else { return at };
    let weeks = (flight.from.0.saturating_sub(at.0).max(0) + WEEK_SECONDS - 1) / WEEK_SECONDS;
    at.plus_seconds(weeks * WEEK_SECONDS)
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
