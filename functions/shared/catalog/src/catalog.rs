//! One published version, opened to decide on.

use std::collections::HashMap;
use std::fmt;

use jiff::tz::TimeZone;
use lockfill_models::draw::id_hash;
use lockfill_models::event::ShownItem;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Language, Vocabulary};

use crate::blob::{AlignedBytes, BlobError};
use crate::entities::{ContentRating, FirstSlot, Mix, Unit};
use crate::index::{AdsIndex, ContentsIndex};
use crate::stored::{Lookup, Lookups, NONE, Store, Stored, UnitRecord, validate};
use crate::targeting::Field;
use crate::views::{Advertiser, Campaign, Content, Creative, LineItem, Tombstone, Withheld};

/// The number of the layout of records, sections and manifests of chunks. Any change of them takes the next number.
const LAYOUT: u32 = 10;

/// The format of a compiled catalog: the layout, and the number of targeting conditions in the last three digits. A
/// condition that is added makes another format, because a program without it must not read its blobs.
#[expect(clippy::cast_possible_truncation, reason = "a handful of conditions")]
pub const BLOB_FORMAT: u32 = LAYOUT * 1_000 + Field::COUNT as u32;

/// One published version, checked and ready to decide on. It never changes.
pub struct Catalog {
    store: Store,
    lookups: Lookups,
    /// Units by the hashes of their ids; the compiler refuses two ids with one hash.
    units: HashMap<u64, Unit>,
}

impl Catalog {
    /// Opens a compiled catalog. The whole blob is checked once, and its records are used where they lie.
    ///
    /// # Errors
    /// If the bytes are no compiled catalog of [`BLOB_FORMAT`], or have changed since they were written.
    pub fn open(blob: impl Into<AlignedBytes>) -> Result<Self, BlobError> {
        let store = Store::open(blob.into(), BLOB_FORMAT)?;
        validate(&store)?;
        let mut units = HashMap::with_capacity(store.units().len());
        for (index, record) in store.units().iter().enumerate() {
            let unit = unit(&store, index, record)?;
            units.insert(id_hash(&unit.id), unit);
        }
        let lookups = Lookups::of(&store)?;
        Ok(Self { store, lookups, units })
    }

