//! How many line items each rule rejected, where no slot came out.

use lockfill_catalog::index::AdsIndex;
use lockfill_catalog::targeting::Point;
use lockfill_catalog::{LineItem, Tier};
use lockfill_models::user_state::Source;

use super::plan::mask;
use super::serve::seconds;
use crate::context::Context;
use crate::eligibility::{
    check_dayparts, check_flight, check_minimum_interval, is_advertiser_blocked, is_below_floor_price,
    is_budget_spent, is_category_blocked, is_held_back,
};
use crate::frequency_cap::{self, Placed};
use crate::rejection::{Rejection, RejectionCounts};
use crate::targeting::Dimension;

/// Counts the first rule that rejects each line item. `last` rejects what no rule of eligibility does; without it,
/// placing does, and no slot must have come out. `None` if the index does not cover the time of the slate.
pub(crate) fn count(
    context: &Context<'_, '_>,
    index: &AdsIndex<'_>,
    last: Option<Rejection>,
) -> Option<RejectionCounts> {
    let slate_seconds = seconds(context)?;
    let mut left = Left {
        context,
        index,
        items: (0..index.words()).map(|word| mask(word * 64, index.items())).collect(),
        length: index.items(),
        counts: RejectionCounts::default(),
    };
    left.flights(slate_seconds);
    let rules = [
        Left::targeting,
        Left::minimum_intervals,
        Left::dayparts,
        Left::unit,
        Left::floor_price,
        Left::gates,
        Left::unknown_histories,
    ];
    for rule in rules {
        // Behind the last line item there is nothing to count.
        if left.length > 0 {
            rule(&mut left);
        }
    }
    match last {
        Some(rejection) => left.reject_rest(rejection),
        None => left.placement(),
    }
    Some(left.counts)
}

/// The line items that no rule has rejected yet.
struct Left<'l, 'a, 'c> {
    context: &'l Context<'a, 'c>,
    index: &'l AdsIndex<'c>,
    items: Vec<u64>,
    /// How many there are.
    length: usize,
    counts: RejectionCounts,
}

impl<'c> Left<'_, '_, 'c> {
    /// Rejects what is not in a column; `None` has all.
    fn keep(&mut self, column: Option<&[u64]>, rejection: Rejection) {
        let Some(column) = column else { return };
        let mut rejected = 0;
        for (left, word) in self.items.iter_mut().zip(column) {
            rejected += (*left & !word).count_ones() as usize;
            *left &= word;
        }
        self.reject(rejection, rejected);
    }

    /// Counts line items that were taken out.
    fn reject(&mut self, rejection: Rejection, rejected: usize) {
        self.length -= rejected;
        self.counts.add_many(rejection, rejected);
    }

