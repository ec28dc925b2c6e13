//! The index of contents.

use std::collections::{BTreeMap, HashMap};

use lockfill_models::draw::id_hash;

use super::bits::{Bits, Columns};
use super::columns::FieldColumns;
use super::contents_order::seconds;
use crate::entities::{Content, ContentRating};
use crate::stored::{ContentsRecord, FieldRecord, MemberRecord, NONE, TextWriter, ValueRecord};

/// One content in so many has a category or a language that has a column: fewer take less space as a list.
const LISTED_BELOW: usize = 32;

/// The sections of the index of contents.
pub(crate) struct ContentsParts {
    pub columns: Vec<u64>,
    pub fields: Vec<FieldRecord>,
    pub values: Vec<ValueRecord>,
    pub starts: Vec<u32>,
    pub ends: Vec<u32>,
    pub qualities: Vec<u32>,
    pub channels: Vec<u32>,
    pub languages: Vec<MemberRecord>,
    pub categories: Vec<MemberRecord>,
    pub members: Vec<u32>,
    pub contents: ContentsRecord,
    pub postings: Vec<u8>,
}

/// Builds the index of contents, which are in its order.
pub(crate) fn build_contents(contents: &[Content], texts: &mut TextWriter) -> ContentsParts {
    let mut columns = Columns::default();
    let targetings = contents.iter().map(|content| &content.targeting);
    let (fields, values, lists) = FieldColumns::build(targetings, texts, &mut columns);
    let rated = |highest| Bits::of(contents.len(), |item| contents[item].rating <= highest);
    let rating_columns =
        [ContentRating::Everyone, ContentRating::Teen].map(|highest| columns.add(rated(highest)));
    let (mut languages, mut categories) = (BTreeMap::new(), BTreeMap::new());
    let mut channels = HashMap::new();
    for (item, content) in (0..).zip(contents) {
        add(&mut languages, &content.language, item);
        content.categories.iter().for_each(|category| add(&mut categories, category, item));
        let next = number(channels.len());
        channels.entry(&*content.channel_id).or_insert(next);
    }
    let mut writer = MemberWriter { items: contents.len(), texts, columns: &mut columns, listed: Vec::new() };
    let (languages, categories) = (writer.records(&languages), writer.records(&categories));
    let members = writer.listed;
    let pinned = contents.iter().take_while(|content| content.pinned_rank.is_some()).count();
    ContentsParts {
        fields,
        values,
        starts: contents.iter().map(|content| seconds(content.flight.from)).collect(),
        ends: contents.iter().map(|content| seconds(content.flight.until)).collect(),
        qualities: contents.iter().map(|content| u32::try_from(content.quality_ppm).unwrap_or(0)).collect(),
        channels: contents.iter().map(|content| channels[&*content.channel_id]).collect(),
        languages,
        categories,
        members,
        contents: ContentsRecord { rating_columns, pinned: number(pinned) },
        columns: columns.finish(),
        postings: lists.postings,
    }
}

fn add<'t>(members: &mut BTreeMap<&'t str, Vec<u32>>, text: &'t str, item: u32) {
    members.entry(text).or_default().push(item);
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(NONE)
}

struct MemberWriter<'w> {
    items: usize,
    texts: &'w mut TextWriter,
    columns: &'w mut Columns,
    listed: Vec<u32>,
}

impl MemberWriter<'_> {
    /// The records of texts, in the order of their hashes.
    fn records(&mut self, members: &BTreeMap<&str, Vec<u32>>) -> Vec<MemberRecord> {
        let mut records: Vec<_> = members.iter().map(|(text, items)| self.record(text, items)).collect();
        records.sort_by_key(|record| record.key);
        records
    }

    fn record(&mut self, text: &str, items: &[u32]) -> MemberRecord {
        let listed_from = number(self.listed.len());
        let is_listed = items.len() * LISTED_BELOW < self.items;
        let column = if is_listed {
            self.listed.extend(items);
            NONE
        } else {
            let mut is_in = vec![false; self.items];
            for &item in items {
                is_in[item as usize] = true;
            }
            self.columns.add(Bits::of(self.items, |item| is_in[item]))
        };
        MemberRecord {
            key: id_hash(text),
            text: self.texts.add(text),
            is_listed: is_listed.into(),
            column,
            listed_from,
            listed_until: number(self.listed.len()),
            unused: 0,
        }
    }
}
