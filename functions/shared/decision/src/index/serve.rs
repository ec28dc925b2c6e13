//! The slots of a slate by the index.

use std::cmp::Reverse;

use lockfill_catalog::index::{AdsIndex, Overrides};
use lockfill_catalog::{LineItem, Tier};
use lockfill_models::draw::{Draws, Purpose};
use lockfill_models::time::Interval;

use super::plan::Plan;
use super::walk::Walk;
use crate::context::Context;
use crate::eligibility::{check_flight, check_targeted};
use crate::placement::Slate;
use crate::slot::AdSlot;

/// Of a group, this many are ordered and checked at first, then four times as many each time.
const PART: usize = 32;

/// The order among line items up to the draw: tier, and eCPM in micros.
type Rank = (Tier, Reverse<i64>);

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
    let plan = Plan::new(context, index);
    let mut serving = Serving {
        context,
        plan: &plan,
        flights: index.flights(),
        advertisers: index.advertisers(),
        slate_seconds,
        slate: Slate::new(context),
        full_advertisers: Vec::new(),
        slots: Vec::with_capacity(count),
        count,
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
    /// Advertisers that have as many slots as the unit allows.
    full_advertisers: Vec<u32>,
    slots: Vec<AdSlot<'c>>,
    count: usize,
}

impl<'c> Serving<'_, '_, 'c> {
    /// Gives a slot to each line item in turn until the slate is full.
    fn first_round(&mut self, index: &AdsIndex<'c>) {
        let unit = self.context.inputs.unit;
        let overrides = index.overrides(unit);
        let mut base = Base { walk: Walk::new(self.plan), overrides, tier_ends: index.tier_ends() };
        let mut over = Over { overrides, place: 0 };
        let (mut next_base, mut next_over) = (base.next(self), over.next(self));
        let mut group = Vec::new();
        while self.slots.len() < self.count {
            let ranks = [next_base, next_over].into_iter().flatten().map(|(rank, _)| rank);
            let Some(rank) = ranks.min() else { break };
            group.clear();
            while let Some((_, item)) = next_base.filter(|next| next.0 == rank) {
                group.push(item);
                next_base = base.next(self);
            }
            while let Some((_, item)) = next_over.filter(|next| next.0 == rank) {
                group.push(item);
                next_over = over.next(self);
            }
            self.place_group(&group);
        }
    }

    /// Gives slots to line items of one rank, in the order of their draws.
    fn place_group(&mut self, group: &[u32]) {
        if let [item] = group {
            self.place(*item);
            return;
        }
        let catalog = self.context.inputs.catalog;
        let minute = self.context.slate.from.epoch_minute();
        let mut draws = Draws::new(Purpose::LineItemOrder, &self.context.inputs.query.user_id, minute);
        let id = |item: u32| catalog.line_item_at(item).map_or("", LineItem::id);
        let mut drawn: Vec<_> = group.iter().map(|&item| (draws.draw(id(item)), item)).collect();
        let order = |one: &(u64, u32), other: &(u64, u32)| {
            one.0.cmp(&other.0).then_with(|| id(one.1).cmp(id(other.1)))
        };
        let (mut rest, mut part) = (&mut drawn[..], PART);
        while !rest.is_empty() && self.slots.len() < self.count {
            if part < rest.len() {
                rest.select_nth_unstable_by(part, order);
            }
            let (first, others) = rest.split_at_mut(part.min(rest.len()));
            first.sort_unstable_by(order);
            for &(_, item) in &*first {
                self.place(item);
            }
            (rest, part) = (others, part * 4);
        }
    }

    /// Gives a survivor a slot, if no rule rejects it and there is one left.
    fn place(&mut self, item: u32) {
        let Some(line_item) = self.context.inputs.catalog.line_item_at(item) else { return };
        if self.slots.len() == self.count {
            return;
        }
        let Some(show) = self.check(line_item) else { return };
        if let Ok(creative) = self.slate.place(line_item) {
            self.slots.push(AdSlot { line_item, creative, show });
            let advertiser = self.advertisers.get(item as usize).copied();
            self.full_advertisers.extend(advertiser.filter(|&advertiser| self.slate.is_full(advertiser)));
        }
    }

    /// When a survivor may be shown within the slate.
    fn check(&self, line_item: LineItem<'c>) -> Option<Interval> {
        let flight = check_flight(line_item, self.context).ok()?;
        if !self.plan.admits(line_item, self.context) {
            return None;
        }
        check_targeted(line_item, flight, self.context).ok()
    }

    /// Whether the arrays of the index do not rule out a survivor.
    fn may_show(&self, item: u32) -> bool {
        let (place, (from, until)) = (item as usize, self.slate_seconds);
        let (starts, ends) = self.flights;
        let flies = starts.get(place).is_some_and(|&start| start < until)
            && ends.get(place).is_some_and(|&end| end > from);
        let is_full = || self.advertisers.get(place).is_some_and(|it| self.full_advertisers.contains(it));
        flies && (self.full_advertisers.is_empty() || !is_full())
    }

    /// Gives further slots, with other creatives, to the line items that have one.
    fn later_rounds(&mut self) {
        let mut open: Vec<_> = self.slots.iter().map(|slot| (slot.line_item, slot.show)).collect();
        while self.slots.len() < self.count && !open.is_empty() {
            open.retain(|&(line_item, show)| {
                if self.slots.len() == self.count {
                    return true;
                }
                let creative = self.slate.place(line_item);
                self.slots.extend(creative.iter().map(|&creative| AdSlot { line_item, creative, show }));
                creative.is_ok()
            });
        }
    }
}

/// The line items without rates on the unit, in their order.
struct Base<'w, 'p, 'c> {
    walk: Walk<'w, 'p>,
    overrides: Overrides<'c>,
    tier_ends: [u32; 5],
}

impl<'c> Base<'_, '_, 'c> {
    /// The next line item that may be shown, and its rank.
    fn next(&mut self, serving: &Serving<'_, '_, 'c>) -> Option<(Rank, u32)> {
        loop {
            let item = self.walk.next()?;
            if !serving.may_show(item) || (!self.overrides.is_empty() && self.overrides.contains(item)) {
                continue;
            }
            let line_item = serving.context.inputs.catalog.line_item_at(item)?;
            let (tier, ecpm_micros) = (line_item.tier(), line_item.base_ecpm_micros());
            if tier != Tier::House && ecpm_micros < serving.context.inputs.unit.floor_price_micros {
                // What follows in the tier has no higher eCPM.
                let end = self.tier_ends.iter().find(|&&end| end > item);
                self.walk.skip_to(end.copied().unwrap_or(item));
                continue;
            }
            return Some(((tier, Reverse(ecpm_micros)), item));
        }
    }
}

/// The line items with rates on the unit, in their order there.
struct Over<'c> {
    overrides: Overrides<'c>,
    place: usize,
}

impl<'c> Over<'c> {
    /// The next line item that may be shown, and its rank.
    fn next(&mut self, serving: &Serving<'_, '_, 'c>) -> Option<(Rank, u32)> {
        loop {
            let (item, ecpm_micros) = self.overrides.at(self.place)?;
            self.place += 1;
            if serving.plan.is_survivor(item) && serving.may_show(item) {
                let line_item = serving.context.inputs.catalog.line_item_at(item)?;
                return Some(((line_item.tier(), Reverse(ecpm_micros)), item));
            }
        }
    }
}
