//! The index of line items, as a decision reads it.

use lockfill_models::vocabulary::ShortText;

use super::fields::{FieldIndex, Listed, Selected};
use crate::entities::{ContentRating, Unit};
use crate::stored::{AdsRecord, OverrideRecord, Store};
use crate::targeting::{Point, TextNumbers};

/// The index of line items.
#[derive(Clone, Copy)]
pub struct AdsIndex<'c> {
    store: &'c Store,
    fields: FieldIndex<'c>,
    items: usize,
    ads: &'c AdsRecord,
}

impl<'c> AdsIndex<'c> {
    /// The index of a blob.
    pub(crate) fn of(store: &'c Store) -> Option<Self> {
        let (ads, items) = (store.ads().first()?, store.line_items().len());
        Some(Self {
            store,
            fields: FieldIndex {
                texts: store.texts(),
                columns: store.ad_columns(),
                words: items.div_ceil(64),
                fields: store.ad_fields(),
                values: store.ad_values(),
                postings: store.ad_postings(),
                filter_bits: store.filter_bits(),
            },
            items,
            ads,
        })
    }

    /// The number of line items.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.items
    }

    /// The number of 64-bit words of a column.
    #[must_use]
    pub const fn words(&self) -> usize {
        self.fields.words
    }

    /// The bytes of all parts of the index.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let store = self.store;
        let arrays = store.ad_starts().len() + store.ad_ends().len() + store.ad_advertisers().len();
        let of_overrides = size_of_val(store.override_order()) + size_of_val(store.override_filters());
        self.fields.bytes() + 4 * arrays + of_overrides + size_of_val(store.unit_columns())
    }

    fn column(&self, number: u32) -> Option<&'c [u64]> {
        self.fields.column(number)
    }

    /// The items that may admit what a request says of the attribute of a field.
    #[must_use]
    pub fn select(&self, field: usize, point: Point<'_>) -> Selected<'c> {
        self.fields.select(field, point)
    }

    /// The numbers of the texts of a list that conditions of a field name. `None` if the field does not list them.
    #[must_use]
    pub fn numbers<'l>(&self, field: usize, list: &'l [ShortText]) -> Option<TextNumbers<'l>>
    where
        'c: 'l,
    {
        self.fields.numbers(field, list)
    }

    /// The items that may admit a list of a request, at least one text long, in a field. It reads all items that name
    /// a text of the list. `None` if the field does not list them; then [`Self::select`] says what there is.
    #[must_use]
    pub fn admitting(&self, field: usize, list: &[ShortText]) -> Option<Listed<'c>> {
        self.fields.admitting(field, list)
    }

    /// The items that a rating of a unit admits; `None`: all.
    #[must_use]
    pub fn rated_up_to(&self, highest: ContentRating) -> Option<&'c [u64]> {
        match highest {
            ContentRating::Everyone => self.column(self.ads.rating_columns[0]),
            ContentRating::Teen => self.column(self.ads.rating_columns[1]),
            ContentRating::Mature => None,
        }
    }

    /// The items of no category, and those of no advertiser, that a unit blocks; `None`: all. Both are exact if the
    /// last value says so, and else hold all items.
    #[must_use]
    pub fn unblocked(&self, unit: &Unit) -> (Option<&'c [u64]>, Option<&'c [u64]>, bool) {
        self.store.unit_columns().get(unit.number as usize).map_or((None, None, false), |record| {
            let (categories, advertisers) = (record.categories_column, record.advertisers_column);
            (self.column(categories), self.column(advertisers), record.is_exact == 1)
        })
    }

    /// The items that are shown at all hours; `None`: all.
    #[must_use]
    pub fn at_all_hours(&self) -> Option<&'c [u64]> {
        self.column(self.ads.all_hours_column)
    }

    /// The items without a hard cap; `None`: all.
    #[must_use]
    pub fn without_hard_cap(&self) -> Option<&'c [u64]> {
        self.column(self.ads.no_hard_cap_column)
    }

    /// The items without any cap; `None`: all.
    #[must_use]
    pub fn without_cap(&self) -> Option<&'c [u64]> {
        self.column(self.ads.no_cap_column)
    }

    /// Where each tier ends among the line items.
    #[must_use]
    pub const fn tier_ends(&self) -> [u32; 5] {
        self.ads.tier_ends
    }

    /// When each line item begins and ends, in seconds since the epoch, cut to 32 bits.
    #[must_use]
    pub fn flights(&self) -> (&'c [u32], &'c [u32]) {
        (self.store.ad_starts(), self.store.ad_ends())
    }

    /// The place of each line item's advertiser.
    #[must_use]
    pub fn advertisers(&self) -> &'c [u32] {
        self.store.ad_advertisers()
    }

    /// The line items whose eCPM on a unit is not the one of the default rate.
    #[must_use]
    pub fn overrides(&self, unit: &Unit) -> Overrides<'c> {
        let (all, range) = (self.store.overrides(), self.store.override_range(unit.number));
        Overrides {
            all,
            records: all.get(range.clone()).unwrap_or_default(),
            order: self.store.override_order().get(range.clone()).unwrap_or_default(),
            filters: self.store.override_filters().get(range).unwrap_or_default(),
        }
    }
}

/// The line items with rates on a unit: in the order of line items, and in the serving order there with their filters.
#[derive(Clone, Copy)]
pub struct Overrides<'c> {
    all: &'c [OverrideRecord],
    records: &'c [OverrideRecord],
    order: &'c [u32],
    filters: &'c [u64],
}

impl Overrides<'_> {
    /// The line item at a place of the order of line items.
    #[must_use]
    #[inline]
    pub fn line_item(&self, place: usize) -> Option<u32> {
        self.records.get(place).map(|record| record.line_item)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The first place of the serving order, from one on, whose filter has all bits of another.
    #[must_use]
    #[inline]
    pub fn passing(&self, filter: u64, from: usize) -> Option<usize> {
        let filters = self.filters.get(from..)?;
        filters.iter().position(|other| filter & !other == 0).map(|place| from + place)
    }

    /// The line item and its eCPM in micros at a place of the serving order on the unit.
    #[must_use]
    #[inline]
    pub fn at(&self, place: usize) -> Option<(u32, i64)> {
        let record = self.all.get(*self.order.get(place)? as usize)?;
        Some((record.line_item, record.ecpm_micros))
    }
}
