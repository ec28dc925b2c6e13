//! Rows with their JSON, of a version or of chunks that a caller sends.

use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::{DaoError, InspectedRows, InspectedRowsReader, ROWS_BYTES_MAX, RowsDigest, RowsError};

use crate::catalog::DynamoDbCatalog;
use crate::errors::malformed;
use crate::rows::{Rows, rows_of_chunk};

/// The kinds that are kept as they were written.
const KEPT_KINDS: [&str; 3] = ["line_item", "campaign", "content"];

impl InspectedRowsReader for DynamoDbCatalog {
    async fn inspected_rows(&self, version: u64, digest: &RowsDigest) -> Result<InspectedRows, RowsError> {
        let mut taken = Taken::default();
        let are_there = self.for_each_row(version, digest, |kind, key, json| taken.add(kind, key, json));
        if are_there.await? { taken.finish() } else { Err(RowsError::Missing) }
    }

    fn unpacked_rows(&self, chunks: &[Vec<u8>]) -> Result<InspectedRows, RowsError> {
        let mut taken = Taken::default();
        let mut raw_bytes = 0;
        for (index, chunk) in chunks.iter().enumerate() {
            raw_bytes +=
                rows_of_chunk(chunk, || format!("chunk {index} of the draft"), &mut |kind, key, json| {
                    taken.add(kind, key, json);
                })?;
            if raw_bytes > ROWS_BYTES_MAX {
                return Err(too_many().into());
            }
        }
        taken.finish()
    }
}

fn too_many() -> DaoError {
    malformed(format!("the draft has more than {ROWS_BYTES_MAX} bytes of rows"))
}

#[derive(Default)]
struct Taken {
    rows: Rows<CatalogRows>,
    inspected: InspectedRows,
}

impl Taken {
    fn add(&mut self, kind: &str, key: &str, json: &str) {
        self.rows.add(kind, key, json);
        if let Some(kept) = KEPT_KINDS.into_iter().find(|kept| *kept == kind) {
            self.inspected.texts.insert((kept, key.to_owned()), json.to_owned());
        }
    }

    fn finish(self) -> Result<InspectedRows, RowsError> {
        Ok(InspectedRows { rows: self.rows.finish()?, ..self.inspected })
    }
}
