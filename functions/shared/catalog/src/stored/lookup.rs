//! Tables that find a record by the hash of its id.
//!
//! A table has more places than records. A record lies at the place that its hash names, or at the next free one
//! behind it. A place holds the record's number plus 1; 0 is a free place.
//!
//! Tables are built when a blob is opened. In a blob they would be two fifths of its compressed bytes, because their
//! numbers have no order, and reading those takes longer than building the tables.

use lockfill_models::draw::bytes_hash;

use super::sections::Store;
use crate::blob::BlobError;

/// No record lies further behind the place of its hash. In a table of millions of records the furthest lies hundreds of
/// places behind. Without the limit, records of one id would take the square of their number.
const PLACES_BEHIND_MAX: usize = 10_000;

/// The table of the records of one kind.
#[derive(Debug, Default)]
pub(crate) struct Lookup(Vec<u32>);

/// The tables of a catalog.
#[derive(Debug)]
pub(crate) struct Lookups {
    pub(crate) advertisers: Lookup,
    pub(crate) campaigns: Lookup,
    pub(crate) line_items: Lookup,
    pub(crate) creatives: Lookup,
    pub(crate) contents: Lookup,
    pub(crate) tombstones: Lookup,
}

impl Lookups {
    /// The tables of the records of a blob.
    ///
    /// # Errors
    /// If thousands of records of a kind have ids of one hash, which no compiler writes.
    pub(crate) fn of(store: &Store) -> Result<Self, BlobError> {
        let texts = store.texts();
        let hash = |id_text| bytes_hash(texts.bytes(id_text));
        let advertisers = store.advertisers().iter().map(|record| hash(record.id_text));
        let campaigns = store.campaigns().iter().map(|record| hash(record.id_text));
        let line_items = store.line_items().iter().map(|record| hash(record.id_text));
        let creatives = store.creatives().iter().map(|record| hash(record.id_text));
        let tombstones = store.tombstones().iter().map(|record| hash(record.id_text));
        Ok(Self {
            advertisers: Lookup::of("advertiser", advertisers)?,
            campaigns: Lookup::of("campaign", campaigns)?,
            line_items: Lookup::of("line item", line_items)?,
            creatives: Lookup::of("creative", creatives)?,
            contents: Lookup::of("content", store.content_hashes().iter().copied())?,
            tombstones: Lookup::of("tombstone", tombstones)?,
        })
    }
}

impl Lookup {
    /// The table of records with these hashes. Of two records with one hash the first is found.
    fn of(kind: &'static str, hashes: impl ExactSizeIterator<Item = u64>) -> Result<Self, BlobError> {
        let places = hashes.len() + hashes.len() / 3 + 1;
        let mut table = vec![0; places];
        for (index, hash) in hashes.enumerate() {
            let (mut place, mut behind) = (first_place(hash, places), 0);
            while table[place] != 0 {
                if behind == PLACES_BEHIND_MAX {
                    let problem = "has an id that too many others have";
                    return Err(BlobError::Record { kind, index, problem });
                }
                (place, behind) = (next_place(place, places), behind + 1);
            }
            // A blob is far too small for numbers that 32 bits do not hold.
            table[place] = u32::try_from(index + 1).unwrap_or(0);
        }
        Ok(Self(table))
    }

    /// The number of the record of a hash; `hash_of` has the hash of a record.
    pub(crate) fn find(&self, hash: u64, hash_of: impl Fn(u32) -> Option<u64>) -> Option<u32> {
        let Self(table) = self;
        let mut place = first_place(hash, table.len());
        for _ in 0..table.len() {
            let number = table.get(place)?.checked_sub(1)?;
            if hash_of(number) == Some(hash) {
                return Some(number);
            }
            place = next_place(place, table.len());
        }
        None
    }

    /// The numbers of the records of some hashes; `hashes` has the hash of each record. A hash may have no record.
    pub(crate) fn find_all(&self, hashes: &[u64], sought: &[u64]) -> impl Iterator<Item = u32> {
        // The reads of one pass do not wait for each other, so that many are under way at once. Most records lie at the
        // first place of their hash; the last pass goes on from it where one does not.
        let Self(table) = self;
        let hash_of = |number: u32| hashes.get(number as usize).copied();
        let first = |&hash: &u64| table.get(first_place(hash, table.len()))?.checked_sub(1);
        let firsts: Vec<_> = sought.iter().map(first).collect();
        let found: Vec<_> = firsts.iter().map(|first| hash_of((*first)?)).collect();
        let places = sought.iter().zip(firsts).zip(found);
        places.filter_map(
            move |((&hash, first), found)| {
                if found == Some(hash) { first } else { self.find(hash, hash_of) }
            },
        )
    }
}

/// The place of a hash: its share of all hashes as a share of the places.
fn first_place(hash: u64, places: usize) -> usize {
    let place = (u128::from(hash) * places as u128) >> 64;
    usize::try_from(place).unwrap_or(0).min(places.saturating_sub(1))
}

/// The place behind a place, or the first one.
const fn next_place(place: usize, places: usize) -> usize {
    if place + 1 == places { 0 } else { place + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_is_found_by_its_hash_and_nothing_else_is() {
        for count in [0_u64, 1, 2, 3, 100, 1_000] {
            for spread in [1, 0x9E37_79B9_7F4A_7C15] {
                let hashes: Vec<u64> = (0..count).map(|number| (number * 2).wrapping_mul(spread)).collect();
                let lookup = Lookup::of("content", hashes.iter().copied()).unwrap();
                let find = |hash| lookup.find(hash, |number| Some(hashes[number as usize]));
                for (number, &hash) in (0..).zip(&hashes) {
                    assert_eq!(find(hash), Some(number));
                    assert_eq!(find(hash.wrapping_add(1)), None);
                }
                let sought: Vec<u64> = hashes.iter().flat_map(|&hash| [hash.wrapping_add(1), hash]).collect();
                let found: Vec<u32> = lookup.find_all(&hashes, &sought).collect();
                assert!(found.into_iter().eq(0..u32::try_from(count).unwrap()));
            }
        }
    }

    #[test]
    fn a_table_without_places_finds_nothing() {
        assert_eq!(Lookup::default().find(1, |_| Some(1)), None);
        assert_eq!(Lookup::default().find_all(&[], &[1]).count(), 0);
    }

    #[test]
    fn of_a_few_records_with_one_hash_the_first_is_found() {
        for hash in [0, 7, u64::MAX] {
            let lookup = Lookup::of("content", [hash; 9].into_iter()).unwrap();
            assert_eq!(lookup.find(hash, |_| Some(hash)), Some(0));
            assert_eq!(lookup.find(hash ^ 1, |_| Some(hash)), None);
        }
    }

    #[test]
    fn many_records_with_one_hash_are_refused_at_once() {
        let refused = Lookup::of("content", vec![7; 1_000_000].into_iter()).unwrap_err().to_string();
        assert!(refused.contains("content") && refused.contains("too many others have"), "{refused}");
    }
}
