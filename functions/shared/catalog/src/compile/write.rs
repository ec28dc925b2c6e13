//! Writes a checked catalog to a blob.

use std::collections::HashMap;

use lockfill_models::draw::id_hash;

use super::join::Joined;
use super::records::overrides;
use super::tables::{Tables, count};
use crate::blob::{AlignedBytes, Writer};
use crate::catalog::BLOB_FORMAT;
use crate::error::{Refusal, Refusals};
use crate::index::{build_ads, build_contents, order_contents};
use crate::rows::CatalogRows;
use crate::stored::{BlockRecord, OverrideRecord, UnitRecord, section};

/// A checked catalog as a blob.
#[derive(Debug)]
pub struct CompiledCatalog {
    blob: AlignedBytes,
    withheld: Vec<Refusal>,
    line_items: usize,
    contents: usize,
}

impl CompiledCatalog {
    /// The blob, for [`crate::Catalog::open`] and for stores.
    #[must_use]
    pub fn into_blob(self) -> AlignedBytes {
        self.blob
    }

    /// Creatives and contents that are not served because of an address. A publisher refuses them; a version may be
    /// older than the rule that withholds.
    #[must_use]
    pub fn withheld(&self) -> &[Refusal] {
        &self.withheld
    }

    /// The number of line items.
    #[must_use]
    pub const fn line_items(&self) -> usize {
        self.line_items
    }

    /// The number of contents.
    #[must_use]
    pub const fn contents(&self) -> usize {
        self.contents
    }
}

/// Checks the rows of a version, joins them, and writes them to a blob of [`BLOB_FORMAT`].
///
/// # Errors
/// All rows that cannot be served, and why.
pub fn compile(version: u64, rows: CatalogRows) -> Result<CompiledCatalog, Refusals> {
    let mut joined = Joined::of(rows)?;
    let blocks = order_contents(&mut joined.contents);
    let (line_items, contents) = (joined.line_items.len(), joined.contents.len());
    let mut sections = Sections { writer: Writer::new(BLOB_FORMAT, version), tables: Tables::new() };
    sections.units(&joined);
    sections.payers(&joined);
    sections.ads(&joined);
    sections.contents(&joined, &blocks);
    sections.others(&joined);
    let blob = sections.finish();
    Ok(CompiledCatalog { blob, withheld: joined.withheld, line_items, contents })
}

/// The sections of a blob that is being written.
struct Sections {
    writer: Writer,
    tables: Tables,
}

impl Sections {
    fn units(&mut self, joined: &Joined) {
        let (mut units, mut all) = (Vec::new(), Vec::new());
        for unit in &joined.units {
            let from = count(all.len());
            all.extend(overrides(unit, &joined.line_items));
            units.push(self.tables.unit(unit, (from, count(all.len()))));
        }
        self.writer.rising_section(section::UNITS, &units);
        self.writer.rising_section(section::OVERRIDES, &all);
        self.index(joined, (&units, &all));
    }

    /// What finds line items without looking at each.
    fn index(&mut self, joined: &Joined, overrides: (&[UnitRecord], &[OverrideRecord])) {
        let Self { writer, tables } = self;
        let advertisers = places(joined.advertisers.iter().map(|advertiser| &*advertiser.id));
        let parts = build_ads(&joined.line_items, &advertisers, &joined.units, overrides, &mut tables.texts);
        writer.section(section::AD_COLUMNS, &parts.columns);
        writer.section(section::AD_FIELDS, &parts.fields);
        writer.section(section::AD_VALUES, &parts.values);
        writer.section(section::ADS, &[parts.ads]);
        writer.section(section::AD_STARTS, &parts.starts);
        writer.section(section::AD_ENDS, &parts.ends);
        writer.section(section::AD_ADVERTISERS, &parts.advertisers);
        writer.section(section::UNIT_COLUMNS, &parts.units);
        writer.section(section::OVERRIDE_ORDER, &parts.override_order);
        writer.section(section::OVERRIDE_FILTERS, &parts.override_filters);
        writer.section(section::FILTER_BITS, &parts.filter_bits);
        writer.section(section::AD_POSTINGS, &parts.postings);
    }

