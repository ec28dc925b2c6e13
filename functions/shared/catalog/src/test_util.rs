//! For tests: from rows to what a decision reads in one step.

use crate::catalog::Catalog;
use crate::compile::compile;
use crate::error::Refusals;
use crate::rows::CatalogRows;
use crate::stored::{TextStore, TextWriter};
use crate::targeting::{Conditions, Targeting};

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
    read + catalog.withheld().map(|withheld| withheld.to_string().len()).sum::<usize>()
}

/// The length of conditions as an explanation writes them.
fn in_words(conditions: Conditions<'_>) -> usize {
    conditions.iter().map(|condition| condition.to_string().len()).sum()
}
