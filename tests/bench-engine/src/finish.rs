//! From all matches to a slate, for the subjects that find all matches: what they have to do beside finding.

use std::cmp::Reverse;

use lockfill_catalog::index::AdsIndex;
use lockfill_decision::{Context, frequency_cap};
use lockfill_models::draw::{Purpose, id_hash};

use crate::workloads::Workload;

/// The line items of a slate, of all that meet the conditions of targeting, in the order of line items.
pub fn slate(
    matches: &[u32],
    context: &Context<'_, '_>,
    index: &AdsIndex<'_>,
    workload: &Workload,
) -> Vec<u32> {
    let (catalog, unit) = (context.inputs.catalog, context.inputs.unit);
    let mut ranked = Vec::with_capacity(matches.len());
    for &item in matches {
        let is_open = workload.is_open.as_ref().is_none_or(|is_open| is_open[item as usize]);
        let line_item = catalog.line_item_at(item).expect("a line item");
        if is_open && line_item.flight().and_then(|flight| flight.intersect(context.slate)).is_some() {
            ranked.push((line_item.tier(), Reverse(line_item.ecpm_micros(unit)), item));
        }
    }
    // Nearly sorted, but for line items with rates.
    ranked.sort();
    let mut slots = Vec::with_capacity(context.count);
    let mut advertisers: Vec<u32> = Vec::new();
    let draws = context.draws(Purpose::LineItemOrder);
    for group in ranked.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        let id = |item: u32| catalog.line_item_at(item).map_or("", |item| item.id());
        let mut drawn: Vec<_> = group.iter().map(|&(.., item)| (draws.of(id_hash(id(item))), item)).collect();
        drawn.sort_unstable();
        for (_, item) in drawn {
            if slots.len() == context.count {
                return slots;
            }
            let line_item = catalog.line_item_at(item).expect("a line item");
            let advertiser = index.advertisers()[item as usize];
            let taken = advertisers.iter().filter(|&&other| other == advertiser).count();
            let placed = frequency_cap::Placed::default();
            if taken < unit.advertiser_slots_max
                && frequency_cap::check(line_item, context, &placed).is_none()
            {
                slots.push(item);
                advertisers.push(advertiser);
            }
        }
    }
    slots
}
