//! The columns of the fields of targeting.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use lockfill_models::draw::id_hash;

use super::bits::{Bits, Columns, Conditioned, Named};
use super::lists::{AXIS_LISTS, Lists};
use crate::stored::{FieldRecord, NONE, TextWriter, ValueRecord};
use crate::targeting::{Axis, FieldVisitor, Name, Point, Shape, Targeting};

/// The most values of a field that have a column of their own.
pub const VALUES_MAX: usize = 32;
/// The most ranges of numbers that have a column of their own: as many as there are ages of people.
pub const RANGES_MAX: usize = 128;

/// The columns of all fields over some items.
pub(super) struct FieldColumns<'t, 'w> {
    targetings: Vec<&'t Targeting>,
    texts: &'w mut TextWriter,
    columns: &'w mut Columns,
    fields: Vec<FieldRecord>,
    values: Vec<ValueRecord>,
    lists: Lists,
}

impl<'t, 'w> FieldColumns<'t, 'w> {
    /// The columns of items with these conditions, added to the columns of all.
    pub(super) fn build(
        targetings: impl Iterator<Item = &'t Targeting>,
        texts: &'w mut TextWriter,
        columns: &'w mut Columns,
    ) -> (Vec<FieldRecord>, Vec<ValueRecord>, Lists) {
        let targetings = targetings.collect();
        let (fields, values, lists) = (Vec::new(), Vec::new(), Lists::default());
        let mut builder = Self { targetings, texts, columns, fields, values, lists };
        Targeting::visit_fields(&mut builder);
        (builder.fields, builder.values, builder.lists)
    }
}

impl FieldVisitor for FieldColumns<'_, '_> {
    fn visit<S: Shape>(&mut self, _field: usize, of: fn(&Targeting) -> &S) {
        let conditions = self.targetings.iter().map(|targeting| of(targeting)).enumerate();
        let conditions = conditions.filter(|(_, condition)| !condition.is_open());
        let conditioned: Vec<_> =
            conditions.map(|(item, condition)| (item, condition as &dyn Named)).collect();
        self.add(S::AXIS, &conditioned);
    }
}

impl FieldColumns<'_, '_> {
    /// Adds the columns of a field.
    fn add(&mut self, axis: Axis, conditioned: &Conditioned<'_>) {
        let items = self.targetings.len();
        let mut open = Bits::all(items);
        for &(item, _) in conditioned {
            open.put(item, false);
        }
        let values_from = self.values.len();
        let absent = self.columns.add(admitting(&open, conditioned, Point::Absent));
        let mut sure_column = NONE;
        let (axis, other_column, is_exact) = match axis {
            Axis::Texts { is_folded } => {
                let (other, is_exact) = self.texts(&open, conditioned);
                (u32::from(is_folded), other, is_exact)
            }
            Axis::Numbers => (2, NONE, self.numbers(&open, conditioned)),
            Axis::Lists => match self.lists.add(&open, conditioned, self.texts) {
                Some(of_list) => {
                    sure_column = self.columns.add(of_list.sure);
                    self.values.extend(of_list.values);
                    (AXIS_LISTS, self.columns.add(of_list.wants_none), conditioned.is_empty())
                }
                None => (3, NONE, conditioned.is_empty()),
            },
            Axis::Presence => (3, NONE, conditioned.is_empty()),
        };
        let number = |length: usize| u32::try_from(length).unwrap_or(NONE);
        self.fields.push(FieldRecord {
            axis,
            absent_column: absent,
            other_column,
            is_exact: is_exact.into(),
            open_column: self.columns.add(open),
            sure_column,
            values_from: number(values_from),
            values_until: number(self.values.len()),
        });
    }

    /// A column for each text that is named often, and one for all other texts; whether that one is exact.
    fn texts(&mut self, open: &Bits, conditioned: &Conditioned<'_>) -> (u32, bool) {
        // The items that name a text, and whether they admit it.
        let mut namers: HashMap<Cow<'_, str>, Vec<(usize, bool)>> = HashMap::new();
        for &(item, condition) in conditioned {
            for name in condition.names() {
                if let Name::Text { text, is_admitted } = name {
                    namers.entry(text).or_default().push((item, is_admitted));
                }
            }
        }
        let unnamed = admitting(open, conditioned, Point::Unnamed);
        let mut by_use: Vec<_> = namers.iter().collect();
        by_use
            .sort_unstable_by(|one, other| other.1.len().cmp(&one.1.len()).then_with(|| one.0.cmp(other.0)));
        let (mut kept, mut keys, mut other) = (Vec::new(), BTreeSet::new(), unnamed.clone());
        for (text, namers) in by_use {
            let key = id_hash(text);
            // Of two texts with one hash, one has the column.
            if kept.len() < VALUES_MAX && keys.insert(key) {
                let mut column = unnamed.clone();
                for &(item, is_admitted) in namers {
                    column.put(item, is_admitted);
                }
                let (text, column) = (self.texts.add(text), self.columns.add(column));
                kept.push(ValueRecord { key, text, column });
            } else {
                let admitted = namers.iter().filter(|(_, is_admitted)| *is_admitted);
                admitted.for_each(|&(item, _)| other.put(item, true));
            }
        }
        let is_exact = kept.len() == namers.len();
        kept.sort_unstable_by_key(|value| value.key);
        self.values.extend(kept);
        (self.columns.add(other), is_exact)
    }

    /// A column for each range of numbers; whether they are exact.
    fn numbers(&mut self, open: &Bits, conditioned: &Conditioned<'_>) -> bool {
        let mut starts = vec![0];
        starts.extend(conditioned.iter().flat_map(|(_, condition)| starts_of(*condition)));
        starts.sort_unstable();
        starts.dedup();
        let ranges = starts.len().div_ceil(RANGES_MAX);
        let mut columns = vec![open.clone(); starts.len().div_ceil(ranges)];
        let place = |start: u64| starts.partition_point(|&it| it < start);
        for &(item, condition) in conditioned {
            // Between two of its own starts a condition gives one result.
            let own = starts_of(condition);
            for (number, &start) in own.iter().enumerate() {
                if condition.may_admit(Point::Number(start)) {
                    let end = own.get(number + 1).map_or(starts.len(), |&end| place(end));
                    let columns = columns.iter_mut().take((end - 1) / ranges + 1).skip(place(start) / ranges);
                    columns.for_each(|column| column.put(item, true));
                }
            }
        }
        for (column, starts) in columns.into_iter().zip(starts.chunks(ranges)) {
            let column = self.columns.add(column);
            self.values.push(ValueRecord { key: starts[0], text: NONE, column });
        }
        ranges == 1
    }
}

/// The numbers from which on a condition may give another result, 0 among them, each once and in order.
fn starts_of(condition: &dyn Named) -> Vec<u64> {
    let mut starts = vec![0];
    starts.extend(condition.names().iter().filter_map(|name| match name {
        Name::From(start) => Some(*start),
        Name::Text { .. } | Name::Needed(_) => None,
    }));
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The items that are open, and those whose condition may admit a point.
fn admitting(open: &Bits, conditioned: &Conditioned<'_>, point: Point<'_>) -> Bits {
    let mut bits = open.clone();
    for &(item, condition) in conditioned {
        bits.put(item, condition.may_admit(point));
    }
    bits
}
