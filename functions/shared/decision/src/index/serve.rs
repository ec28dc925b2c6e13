//! The slots of a slate by the index.

use lockfill_catalog::index::{AdsIndex, Overrides};
use lockfill_catalog::{LineItem, Tier};
use lockfill_models::draw::{Draws, Purpose, bytes_hash};
use lockfill_models::time::{EpochSeconds, Interval};

use super::plan::{Plan, has};
use super::walk::Walk;
use crate::context::Context;
use crate::eligibility::{
    check_hours, is_advertiser_blocked, is_budget_spent, is_category_blocked, is_held_back,
};
use crate::placement::Slate;
use crate::slot::AdSlot;

/// Of a group, this many are ordered and checked at first, then four times as many each time.
const PART: usize = 32;

/// The order among line items up to the draw, the least first: the number of the tier, and the eCPM turned around.
type Rank = (u8, u64);

/// The next line item of a stream.
struct Next {
    rank: Rank,
    item: u32,
}

impl Next {
    /// No line item: behind all others.
    const NONE: Self = Self { rank: (u8::MAX, u64::MAX), item: u32::MAX };

    const fn new(tier: Tier, ecpm_micros: i64, item: u32) -> Self {
        // With the sign turned, bits are in the order of numbers.
        Self { rank: (tier as u8, !(ecpm_micros.cast_unsigned() ^ (1 << 63))), item }
    }
}

/// Up to `count` ads, exactly those of the reference. `None` if the index does not cover the time of the slate.
pub(crate) fn serve<'c>(
    context: &Context<'_, 'c>,
    index: &AdsIndex<'c>,
    count: usize,
) -> Option<Vec<AdSlot<'c>>> {
    let slate_seconds = seconds(context)?;
    if context.inputs.unit.advertiser_slots_max == 0 {
        return Some(Vec::new());
    }
    let subject = context.subject();
    let plan = Plan::new(context, &subject, index);
    let mut serving = Serving {
        context,
        plan: &plan,
        flights: index.flights(),
        advertisers: index.advertisers(),
        slate_seconds,
        slate: Slate::new(context),
        slots: Vec::with_capacity(count),
        count,
        draws: None,
        drawn: Vec::new(),
    };
    serving.first_round(index);
    serving.later_rounds();
    Some(serving.slots)
}

/// Begin and end of the slate as flights have them. Flights are cut to 32 bits, which tells nothing at the ends.
pub(super) fn seconds(context: &Context<'_, '_>) -> Option<(u32, u32)> {
    let from = u32::try_from(context.slate.from.0).ok().filter(|&from| from < u32::MAX);
    let until = u32::try_from(context.slate.until.0).ok().filter(|&until| until > 0);
    from.zip(until)
}

struct Serving<'s, 'a, 'c> {
    context: &'s Context<'a, 'c>,
    plan: &'s Plan<'s>,
    flights: (&'c [u32], &'c [u32]),
    advertisers: &'c [u32],
    slate_seconds: (u32, u32),
    slate: Slate<'s, 'c>,
    slots: Vec<AdSlot<'c>>,
    count: usize,
    /// Made by the first group, and used by all.
    draws: Option<Draws>,
    /// The draws of a group.
    drawn: Vec<(u64, u32)>,
}

impl<'c> Serving<'_, '_, 'c> {
    /// Gives a slot to each line item in turn until the slate is full.
    fn first_round(&mut self, index: &AdsIndex<'c>) {
        let unit = self.context.inputs.unit;
        let overrides = index.overrides(unit);
        let mut base = Base {
            walk: Walk::new(self.plan),
            overrides,
            next_override: 0,
            tier_ends: index.tier_ends(),
            next: Next::NONE,
        };
        let mut over = Over { overrides, place: 0, next: Next::NONE };
        base.advance(self);
        over.advance(self);
        let mut group = Vec::new();
        while self.slots.len() < self.count {
            let is_base = base.next.rank <= over.next.rank;
            let Next { rank, item } = *if is_base { &base.next } else { &over.next };
            if item == Next::NONE.item {
                break;
            }
            if is_base {
                base.advance(self);
            } else {
                over.advance(self);
            }
            if base.next.rank != rank && over.next.rank != rank {
                self.place(item);
                continue;
            }
            group.clear();
            group.push(item);
            while base.next.rank == rank {
                group.push(base.next.item);
                base.advance(self);
            }
            while over.next.rank == rank {
                group.push(over.next.item);
                over.advance(self);
            }
            self.place_group(&group);
        }
    }

    /// Gives slots to line items of one rank, in the order of their draws.
    fn place_group(&mut self, group: &[u32]) {
        let context = self.context;
        let draws = self.draws.get_or_insert_with(|| context.draws(Purpose::LineItemOrder));
        let hash = |item: u32| {
            let line_item = context.inputs.catalog.line_item_at(item);
            line_item.map_or(0, |line_item| bytes_hash(line_item.id_bytes()))
        };
        let mut drawn = std::mem::take(&mut self.drawn);
        drawn.clear();
        drawn.extend(group.iter().map(|&item| (draws.of(hash(item)), item)));
        let (mut rest, mut part) = (&mut drawn[..], PART);
        while !rest.is_empty() && self.slots.len() < self.count {
            if part < rest.len() {
                rest.select_nth_unstable(part);
            }
            let (first, others) = rest.split_at_mut(part.min(rest.len()));
            first.sort_unstable();
            for &(_, item) in &*first {
                self.place(item);
            }
            (rest, part) = (others, part * 4);
        }
        self.drawn = drawn;
    }

