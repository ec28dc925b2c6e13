//! The columns of targeting, as a decision reads them.

use lockfill_models::draw::id_hash;
use lockfill_models::vocabulary::ShortText;

use super::filters::mask;
use super::lists::AXIS_LISTS;
use super::postings;
use crate::stored::{FieldRecord, NONE, TextStore, ValueRecord};
use crate::targeting::{Point, TextNumbers, folded};

/// The columns of the fields of targeting over some items.
#[derive(Clone, Copy)]
pub(super) struct FieldIndex<'c> {
    pub texts: TextStore<'c>,
    pub columns: &'c [u64],
    /// The number of 64-bit words of a column.
    pub words: usize,
    pub fields: &'c [FieldRecord],
    pub values: &'c [ValueRecord],
    /// The items that name each text of lists.
    pub postings: &'c [u8],
    /// The bit of each column in filters; empty where there are none.
    pub filter_bits: &'c [u8],
}

/// The items that may admit what a request says of one attribute.
#[derive(Debug, Clone, Copy)]
pub struct Selected<'c> {
    /// The column; `None`: all items.
    pub column: Option<&'c [u64]>,
    /// The items that need no check, if the others of the column do; `None`: the column is exact.
    pub unless_open: Option<&'c [u64]>,
    /// The bits that the filter of each item of the column has.
    pub filter: u64,
}

/// The items that may admit a list of a request.
#[derive(Debug, Clone)]
pub struct Listed<'c> {
    /// The column.
    pub column: Vec<u64>,
    /// The items that need no check, if the others of the column do; `None`: the column is exact.
    pub unless_sure: Option<&'c [u64]>,
}

/// So many searches run side by side: each waits for memory, and none for another.
const LANES: usize = 4;

/// For each key the last value with no greater one, if there is one; the values are in the order of their keys.
fn last_up_to(values: &[ValueRecord], keys: [u64; LANES]) -> [Option<&ValueRecord>; LANES] {
    let (mut places, mut length) = ([0; LANES], values.len());
    while length > 1 {
        let half = length / 2;
        for (place, key) in places.iter_mut().zip(keys) {
            let is_up_to = values.get(*place + half).is_some_and(|value| value.key <= key);
            *place += if is_up_to { half } else { 0 };
        }
        length -= half;
    }
    places.map(|place| values.get(place))
}

impl<'c> FieldIndex<'c> {
    pub(super) const fn bytes(&self) -> usize {
        let sections = size_of_val(self.columns) + size_of_val(self.fields) + size_of_val(self.values);
        sections + self.postings.len() + self.filter_bits.len()
    }

    pub(super) fn column(&self, number: u32) -> Option<&'c [u64]> {
        let from = (number as usize).checked_mul(self.words)?;
        if number == NONE { None } else { self.columns.get(from..from + self.words) }
    }

    /// The items that may admit what a request says of the attribute of a field.
    pub(super) fn select(&self, field: usize, point: Point<'_>) -> Selected<'c> {
        let Some(record) = self.fields.get(field) else {
            return Selected { column: None, unless_open: None, filter: 0 };
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
        let filter = self.filter_bits.get(number as usize).map_or(0, |&bit| mask(bit));
        Selected { column: self.column(number), unless_open, filter }
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
        value.filter(|value| self.texts.bytes(value.text) == text.as_bytes())
    }

    /// The numbers of the texts of a list that conditions of a field name. `None` if the field does not list them.
    pub(super) fn numbers<'l>(&self, field: usize, list: &'l [ShortText]) -> Option<TextNumbers<'l>>
    where
        'c: 'l,
    {
        let record = self.fields.get(field).filter(|it| it.axis == AXIS_LISTS)?;
        let values = self.values.get(record.values_from as usize..record.values_until as usize)?;
        let mut numbers = TextNumbers::new(self.texts, list);
        for (part, texts) in list.chunks(LANES).enumerate() {
            let mut keys = [0; LANES];
            keys.iter_mut().zip(texts).for_each(|(key, text)| *key = id_hash(text));
            let found = last_up_to(values, keys);
            for (lane, (key, value)) in keys.into_iter().zip(found).take(texts.len()).enumerate() {
                if let Some(value) = value.filter(|value| value.key == key) {
                    numbers.add(value.text, part * LANES + lane);
                }
            }
        }
        Some(numbers)
    }

    /// The items that may admit a list of a request, at least one text long, in a field. `None` if the field does not
    /// list them.
    pub(super) fn admitting(&self, field: usize, list: &[ShortText]) -> Option<Listed<'c>> {
        let record = self.fields.get(field).filter(|it| it.axis == AXIS_LISTS && it.is_exact == 0)?;
        let values = self.values.get(record.values_from as usize..record.values_until as usize)?;
        let all = || vec![u64::MAX; self.words];
        let mut column = self.column(record.other_column).map_or_else(all, <[u64]>::to_vec);
        let mut refusing = Vec::with_capacity(list.len());
        for value in list.iter().filter_map(|text| self.value(values, text)) {
            let bytes = self.postings.get(value.column as usize..)?;
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
}