    /// The published version's number.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.store.version()
    }

    /// The unit of that id.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.unit_of_hash(id_hash(id)).filter(|unit| unit.id == id)
    }

    /// The unit whose id has that hash.
    #[must_use]
    pub fn unit_of_hash(&self, hash: u64) -> Option<&Unit> {
        self.units.get(&hash)
    }

    /// All units, in no order.
    #[cfg(feature = "test-util")]
    pub(crate) fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// Whether any unit lists the origin, as a browser sends it.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.units.values().any(|unit| unit.origins.iter().any(|listed| listed == origin))
    }

    /// All line items: by tier, by eCPM on a unit without rates from the highest on, and by id.
    #[must_use]
    pub fn line_items(&self) -> impl ExactSizeIterator<Item = LineItem<'_>> {
        LineItem::all(&self.store)
    }

    /// What finds line items without looking at each.
    #[must_use]
    pub fn ads_index(&self) -> Option<AdsIndex<'_>> {
        AdsIndex::of(&self.store)
    }

    /// The line item at a place of [`Self::line_items`].
    #[must_use]
    #[inline]
    pub fn line_item_at(&self, index: u32) -> Option<LineItem<'_>> {
        LineItem::at(&self.store, index)
    }

    /// The line item of that id.
    #[must_use]
    pub fn line_item(&self, id: &str) -> Option<LineItem<'_>> {
        self.line_item_of_hash(id_hash(id)).filter(|item| item.id() == id)
    }

    /// The line item whose id has that hash.
    #[must_use]
    pub fn line_item_of_hash(&self, hash: u64) -> Option<LineItem<'_>> {
        let records = self.store.line_items();
        let index = self.find(&self.lookups.line_items, hash, |index| records.get(index)?.id_text.into())?;
        LineItem::at(&self.store, index)
    }

    /// All advertisers, by id.
    #[must_use]
    pub fn advertisers(&self) -> impl ExactSizeIterator<Item = Advertiser<'_>> {
        Advertiser::all(&self.store)
    }

    /// All campaigns, by id.
    #[must_use]
    pub fn campaigns(&self) -> impl ExactSizeIterator<Item = Campaign<'_>> {
        Campaign::all(&self.store)
    }

    /// All creatives, in the order of their line items.
    #[must_use]
    pub fn creatives(&self) -> impl ExactSizeIterator<Item = Creative<'_>> {
        Creative::all(&self.store)
    }

    /// All that was withdrawn lately, by id.
    #[must_use]
    pub fn tombstones(&self) -> impl ExactSizeIterator<Item = Tombstone<'_>> {
        Tombstone::all(&self.store)
    }

    /// The campaign whose id has that hash.
    #[must_use]
    pub fn campaign_of_hash(&self, hash: u64) -> Option<Campaign<'_>> {
        let records = self.store.campaigns();
        let index = self.find(&self.lookups.campaigns, hash, |index| records.get(index)?.id_text.into())?;
        Campaign::at(&self.store, index)
    }

    /// The advertiser whose id has that hash.
    #[must_use]
    pub fn advertiser_of_hash(&self, hash: u64) -> Option<Advertiser<'_>> {
        let records = self.store.advertisers();
        let index = self.find(&self.lookups.advertisers, hash, |index| records.get(index)?.id_text.into())?;
        Advertiser::at(&self.store, index)
    }

    /// The creative whose id has that hash.
    #[must_use]
    pub fn creative_of_hash(&self, hash: u64) -> Option<Creative<'_>> {
        let records = self.store.creatives();
        let index = self.find(&self.lookups.creatives, hash, |index| records.get(index)?.id_text.into())?;
        Creative::at(&self.store, index)
    }

    /// All contents: pinned ones first, then by blocks of publication, the best of each block first.
    #[must_use]
    pub fn contents(&self) -> impl ExactSizeIterator<Item = Content<'_>> {
        Content::all(&self.store)
    }

    /// The content at a place of [`Self::contents`].
    #[must_use]
    pub fn content_at(&self, index: u32) -> Option<Content<'_>> {
        Content::at(&self.store, index)
    }

    /// What finds contents without looking at each.
    #[must_use]
    pub fn contents_index(&self) -> Option<ContentsIndex<'_>> {
        ContentsIndex::of(&self.store)
    }

    /// The content of that id.
    #[must_use]
    pub fn content(&self, id: &str) -> Option<Content<'_>> {
        self.content_of_hash(id_hash(id)).filter(|content| content.id() == id)
    }

    /// The content whose id has that hash.
    #[must_use]
    pub fn content_of_hash(&self, hash: u64) -> Option<Content<'_>> {
        let hashes = self.store.content_hashes();
        let hash_of = |place: u32| hashes.get(place as usize).copied();
        Content::at(&self.store, self.lookups.contents.find(hash, hash_of)?)
    }

    /// The places in [`Self::contents`] of the contents whose ids have one of these hashes. It reads neither contents
    /// nor ids: a history names hundreds of contents.
    pub fn content_places(&self, hashes: &[u64]) -> impl Iterator<Item = u32> {
        self.lookups.contents.find_all(self.store.content_hashes(), hashes)
    }

    /// What was withdrawn lately and had an id of that hash.
    #[must_use]
    pub fn tombstone_of_hash(&self, hash: u64) -> Option<Tombstone<'_>> {
        let records = self.store.tombstones();
        let index = self.find(&self.lookups.tombstones, hash, |index| records.get(index)?.id_text.into())?;
        Tombstone::at(&self.store, index)
    }

    /// The address that a click at an instant on a creative or a content leads to: https or an app store. What was
    /// withdrawn lately still has one.
    #[must_use]
    pub fn landing_url(&self, creative_or_content_id: &str, now: EpochSeconds) -> Option<&str> {
        let (id, hash) = (creative_or_content_id, id_hash(creative_or_content_id));
        let creative = || self.creative_of_hash(hash).filter(|it| it.id() == id).map(Creative::landing_url);
        let content = || self.content_of_hash(hash).filter(|it| it.id() == id).map(Content::landing_url);
        let tombstone = || self.tombstone_of_hash(hash).filter(|it| it.id() == id)?.landing_url(now);
        creative().or_else(content).or_else(tombstone)
    }

    /// The same by the hash of the creative's or content's id.
    #[must_use]
    pub fn landing_url_of_hash(&self, hash: u64, now: EpochSeconds) -> Option<&str> {
        let creative = || self.creative_of_hash(hash).map(Creative::landing_url);
        let content = || self.content_of_hash(hash).map(Content::landing_url);
        let tombstone = || self.tombstone_of_hash(hash)?.landing_url(now);
        creative().or_else(content).or_else(tombstone)
    }

    /// What a slot has shown, with all ids that a showing counts for: by the hashes of the id of the line item or
    /// content, and of the id of its creative or again of the content. Also what was withdrawn lately.
    #[must_use]
    pub fn shown_item(&self, item_hash: u64, creative_or_content_hash: u64) -> Option<ShownItem> {
        let ad = || self.line_item_of_hash(item_hash).map(LineItem::shown);
        let content = || self.content_of_hash(item_hash).map(Content::shown);
        let withdrawn = || {
            let shown = self.tombstone_of_hash(creative_or_content_hash)?.shown()?;
            (id_hash(shown.id()) == item_hash).then_some(shown)
        };
        ad().or_else(content).or_else(withdrawn)
    }

    /// Why creatives and contents of the version are not served. A publisher refuses a version that withholds
    /// anything; a version may be older than the rule that withholds.
    #[must_use]
    pub fn withheld(&self) -> impl ExactSizeIterator<Item = Withheld<'_>> {
        Withheld::all(&self.store)
    }

    /// The place of the record whose id has a hash; `id_text` has the number of a record's id.
    fn find(&self, lookup: &Lookup, hash: u64, id_text: impl Fn(usize) -> Option<u32>) -> Option<u32> {
        let hash_of = |index: u32| id_text(index as usize).map(|number| id_hash(self.store.text(number)));
        lookup.find(hash, hash_of)
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line_items = self.store.line_items().len();
        write!(formatter, "catalog {} with {line_items} line items", self.version())
    }
}

