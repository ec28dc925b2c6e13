//! The columns that a request selects.

use std::cell::OnceCell;

use lockfill_catalog::LineItem;
use lockfill_catalog::index::AdsIndex;
use lockfill_catalog::targeting::{Conditions, Point, TextNumbers};
use lockfill_models::user_state::Source;

use crate::context::Context;
use crate::targeting::{Dimension, Subject};

/// Room for the columns of twenty dimensions, rating, two of what the unit blocks, two of gates and one of hard caps.
const COLUMNS: usize = 26;

/// Room for the dimensions that columns do not tell apart in most catalogs.
const UNSURE: usize = 8;

/// The columns of one request: an item that is not in all of them is rejected by a rule.
pub(super) struct Plan<'p> {
    selected: Vec<&'p [u64]>,
    /// The bits that the filters of all survivors have.
    filter: u64,
    unsure: Vec<Unsure<'p>>,
    /// Whether columns tell exactly what the unit blocks.
    is_unit_exact: bool,
    index: AdsIndex<'p>,
    subject: &'p Subject<'p>,
}

/// A dimension that columns do not tell apart.
struct Unsure<'p> {
    dimension: Dimension,
    /// What the request says of its attribute.
    point: Point<'p>,
    /// The items that need no check.
    open: &'p [u64],
    /// The numbers of the texts of the request's list, once a survivor is checked; `None` if the index has none.
    numbers: OnceCell<Option<TextNumbers<'p>>>,
}

impl<'p> Unsure<'p> {
    fn admits(&self, conditions: Conditions<'_>, subject: &Subject<'_>, index: &AdsIndex<'p>) -> bool {
        let field = self.dimension.field();
        let numbers = self.numbers.get_or_init(|| match self.point {
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
    pub(super) fn new<'c: 'p>(
        context: &Context<'p, 'c>,
        subject: &'p Subject<'p>,
        index: &AdsIndex<'c>,
    ) -> Self {
        let unit = context.inputs.unit;
        let (categories, advertisers, is_unit_exact) = index.unblocked(unit);
        let selected = Vec::with_capacity(COLUMNS);
        let unsure = Vec::with_capacity(UNSURE);
        let mut plan = Self { selected, filter: 0, unsure, is_unit_exact, index: *index, subject };
        for dimension in Dimension::all() {
            let point = dimension.point(subject);
            let selected = index.select(dimension.field(), point);
            plan.selected.extend(selected.column);
            plan.filter |= selected.filter;
            plan.unsure.extend(selected.unless_open.map(|open| Unsure {
                dimension,
                point,
                open,
                numbers: OnceCell::new(),
            }));
        }
        plan.selected.extend(index.rated_up_to(unit.content_rating));
        plan.selected.extend(categories);
        plan.selected.extend(advertisers);
        if let Some(gates) = context.inputs.gate_columns {
            plan.selected.extend([&*gates.funded, &*gates.open]);
        }
        if context.inputs.state.source == Source::Unknown {
            plan.selected.extend(index.without_hard_cap());
        }
        plan
    }

    /// Whether columns tell exactly what the unit blocks.
    pub(super) const fn is_unit_exact(&self) -> bool {
        self.is_unit_exact
    }

    /// The number of items.
    pub(super) const fn items(&self) -> usize {
        self.index.items()
    }

    /// The survivors among the items of `LENGTH` words from a word on.
    pub(super) fn survivors<const LENGTH: usize>(&self, from: usize) -> [u64; LENGTH] {
        let mut left = std::array::from_fn(|word| mask((from + word) * 64, self.items()));
        for columns in self.selected.chunks(4) {
            for column in columns {
                and(&mut left, column, from);
            }
            if left == [0; LENGTH] {
                break;
            }
        }
        left
    }

    /// The bits that the filters of all survivors have.
    pub(super) const fn filter(&self) -> u64 {
        self.filter
    }

    /// Whether an item is in all columns.
    pub(super) fn is_survivor(&self, item: u32) -> bool {
        self.selected.iter().all(|column| has(column, item))
    }

    /// Whether a survivor meets the conditions that columns do not tell apart.
    #[inline]
    pub(super) fn admits(&self, line_item: &LineItem<'_>) -> bool {
        self.unsure.iter().all(|unsure| {
            has(unsure.open, line_item.index())
                || unsure.admits(line_item.targeting(), self.subject, &self.index)
        })
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