    /// Checks each line item that is left and not in a column, and rejects it with what the check says.
    fn check(&mut self, unless_in: Option<&[u64]>, check: impl Fn(LineItem<'c>) -> Result<(), Rejection>) {
        let catalog = self.context.inputs.catalog;
        // Mostly all are rejected by one rule, and to find its count costs more than to count.
        let mut alike: Option<(Rejection, usize)> = None;
        for word in 0..self.items.len() {
            let mut rest = self.items[word] & !unless_in.map_or(0, |column| column[word]);
            while rest != 0 {
                let item = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let line_item = u32::try_from(item).ok().and_then(|item| catalog.line_item_at(item));
                let Some(Err(rejection)) = line_item.map(&check) else { continue };
                self.items[word] &= !(1 << (item % 64));
                if let Some((other, rejected)) = &mut alike
                    && *other == rejection
                {
                    *rejected += 1;
                } else if let Some((other, rejected)) = alike.replace((rejection, 1)) {
                    self.reject(other, rejected);
                }
            }
        }
        if let Some((rejection, rejected)) = alike {
            self.reject(rejection, rejected);
        }
    }

    fn check_one(&mut self, item: usize, check: impl Fn(LineItem<'c>) -> Result<(), Rejection>) {
        let catalog = self.context.inputs.catalog;
        let Some(line_item) = u32::try_from(item).ok().and_then(|item| catalog.line_item_at(item)) else {
            return;
        };
        if self.items[item / 64] >> (item % 64) & 1 == 1
            && let Err(rejection) = check(line_item)
        {
            self.items[item / 64] &= !(1 << (item % 64));
            self.reject(rejection, 1);
        }
    }

    fn reject_rest(&mut self, rejection: Rejection) {
        self.reject(rejection, self.length);
        self.items.fill(0);
    }

    fn flights(&mut self, slate_seconds: (u32, u32)) {
        let (starts, ends) = self.index.flights();
        let ((starts, last_starts), (ends, last_ends)) = (starts.as_chunks(), ends.as_chunks());
        let (last_starts, last_ends) = (filled(last_starts), filled(last_ends));
        let flights = starts.iter().zip(ends).chain([(&last_starts, &last_ends)]);
        let mut rejected = 0;
        for (left, (starts, ends)) in self.items.iter_mut().zip(flights) {
            let out = *left & not_flying(starts, ends, slate_seconds);
            rejected += out.count_ones() as usize;
            *left &= !out;
        }
        self.reject(Rejection::Flight, rejected);
    }

    fn targeting(&mut self) {
        let (context, index) = (self.context, self.index);
        let subject = context.subject();
        for dimension in Dimension::all() {
            if self.length == 0 {
                break;
            }
            let (point, rejection) = (dimension.point(&subject), Rejection::Targeting(dimension));
            let listed =
                if let Point::List(list) = point { index.admitting(dimension.field(), list) } else { None };
            let unless = if let Some(listed) = listed {
                self.keep(Some(&listed.column), rejection);
                listed.unless_sure
            } else {
                let selected = index.select(dimension.field(), point);
                self.keep(selected.column, rejection);
                selected.unless_open
            };
            if unless.is_some() {
                self.check(unless, |item| {
                    if dimension.admits(item.targeting(), &subject) { Ok(()) } else { Err(rejection) }
                });
            }
        }
    }

    /// Rejects line items that the user saw lately; the user's history names all that come into question.
    fn minimum_intervals(&mut self) {
        let (context, seen) = (self.context, &self.context.inputs.state.line_items);
        let check = |item| {
            let flight = check_flight(item, context)?;
            check_minimum_interval(item, flight, context).map(|_| ())
        };
        if self.length < seen.len() {
            self.check(None, check);
            return;
        }
        for item in seen.keys().filter_map(|id| context.inputs.catalog.line_item(id)) {
            self.check_one(item.index() as usize, check);
        }
    }

    fn dayparts(&mut self) {
        let Some(at_all_hours) = self.index.at_all_hours() else { return };
        let context = self.context;
        let hours_of_slate = context.timeline().hours();
        self.check(Some(at_all_hours), |item| {
            let Some(hours) = item.dayparts() else { return Ok(()) };
            if !hours.meets(hours_of_slate) {
                return Err(Rejection::Dayparting);
            }
            let flight = check_flight(item, context)?;
            let free = check_minimum_interval(item, flight, context)?;
            // An hour of the slate is open. It is a matter of the place where the slate is cut.
            if free == context.slate { Ok(()) } else { check_dayparts(item, free, context).map(|_| ()) }
        });
    }

    fn unit(&mut self) {
        let (context, index) = (self.context, self.index);
        let unit = context.inputs.unit;
        let (categories, advertisers, is_exact) = index.unblocked(unit);
        self.keep(categories, Rejection::BlockedCategory);
        if !is_exact && !unit.blocked_categories.is_empty() {
            self.check(None, |item| {
                reject_if(is_category_blocked(item.categories(), context), Rejection::BlockedCategory)
            });
        }
        self.keep(advertisers, Rejection::BlockedAdvertiser);
        if !is_exact && !unit.blocked_advertisers.is_empty() {
            self.check(None, |item| {
                reject_if(is_advertiser_blocked(item, context), Rejection::BlockedAdvertiser)
            });
        }
        self.keep(index.rated_up_to(unit.content_rating), Rejection::ContentRating);
    }

    /// In each tier the line items below the floor price are the last ones, but for those with rates on the unit.
    fn floor_price(&mut self) {
        let (context, index) = (self.context, self.index);
        let floor_micros = context.inputs.unit.floor_price_micros;
        if floor_micros <= 0 {
            return;
        }
        let overrides = index.overrides(context.inputs.unit);
        let with_rates: Vec<u32> =
            (0..overrides.len()).filter_map(|place| overrides.at(place)).map(|(item, _)| item).collect();
        let mut above = vec![u64::MAX; self.items.len()];
        let (mut from, ends) = (0, index.tier_ends());
        for &end in &ends[..Tier::House as usize] {
            let is_below = |item: u32| {
                let item = context.inputs.catalog.line_item_at(item);
                item.is_none_or(|item| item.base_ecpm_micros() < floor_micros)
            };
            let below = first(from, end, is_below);
            (below..end).for_each(|item| above[item as usize / 64] &= !(1 << (item % 64)));
            from = end;
        }
        for &item in &with_rates {
            above[item as usize / 64] |= 1 << (item % 64);
        }
        self.keep(Some(&above), Rejection::FloorPrice);
        for item in with_rates {
            self.check_one(item as usize, |item| {
                reject_if(is_below_floor_price(item, context), Rejection::FloorPrice)
            });
        }
    }

    fn gates(&mut self) {
        let context = self.context;
        let spent = |item| reject_if(is_budget_spent(item, context), Rejection::Budget);
        let held_back = |item| reject_if(is_held_back(item, context), Rejection::Pacing);
        if let Some(gates) = context.inputs.gate_columns {
            self.keep(Some(&gates.funded), Rejection::Budget);
            self.keep(Some(&gates.open), Rejection::Pacing);
            let surely: Vec<u64> = gates.partly_open.iter().map(|word| !word).collect();
            self.check(Some(&surely), held_back);
            return;
        }
        if !context.inputs.gates.spent_campaigns().is_empty() {
            self.check(None, spent);
        }
        for gate in context.inputs.gates.items() {
            if let Some(item) = context.inputs.catalog.line_item_of_hash(gate.item_hash) {
                self.check_one(item.index() as usize, spent);
                self.check_one(item.index() as usize, held_back);
            }
        }
    }

    fn unknown_histories(&mut self) {
        if self.context.inputs.state.source == Source::Unknown {
            self.keep(self.index.without_hard_cap(), Rejection::UnknownHistory);
        }
    }

    /// Why each eligible line item has no slot of a slate without slots.
    fn placement(&mut self) {
        let (context, nothing) = (self.context, Placed::default());
        if let Some(without_cap) = self.index.without_cap() {
            self.check(Some(without_cap), |item| {
                frequency_cap::check(item, context, &nothing).map_or(Ok(()), Err)
            });
        }
        let limits_all = context.inputs.unit.advertiser_slots_max == 0;
        self.reject_rest(if limits_all { Rejection::AdvertiserLimit } else { Rejection::NoCreative });
    }
}

/// The numbers of the last word of items, and zeros.
fn filled(last: &[u32]) -> [u32; 64] {
    let mut numbers = [0; 64];
    numbers[..last.len()].copy_from_slice(last);
    numbers
}

/// The line items of a word that begin after the slate or end before it. Its loops are ones of whole vectors.
fn not_flying(starts: &[u32; 64], ends: &[u32; 64], (from, until): (u32, u32)) -> u64 {
    let mut bytes = [0_u8; 64];
    for ((byte, &start), &end) in bytes.iter_mut().zip(starts).zip(ends) {
        *byte = u8::from(start >= until) | u8::from(end <= from);
    }
    // The product moves the lowest bit of each of eight bytes to the highest byte.
    let bits = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    bytes.as_chunks().0.iter().rev().fold(0, |word, eight| word << 8 | bits(eight))
}

fn reject_if(is_rejected: bool, rejection: Rejection) -> Result<(), Rejection> {
    if is_rejected { Err(rejection) } else { Ok(()) }
}

/// The first number from `from` to `until` for which a test holds that holds for all behind it; `until` if none.
fn first(mut from: u32, mut until: u32, holds: impl Fn(u32) -> bool) -> u32 {
    while from < until {
        let middle = from + (until - from) / 2;
        if holds(middle) {
            until = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}