/// A unit. Units are few, so each is built once.
fn unit(store: &Store, index: usize, record: &UnitRecord) -> Result<Unit, BlobError> {
    let wrong = |problem| BlobError::Record { kind: "unit", index, problem };
    let list = |place| store.list(place).iter().map(|&number| store.text(number).to_owned()).collect();
    let slots_max = record.advertiser_slots_max;
    Ok(Unit {
        number: u32::try_from(index).unwrap_or(NONE),
        id: store.text(record.id_text).to_owned(),
        app_id: store.text(record.app_id_text).to_owned(),
        mix: Mix {
            ad_ratio_ppm: record.ad_ratio_ppm,
            first_slot: FirstSlot::of(record.first_slot),
            minimum_gap: record.minimum_gap as usize,
        },
        horizon_seconds: record.horizon_seconds.into(),
        refresh_seconds: record.refresh_seconds.into(),
        default_count: record.default_count as usize,
        floor_price_micros: record.floor_price_micros,
        advertiser_slots_max: if slots_max == NONE { usize::MAX } else { slots_max as usize },
        blocked_categories: list(record.blocked_categories_list),
        blocked_advertisers: list(record.blocked_advertisers_list),
        content_rating: ContentRating::of(record.content_rating),
        time_zone: TimeZone::read(store.text(record.time_zone_text))
            .map_err(|_| wrong("has an unknown time zone"))?,
        language: Language::read(store.text(record.language_text))
            .map_err(|_| wrong("has an unknown language"))?,
        origins: list(record.origins_list),
        lends_to_devices: record.lends_to_devices == 1,
    })
}
