//! Reads the pointer, publish records, and compiled catalogs.

use std::sync::atomic::Ordering;

use lockfill_catalog::BLOB_FORMAT;
use lockfill_dao::{BlobManifest, CatalogReader, DaoError, Published};

use crate::catalog::DynamoDbCatalog;
use crate::errors::{malformed, unavailable};
use crate::layout::{self, DATA, Item, RECORDS};
use crate::{blob, chunks, client, reading, sending};

/// How many publish records are read at once, to find one that can be read.
const RECORDS_AT_ONCE: i32 = 20;
/// No version is larger, because its number has 12 digits in keys.
const VERSION_MAX: u64 = 999_999_999_999;

impl CatalogReader for DynamoDbCatalog {
    type Chunk = Item;

    async fn current(&self) -> Result<Option<Published>, DaoError> {
        let last_seen = self.last_seen.load(Ordering::Relaxed);
        let version = |published: &Option<Published>| published.map_or(0, |published| published.version);
        let mut published = self.pointer(false, last_seen).await?;
        // The replica lags, or the table was emptied. A consistent read tells which.
        if version(&published) < last_seen {
            published = self.pointer(true, last_seen).await?;
        }
        self.last_seen.store(version(&published), Ordering::Relaxed);
        Ok(published)
    }

    async fn before(&self, version: u64) -> Result<Option<Published>, DaoError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :records AND sk < :version")
            .expression_attribute_values(":records", layout::text(RECORDS))
            .expression_attribute_values(":version", layout::text(layout::padded(version.min(VERSION_MAX))))
            .scan_index_forward(false)
            .limit(RECORDS_AT_ONCE);
        let answer = sending::query_within(query, client::for_loads()).await;
        let answer = answer.map_err(|error| unavailable(&error))?;
        Ok(answer.items().iter().find_map(layout::published))
    }

    async fn manifest(&self, published: &Published) -> Result<BlobManifest, DaoError> {
        self.blob_manifest(published, BLOB_FORMAT).await?.ok_or_else(|| {
            malformed(format!("version {} was not compiled in format {BLOB_FORMAT}", published.version))
        })
    }

    async fn chunk(&self, manifest: &BlobManifest, index: usize) -> Result<Item, DaoError> {
        let version = manifest.published.version;
        let name = || format!("chunk {index} of version {version}");
        let digest = manifest.chunks.get(index).map(|chunk| &chunk.digest);
        let digest = digest.ok_or_else(|| malformed(format!("version {version} has no chunk {index}")))?;
        let key = layout::blob_chunk_key(&manifest.published, manifest.format, index);
        let found = self.item_for_load(&key, false).await?;
        let is_intact = |item: &Item| chunks::checked(item, Some(digest), name).is_ok();
        // A replica may lag behind the manifest. What a consistent read finds is what there is.
        if let Some(item) = found.filter(is_intact) {
            return Ok(item);
        }
        let found = self.item_for_load(&key, true).await?;
        let item = found.ok_or_else(|| malformed(format!("{} is missing", name())))?;
        chunks::checked(&item, Some(digest), name)?;
        Ok(item)
    }

    fn unpack(&self, chunk: Item, place: &mut [u8]) -> Result<(), DaoError> {
        chunks::unpack(layout::bytes_of(&chunk, DATA).unwrap_or_default(), place)
    }
}

impl DynamoDbCatalog {
    pub(crate) async fn pointer(
        &self,
        is_consistent: bool,
        last_seen: u64,
    ) -> Result<Option<Published>, DaoError> {
        let limits = client::for_requests(self.deadline(last_seen));
        let key = layout::pointer_key();
        let found = reading::item(&self.client, &self.table, key, is_consistent, limits).await?;
        let Some(item) = found else { return Ok(None) };
        let published = layout::published(&item);
        published.map(Some).ok_or_else(|| malformed("the pointer names no version and digest"))
    }

    /// The manifest of a version's blob in a format; `None` if there is none.
    pub(crate) async fn blob_manifest(
        &self,
        published: &Published,
        format: u32,
    ) -> Result<Option<BlobManifest>, DaoError> {
        let key = layout::blob_manifest_key(published, format);
        let readable = |item: &Item| blob::read(item, published, format).is_ok();
        let item = match self.item_for_load(&key, false).await?.filter(readable) {
            Some(item) => Some(item),
            None => self.item_for_load(&key, true).await?,
        };
        item.map(|item| blob::read(&item, published, format)).transpose()
    }

    /// An item, without a deadline.
    pub(crate) async fn item_for_load(
        &self,
        key: &Item,
        is_consistent: bool,
    ) -> Result<Option<Item>, DaoError> {
        reading::item(&self.client, &self.table, key.clone(), is_consistent, client::for_loads()).await
    }
}
