//! The columns that a request selects.

use std::cell::OnceCell;

use lockfill_catalog::LineItem;
use lockfill_catalog::index::AdsIndex;
use lockfill_catalog::targeting::{Conditions, Point, TextNumbers};
use lockfill_models::user_state::Source;

use crate::context::Context;
use crate::targeting::{Dimension, Subject};

/// Twenty dimensions, rating, two of what the unit blocks, two of gates, one of hard caps, and room for dimensions.
const COLUMNS_MAX: usize = 40;

/// Columns, at most [`COLUMNS_MAX`].
#[derive(Clone, Copy)]
struct Few<'c> {
    columns: [&'c [u64]; COLUMNS_MAX],
    length: usize,
}

impl<'c> Few<'c> {
    const EMPTY: Self = Self { columns: [&[]; COLUMNS_MAX], length: 0 };

    fn add(&mut self, column: Option<&'c [u64]>) {
        if let Some((column, place)) = column.zip(self.columns.get_mut(self.length)) {
            *place = column;
            self.length += 1;
        }
    }

    fn all(&self) -> &[&'c [u64]] {
        &self.columns[..self.length]
    }
}

/// The columns of one request: an item that is not in all of them is rejected by a rule.
pub(super) struct Plan<'p> {
    selected: Few<'p>,
    unsure: Vec<Unsure<'p>>,
    index: AdsIndex<'p>,
}

/// A dimension that columns do not tell apart.
struct Unsure<'p> {
    dimension: Dimension,
    /// The items that need no check.
    open: &'p [u64],
    /// The numbers of the texts of the request's list, once a survivor is checked; `None` if the index has none.
    numbers: OnceCell<Option<TextNumbers>>,
}

impl Unsure<'_> {
    fn admits(&self, conditions: Conditions<'_>, subject: &Subject<'_>, index: &AdsIndex<'_>) -> bool {
        let field = self.dimension.field();
        let numbers = self.numbers.get_or_init(|| match self.dimension.point(subject) {
            Point::List(list) => index.numbers(field, list),
            _ => None,
        });
        numbers.as_ref().map_or_else(
            || self.dimension.admits(conditions, subject),
            |numbers| conditions.of(field).is_none_or(|condition| condition.list().admits_numbers(numbers)),
        )
    }
}

impl<'p> Plan<'p> {
    pub(super) fn new<'c: 'p>(context: &Context<'p, 'c>, index: &AdsIndex<'c>) -> Self {
        let mut plan = Self { selected: Few::EMPTY, unsure: Vec::new(), index: *index };
        let subject = context.subject();
        for dimension in Dimension::all() {
            let selected = index.select(dimension.field(), dimension.point(&subject));
            plan.selected.add(selected.column);
            plan.unsure.extend(selected.unless_open.map(|open| Unsure {
                dimension,
                open,
                numbers: OnceCell::new(),
            }));
        }
        let unit = context.inputs.unit;
        let (categories, advertisers, _) = index.unblocked(unit);
        plan.selected.add(index.rated_up_to(unit.content_rating));
        plan.selected.add(categories);
        plan.selected.add(advertisers);
        if let Some(gates) = context.inputs.gate_columns {
            plan.selected.add(Some(&gates.funded));
            plan.selected.add(Some(&gates.open));
        }
        if context.inputs.state.source == Source::Unknown {
            plan.selected.add(index.without_hard_cap());
        }
        plan
    }

    /// The number of items.
    pub(super) const fn items(&self) -> usize {
        self.index.items()
    }

    /// The survivors among the items of `LENGTH` words from a word on.
    pub(super) fn survivors<const LENGTH: usize>(&self, from: usize) -> [u64; LENGTH] {
        let mut left = std::array::from_fn(|word| mask((from + word) * 64, self.items()));
        for columns in self.selected.all().chunks(4) {
            for column in columns {
                and(&mut left, column, from);
            }
            if left == [0; LENGTH] {
                break;
            }
        }
        left
    }

    /// Whether an item is in all columns.
    pub(super) fn is_survivor(&self, item: u32) -> bool {
        self.selected.all().iter().all(|column| has(column, item))
    }

    /// Whether a survivor meets the conditions that columns do not tell apart.
    pub(super) fn admits(&self, line_item: LineItem<'_>, context: &Context<'_, '_>) -> bool {
        self.unsure
            .iter()
            .filter(|unsure| !has(unsure.open, line_item.index()))
            .all(|unsure| unsure.admits(line_item.targeting(), &context.subject(), &self.index))
    }
}

/// The bits of a word whose first item is `first`, as far as there are items.
pub(super) const fn mask(first: usize, items: usize) -> u64 {
    match items.saturating_sub(first) {
        0 => 0,
        left @ 1..64 => (1 << left) - 1,
        _ => u64::MAX,
    }
}

/// Whether an item is in a column.
pub(super) fn has(column: &[u64], item: u32) -> bool {
    column.get(item as usize / 64).is_some_and(|word| word >> (item % 64) & 1 == 1)
}

fn and<const LENGTH: usize>(left: &mut [u64; LENGTH], column: &[u64], from: usize) {
    if let Some(words) = column.get(from..from + LENGTH) {
        left.iter_mut().zip(words).for_each(|(left, word)| *left &= word);
    } else {
        let words = column.get(from..).unwrap_or_default().iter().copied();
        left.iter_mut().zip(words.chain(std::iter::repeat(0))).for_each(|(left, word)| *left &= word);
    }
}
