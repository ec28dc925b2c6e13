//! Documents: JSON in a zstd frame, in as many items as it needs.

use lockfill_dao::DaoError;
use lockfill_models::time::EpochSeconds;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zstd::bulk::{Compressor, Decompressor};

use crate::errors::malformed;
use crate::layout::{CHUNKS, DATA, Item, bytes, bytes_of, key, number, number_of, text_of};

/// The most compressed bytes in an item.
const CHUNK_BYTES: usize = 300_000;
/// The most chunks of a document: their number has three digits.
const CHUNKS_MAX: usize = 999;
/// The most bytes of a document before compression.
const DOCUMENT_BYTES_MAX: usize = 1024 * 1024 * 1024;
const LEVEL: i32 = 3;

/// A document as text.
pub(crate) fn json(name: &str, document: &impl Serialize) -> Result<Vec<u8>, DaoError> {
    serde_json::to_vec(document).map_err(|error| malformed(format!("{name} cannot be packed: {error}")))
}

/// The items of a document, in order.
pub(crate) fn items(
    partition: &str,
    name: &str,
    expires_at: EpochSeconds,
    json: &[u8],
) -> Result<Vec<Item>, DaoError> {
    let packed = packed(json).map_err(|error| malformed(format!("{name} cannot be packed: {error}")))?;
    let chunks = packed.len().div_ceil(CHUNK_BYTES);
    if chunks > CHUNKS_MAX {
        return Err(malformed(format!("{name} is too large")));
    }
    let item = |(index, data): (usize, &[u8])| {
        let mut item = key(partition, format!("{name}#{index:03}"));
        item.insert(DATA.to_owned(), bytes(data));
        item.insert(CHUNKS.to_owned(), number(chunks as u64));
        item.insert("expires_at".to_owned(), number(expires_at.0.unsigned_abs()));
        item
    };
    Ok(packed.chunks(CHUNK_BYTES).enumerate().map(item).collect())
}

fn packed(json: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    compressor.compress(json)
}

/// The documents that items hold, by their names and in their order. The items are in the order of their keys.
pub(crate) fn read<T: DeserializeOwned>(items: &[Item]) -> Result<Vec<(String, T)>, DaoError> {
    let mut documents = Vec::new();
    for_each(items, &mut |name, json| {
        let document = serde_json::from_slice(json).ok();
        let is_readable = document.is_some();
        documents.extend(document.map(|document| (name.to_owned(), document)));
        is_readable
    })?;
    Ok(documents)
}

/// Calls `take` with the name and the text of each document. `take` says whether it can be read.
///
/// Apart from [`read`], so that what is common to all documents is compiled once.
fn for_each(items: &[Item], take: &mut dyn FnMut(&str, &[u8]) -> bool) -> Result<(), DaoError> {
    // Chunks of a document are neighbours, because keys are in order.
    let mut chunks: Vec<(&str, u64, Vec<&[u8]>)> = Vec::new();
    for item in items {
        let read = || {
            let (name, index) = text_of(item, "sk")?.rsplit_once('#')?;
            Some((name, index.parse::<u64>().ok()?, number_of(item, CHUNKS)?, bytes_of(item, DATA)?))
        };
        let (name, index, count, data) = read().ok_or_else(|| malformed("an item is no chunk"))?;
        if chunks.last().is_none_or(|(last, ..)| *last != name) {
            chunks.push((name, count, Vec::new()));
        }
        let Some((_, all, found)) = chunks.last_mut() else { continue };
        // Chunks beyond the count of the first one are left from a longer document.
        if index < *all {
            if *all != count || index != found.len() as u64 {
                return Err(malformed(format!("{name} has chunks that do not belong together")));
            }
            found.push(data);
        }
    }
    for (name, count, found) in chunks {
        let json = (found.len() as u64 == count).then(|| unpacked(&found.concat())).flatten();
        if !json.is_some_and(|json| take(name, &json)) {
            return Err(malformed(format!("{name} cannot be read")));
        }
    }
    Ok(())
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let bytes = Decompressor::upper_bound(packed).filter(|bytes| *bytes <= DOCUMENT_BYTES_MAX)?;
    Decompressor::new().ok()?.decompress(packed, bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items_of(document: &impl Serialize) -> Vec<Item> {
        items("p", "09", EpochSeconds(7), &json("09", document).unwrap()).unwrap()
    }

    fn long_document(seed: u64) -> Vec<u64> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state
        };
        (0..60_000).map(|_| next()).collect()
    }

    #[test]
    fn a_long_document_lies_in_several_items_and_is_read_back() {
        let document = long_document(1);
        let items = items_of(&document);
        assert!(items.len() > 1);
        assert_eq!(read::<Vec<u64>>(&items).unwrap(), [("09".to_owned(), document)]);
    }

    #[test]
    fn a_document_of_which_a_chunk_is_missing_or_another_ones_is_refused() {
        let mut mixed = items_of(&long_document(1));
        assert!(read::<Vec<u64>>(&mixed[1..]).is_err() && read::<Vec<u64>>(&mixed[..1]).is_err());
        mixed[1] = items_of(&long_document(2)).remove(1);
        assert!(read::<Vec<u64>>(&mixed).is_err(), "the checksum is another document's");
    }

    #[test]
    fn chunks_that_are_left_from_a_longer_document_are_passed_over() {
        let mut all = items_of(&1_u64);
        all.extend(items_of(&long_document(1)).split_off(1));
        assert_eq!(read::<u64>(&all).unwrap(), [("09".to_owned(), 1)]);
    }
}