    fn payers(&mut self, joined: &Joined) {
        let Self { writer, tables } = self;
        let advertisers: Vec<_> = joined.advertisers.iter().map(|one| tables.advertiser(one)).collect();
        let places = places(joined.advertisers.iter().map(|advertiser| &*advertiser.id));
        let campaigns: Vec<_> = joined.campaigns.iter().map(|one| tables.campaign(one, &places)).collect();
        writer.rising_section(section::ADVERTISERS, &advertisers);
        writer.rising_section(section::CAMPAIGNS, &campaigns);
    }

    fn ads(&mut self, joined: &Joined) {
        let Self { writer, tables } = self;
        let campaigns = places(joined.campaigns.iter().map(|campaign| &*campaign.id));
        let (mut line_items, mut creatives) = (Vec::new(), Vec::new());
        for (item, place) in joined.line_items.iter().zip(0..) {
            line_items.push(tables.line_item(item, &campaigns, count(creatives.len())));
            creatives.extend(item.creatives.iter().map(|creative| tables.creative(creative, place)));
        }
        writer.rising_section(section::LINE_ITEMS, &line_items);
        writer.rising_section(section::CREATIVES, &creatives);
    }

    fn contents(&mut self, joined: &Joined, blocks: &[BlockRecord]) {
        let Self { writer, tables } = self;
        let parts = build_contents(&joined.contents, &mut tables.texts);
        writer.section(section::CONTENT_COLUMNS, &parts.columns);
        writer.section(section::CONTENT_FIELDS, &parts.fields);
        writer.section(section::CONTENT_VALUES, &parts.values);
        writer.section(section::CONTENT_STARTS, &parts.starts);
        writer.section(section::CONTENT_ENDS, &parts.ends);
        writer.section(section::CONTENT_QUALITIES, &parts.qualities);
        writer.section(section::CONTENT_CHANNELS, &parts.channels);
        writer.section(section::CONTENT_BLOCKS, blocks);
        writer.section(section::CONTENT_LANGUAGES, &parts.languages);
        writer.section(section::CONTENT_CATEGORIES, &parts.categories);
        writer.section(section::CONTENT_MEMBERS, &parts.members);
        writer.section(section::CONTENT_INDEX, &[parts.contents]);
        writer.section(section::CONTENT_POSTINGS, &parts.postings);
        let contents: Vec<_> = joined.contents.iter().map(|content| tables.content(content)).collect();
        writer.rising_section(section::CONTENTS, &contents);
        let hashes: Vec<u64> = joined.contents.iter().map(|content| id_hash(&content.id)).collect();
        writer.section(section::CONTENT_HASHES, &hashes);
    }

    fn others(&mut self, joined: &Joined) {
        let Self { writer, tables } = self;
        let tombstones: Vec<_> = joined.tombstones.iter().map(|row| tables.tombstone(row)).collect();
        let withheld: Vec<_> = joined.withheld.iter().map(|refusal| tables.withheld(refusal)).collect();
        writer.rising_section(section::TOMBSTONES, &tombstones);
        writer.section(section::WITHHELD, &withheld);
    }

    fn finish(mut self) -> AlignedBytes {
        let (bytes, ends) = self.tables.texts.finish();
        self.writer.section(section::TEXT_BYTES, &bytes);
        self.writer.rising_section(section::TEXT_ENDS, &ends);
        self.writer.section(section::LISTS, &self.tables.lists.finish());
        self.writer.section(section::FLIGHTS, self.tables.flights.all());
        self.writer.section(section::HOUR_SETS, self.tables.hour_sets.all());
        self.writer.finish()
    }
}

/// The places of ids.
fn places<'j>(ids: impl Iterator<Item = &'j str>) -> HashMap<&'j str, u32> {
    ids.zip(0..).collect()
}
