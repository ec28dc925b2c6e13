//! The index of contents, as a decision reads it.

use lockfill_models::draw::id_hash;
use lockfill_models::vocabulary::ShortText;

use super::fields::{FieldIndex, Listed, Selected};
use crate::entities::ContentRating;
use crate::stored::{ContentsRecord, MemberRecord, NONE, Store};
use crate::targeting::Point;

/// The index of contents.
#[derive(Clone, Copy)]
pub struct ContentsIndex<'c> {
    store: &'c Store,
    fields: FieldIndex<'c>,
    contents: &'c ContentsRecord,
}

/// Contents of one standing that follow each other, by quality from the best on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The place of the first content.
    pub from: u32,
    /// The place behind the last content.
    pub until: u32,
    /// The last publication among them, in seconds since the epoch, cut to 32 bits as all instants here.
    pub newest: u32,
    /// The first publication among them.
    pub oldest: u32,
    /// The last expiry among them.
    pub latest_end: u32,
    /// The place that editors pinned them to, if they did.
    pub rank: Option<u32>,
}

/// The contents of a language or of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members<'c> {
    /// All contents.
    All,
    /// Those of a column.
    Column(&'c [u64]),
    /// Few: the places of each.
    Listed(&'c [u32]),
}

impl<'c> ContentsIndex<'c> {
    /// The index of a blob.
    pub(crate) fn of(store: &'c Store) -> Option<Self> {
        let fields = FieldIndex {
            texts: store.texts(),
            columns: store.content_columns(),
            words: store.contents().len().div_ceil(64),
            fields: store.content_fields(),
            values: store.content_values(),
            postings: store.content_postings(),
            filter_bits: &[],
        };
        Some(Self { store, fields, contents: store.content_index().first()? })
    }

    /// The number of contents.
    #[must_use]
    pub fn items(&self) -> usize {
        self.store.contents().len()
    }

    /// The number of 64-bit words of a column.
    #[must_use]
    pub const fn words(&self) -> usize {
        self.fields.words
    }

    /// The bytes of all parts of the index.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let store = self.store;
        self.fields.bytes()
            + (4 * size_of::<u32>() + size_of::<u64>()) * self.items()
            + size_of_val(store.content_blocks())
            + size_of_val(store.content_languages())
            + size_of_val(store.content_categories())
            + size_of_val(store.content_members())
    }

    /// The contents that may admit what a request says of the attribute of a field.
    #[must_use]
    pub fn select(&self, field: usize, point: Point<'_>) -> Selected<'c> {
        self.fields.select(field, point)
    }

    /// The contents that may admit a list of a request, at least one text long, in a field. It reads all contents that
    /// name a text of the list. `None` if the field does not list them; then [`Self::select`] says what there is.
    #[must_use]
    pub fn admitting(&self, field: usize, list: &[ShortText]) -> Option<Listed<'c>> {
        self.fields.admitting(field, list)
    }

    /// The contents that a rating of a unit admits; `None`: all.
    #[must_use]
    pub fn rated_up_to(&self, highest: ContentRating) -> Option<&'c [u64]> {
        match highest {
            ContentRating::Everyone => self.fields.column(self.contents.rating_columns[0]),
            ContentRating::Teen => self.fields.column(self.contents.rating_columns[1]),
            ContentRating::Mature => None,
        }
    }

    /// The contents in a language; `None`: there is none.
    #[must_use]
    pub fn language(&self, language: &str) -> Option<Members<'c>> {
        self.members(self.store.content_languages(), language)
    }

    /// The contents of a category; `None`: there is none.
    #[must_use]
    pub fn category(&self, category: &str) -> Option<Members<'c>> {
        self.members(self.store.content_categories(), category)
    }

    fn members(&self, records: &'c [MemberRecord], text: &str) -> Option<Members<'c>> {
        let key = id_hash(text);
        let records = &records[records.partition_point(|record| record.key < key)..];
        // Another text may have the same hash.
        let is_it = |record: &&MemberRecord| self.store.texts().bytes(record.text) == text.as_bytes();
        let record = records.iter().take_while(|record| record.key == key).find(is_it)?;
        if record.is_listed == 1 {
            let range = record.listed_from as usize..record.listed_until as usize;
            return self.store.content_members().get(range).map(Members::Listed);
        }
        Some(self.fields.column(record.column).map_or(Members::All, Members::Column))
    }

    /// When each content is published and expires, in seconds since the epoch.
    #[must_use]
    pub fn flights(&self) -> (&'c [u32], &'c [u32]) {
        (self.store.content_starts(), self.store.content_ends())
    }

    /// The quality of each content, in ppm.
    #[must_use]
    pub fn qualities(&self) -> &'c [u32] {
        self.store.content_qualities()
    }

    /// The number of each content's channel.
    #[must_use]
    pub fn channels(&self) -> &'c [u32] {
        self.store.content_channels()
    }

    /// The hash of each content's id.
    #[must_use]
    pub fn id_hashes(&self) -> &'c [u64] {
        self.store.content_hashes()
    }

    /// How many contents are pinned; they come first.
    #[must_use]
    pub const fn pinned(&self) -> u32 {
        self.contents.pinned
    }

    /// The block that a content at a place is in.
    #[must_use]
    pub fn block_of(&self, item: u32) -> usize {
        self.store.content_blocks().partition_point(|block| block.until <= item)
    }

    /// The block of a number, from 0 on.
    #[must_use]
    pub fn block(&self, number: usize) -> Option<Block> {
        self.store.content_blocks().get(number).map(|it| Block {
            from: it.from,
            until: it.until,
            newest: it.newest,
            oldest: it.oldest,
            latest_end: it.latest_end,
            rank: (it.rank != NONE).then_some(it.rank),
        })
    }
}
