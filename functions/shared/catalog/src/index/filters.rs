//! Filters of overrides: what the line item of each may admit, in 64 bits that lie in the serving order of the unit.
//!
//! The overrides of a unit are line items from everywhere in the columns, so that each look into a column waits for
//! memory. A filter says of most of them that the request is not admitted, and filters lie side by side.
//!
//! Columns of targeting that a request may select have a bit each, or share one with columns of the same field. A
//! filter has the bit of each column that its line item is in. So the filter of a line item that is in all columns of a
//! request has all their bits. The converse does not hold: what passes is looked up in the columns.

use super::bits::ones;
use super::lists::AXIS_LISTS;
use crate::stored::{FieldRecord, NONE, ValueRecord};

/// The number of bits of a filter.
const FILTER_BITS: usize = u64::BITS as usize;

/// In place of the bit of a column that has none.
pub(super) const NO_BIT: u8 = u8::MAX;

/// The bit of each column of fields, or [`NO_BIT`]. Columns behind them have none.
///
/// Each field in turn takes one more bit, as long as it has fewer bits than columns.
pub(super) fn bits_of_columns(fields: &[FieldRecord], values: &[ValueRecord]) -> Vec<u8> {
    let columns = &fields.iter().map(|field| selectable(field, values)).collect::<Vec<_>>();
    let mut given = vec![0; columns.len()];
    let in_round = |round| (0..columns.len()).filter(move |&field| columns[field].len() > round);
    (0..FILTER_BITS).flat_map(in_round).take(FILTER_BITS).for_each(|field| given[field] += 1);
    let count = columns.iter().flatten().max().map_or(0, |&last| last as usize + 1);
    let mut bits = vec![NO_BIT; count];
    let mut first = 0;
    for (given, columns) in given.into_iter().zip(columns) {
        for (&column, bit) in columns.iter().zip((first..first + given).cycle()) {
            bits[column as usize] = u8::try_from(bit).unwrap_or(NO_BIT);
        }
        first += given;
    }
    bits
}

/// The columns that a request may select of a field, each once.
fn selectable(field: &FieldRecord, values: &[ValueRecord]) -> Vec<u32> {
    // A value of lists has no column.
    let of_values = if field.axis == AXIS_LISTS { 0..0 } else { field.values_from..field.values_until };
    let of_values = of_values.map(|value| values[value as usize].column);
    let all = [field.absent_column, field.other_column].into_iter().chain(of_values);
    let mut all: Vec<_> = all.filter(|&column| column != NONE).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The filters of some items: of `items` in all, with their columns and the bits of those.
pub(super) fn filters(
    wanted: impl ExactSizeIterator<Item = usize>,
    items: usize,
    columns: &[u64],
    bits: &[u8],
) -> Vec<u64> {
    if wanted.len() == 0 {
        return Vec::new();
    }
    let mut filters = vec![0; items];
    for (column, &bit) in
        columns.chunks(items.div_ceil(64).max(1)).zip(bits).filter(|&(_, &bit)| bit != NO_BIT)
    {
        let filter = mask(bit);
        for (word, &members) in column.iter().enumerate() {
            for place in ones(members) {
                filters[word * 64 + place] |= filter;
            }
        }
    }
    wanted.map(|item| filters[item]).collect()
}

/// The filter of one bit.
pub(super) fn mask(bit: u8) -> u64 {
    1_u64.checked_shl(bit.into()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::bits::{Bits, Columns};

    /// A field whose columns for no value and for other values are these.
    fn field(axis: u32, absent_column: u32, other_column: u32, values: std::ops::Range<u32>) -> FieldRecord {
        let (values_from, values_until) = (values.start, values.end);
        let (open_column, sure_column) = (NONE, NONE);
        FieldRecord {
            axis,
            absent_column,
            other_column,
            is_exact: 1,
            open_column,
            sure_column,
            values_from,
            values_until,
        }
    }

    fn values(columns: impl IntoIterator<Item = u32>) -> Vec<ValueRecord> {
        columns.into_iter().map(|column| ValueRecord { key: column.into(), text: 0, column }).collect()
    }

    #[test]
    fn columns_of_one_field_may_share_a_bit_and_columns_of_two_never_do() {
        let values = values(2..120);
        let fields = [field(0, 0, 1, 0..98), field(0, 100, NONE, 98..118), field(0, NONE, NONE, 0..0)];
        let bits = bits_of_columns(&fields, &values);
        assert_eq!(bits.len(), 120);
        let (first, second) = bits.split_at(100);
        // The second has fewer columns than half of the bits, and the first takes the others.
        assert_eq!(second, (44..64).collect::<Vec<u8>>());
        assert!(first.iter().all(|&bit| bit < 44));
        assert!((0..44).all(|bit| first.contains(&bit)), "{first:?}");
    }

    #[test]
    fn values_of_lists_are_no_columns_and_what_no_field_selects_has_no_bit() {
        let values = values([900, 901]);
        let bits = bits_of_columns(&[field(AXIS_LISTS, NONE, 2, 0..2)], &values);
        assert_eq!(bits, [NO_BIT, NO_BIT, 0]);
        assert_eq!(mask(NO_BIT), 0);
    }

    #[test]
    fn a_filter_has_the_bit_of_each_column_that_its_item_is_in() {
        for items in [63, 64, 65, 200] {
            let is_in = |column: usize, item: usize| (item * 31 + column * 17) % 5 < 2;
            let mut columns = Columns::default();
            (0..3).for_each(|column| {
                columns.add(Bits::of(items, |item| is_in(column, item)));
            });
            let (count, words) = (columns.count(), columns.finish());
            let bits = &[5, NO_BIT, 63][..count];
            let wanted = (0..items).rev();
            let found = filters(wanted.clone(), items, &words, bits);
            for (item, filter) in wanted.zip(found) {
                let expected = bits.iter().enumerate().filter(|&(column, _)| is_in(column, item));
                let expected = expected.fold(0, |all, (_, &bit)| all | mask(bit));
                assert_eq!(filter, expected, "{item} of {items}");
            }
        }
        assert!(filters(0..0, 100, &[7; 2], &[0]).is_empty());
    }
}
