//! A payload of the function `catalog`: whatever it is, the answer is a verdict or a typed error.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::{
    BlobChunk, BlobCounts, BlobManifest, BlobWriter, CatalogRowsReader, DaoError, Published, RowsDigest, RowsError,
};
use lockfill_http::Catalogs;
use lockfill_services::CompilationService;
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
        let (published, counts) = (*published, Some(counts));
        Ok(BlobManifest { published, format, raw_bytes, compressed_bytes: raw_bytes, chunks, counts })
    }
}

fuzz_target!(|payload: &str| {
    let controller = Catalogs::new(CompilationService::new(Empty));
    match RUNTIME.block_on(controller.invoke(payload)) {
        Ok(answer) => assert!(answer.get().contains("\"formats\"") && answer.get().len() < 1_000),
        Err(error) => {
            assert_eq!(error.error_type, "BadInvocation");
            assert!(error.error_message.len() < 300);
        }
    }
});
