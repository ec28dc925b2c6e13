//! Keys and pieces of items in the table of delivery. The crate's documentation has the layout.

use std::fmt::Write;

use lockfill_dao::{CountsName, DaoError, GatesPointer};
use lockfill_models::time::EpochSeconds;

use crate::chunks::{compress, decompress};
use crate::errors::malformed;
use crate::layout::{
    CHUNKS, DATA, DIGEST, Item, SHARDS, VERSION, bytes, bytes_of, key, number, number_of, text, text_of,
};
use crate::ledger_layout::compact;

/// The most bytes in a piece, since `DynamoDB` takes 400 KB in an item, names and keys included.
pub(crate) const PIECE_BYTES_MAX: usize = 300_000;
/// The most pieces of anything: their numbers have three digits.
pub(crate) const PIECES_MAX: usize = 999;
/// The attribute that says when an item may be deleted.
pub(crate) const EXPIRES_AT: &str = "expires_at";
/// For so long items are kept: for as long as a late event may change what they say.
pub(crate) const KEPT_SECONDS: i64 = 8 * 86_400;

const MADE_AT: &str = "made_at";

/// The pieces of something, compressed: items under a partition, whose sort keys begin with a prefix.
pub(crate) fn pieces(
    partition: &str,
    prefix: &str,
    raw: &[u8],
    expires_at: EpochSeconds,
) -> Result<Vec<Item>, DaoError> {
    let data = compress(raw)?;
    let chunks = data.len().div_ceil(PIECE_BYTES_MAX).max(1);
    if chunks > PIECES_MAX {
        return Err(malformed(format!(
            "{partition} would take {chunks} pieces, and {PIECES_MAX} can be read"
        )));
    }
    let piece = |(index, data): (usize, &[u8])| {
        let mut item = key(partition, format!("{prefix}{index:03}"));
        item.insert(DATA.to_owned(), bytes(data));
        item.insert(CHUNKS.to_owned(), number(chunks as u64));
        item.insert(EXPIRES_AT.to_owned(), number(expires_at.0.unsigned_abs()));
        item
    };
    Ok(data.chunks(PIECE_BYTES_MAX).enumerate().map(piece).collect())
}

/// What pieces hold, in order, if it is at most so many bytes.
pub(crate) fn joined(pieces: &[Item], raw_bytes_max: usize, name: &str) -> Result<Vec<u8>, DaoError> {
    let mut data = Vec::new();
    for piece in pieces {
        if number_of(piece, CHUNKS) != Some(pieces.len() as u64) {
            return Err(malformed(format!("{name} has another number of pieces than they say")));
        }
        let bytes = bytes_of(piece, DATA).filter(|bytes| bytes.len() <= PIECE_BYTES_MAX);
        data.extend_from_slice(bytes.ok_or_else(|| malformed(format!("a piece of {name} holds no data")))?);
    }
    decompress(&data, raw_bytes_max, || name.to_owned())
}

/// The key of the pointer to the newest gates.
pub(crate) fn gates_pointer_key() -> Item {
    key("gates", "current")
}

/// The partition of the gates of a version.
pub(crate) fn gates_partition(version: u64) -> String {
    format!("gates#{version}")
}

/// The item of a pointer.
pub(crate) fn gates_pointer_item(pointer: &GatesPointer) -> Item {
    let mut item = gates_pointer_key();
    let mut digest = String::with_capacity(2 * pointer.digest.len());
    for byte in pointer.digest {
        // Writing to a text cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    item.insert(VERSION.to_owned(), number(pointer.version));
    item.insert(MADE_AT.to_owned(), number(pointer.made_at.0.unsigned_abs()));
    item.insert(CHUNKS.to_owned(), number(pointer.chunks as u64));
    item.insert(DIGEST.to_owned(), text(digest));
    item
}

/// The pointer that an item holds; `None` if it cannot be read.
pub(crate) fn gates_pointer(item: &Item) -> Option<GatesPointer> {
    let made_at = i64::try_from(number_of(item, MADE_AT)?).ok()?;
    Some(GatesPointer {
        version: number_of(item, VERSION)?,
        made_at: EpochSeconds(made_at),
        chunks: usize::try_from(number_of(item, CHUNKS)?).ok().filter(|it| (1..=PIECES_MAX).contains(it))?,
        digest: digest_of(text_of(item, DIGEST)?)?,
    })
}

/// 32 bytes in hexadecimal digits.
fn digest_of(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut digest = [0; 32];
    if pairs.len() != digest.len() || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

/// The partition of the flushes of some environments in a minute.
pub(crate) fn counts_partition(flushed_at: EpochSeconds, shard: usize) -> String {
    format!("counts#{}#{shard:02}", compact(flushed_at, "YYYYMMDDTHHMM".len()))
}

/// The item of one flush of an environment.
pub(crate) fn counts_item(name: &CountsName, data: Vec<u8>) -> Item {
    let CountsName { flushed_at, environment, sequence } = *name;
    let shard = usize::try_from(environment % SHARDS as u64).unwrap_or_default();
    let partition = counts_partition(flushed_at, shard);
    let mut item = key(partition, format!("{environment:016x}#{sequence:06}"));
    item.insert(DATA.to_owned(), bytes(data));
    let expires_at = flushed_at.plus_seconds(KEPT_SECONDS);
    item.insert(EXPIRES_AT.to_owned(), number(expires_at.0.unsigned_abs()));
    item
}
