//! Rows of a version: read in chunks, for the compiler and for tools.

use std::collections::BTreeMap;

use lockfill_catalog::Refusal;
use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::{CatalogRowsReader, DaoError, ROWS_BYTES_MAX, RowsDigest};

use crate::catalog::DynamoDbCatalog;
use crate::chunks::{checked, decompress, sha256};
use crate::errors::malformed;
use crate::kinds::{RawRows, add_row};
use crate::layout::{self, CHUNKS, DIGEST, Item};
use crate::record;

/// The most bytes of lines in a chunk: a chunk is closed once it has a megabyte, and a line is shorter than another.
const CHUNK_RAW_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The digest of rows from the digests of their compressed chunks, in order.
#[must_use]
pub fn rows_digest(chunk_digests: &[[u8; 32]]) -> RowsDigest {
    RowsDigest::from_bytes(sha256(chunk_digests.as_flattened()))
}

impl CatalogRowsReader for DynamoDbCatalog {
    async fn rows(&self, version: u64, digest: &RowsDigest) -> Result<CatalogRows, DaoError> {
        let mut rows = CatalogRows::default();
        self.for_each_row(version, digest, |kind, key, json| {
            add_row(&mut rows, kind, json).map_err(|error| {
                // Another message of serde may quote the row, so the error leaves it out.
                let refused = Refusal::of_refused_code(kind, key, &error.to_string());
                malformed(refused.map_or_else(
                    || format!("{kind} {key:?} of version {version} is not a {kind}"),
                    |refused| refused.to_string(),
                ))
            })
        })
        .await?;
        Ok(rows)
    }
}

impl DynamoDbCatalog {
    /// All rows of a version as they were published, including unknown fields and kinds.
    ///
    /// # Errors
    /// If the store cannot be read, there is no such version with that digest, or a chunk is not as it was written.
    pub async fn raw_rows(&self, version: u64, digest: &RowsDigest) -> Result<RawRows, DaoError> {
        let mut rows = RawRows::new();
        self.for_each_row(version, digest, |kind, key, json| {
            rows.entry(kind.to_owned()).or_default().insert(key.to_owned(), json.to_owned());
            Ok(())
        })
        .await?;
        Ok(rows)
    }

    /// Calls `take` with the kind, the key and the JSON of each row.
    async fn for_each_row(
        &self,
        version: u64,
        digest: &RowsDigest,
        mut take: impl FnMut(&str, &str, &str) -> Result<(), DaoError>,
    ) -> Result<(), DaoError> {
        let (chunks, counts) = self.rows_manifest(version, digest).await?;
        let mut digests = Vec::new();
        let mut found = BTreeMap::<String, u64>::new();
        let mut raw_bytes = 0;
        for index in 0..chunks {
            let name = || format!("chunk {index} of the rows of version {version}");
            let item = self.item_for_load(&layout::rows_chunk_key(version, index), true).await?;
            let item = item.ok_or_else(|| malformed(format!("{} is missing", name())))?;
            let data = checked(&item, None, name)?;
            digests.push(sha256(data));
            let raw = decompress(data, CHUNK_RAW_BYTES_MAX, name)?;
            raw_bytes += raw.len() as u64;
            if raw_bytes > ROWS_BYTES_MAX {
                return Err(malformed(format!(
                    "version {version} has more than {ROWS_BYTES_MAX} bytes of rows"
                )));
            }
            let lines = String::from_utf8(raw).map_err(|_| malformed(format!("{} is no text", name())))?;
            for line in lines.split_terminator('\n') {
                let (kind, key, json) = parts(line)
                    .ok_or_else(|| malformed(format!("{} holds a line that is no row", name())))?;
                take(kind, key, json)?;
                *found.entry(kind.to_owned()).or_default() += 1;
            }
        }
        if rows_digest(&digests) != *digest {
            return Err(malformed(format!("the rows of version {version} have another digest")));
        }
        check_counts(version, counts, &found)
    }

    /// The number of chunks, and the number of rows by kind.
    async fn rows_manifest(
        &self,
        version: u64,
        digest: &RowsDigest,
    ) -> Result<(usize, BTreeMap<String, u64>), DaoError> {
        let item = self.item_for_load(&layout::rows_manifest_key(version), true).await?;
        let item = item.ok_or_else(|| malformed(format!("there are no rows of version {version}")))?;
        if layout::text_of(&item, DIGEST) != Some(&digest.to_string()) {
            return Err(malformed(format!("the rows of version {version} have another digest")));
        }
        let read = |item: &Item| {
            let chunks = usize::try_from(layout::number_of(item, CHUNKS)?).ok()?;
            Some((chunks, record::counts(item)?))
        };
        read(&item)
            .ok_or_else(|| malformed(format!("the manifest of the rows of version {version} cannot be read")))
    }
}

/// The kind, the key and the JSON of a line.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = line.split_once('\t')?;
    let (key, json) = rest.split_once('\t')?;
    Some((kind, key, json))
}

fn check_counts(
    version: u64,
    expected: BTreeMap<String, u64>,
    found: &BTreeMap<String, u64>,
) -> Result<(), DaoError> {
    for (kind, expected) in expected.into_iter().filter(|(_, count)| *count > 0) {
        let found = found.get(&kind).copied().unwrap_or(0);
        if found != expected {
            return Err(malformed(format!("version {version} has {found} of {expected} rows of {kind}")));
        }
    }
    Ok(())
}
