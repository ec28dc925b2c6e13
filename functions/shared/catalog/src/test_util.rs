//! For tests: from rows to what a decision reads in one step.

use lockfill_models::vocabulary::{ShortText, Vocabulary};

use crate::catalog::Catalog;
use crate::compile::compile;
use crate::entities::{ContentRating, Unit};
use crate::error::Refusals;
use crate::rows::CatalogRows;
use crate::stored::{TextStore, TextWriter};
use crate::targeting::{Conditions, Field, Point, Targeting};

/// Compiles rows and opens the blob.
///
/// # Errors
/// All rows that cannot be served.
///
/// # Panics
/// If the blob that was just written cannot be opened, which is a fault of the compiler.
pub fn open(version: u64, rows: CatalogRows) -> Result<Catalog, Refusals> {
    let compiled = compile(version, rows)?;
    Ok(Catalog::open(compiled.into_blob()).expect("a blob that was just written"))
}

/// Conditions as a blob has them, without the rest of it.
#[derive(Debug)]
pub struct StoredTargeting {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    words: Vec<u32>,
}

impl StoredTargeting {
    /// The conditions of a row.
    #[must_use]
    pub fn new(targeting: &Targeting) -> Self {
        let mut texts = TextWriter::default();
        let words = targeting.write(&mut texts);
        let (bytes, ends) = texts.finish();
        Self { bytes, ends, words }
    }

    /// The view that a decision has of them.
    #[must_use]
    pub fn view(&self) -> Conditions<'_> {
        Conditions { texts: TextStore { bytes: &self.bytes, ends: &self.ends }, words: &self.words }
    }
}

/// Gives bytes that may be a blob the length and the checksum that they must have, so that a test reaches what lies
/// behind the two checks. Bytes that are too short for a header stay as they are.
pub fn reseal(bytes: &mut [u8]) {
    crate::blob::reseal(bytes);
}

/// Reads all that a catalog holds, as a decision and an answer would; the number of characters that were read.
#[must_use]
pub fn read_all(catalog: &Catalog) -> usize {
    let mut read = 0;
    for item in catalog.line_items() {
        let (campaign, advertiser) = (item.campaign(), item.campaign().advertiser());
        for caps in [item.caps(), campaign.caps(), advertiser.caps()] {
            read += caps.iter().count();
        }
        read +=
            format!("{item:?} {campaign:?} {advertiser:?} {:?}", (item.flight(), campaign.flight())).len();
        read += format!("{:?}", (item.tier(), item.pricing(), item.cap_kind(), item.rating())).len();
        read += item.categories().join(",").len() + item.exclusion_labels().join(",").len();
        read += item.dayparts().map_or(0, |hours| hours.to_string().len());
        read += in_words(item.targeting());
        read += item.creatives().map(|creative| creative.line_item().id().len()).sum::<usize>();
    }
    for it in catalog.creatives() {
        read += [it.id(), it.image_url(), it.title(), it.body(), it.call_to_action(), it.landing_url()]
            .map(str::len)
            .iter()
            .sum::<usize>();
    }
    for it in catalog.contents() {
        read += [it.id(), it.channel_id(), it.title(), it.image_url(), it.landing_url(), it.language()]
            .map(str::len)
            .iter()
            .sum::<usize>();
        read += it.categories().join(",").len() + in_words(it.targeting());
        read += format!("{:?}", (it.flight(), it.pinned_rank(), it.rating(), it.quality_ppm())).len();
    }
    for it in catalog.tombstones() {
        read +=
            format!("{it:?} {:?} {:?} {:?}", it.kind(), it.owner(), it.landing_url(it.withdrawn_at())).len();
    }
    read += catalog.units().map(|unit| read_unit(catalog, unit)).sum::<usize>() + read_indexes(catalog);
    read + catalog.withheld().map(|withheld| withheld.to_string().len()).sum::<usize>()
}

/// Reads what a catalog holds for a unit.
fn read_unit(catalog: &Catalog, unit: &Unit) -> usize {
    let mut read = format!("{unit:?}").len();
    // A decision makes room for so many slots.
    assert!((1..=50).contains(&unit.default_count), "{} slots", unit.default_count);
    let Some(ads) = catalog.ads_index() else { return read };
    let (overrides, (categories, advertisers, _)) = (ads.overrides(unit), ads.unblocked(unit));
    read += categories.map_or(0, <[u64]>::len) + advertisers.map_or(0, <[u64]>::len);
    let mut place = 0;
    while let Some(passing) = overrides.passing(0, place) {
        let (item, _) = overrides.at(passing).expect("a line item for each filter");
        read += catalog.line_item_at(item).expect("a line item").id().len();
        place = passing + 1;
    }
    assert_eq!(place, overrides.len(), "all pass a filter without bits");
    read
}

/// Reads what the indexes select for requests of some values in every field.
fn read_indexes(catalog: &Catalog) -> usize {
    let (Some(ads), Some(contents)) = (catalog.ads_index(), catalog.contents_index()) else { return 0 };
    let list = ["s-1", "news", "KR"].map(|text| ShortText::read(text).expect("a text"));
    let texts = ["KR", "kr", "ko", "news", "male", ""].map(Point::Text);
    let numbers = [0, 1, 20, 1 << 32, u64::MAX].map(Point::Number);
    let others = [Point::Absent, Point::Unnamed, Point::List(&list), Point::Present];
    let mut read = 0;
    let mut take = |column: Option<&[u64]>| read += column.map_or(0, <[u64]>::len);
    for field in 0..Field::COUNT {
        for point in texts.iter().chain(&numbers).chain(&others) {
            for selected in [ads.select(field, *point), contents.select(field, *point)] {
                take(selected.column);
                take(selected.unless_open);
            }
        }
        for listed in [ads.admitting(field, &list), contents.admitting(field, &list)].into_iter().flatten() {
            take(Some(&listed.column));
            take(listed.unless_sure);
        }
        let _ = ads.numbers(field, &list);
    }
    for rating in [ContentRating::Everyone, ContentRating::Teen, ContentRating::Mature] {
        take(ads.rated_up_to(rating));
        take(contents.rated_up_to(rating));
    }
    for column in [ads.at_all_hours(), ads.without_hard_cap(), ads.without_cap()] {
        take(column);
    }
    for members in [contents.language("ko"), contents.category("news")] {
        read += format!("{members:?}").len();
    }
    let blocks = (0..).map_while(|number| contents.block(number));
    let last =
        blocks.map(|block| (block.from..block.until).map(|item| contents.block_of(item)).sum::<usize>());
    read + last.sum::<usize>() + ads.bytes() + contents.bytes()
}

/// The length of conditions as an explanation writes them.
fn in_words(conditions: Conditions<'_>) -> usize {
    conditions.iter().map(|condition| condition.to_string().len()).sum()
}
