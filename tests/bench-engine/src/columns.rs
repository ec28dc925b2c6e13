//! The subjects that intersect columns: dense bits and roaring bitmaps.

use std::collections::HashMap;

use lockfill_catalog::index::{AdsIndex, Selected};
use lockfill_catalog::targeting::{Field, Point, UserAge, number_of_age, number_of_version};
use lockfill_decision::{Context, targeting};
use lockfill_models::vocabulary::{Gender, Network, Platform};
use roaring::RoaringBitmap;

fn of(text: Option<&str>) -> Point<'_> {
    text.map_or(Point::Absent, Point::Text)
}

/// What a request says of the dimensions that the catalogs have conditions on.
pub fn selected<'c>(context: &Context<'_, '_>, index: &AdsIndex<'c>) -> Vec<Selected<'c>> {
    let (query, subject) = (context.inputs.query, context.subject());
    let text = |text: Option<&'static str>| text.map_or(Point::Absent, Point::Text);
    let age = query.birth_year.map(|year| year.age_in(subject.local_year));
    let points = [
        (Field::countries, of(query.country.as_deref())),
        (Field::languages, of(query.language.as_deref())),
        (Field::genders, text(query.gender.map(Gender::name))),
        (Field::ages, age.map_or(Point::Absent, |age| Point::Number(number_of_age(age)))),
        (Field::platforms, text(query.platform.map(Platform::name))),
        (
            Field::os_versions,
            query.os_version.map_or(Point::Absent, |it| Point::Number(number_of_version(it))),
        ),
        (Field::device_makers, of(query.device_maker.as_deref())),
        (Field::carriers, of(query.carrier.as_deref())),
        (Field::networks, text(query.network.map(Network::name))),
        (Field::segments, if query.segments.is_empty() { Point::Absent } else { Point::Present }),
        (Field::user_age, text(subject.user_age.map(UserAge::name))),
    ];
    points.into_iter().map(|(field, point)| index.select(field, point)).collect()
}

/// All line items as dense bits.
pub fn all(index: &AdsIndex<'_>) -> Vec<u64> {
    let mut all = vec![u64::MAX; index.words()];
    if let Some(last) = all.last_mut().filter(|_| !index.items().is_multiple_of(64)) {
        *last = (1 << (index.items() % 64)) - 1;
    }
    all
}

/// The matches by a scan of dense bits over all line items.
pub fn dense(context: &Context<'_, '_>, index: &AdsIndex<'_>) -> Vec<u32> {
    let selected = selected(context, index);
    let mut left = all(index);
    for column in selected.iter().filter_map(|selected| selected.column) {
        left.iter_mut().zip(column).for_each(|(left, word)| *left &= word);
    }
    let mut matches = Vec::new();
    for (word, mut rest) in (0_u32..).zip(left) {
        while rest != 0 {
            let item = word * 64 + rest.trailing_zeros();
            rest &= rest - 1;
            if is_match(item, &selected, context) {
                matches.push(item);
            }
        }
    }
    matches
}

/// Roaring bitmaps of the columns that requests have selected.
#[derive(Default)]
pub struct Roaring {
    bitmaps: HashMap<*const u64, RoaringBitmap>,
}

impl Roaring {
    /// Makes the bitmaps that a request needs.
    pub fn prepare(&mut self, context: &Context<'_, '_>, index: &AdsIndex<'_>) {
        for column in selected(context, index).iter().filter_map(|selected| selected.column) {
            self.bitmaps.entry(column.as_ptr()).or_insert_with(|| {
                let items = 0..u32::try_from(index.items()).expect("32 bits");
                items.filter(|&item| has(column, item)).collect()
            });
        }
    }

    /// The bitmap of a column that was prepared.
    pub fn of(&self, column: &[u64]) -> &RoaringBitmap {
        &self.bitmaps[&column.as_ptr()]
    }

    /// The matches by an intersection of bitmaps, the smallest first.
    pub fn matches(&self, context: &Context<'_, '_>, index: &AdsIndex<'_>) -> Vec<u32> {
        let selected = selected(context, index);
        let columns = selected.iter().filter_map(|selected| selected.column);
        let mut bitmaps: Vec<_> = columns.map(|column| self.of(column)).collect();
        bitmaps.sort_by_key(|bitmap| bitmap.len());
        let Some((first, others)) = bitmaps.split_first() else { return Vec::new() };
        let mut left = (*first).clone();
        for bitmap in others {
            left &= *bitmap;
        }
        left.iter().filter(|&item| is_match(item, &selected, context)).collect()
    }
}

fn has(column: &[u64], item: u32) -> bool {
    column[item as usize / 64] >> (item % 64) & 1 == 1
}

/// Whether the user meets the conditions that no column tells apart.
fn is_match(item: u32, selected: &[Selected<'_>], context: &Context<'_, '_>) -> bool {
    let is_sure = selected.iter().filter_map(|it| it.unless_open).all(|open| has(open, item));
    is_sure || {
        let line_item = context.inputs.catalog.line_item_at(item).expect("a line item");
        targeting::check(line_item.targeting(), &context.subject()).is_none()
    }
}
