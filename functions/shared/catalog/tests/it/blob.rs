//! A blob that is not what the compiler wrote is refused, and nothing of it is ever read.

use lockfill_catalog::blob::{SectionId, Writer};
use lockfill_catalog::compile::compile;
use lockfill_catalog::test_util::{read_all, reseal};
use lockfill_catalog::{BLOB_FORMAT, BlobError, Catalog};
use proptest::prelude::*;

use crate::support::{rows, typed};

fn blob() -> Vec<u8> {
    compile(7, typed(rows())).unwrap().into_blob().as_bytes().to_vec()
}

#[test]
fn a_blob_is_opened_and_read_whole() {
    let catalog = Catalog::open(blob()).unwrap();
    assert_eq!(catalog.version(), 7);
    assert!(read_all(&catalog) > 1_000, "{}", read_all(&catalog));
}

#[test]
fn a_blob_that_is_cut_short_or_longer_is_refused_at_a_thousand_places() {
    let blob = blob();
    let places = (0..1_000).map(|place| place * blob.len() / 1_000);
    for length in places.chain(blob.len() - 100..blob.len()) {
        assert!(Catalog::open(&blob[..length]).is_err(), "{length} of {} bytes", blob.len());
    }
    assert!(Catalog::open([&blob[..], b"\0"].concat()).is_err());
}

#[test]
fn a_blob_with_one_bit_changed_is_refused_at_ten_thousand_places() {
    let mut blob = blob();
    let bits = blob.len() * 8;
    for place in 0..10_000 {
        let bit = place * bits / 10_000;
        blob[bit / 8] ^= 1 << (bit % 8);
        assert!(Catalog::open(&blob[..]).is_err(), "bit {bit} of {bits}");
        blob[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(Catalog::open(blob).is_ok(), "every bit was changed back");
}

#[test]
fn a_foreign_file_and_another_format_are_told_apart() {
    let error = |bytes: &[u8]| Catalog::open(bytes).unwrap_err();
    assert_eq!(error(b""), BlobError::Foreign);
    assert_eq!(error(&[b'{'; 1_000]), BlobError::Foreign);
    let other = Writer::new(BLOB_FORMAT + 1, 7).finish();
    let found = BLOB_FORMAT + 1;
    assert_eq!(error(other.as_bytes()), BlobError::Format { expected: BLOB_FORMAT, found });
    let empty = Writer::new(BLOB_FORMAT, 7).finish();
    assert_eq!(error(empty.as_bytes()), BlobError::Section { section: 1, problem: "is missing" });
}

#[test]
fn a_section_in_an_unknown_encoding_or_with_differences_of_parts_of_words_is_refused() {
    let mut writer = Writer::new(BLOB_FORMAT, 7);
    writer.rising_section(SectionId(1), &[7_u32, 9]);
    let blob = writer.finish();
    // The table begins with the number of the section, the size of its records, and their encoding.
    let error = |place: usize, value: u8| {
        let mut bytes = blob.as_bytes().to_vec();
        bytes[place] = value;
        reseal(&mut bytes);
        Catalog::open(bytes).unwrap_err()
    };
    let problem = |problem| BlobError::Section { section: 1, problem };
    assert_eq!(error(52, 4), problem("has records of another size"), "nothing was changed");
    for (place, value) in [(52, 3), (54, 2), (55, 1), (64, 7)] {
        assert_eq!(error(place, value), problem("is encoded in an unknown way"), "{value} at {place}");
    }
}

/// The checksum is right, and a number is not: what such a blob says of itself is checked number by number.
#[test]
fn a_blob_with_any_number_changed_is_refused_or_can_be_read() {
    let blob = blob();
    let (mut refused, mut read) = (0, 0);
    for word in 4..blob.len() / 4 {
        for value in [0, 1, 2, 9, 0xFF, 0x0101_0101, 0x7FFF_FFFF, u32::MAX - 1, u32::MAX] {
            let mut changed = blob.clone();
            changed[word * 4..word * 4 + 4].copy_from_slice(&value.to_ne_bytes());
            reseal(&mut changed);
            match Catalog::open(changed) {
                Ok(catalog) => read += usize::from(read_all(&catalog) > 0),
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 1_000 && read > 1_000, "{refused} were refused, {read} were read");
}

#[test]
fn a_blob_that_pins_more_contents_than_it_has_is_refused() {
    let mut all_pinned = rows();
    all_pinned["contents"].as_array_mut().unwrap().retain(|content| content["pinned_rank"].is_number());
    let mut none = rows();
    none["contents"].as_array_mut().unwrap().clear();
    for (rows, contents) in [(all_pinned, 1), (none, 0)] {
        let blob = compile(7, typed(rows)).unwrap().into_blob().as_bytes().to_vec();
        assert_eq!(Catalog::open(&blob[..]).unwrap().contents_index().unwrap().items(), contents);
        let mut refused = 0;
        for word in 6..blob.len() / 4 {
            let mut changed = blob.clone();
            changed[word * 4..word * 4 + 4].copy_from_slice(&u32::MAX.to_ne_bytes());
            reseal(&mut changed);
            match Catalog::open(changed) {
                Ok(catalog) => {
                    let index = catalog.contents_index().unwrap();
                    assert!(index.pinned() as usize <= index.items(), "word {word}");
                }
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 100, "{refused} were refused");
    }
}

/// About the bytes of the header and the table of sections.
const TABLE_BYTES: usize = 1_200;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_table_of_sections_and_no_section_makes_opening_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = blob();
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        for (place, value) in changes {
            // Behind magic, order of bytes, format and checksum, and mostly in the table.
            let last = if value % 2 == 0 { bytes.len() } else { bytes.len().min(TABLE_BYTES) };
            if last > 24 {
                bytes[24 + place.index(last - 24)] = value;
            }
        }
        reseal(&mut bytes);
        if let Ok(catalog) = Catalog::open(bytes) {
            prop_assert!(read_all(&catalog) < 1_000_000);
        }
    }

    #[test]
    fn sections_of_any_records_never_make_opening_panic(
        sections in prop::collection::btree_map(1_u32..60, prop::collection::vec(any::<u64>(), 0..30), 0..60),
        are_rising in any::<bool>(),
    ) {
        let mut writer = Writer::new(BLOB_FORMAT, 1);
        for (id, words) in &sections {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
            match id {
                1 => writer.section(SectionId(*id), &bytes),
                2 | 3 | 20..=25 => {
                    let words: Vec<u32> = words.iter().map(|word| (word % 7) as u32).collect();
                    if are_rising {
                        writer.rising_section(SectionId(*id), &words);
                    } else {
                        writer.section(SectionId(*id), &words);
                    }
                }
                _ if are_rising => writer.rising_section(SectionId(*id), words),
                _ => writer.section(SectionId(*id), words),
            }
        }
        if let Ok(catalog) = Catalog::open(writer.finish()) {
            let _ = read_all(&catalog);
        }
    }
}
