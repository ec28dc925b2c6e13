//! The index of line items, as a decision reads it.

use lockfill_models::draw::id_hash;
use lockfill_models::vocabulary::ShortText;

use super::lists::AXIS_LISTS;
use super::postings;
use crate::entities::{ContentRating, Unit};
use crate::stored::{AdsRecord, FieldRecord, NONE, OverrideRecord, Store, ValueRecord};
use crate::targeting::{Point, TextNumbers, folded};

/// The index of line items.
#[derive(Clone, Copy)]
pub struct AdsIndex<'c> {
    store: &'c Store,
    columns: &'c [u64],
    words: usize,
    items: usize,
    ads: &'c AdsRecord,
    fields: &'c [FieldRecord],
    values: &'c [ValueRecord],
}

/// The items that may admit what a request says of one attribute.
#[derive(Debug, Clone, Copy)]
pub struct Selected<'c> {
    /// The column; `None`: all items.
    pub column: Option<&'c [u64]>,
    /// The items that need no check, if the others of the column do; `None`: the column is exact.
    pub unless_open: Option<&'c [u64]>,
}

/// The items that may admit a list of a request.
#[derive(Debug, Clone)]
pub struct Listed<'c> {
    /// The column.
    pub column: Vec<u64>,
    /// The items that need no check, if the others of the column do; `None`: the column is exact.
    pub unless_sure: Option<&'c [u64]>,
}

impl<'c> AdsIndex<'c> {
    /// The index of a blob.
    pub(crate) fn of(store: &'c Store) -> Option<Self> {
        let (ads, items) = (store.ads().first()?, store.line_items().len());
        Some(Self {
            store,
            columns: store.ad_columns(),
            words: items.div_ceil(64),
            items,
            ads,
            fields: store.ad_fields(),
            values: store.ad_values(),
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
        self.words
    }

    /// The bytes of all parts of the index.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let store = self.store;
        let arrays = store.ad_starts().len() + store.ad_ends().len() + store.ad_advertisers().len();
        size_of_val(self.columns)
            + size_of_val(self.fields)
            + size_of_val(self.values)
            + 4 * (arrays + store.override_order().len())
            + size_of_val(store.unit_columns())
            + store.ad_postings().len()
    }

    fn column(&self, number: u32) -> Option<&'c [u64]> {
        let from = (number as usize).checked_mul(self.words)?;
        if number == NONE { None } else { self.columns.get(from..from + self.words) }
    }

    /// The items that may admit what a request says of the attribute of a field.
    #[must_use]
    pub fn select(&self, field: usize, point: Point<'_>) -> Selected<'c> {
        let Some(record) = self.fields.get(field) else {
            return Selected { column: None, unless_open: None };
        };
        let values = self.values.get(record.values_from as usize..record.values_until as usize);
        let values = values.unwrap_or_default();
        let (number, is_exact) = match point {
            Point::Absent => (record.absent_column, true),
            Point::Text(text) => self.of_text(record, values, &folded(text, record.axis == 1)),
            Point::Unnamed => (record.other_column, record.is_exact == 1),
            Point::Number(number) => {
                let behind = values.partition_point(|value| value.key <= number);
                let value = behind.checked_sub(1).and_then(|place| values.get(place));
                (value.map_or(NONE, |value| value.column), record.is_exact == 1)
            }
            Point::List(_) | Point::Present => (NONE, record.is_exact == 1),
        };
        let unless_open = if is_exact { None } else { self.column(record.open_column) };
        Selected { column: self.column(number), unless_open }
    }

    /// The column of a text, and whether it is exact. Columns of texts that have their own are.
    fn of_text(&self, record: &FieldRecord, values: &[ValueRecord], text: &str) -> (u32, bool) {
        let other = (record.other_column, record.is_exact == 1);
        if values.is_empty() {
            return other;
        }
        self.value(values, text).map_or(other, |value| (value.column, true))
    }

    fn value<'v>(&self, values: &'v [ValueRecord], text: &str) -> Option<&'v ValueRecord> {
        let key = id_hash(text);
        let place = values.partition_point(|value| value.key < key);
        let value = values.get(place).filter(|value| value.key == key);
        // Another text may have the same hash.
        value.filter(|value| self.store.texts().bytes(value.text) == text.as_bytes())
    }

    /// The numbers of the texts of a list that conditions of a field name. `None` if the field does not list them.
    #[must_use]
    pub fn numbers(&self, field: usize, list: &[ShortText]) -> Option<TextNumbers> {
        let record = self.fields.get(field).filter(|it| it.axis == AXIS_LISTS)?;
        let values = self.values.get(record.values_from as usize..record.values_until as usize)?;
        let mut numbers = TextNumbers::default();
        let known = list.iter().filter_map(|text| self.value(values, text));
        known.for_each(|value| numbers.add(value.text));
        Some(numbers)
    }

    /// The items that may admit a list of a request, at least one text long, in a field. It reads all items that name
    /// a text of the list. `None` if the field does not list them; then [`Self::select`] says what there is.
    #[must_use]
    pub fn admitting(&self, field: usize, list: &[ShortText]) -> Option<Listed<'c>> {
        let record = self.fields.get(field).filter(|it| it.axis == AXIS_LISTS && it.is_exact == 0)?;
        let values = self.values.get(record.values_from as usize..record.values_until as usize)?;
        let all = || vec![u64::MAX; self.words];
        let mut column = self.column(record.other_column).map_or_else(all, <[u64]>::to_vec);
        let mut refusing = Vec::with_capacity(list.len());
        for value in list.iter().filter_map(|text| self.value(values, text)) {
            let bytes = self.store.ad_postings().get(value.column as usize..)?;
            refusing.push(postings::read(bytes, |item| {
                if let Some(word) = column.get_mut(item as usize / 64) {
                    *word |= 1 << (item % 64);
                }
            })?);
        }
        // An item that wants one text of the list and refuses another does not admit it.
        for bytes in refusing {
            postings::read(bytes, |item| {
                if let Some(word) = column.get_mut(item as usize / 64) {
                    *word &= !(1 << (item % 64));
                }
            })?;
        }
        Some(Listed { column, unless_sure: self.column(record.sure_column) })
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

    /// The line items whose eCPM on a unit is not the one of the default rate, in the order of line items.
    #[must_use]
    pub fn overrides(&self, unit: &Unit) -> Overrides<'c> {
        let records = self.store.overrides_of(unit.number);
        let range = self.store.units().get(unit.number as usize);
        let range = range.map(|unit| unit.overrides_from as usize..unit.overrides_until as usize);
        let order = range.and_then(|range| self.store.override_order().get(range)).unwrap_or_default();
        Overrides { all: self.store.overrides(), records, order }
    }
}

/// The line items with rates on a unit.
#[derive(Clone, Copy)]
pub struct Overrides<'c> {
    all: &'c [OverrideRecord],
    records: &'c [OverrideRecord],
    order: &'c [u32],
}

impl Overrides<'_> {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether a line item is one of them.
    #[must_use]
    pub fn contains(&self, line_item: u32) -> bool {
        self.records.binary_search_by_key(&line_item, |record| record.line_item).is_ok()
    }

    /// The line item and its eCPM in micros at a place of the serving order on the unit.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<(u32, i64)> {
        let record = self.all.get(*self.order.get(place)? as usize)?;
        Some((record.line_item, record.ecpm_micros))
    }
}
