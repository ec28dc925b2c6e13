//! Rows of a version: read in chunks, for the compiler and for tools.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use lockfill_catalog::rows::CatalogRows;
use lockfill_catalog::{Refusal, Refusals};
use lockfill_dao::{CatalogRowsReader, DaoError, ROWS_BYTES_MAX, RowsDigest, RowsError, TermsReader};
use lockfill_delivery::terms_rows::TermsRows;

use crate::catalog::DynamoDbCatalog;
use crate::chunks::{checked, decompress, sha256};
use crate::errors::malformed;
use crate::kinds::{RawRows, RowsByKind};
use crate::layout::{self, CHUNKS, DIGEST, Item};
use crate::record;

/// The most bytes of lines in a chunk: a chunk is closed once it has a megabyte, and a line is shorter than another.
const CHUNK_RAW_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How many chunks are read at once: for as many the client keeps connections.
const CHUNKS_AT_ONCE: usize = 4;

/// The digest of rows from the digests of their compressed chunks, in order.
#[must_use]
pub fn rows_digest(chunk_digests: &[[u8; 32]]) -> RowsDigest {
    RowsDigest::from_bytes(sha256(chunk_digests.as_flattened()))
}

impl CatalogRowsReader for DynamoDbCatalog {
    async fn rows(&self, version: u64, digest: &RowsDigest) -> Result<CatalogRows, RowsError> {
        self.typed_rows(version, digest).await
    }
}

impl TermsReader for DynamoDbCatalog {
    async fn terms_rows(&self, version: u64, digest: &RowsDigest) -> Result<TermsRows, RowsError> {
        self.typed_rows(version, digest).await
    }
}

/// Rows while they are read, and those that are not of the form of their kinds.
#[derive(Default)]
pub(crate) struct Rows<R> {
    rows: R,
    refusals: Refusals,
}

impl<R: RowsByKind> Rows<R> {
    pub(crate) fn add(&mut self, kind: &str, key: &str, json: &str) {
        if let Err(error) = self.rows.add(kind, json) {
            // Another message of serde may quote the row, so the refusal leaves it out.
            let refused = Refusal::of_refused_code(kind, key, &error.to_string());
            self.refusals.add(refused.unwrap_or_else(|| {
                Refusal::new(kind, key, "", format!("the row has not the form of a {kind}"))
            }));
        }
    }

    pub(crate) fn finish(self) -> Result<R, RowsError> {
        if self.refusals.in_all() > 0 { Err(RowsError::Refused(self.refusals)) } else { Ok(self.rows) }
    }
}

impl DynamoDbCatalog {
    /// All rows of a version as they were published, including unknown fields and kinds.
    ///
    /// # Errors
    /// If the store cannot be read, there is no such version with that digest, or a chunk is not as it was written.
    pub async fn raw_rows(&self, version: u64, digest: &RowsDigest) -> Result<RawRows, DaoError> {
        let mut rows = RawRows::new();
        let are_there = self.for_each_row(version, digest, |kind, key, json| {
            rows.entry(kind.to_owned()).or_default().insert(key.to_owned(), json.to_owned());
        });
        if !are_there.await? {
            return Err(malformed(format!("there are no rows of version {version} with that digest")));
        }
        Ok(rows)
    }

    /// Rows of a published version, or of a draft, with that digest.
    async fn typed_rows<R>(&self, version: u64, digest: &RowsDigest) -> Result<R, RowsError>
    where
        R: RowsByKind + Default + Send,
    {
        let mut rows = Rows::<R>::default();
        let are_there = self.for_each_row(version, digest, |kind, key, json| rows.add(kind, key, json));
        if are_there.await? { rows.finish() } else { Err(RowsError::Missing) }
    }

    /// Calls `take` with the kind, the key and the JSON of each row; whether there are rows with that digest. What was
    /// taken counts only after that.
    pub(crate) async fn for_each_row(
        &self,
        version: u64,
        digest: &RowsDigest,
        mut take: impl FnMut(&str, &str, &str) + Send,
    ) -> Result<bool, DaoError> {
        let Some((chunks, counts)) = self.rows_manifest(version, digest).await? else { return Ok(false) };
        let mut digests = Vec::new();
        let mut found = BTreeMap::<String, u64>::new();
        let mut raw_bytes = 0;
        let read =
            async |index| (index, self.item_for_load(&layout::rows_chunk_key(version, index), true).await);
        let mut indexes = 0..chunks;
        let mut reads: FuturesOrdered<_> = indexes.by_ref().take(CHUNKS_AT_ONCE).map(read).collect();
        while let Some((index, item)) = reads.next().await {
            reads.extend(indexes.next().map(read));
            let name = || format!("chunk {index} of the rows of version {version}");
            let item = item?.ok_or_else(|| malformed(format!("{} is missing", name())))?;
            let data = checked(&item, None, name)?;
            digests.push(sha256(data));
            raw_bytes += rows_of_chunk(data, name, &mut |kind, key, json| {
                take(kind, key, json);
                *found.entry(kind.to_owned()).or_default() += 1;
            })?;
            if raw_bytes > ROWS_BYTES_MAX {
                return Err(malformed(format!(
                    "version {version} has more than {ROWS_BYTES_MAX} bytes of rows"
                )));
            }
        }
        if rows_digest(&digests) != *digest {
            return Err(malformed(format!("the rows of version {version} have another digest")));
        }
        check_counts(version, counts, &found)?;
        Ok(true)
    }

    /// The number of chunks, and the number of rows by kind; `None` if there are no rows with that digest.
    async fn rows_manifest(
        &self,
        version: u64,
        digest: &RowsDigest,
    ) -> Result<Option<(usize, BTreeMap<String, u64>)>, DaoError> {
        let item = self.item_for_load(&layout::rows_manifest_key(version), true).await?;
        let Some(item) = item.filter(|item| layout::text_of(item, DIGEST) == Some(&digest.to_string()))
        else {
            return Ok(None);
        };
        let read = |item: &Item| {
            let chunks = usize::try_from(layout::number_of(item, CHUNKS)?).ok()?;
            Some((chunks, record::counts(item)?))
        };
        read(&item)
            .map(Some)
            .ok_or_else(|| malformed(format!("the manifest of the rows of version {version} cannot be read")))
    }
}

/// Calls `take` with the kind, the key and the JSON of each row of a compressed chunk; the bytes of its lines.
pub(crate) fn rows_of_chunk(
    data: &[u8],
    name: impl Fn() -> String,
    take: &mut dyn FnMut(&str, &str, &str),
) -> Result<u64, DaoError> {
    let raw = decompress(data, CHUNK_RAW_BYTES_MAX, &name)?;
    let raw_bytes = raw.len() as u64;
    let lines = String::from_utf8(raw).map_err(|_| malformed(format!("{} is no text", name())))?;
    for line in lines.split_terminator('\n') {
        let (kind, key, json) =
            parts(line).ok_or_else(|| malformed(format!("{} holds a line that is no row", name())))?;
        take(kind, key, json);
    }
    Ok(raw_bytes)
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
