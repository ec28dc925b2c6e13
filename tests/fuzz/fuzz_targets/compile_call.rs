//! A payload of the function `catalog`: whatever it is, the answer is a verdict or a typed error.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lockfill_calls::Catalogs;
use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::{
    BlobChunk, BlobCounts, BlobManifest, BlobWriter, CatalogRowsReader, CountsReader, DaoError, GatesPointer,
    GatesReader, InspectedRows, InspectedRowsReader, Published, RowsDigest, RowsError,
};
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::pacing::Gates;
use lockfill_services::{CompilationService, InspectionService};
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

/// A store in which every version is there, and empty.
struct Empty;

impl CatalogRowsReader for Empty {
    async fn rows(&self, _: u64, _: &RowsDigest) -> Result<CatalogRows, RowsError> {
        Ok(CatalogRows::default())
    }
}

impl BlobWriter for Empty {
    async fn has(&self, _: &Published, _: u32) -> Result<Option<BlobManifest>, DaoError> {
        Ok(None)
    }

    async fn write(
        &self,
        published: &Published,
        format: u32,
        blob: &[u8],
        counts: BlobCounts,
    ) -> Result<BlobManifest, DaoError> {
        let raw_bytes = blob.len() as u64;
        let length = u32::try_from(blob.len()).unwrap_or(u32::MAX);
        let chunks = vec![BlobChunk { raw_bytes: length, digest: [0; 32] }];
        let published = *published;
        Ok(BlobManifest { published, format, raw_bytes, compressed_bytes: raw_bytes, chunks, counts })
    }
}

impl InspectedRowsReader for Empty {
    async fn inspected_rows(&self, _: u64, _: &RowsDigest) -> Result<InspectedRows, RowsError> {
        Ok(InspectedRows::default())
    }

    fn unpacked_rows(&self, _: &[Vec<u8>]) -> Result<InspectedRows, RowsError> {
        Ok(InspectedRows::default())
    }
}

impl CountsReader for Empty {
    async fn of_minute(&self, _: i64) -> Result<Vec<EnvironmentCounts>, DaoError> {
        Ok(Vec::new())
    }
}

impl GatesReader for Empty {
    async fn current(&self) -> Result<Option<GatesPointer>, DaoError> {
        Ok(None)
    }

    async fn load(&self, _: &GatesPointer) -> Result<Gates, DaoError> {
        Ok(Gates::default())
    }
}

fuzz_target!(|payload: &str| {
    let controller = Catalogs::new(
        CompilationService::new(Empty),
        InspectionService::new(Empty, Some(Empty), Some(Empty)),
    );
    match RUNTIME.block_on(controller.invoke(payload, jiff::Timestamp::UNIX_EPOCH)) {
        Ok(answer) => assert!(answer.get().len() < 10_000),
        Err(error) => {
            assert_eq!(error.error_type, "BadInvocation");
            assert!(error.error_message.len() < 300);
        }
    }
});
