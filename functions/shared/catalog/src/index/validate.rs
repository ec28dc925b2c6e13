//! Checks the index of a blob once, so that no view of it can fail.

use super::lists::AXIS_LISTS;
use super::postings;
use crate::stored::{FieldRecord, NONE, Store, ValueRecord};
use crate::targeting::Field;

/// What is wrong with the index; `None` if nothing is.
pub(crate) fn is_sound(store: &Store) -> Option<&'static str> {
    let items = store.line_items().len();
    let words = items.div_ceil(64);
    let count = store.ad_columns().len().checked_div(words).unwrap_or(0);
    let is_column = |column: u32| column == NONE || (column as usize) < count;
    let is_item = |item: u32| (item as usize) < items;
    let [ads] = store.ads() else { return Some("has no record of line items") };
    let own = [ads.all_hours_column, ads.no_hard_cap_column, ads.no_cap_column];
    let columns = |it: &FieldRecord| [it.absent_column, it.other_column, it.open_column, it.sure_column];
    let fields = store.ad_fields().iter().flat_map(columns);
    let units = store.unit_columns().iter().flat_map(|it| [it.categories_column, it.advertisers_column]);
    let all = own.into_iter().chain(ads.rating_columns).chain(fields).chain(units);
    if store.ad_columns().len() != count * words || !all.into_iter().all(is_column) {
        return Some("has another number of columns");
    }
    let is_range = |from: u32, until: u32| from <= until && until as usize <= store.ad_values().len();
    if store.ad_fields().len() != Field::COUNT
        || !store
            .ad_fields()
            .iter()
            .all(|it| is_range(it.values_from, it.values_until) && it.axis <= AXIS_LISTS)
    {
        return Some("has other fields");
    }
    let values = (store.ad_values(), store.ad_postings());
    if !store.ad_fields().iter().all(|field| are_values(field, values, items, is_column)) {
        return Some("has values that are none");
    }
    let are_tiers = ads.tier_ends.is_sorted() && ads.tier_ends[4] as usize == items;
    let arrays = [store.ad_starts().len(), store.ad_ends().len(), store.ad_advertisers().len()];
    if !are_tiers || arrays != [items; 3] || store.unit_columns().len() != store.units().len() {
        return Some("has another number of items");
    }
    let overrides = store.overrides();
    let is_override = |&place: &u32| overrides.get(place as usize).is_some_and(|it| is_item(it.line_item));
    if store.override_order().len() != overrides.len() || !store.override_order().iter().all(is_override) {
        return Some("has another order of overrides");
    }
    if store.override_filters().len() != overrides.len() {
        return Some("has another number of filters");
    }
    is_sound_for_contents(store)
}

/// What is wrong with the index of contents; `None` if nothing is.
fn is_sound_for_contents(store: &Store) -> Option<&'static str> {
    let items = store.contents().len();
    let words = items.div_ceil(64);
    let count = store.content_columns().len().checked_div(words).unwrap_or(0);
    let is_column = |column: u32| column == NONE || (column as usize) < count;
    let [contents] = store.content_index() else { return Some("has no record of contents") };
    let fields = store.content_fields();
    let columns = |it: &FieldRecord| [it.absent_column, it.other_column, it.open_column, it.sure_column];
    let of_fields = fields.iter().flat_map(columns);
    let values = store.content_values();
    let members = || store.content_languages().iter().chain(store.content_categories());
    let mut all = of_fields.chain(members().map(|it| it.column)).chain(contents.rating_columns);
    if store.content_columns().len() != count * words || !all.all(is_column) {
        return Some("has another number of columns of contents");
    }
    let is_range = |from: u32, until: u32, length: usize| from <= until && until as usize <= length;
    let is_field =
        |it: &FieldRecord| is_range(it.values_from, it.values_until, values.len()) && it.axis <= AXIS_LISTS;
    if fields.len() != Field::COUNT || !fields.iter().all(is_field) {
        return Some("has other fields of contents");
    }
    let values = (values, store.content_postings());
    if !fields.iter().all(|field| are_values(field, values, items, is_column)) {
        return Some("has values of contents that are none");
    }
    let (starts, ends) = (store.content_starts(), store.content_ends());
    let (qualities, channels) = (store.content_qualities(), store.content_channels());
    let hashes = store.content_hashes();
    if [starts.len(), ends.len(), qualities.len(), channels.len(), hashes.len()] != [items; 5] {
        return Some("has another number of contents");
    }
    let listed = store.content_members();
    let are_listed = members().all(|it| is_range(it.listed_from, it.listed_until, listed.len()));
    if !are_listed || !listed.iter().all(|&item| (item as usize) < items) {
        return Some("lists contents that do not exist");
    }
    are_blocks(store, contents.pinned)
}

/// Blocks hold each content once, in an order by which the best come first.
fn are_blocks(store: &Store, pinned: u32) -> Option<&'static str> {
    let (qualities, starts) = (store.content_qualities(), store.content_starts());
    let mut next = 0;
    let mut rank = 0;
    for block in store.content_blocks() {
        let range = block.from as usize..block.until as usize;
        let is_pinned = block.from < pinned;
        let is_next = block.from == next && block.until > next && block.rank >= rank;
        let Some((qualities, starts)) = qualities.get(range.clone()).zip(starts.get(range)) else {
            return Some("has blocks of contents that do not exist");
        };
        let is_bound = qualities.is_sorted_by(|one, other| one >= other)
            && starts.iter().all(|start| (block.oldest..=block.newest).contains(start));
        if !is_next || !is_bound || (block.rank != NONE) != is_pinned || (is_pinned && block.until > pinned) {
            return Some("has blocks of contents in another order");
        }
        (next, rank) = (block.until, block.rank);
    }
    // Where all contents are pinned, no block shows that there are no more of them.
    (next as usize != qualities.len() || pinned > next).then_some("has blocks of other contents")
}

/// Whether the values of a field have columns, or list items.
fn are_values(
    field: &FieldRecord,
    (values, postings): (&[ValueRecord], &[u8]),
    items: usize,
    is_column: impl Fn(u32) -> bool,
) -> bool {
    let values = values.get(field.values_from as usize..field.values_until as usize).unwrap_or_default();
    values.iter().all(|value| {
        if field.axis == AXIS_LISTS { lists_items(postings, value, items) } else { is_column(value.column) }
    })
}

/// Whether the items that want a text, and those that refuse it, are items.
fn lists_items(bytes: &[u8], value: &ValueRecord, items: usize) -> bool {
    let mut are_items = true;
    let mut see = |item: u32| are_items &= (item as usize) < items;
    let refusing = bytes.get(value.column as usize..).and_then(|bytes| postings::read(bytes, &mut see));
    refusing.and_then(|bytes| postings::read(bytes, &mut see)).is_some() && are_items
}
