//! Rows as compressed chunks of lines.

use lockfill_dao::RowsDigest;
use lockfill_dao::{DaoError, ROWS_BYTES_MAX};
use lockfill_dao_dynamodb::chunks::{compress, sha256};
use lockfill_dao_dynamodb::errors::malformed;
use lockfill_dao_dynamodb::layout::CHUNK_BYTES_MAX;
use lockfill_dao_dynamodb::{RawRows, rows_digest};

/// A chunk is closed before it has more than so many bytes of lines, unless it is one line.
const CHUNK_RAW_BYTES: usize = 1_000_000;
/// The most bytes of a row's key and JSON.
const ROW_BYTES_MAX: usize = 390 * 1024;

/// One chunk.
#[derive(Debug)]
pub(crate) struct RowChunk {
    /// The compressed lines.
    pub data: Vec<u8>,
    /// The SHA-256 digest of `data`.
    pub digest: [u8; 32],
    /// The number of lines.
    pub rows: usize,
}

/// All chunks of a version.
#[derive(Debug)]
pub(crate) struct RowChunks {
    /// The chunks, in order.
    pub chunks: Vec<RowChunk>,
    /// The digest that names the rows.
    pub digest: RowsDigest,
    /// The bytes of all lines.
    pub raw_bytes: u64,
}

/// The chunks of rows.
///
/// # Errors
/// Names a row that is too large, or that there is too much of all.
pub(crate) fn of(rows: &RawRows) -> Result<RowChunks, DaoError> {
    let mut chunks = Vec::new();
    let mut lines = Vec::<String>::new();
    let (mut bytes, mut raw_bytes) = (0, 0_u64);
    for (kind, key, json) in
        rows.iter().flat_map(|(kind, rows)| rows.iter().map(move |(key, json)| (kind, key, json)))
    {
        let line = line(kind, key, json)?;
        if bytes + line.len() > CHUNK_RAW_BYTES && !lines.is_empty() {
            close(&lines, &mut chunks)?;
            lines.clear();
            bytes = 0;
        }
        bytes += line.len();
        raw_bytes += line.len() as u64;
        lines.push(line);
    }
    close(&lines, &mut chunks)?;
    if raw_bytes > ROWS_BYTES_MAX {
        return Err(malformed(format!(
            "the rows have {raw_bytes} bytes, and functions can load {ROWS_BYTES_MAX}"
        )));
    }
    let digests: Vec<_> = chunks.iter().map(|chunk| chunk.digest).collect();
    Ok(RowChunks { chunks, digest: rows_digest(&digests), raw_bytes })
}

fn line(kind: &str, key: &str, json: &str) -> Result<String, DaoError> {
    if key.len() + json.len() > ROW_BYTES_MAX {
        return Err(malformed(format!("{kind} {key:?} is larger than {ROW_BYTES_MAX} bytes")));
    }
    if [kind, key].iter().any(|part| part.contains(['\t', '\n'])) || json.contains('\n') {
        return Err(malformed(format!("{kind} {key:?} holds a line break or a tab")));
    }
    Ok(format!("{kind}\t{key}\t{json}\n"))
}

/// Compresses lines to one chunk, or to more if one does not fit an item.
fn close(lines: &[String], chunks: &mut Vec<RowChunk>) -> Result<(), DaoError> {
    if lines.is_empty() {
        return Ok(());
    }
    let data = compress(lines.concat().as_bytes())?;
    if data.len() <= CHUNK_BYTES_MAX {
        chunks.push(RowChunk { digest: sha256(&data), data, rows: lines.len() });
        return Ok(());
    }
    let [_, _, ..] = lines else {
        let row = lines.concat().split('\t').take(2).collect::<Vec<_>>().join(" ");
        return Err(malformed(format!("{row} has more than {CHUNK_BYTES_MAX} bytes when it is compressed")));
    };
    let (first, second) = lines.split_at(lines.len() / 2);
    close(first, chunks)?;
    close(second, chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of one kind, each with a text of so many bytes that does not compress.
    fn noise(rows: u64, bytes: usize) -> RawRows {
        let mut state = 1_u64;
        let mut draw = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(33 + u8::try_from((state >> 33) % 90).unwrap())
        };
        let row = |number| (format!("ch-{number:04}"), (0..bytes).map(|_| draw()).collect());
        RawRows::from([("channel".to_owned(), (0..rows).map(row).collect())])
    }

    #[test]
    fn chunks_fit_an_item_whatever_their_rows_are() {
        let found = of(&noise(40, 100_000)).unwrap();
        assert!(found.chunks.iter().all(|chunk| chunk.data.len() <= CHUNK_BYTES_MAX));
        assert_eq!(found.chunks.iter().map(|chunk| chunk.rows).sum::<usize>(), 40);
        assert!(found.chunks.len() >= 12, "{}", found.chunks.len());
        assert_eq!(found.digest, of(&noise(40, 100_000)).unwrap().digest);
        assert!(of(&RawRows::new()).unwrap().chunks.is_empty());
    }

    #[test]
    fn a_row_that_cannot_be_written_is_named() {
        let problem = |rows: &RawRows| of(rows).unwrap_err().to_string();
        let large = problem(&noise(1, 400_000));
        assert!(large.contains("channel \"ch-0000\" is larger than 399360 bytes"), "{large}");
        let broken = RawRows::from([("channel".to_owned(), [("a\tb".to_owned(), "{}".to_owned())].into())]);
        assert!(problem(&broken).contains("a line break or a tab"), "{}", problem(&broken));
    }
}