    /// Gives a survivor a slot, if no rule rejects it and there is one left.
    fn place(&mut self, item: u32) {
        if self.slots.len() == self.count {
            return;
        }
        let Some(line_item) = self.context.inputs.catalog.line_item_at(item) else { return };
        let Some(show) = self.check(&line_item) else { return };
        if let Ok(creative) = self.slate.place(line_item) {
            self.slots.push(AdSlot { line_item, creative: line_item.creative(creative), show });
        }
    }

    /// When a survivor whose eCPM is not below the floor price may be shown within the slate. What columns are exact
    /// for is not checked again.
    #[inline]
    fn check(&self, line_item: &LineItem<'c>) -> Option<Interval> {
        let context = self.context;
        let flight = self.flight(line_item.index())?;
        if !self.plan.admits(line_item) {
            return None;
        }
        let show = check_hours(*line_item, flight, context).ok()?;
        let is_blocked = !self.plan.is_unit_exact()
            && (is_category_blocked(line_item.categories(), context)
                || is_advertiser_blocked(*line_item, context));
        let is_held_back = context.inputs.gate_columns.map_or_else(
            || is_budget_spent(*line_item, context) || is_held_back(*line_item, context),
            |gates| has(&gates.partly_open, line_item.index()) && is_held_back(*line_item, context),
        );
        (!is_blocked && !is_held_back).then_some(show)
    }

    /// The dates of a line item, cut to the slate. Within the slate no date is cut to 32 bits.
    fn flight(&self, item: u32) -> Option<Interval> {
        let (place, slate) = (item as usize, self.context.slate);
        let from = EpochSeconds((*self.flights.0.get(place)?).into());
        let until = EpochSeconds((*self.flights.1.get(place)?).into());
        Interval::new(slate.from.max(from), slate.until.min(until))
    }

    /// Whether the arrays of the index do not rule out a survivor.
    fn may_show(&self, item: u32) -> bool {
        let (place, (from, until)) = (item as usize, self.slate_seconds);
        let (starts, ends) = self.flights;
        let flies = starts.get(place).is_some_and(|&start| start < until)
            && ends.get(place).is_some_and(|&end| end > from);
        flies && !self.advertisers.get(place).is_some_and(|&advertiser| self.slate.is_full(advertiser))
    }

    fn is_below_floor_price(&self, tier: Tier, ecpm_micros: i64) -> bool {
        tier != Tier::House && ecpm_micros < self.context.inputs.unit.floor_price_micros
    }

    /// Gives further slots, with other creatives, to the line items that have one.
    fn later_rounds(&mut self) {
        if self.slots.len() == self.count {
            return;
        }
        let mut open: Vec<_> = self.slots.iter().map(|slot| (slot.line_item, slot.show)).collect();
        while self.slots.len() < self.count && !open.is_empty() {
            open.retain(|&(line_item, show)| {
                if self.slots.len() == self.count {
                    return true;
                }
                let Ok(creative) = self.slate.place(line_item) else { return false };
                self.slots.push(AdSlot { line_item, creative: line_item.creative(creative), show });
                true
            });
        }
    }
}

/// The line items without rates on the unit, in their order.
struct Base<'w, 'p, 'c> {
    walk: Walk<'w, 'p>,
    overrides: Overrides<'c>,
    /// The place of the first line item with rates that the walk has not passed.
    next_override: usize,
    tier_ends: [u32; 5],
    next: Next,
}

impl<'c> Base<'_, '_, 'c> {
    /// Goes to the next line item that may be shown.
    fn advance(&mut self, serving: &Serving<'_, '_, 'c>) {
        self.next = Next::NONE;
        while let Some(item) = self.walk.next() {
            if !serving.may_show(item) || self.has_rates(item) {
                continue;
            }
            let Some(line_item) = serving.context.inputs.catalog.line_item_at(item) else { return };
            let (tier, ecpm_micros) = (line_item.tier(), line_item.base_ecpm_micros());
            if !serving.is_below_floor_price(tier, ecpm_micros) {
                self.next = Next::new(tier, ecpm_micros, item);
                return;
            }
            // What follows in the tier has no higher eCPM.
            let end = self.tier_ends.iter().find(|&&end| end > item);
            self.walk.skip_to(end.copied().unwrap_or(item));
        }
    }

    /// Whether a line item, which is behind those that were asked for before, has rates on the unit.
    fn has_rates(&mut self, item: u32) -> bool {
        while let Some(other) = self.overrides.line_item(self.next_override) {
            if other >= item {
                return other == item;
            }
            self.next_override += 1;
        }
        false
    }
}

/// The line items with rates on the unit, in their order there.
struct Over<'c> {
    overrides: Overrides<'c>,
    place: usize,
    next: Next,
}

impl<'c> Over<'c> {
    /// Goes to the next line item that may be shown.
    fn advance(&mut self, serving: &Serving<'_, '_, 'c>) {
        self.next = Next::NONE;
        while let Some(place) = self.overrides.passing(serving.plan.filter(), self.place) {
            self.place = place + 1;
            let Some((item, ecpm_micros)) = self.overrides.at(place) else { return };
            if !serving.plan.is_survivor(item) || !serving.may_show(item) {
                continue;
            }
            let Some(line_item) = serving.context.inputs.catalog.line_item_at(item) else { return };
            if !serving.is_below_floor_price(line_item.tier(), ecpm_micros) {
                self.next = Next::new(line_item.tier(), ecpm_micros, item);
                return;
            }
        }
    }
}
