//! Why each line item has no slot, for the subjects that intersect columns: the counts that a decision without a slot
//! has, so that all subjects answer the same.

use std::collections::BTreeMap;

use lockfill_catalog::index::AdsIndex;
use lockfill_catalog::targeting::Field;
use lockfill_decision::{Context, frequency_cap, targeting};
use roaring::RoaringBitmap;

use crate::columns::{Roaring, selected};
use crate::workloads::Workload;

/// How many line items each rule rejected, by its name.
pub type Counts = BTreeMap<&'static str, usize>;

/// The names of the rules of the dimensions that the catalogs have conditions on.
const DIMENSIONS: [&str; 11] = [
    "country",
    "language",
    "gender",
    "age",
    "platform",
    "os_version",
    "device_maker",
    "carrier",
    "network",
    "segments",
    "user_age",
];
const _: () = assert!(Field::COUNT > DIMENSIONS.len(), "a dimension of the catalogs is a field");

/// Line items of which some are taken out.
pub trait Left {
    /// Takes out what is not in a column. Returns how many.
    fn keep(&mut self, column: &[u64]) -> usize;

    /// Takes out what a test refuses. Returns how many.
    fn retain(&mut self, is_kept: impl FnMut(u32) -> bool) -> usize;
}

/// Dense bits.
impl Left for Vec<u64> {
    fn keep(&mut self, column: &[u64]) -> usize {
        let mut taken = 0;
        for (left, word) in self.iter_mut().zip(column) {
            taken += (*left & !word).count_ones() as usize;
            *left &= word;
        }
        taken
    }

    fn retain(&mut self, mut is_kept: impl FnMut(u32) -> bool) -> usize {
        let mut taken = 0;
        for (word, left) in (0_u32..).zip(self) {
            let mut rest = *left;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                if !is_kept(word * 64 + bit) {
                    *left &= !(1 << bit);
                    taken += 1;
                }
            }
        }
        taken
    }
}

/// A Roaring bitmap, and those of the columns.
impl Left for (RoaringBitmap, &Roaring) {
    fn keep(&mut self, column: &[u64]) -> usize {
        let before = self.0.len();
        self.0 &= self.1.of(column);
        usize::try_from(before - self.0.len()).unwrap_or(0)
    }

    fn retain(&mut self, mut is_kept: impl FnMut(u32) -> bool) -> usize {
        let taken: RoaringBitmap = self.0.iter().filter(|&item| !is_kept(item)).collect();
        self.0 -= &taken;
        usize::try_from(taken.len()).unwrap_or(0)
    }
}

/// The counts over all line items, where no slot came out.
pub fn count(
    mut left: impl Left,
    context: &Context<'_, '_>,
    index: &AdsIndex<'_>,
    workload: &Workload,
) -> Counts {
    let item = |item: u32| context.inputs.catalog.line_item_at(item).expect("a line item");
    let (starts, ends) = index.flights();
    let seconds = |at: i64| u32::try_from(at).expect("32 bits");
    let (from, until) = (seconds(context.slate.from.0), seconds(context.slate.until.0));
    let mut counts = Counts::new();
    let mut add = |name, taken| *counts.entry(name).or_default() += taken;
    add("flight", left.retain(|item| starts[item as usize] < until && ends[item as usize] > from));
    for (selected, name) in selected(context, index).into_iter().zip(DIMENSIONS) {
        add(name, selected.column.map_or(0, |column| left.keep(column)));
        if let Some(open) = selected.unless_open {
            let admits = |number: u32| {
                // Those that an earlier dimension does not admit are out.
                open[number as usize / 64] >> (number % 64) & 1 == 1
                    || targeting::check(item(number).targeting(), &context.subject())
                        .is_none_or(|dimension| dimension.name() != name)
            };
            add(name, left.retain(admits));
        }
    }
    if let Some(is_open) = &workload.is_open {
        add("pacing", left.retain(|item| is_open[item as usize]));
    }
    let placed = frequency_cap::Placed::default();
    let has_room = |number: u32| frequency_cap::check(item(number), context, &placed).is_none();
    add("frequency_cap", left.retain(has_room));
    add("no_creative", left.retain(|_| false));
    counts.retain(|_, taken| *taken > 0);
    counts
}
