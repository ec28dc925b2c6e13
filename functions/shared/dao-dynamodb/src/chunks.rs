//! Chunks: compressed, digested, and back.

use lockfill_dao::DaoError;
use sha2::{Digest, Sha256};

use crate::errors::malformed;
use crate::layout::{self, DATA, Item};

/// The level of compression. Higher levels compress a catalog by a few percent more, at several times the cost.
const LEVEL: i32 = 3;

/// The SHA-256 digest of bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Compresses a chunk to a frame of its own.
///
/// # Errors
/// If the library fails, which no input makes it do.
pub fn compress(raw: &[u8]) -> Result<Vec<u8>, DaoError> {
    zstd::bulk::compress(raw, LEVEL)
        .map_err(|error| malformed(format!("a chunk cannot be compressed: {error}")))
}

/// The compressed bytes of a chunk's item, if they have that digest.
pub(crate) fn checked<'i>(
    item: &'i Item,
    digest: Option<&[u8; 32]>,
    name: impl Fn() -> String,
) -> Result<&'i [u8], DaoError> {
    let data = layout::bytes_of(item, DATA).ok_or_else(|| malformed(format!("{} holds no data", name())))?;
    let is_intact = match digest {
        Some(digest) => sha256(data) == *digest,
        None => layout::bytes_of(item, layout::SHA256) == Some(&sha256(data)),
    };
    if is_intact { Ok(data) } else { Err(malformed(format!("{} has another digest", name()))) }
}

/// Decompresses a chunk to its place, which it fills.
pub(crate) fn unpack(data: &[u8], place: &mut [u8]) -> Result<(), DaoError> {
    match zstd::bulk::decompress_to_buffer(data, place) {
        Ok(bytes) if bytes == place.len() => Ok(()),
        _ => Err(malformed(format!("a chunk cannot be decompressed to {} bytes", place.len()))),
    }
}

/// Decompresses a chunk of at most so many bytes.
pub(crate) fn decompress(
    data: &[u8],
    bytes_max: usize,
    name: impl Fn() -> String,
) -> Result<Vec<u8>, DaoError> {
    zstd::bulk::decompress(data, bytes_max)
        .map_err(|_| malformed(format!("{} cannot be decompressed to {bytes_max} bytes at most", name())))
}
