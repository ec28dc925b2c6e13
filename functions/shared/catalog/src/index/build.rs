//! The index of line items.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::bits::{Bits, Columns};
use super::columns::FieldColumns;
use super::filters::{bits_of_columns, filters};
use crate::entities::{CapKind, ContentRating, LineItem, Unit};
use crate::stored::{
    AdsRecord, FieldRecord, NONE, OverrideRecord, Stored, TextWriter, UnitColumnsRecord, UnitRecord,
    ValueRecord,
};

/// The most columns for what units block.
pub const UNIT_COLUMNS_MAX: usize = 64;

/// The sections of the index of line items.
pub(crate) struct AdsParts {
    pub columns: Vec<u64>,
    pub fields: Vec<FieldRecord>,
    pub values: Vec<ValueRecord>,
    pub ads: AdsRecord,
    pub starts: Vec<u32>,
    pub ends: Vec<u32>,
    pub advertisers: Vec<u32>,
    pub units: Vec<UnitColumnsRecord>,
    pub override_order: Vec<u32>,
    pub override_filters: Vec<u64>,
    pub filter_bits: Vec<u8>,
    pub postings: Vec<u8>,
}

/// Builds the index of line items, which are in their serving order on a unit without rates.
pub(crate) fn build_ads(
    line_items: &[LineItem],
    advertisers: &HashMap<&str, u32>,
    units: &[Unit],
    (unit_records, overrides): (&[UnitRecord], &[OverrideRecord]),
    texts: &mut TextWriter,
) -> AdsParts {
    let mut columns = Columns::default();
    let targetings = line_items.iter().map(|item| &item.targeting);
    let (fields, values, lists) = FieldColumns::build(targetings, texts, &mut columns);
    let ads = properties(line_items, &mut columns);
    let units = unit_columns(line_items, units, &mut columns);
    let seconds = |at: i64| u32::try_from(at.max(0)).unwrap_or(u32::MAX);
    // What is never shown begins after all slates.
    let starts = line_items.iter().map(|item| item.flight.map_or(u32::MAX, |span| seconds(span.from.0)));
    let ends = line_items.iter().map(|item| item.flight.map_or(0, |span| seconds(span.until.0)));
    let advertiser_of = |item: &LineItem| advertisers.get(&*item.campaign.advertiser.id).copied();
    let columns = columns.finish();
    let override_order = override_order(line_items, unit_records, overrides);
    let filter_bits = bits_of_columns(&fields, &values);
    let ordered = override_order.iter().map(|&place| overrides[place as usize].line_item as usize);
    let override_filters = filters(ordered, line_items.len(), &columns, &filter_bits);
    AdsParts {
        fields,
        values,
        ads,
        starts: starts.collect(),
        ends: ends.collect(),
        advertisers: line_items.iter().map(|item| advertiser_of(item).unwrap_or(NONE)).collect(),
        units,
        override_order,
        override_filters,
        filter_bits,
        columns,
        postings: lists.postings,
    }
}

fn properties(line_items: &[LineItem], columns: &mut Columns) -> AdsRecord {
    let mut column = |is_in: &dyn Fn(&LineItem) -> bool| {
        columns.add(Bits::of(line_items.len(), |item| is_in(&line_items[item])))
    };
    let tier_end = |tier: u8| line_items.partition_point(|item| item.tier.number() <= tier);
    AdsRecord {
        tier_ends: [0, 1, 2, 3, 4].map(|tier| u32::try_from(tier_end(tier)).unwrap_or(NONE)),
        rating_columns: [ContentRating::Everyone, ContentRating::Teen]
            .map(|highest| column(&|item| item.rating <= highest)),
        all_hours_column: column(&|item| item.dayparts.is_none()),
        no_hard_cap_column: column(&|item| !(item.cap_kind == CapKind::Hard && is_capped(item))),
        no_cap_column: column(&|item| !is_capped(item)),
    }
}

fn is_capped(item: &LineItem) -> bool {
    let campaign = &item.campaign;
    !(item.caps.is_empty() && campaign.caps.is_empty() && campaign.advertiser.caps.is_empty())
}

fn unit_columns(line_items: &[LineItem], units: &[Unit], columns: &mut Columns) -> Vec<UnitColumnsRecord> {
    let fields = columns.count();
    let record = |unit: &Unit| {
        if columns.count() + 2 > fields + UNIT_COLUMNS_MAX {
            let is_exact = unit.blocked_categories.is_empty() && unit.blocked_advertisers.is_empty();
            return UnitColumnsRecord {
                categories_column: NONE,
                advertisers_column: NONE,
                is_exact: is_exact.into(),
            };
        }
        let mut column = |is_in: &dyn Fn(&LineItem) -> bool| {
            columns.add(Bits::of(line_items.len(), |item| is_in(&line_items[item])))
        };
        let of_category =
            |item: &LineItem| item.categories.iter().any(|it| unit.blocked_categories.contains(it));
        UnitColumnsRecord {
            categories_column: if unit.blocked_categories.is_empty() {
                NONE
            } else {
                column(&|item| !of_category(item))
            },
            advertisers_column: if unit.blocked_advertisers.is_empty() {
                NONE
            } else {
                column(&|item| !unit.blocked_advertisers.contains(&item.campaign.advertiser.id))
            },
            is_exact: 1,
        }
    };
    units.iter().map(record).collect()
}

/// The places of overrides, those of each unit by tier, by eCPM from the highest on, and by line item.
fn override_order(line_items: &[LineItem], units: &[UnitRecord], overrides: &[OverrideRecord]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..u32::try_from(overrides.len()).unwrap_or(NONE)).collect();
    for unit in units {
        order[unit.overrides_from as usize..unit.overrides_until as usize].sort_unstable_by_key(|&place| {
            let it = &overrides[place as usize];
            (line_items[it.line_item as usize].tier, Reverse(it.ecpm_micros), it.line_item)
        });
    }
    order
}
