//! Where the sections of a blob are.

use std::ops::Range;

use lockfill_models::time::{EpochSeconds, HourSet, Interval};

use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::lists;
use super::records::{
    AdsRecord, AdvertiserRecord, BlockRecord, CampaignRecord, ContentRecord, ContentsRecord, CreativeRecord,
    FieldRecord, IntervalRecord, LineItemRecord, MemberRecord, NONE, OverrideRecord, TombstoneRecord,
    UnitColumnsRecord, UnitRecord, ValueRecord, WithheldRecord,
};
use super::texts::TextStore;
use crate::blob::{AlignedBytes, BlobError, Reader, SectionRange};

/// Defines the sections: their numbers, and where each lies in a blob.
macro_rules! sections {
    ($($(#[$attribute:meta])* $name:ident $id:ident = $number:literal: $record:ty,)+) => {
        /// The numbers of the sections.
        pub(crate) mod section {
            use crate::blob::SectionId;
            $($(#[$attribute])* pub(crate) const $id: SectionId = SectionId($number);)+
        }

        /// Where each section lies.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct Sections {
            $(pub(crate) $name: SectionRange<$record>,)+
        }

        impl Sections {
            fn of(reader: &Reader<'_>) -> Result<Self, BlobError> {
                Ok(Self { $($name: reader.range(section::$id)?,)+ })
            }
        }

        impl Store {
            $($(#[$attribute])* #[inline] pub(crate) fn $name(&self) -> &[$record] {
                self.sections.$name.of(&self.blob)
            })+
        }
    };
}

sections! {
    /// All texts, one behind the other.
    text_bytes TEXT_BYTES = 1: u8,
    /// Where each text ends in the bytes.
    text_ends TEXT_ENDS = 2: u32,
    /// All lists.
    lists LISTS = 3: u32,
    /// Spans of time.
    flights FLIGHTS = 4: IntervalRecord,
    /// Sets of hours of the week.
    hour_sets HOUR_SETS = 5: [u64; 3],
    /// Units, in the order of their ids.
    units UNITS = 6: UnitRecord,
    /// eCPMs on units.
    overrides OVERRIDES = 7: OverrideRecord,
    /// Advertisers, in the order of their ids.
    advertisers ADVERTISERS = 8: AdvertiserRecord,
    /// Campaigns, in the order of their ids.
    campaigns CAMPAIGNS = 9: CampaignRecord,
    /// Line items, in their serving order at the default rate.
    line_items LINE_ITEMS = 10: LineItemRecord,
    /// Creatives, in the order of their line items.
    creatives CREATIVES = 11: CreativeRecord,
    /// Contents, in the order of the index.
    contents CONTENTS = 12: ContentRecord,
    /// What was withdrawn, in the order of the ids.
    tombstones TOMBSTONES = 13: TombstoneRecord,
    /// What is not served because of an address.
    withheld WITHHELD = 14: WithheldRecord,
    /// Columns of bits over the line items, one behind the other.
    ad_columns AD_COLUMNS = 30: u64,
    /// The fields of targeting, as the index of line items has them.
    ad_fields AD_FIELDS = 31: FieldRecord,
    /// The values that conditions of line items name, field by field, in the order of their keys.
    ad_values AD_VALUES = 32: ValueRecord,
    /// One record.
    ads ADS = 33: AdsRecord,
    /// When each line item begins, in seconds since the epoch, cut to 32 bits.
    ad_starts AD_STARTS = 34: u32,
    /// When each line item ends, in seconds since the epoch, cut to 32 bits.
    ad_ends AD_ENDS = 35: u32,
    /// The advertiser of each line item.
    ad_advertisers AD_ADVERTISERS = 36: u32,
    /// Units, in the order of their ids.
    unit_columns UNIT_COLUMNS = 37: UnitColumnsRecord,
    /// The overrides of each unit in their serving order there, as places among all overrides.
    override_order OVERRIDE_ORDER = 38: u32,
    /// Line items by the texts that their conditions on lists name.
    ad_postings AD_POSTINGS = 39: u8,
    /// The columns of contents, one bit a content.
    content_columns CONTENT_COLUMNS = 40: u64,
    /// The fields of targeting of contents.
    content_fields CONTENT_FIELDS = 41: FieldRecord,
    /// The values of those fields.
    content_values CONTENT_VALUES = 42: ValueRecord,
    /// When each content was published, in seconds since the epoch, cut to 32 bits.
    content_starts CONTENT_STARTS = 43: u32,
    /// When each content expires, in seconds since the epoch, cut to 32 bits.
    content_ends CONTENT_ENDS = 44: u32,
    /// The quality of each content, in ppm.
    content_qualities CONTENT_QUALITIES = 45: u32,
    /// The channel of each content: contents of one channel have one number.
    content_channels CONTENT_CHANNELS = 46: u32,
    /// The blocks of contents.
    content_blocks CONTENT_BLOCKS = 47: BlockRecord,
    /// The contents of each language, by the hash of the language.
    content_languages CONTENT_LANGUAGES = 48: MemberRecord,
    /// The contents of each category, by the hash of the category.
    content_categories CONTENT_CATEGORIES = 49: MemberRecord,
    /// The lists of contents of rare languages and categories.
    content_members CONTENT_MEMBERS = 50: u32,
    /// What there is once.
    content_index CONTENT_INDEX = 51: ContentsRecord,
    /// Contents by the texts that their conditions on lists name.
    content_postings CONTENT_POSTINGS = 52: u8,
    /// The filter of each override, in the order of the overrides' order.
    override_filters OVERRIDE_FILTERS = 53: u64,
    /// The bit of each column of line items in filters.
    filter_bits FILTER_BITS = 54: u8,
    /// The hash of each content's id.
    content_hashes CONTENT_HASHES = 55: u64,
}

/// A blob, and where its sections lie in it.
pub(crate) struct Store {
    blob: AlignedBytes,
    version: u64,
    sections: Sections,
}

impl Store {
    /// Opens a blob. Its records are checked by [`Self::validate`](super::validate).
    pub(crate) fn open(mut blob: AlignedBytes, format: u32) -> Result<Self, BlobError> {
        let reader = Reader::open(&blob, format)?;
        let (version, sections) = (reader.version(), Sections::of(&reader)?);
        let differences = reader.differences();
        differences.add_up(&mut blob);
        Ok(Self { blob, version, sections })
    }

    /// One record of a section. Decisions read many single records, and this costs less than the whole section.
    #[inline]
    pub(crate) fn record<T: FromBytes + KnownLayout + Immutable>(
        &self,
        section: impl FnOnce(&Sections) -> SectionRange<T>,
        index: u32,
    ) -> Option<&T> {
        section(&self.sections).record(&self.blob, index as usize)
    }

    /// One record that exists: opening a blob has checked each number of a record.
    #[inline]
    pub(crate) fn existing<T: FromBytes + KnownLayout + Immutable>(
        &self,
        section: impl FnOnce(&Sections) -> SectionRange<T>,
        index: u32,
    ) -> &T {
        let range = section(&self.sections);
        let record = range.record(&self.blob, index as usize);
        record.unwrap_or_else(|| &range.of(&self.blob)[index as usize])
    }

    pub(crate) const fn version(&self) -> u64 {
        self.version
    }

    #[inline]
    pub(crate) fn texts(&self) -> TextStore<'_> {
        TextStore { bytes: self.text_bytes(), ends: self.text_ends() }
    }

    #[inline]
    pub(crate) fn text(&self, number: u32) -> &str {
        self.texts().text(number)
    }

    #[inline]
    pub(crate) fn list(&self, place: u32) -> &[u32] {
        // Most lists are empty, and reading them would touch other memory for each.
        if place == lists::EMPTY {
            return &[];
        }
        lists::list(self.lists(), place).unwrap_or_default()
    }

    /// The eCPMs on a unit that are not those of the default rate, in the order of the line items.
    pub(crate) fn overrides_of(&self, unit: u32) -> &[OverrideRecord] {
        self.overrides().get(self.override_range(unit)).unwrap_or_default()
    }

    /// The places of a unit among all overrides, and in their order and filters; empty if there is no such unit.
    pub(crate) fn override_range(&self, unit: u32) -> Range<usize> {
        let unit = self.units().get(unit as usize);
        unit.map_or(0..0, |unit| unit.overrides_from as usize..unit.overrides_until as usize)
    }

    #[inline]
    pub(crate) fn flight(&self, number: u32) -> Option<Interval> {
        let IntervalRecord { from, until } = *self.flights().get(number as usize)?;
        Some(Interval { from: EpochSeconds(from), until: EpochSeconds(until) })
    }

    pub(crate) fn hour_set(&self, number: u32) -> Option<HourSet> {
        if number == NONE {
            None
        } else {
            self.hour_sets().get(number as usize).copied().map(HourSet::from_bits)
        }
    }
}
