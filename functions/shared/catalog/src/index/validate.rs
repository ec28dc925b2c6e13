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
    let are_values = |field: &FieldRecord| {
        let values = store.ad_values().get(field.values_from as usize..field.values_until as usize);
        values.unwrap_or_default().iter().all(|value| {
            if field.axis == AXIS_LISTS { lists_items(store, value) } else { is_column(value.column) }
        })
    };
    if !store.ad_fields().iter().all(are_values) {
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
    None
}

/// Whether the items that want a text, and those that refuse it, are items.
fn lists_items(store: &Store, value: &ValueRecord) -> bool {
    let (items, mut are_items) = (store.line_items().len(), true);
    let mut see = |item: u32| are_items &= (item as usize) < items;
    let bytes = store.ad_postings().get(value.column as usize..);
    let refusing = bytes.and_then(|bytes| postings::read(bytes, &mut see));
    refusing.and_then(|bytes| postings::read(bytes, &mut see)).is_some() && are_items
}
