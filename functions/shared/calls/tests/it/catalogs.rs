//! The function `catalog`: calls, verdicts and errors, over a store in memory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use lambda_http::Body;
use lambda_http::http::{Method, Request as HttpRequest, Response};
use lockfill_calls::Catalogs;
use lockfill_catalog::rows::CatalogRows;
use lockfill_catalog::{BLOB_FORMAT, Catalog};
use lockfill_dao::memory::{MemoryCounts, MemoryGates};
use lockfill_dao::{
    BlobChunk, BlobCounts, BlobManifest, BlobWriter, CatalogRowsReader, DaoError, InspectedRows,
    InspectedRowsReader, Published, RowsDigest, RowsError,
};
use lockfill_http::{FunctionError, invocations};
use lockfill_services::{CompilationService, InspectionService};
use serde_json::{Value, json};

use crate::rows::rows;

const PATH: &str = "/2015-03-31/functions/catalog/invocations";

/// Blobs by version and format, with what they hold.
type Blobs = HashMap<(Published, u32), (Vec<u8>, BlobCounts)>;

/// A store with the rows of version 1, or with why they cannot be had.
pub struct Versions {
    rows: Result<CatalogRows, RowsError>,
    is_read_only: bool,
    /// How often rows were asked for.
    reads: AtomicUsize,
    written: Mutex<Blobs>,
}

impl Versions {
    pub fn of(rows: Result<Value, RowsError>) -> Self {
        let rows = rows.map(|rows| serde_json::from_value(rows).unwrap());
        Self { rows, is_read_only: false, reads: AtomicUsize::new(0), written: Mutex::default() }
    }
}

impl CatalogRowsReader for &Versions {
    async fn rows(&self, version: u64, digest: &RowsDigest) -> Result<CatalogRows, RowsError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let is_there = version == 1 && *digest == digest_of(1);
        if is_there { self.rows.clone() } else { Err(RowsError::Missing) }
    }
}

impl InspectedRowsReader for &Versions {
    async fn inspected_rows(&self, _: u64, _: &RowsDigest) -> Result<InspectedRows, RowsError> {
        Err(RowsError::Missing)
    }

    fn unpacked_rows(&self, _: &[Vec<u8>]) -> Result<InspectedRows, RowsError> {
        Err(RowsError::Missing)
    }
}

impl BlobWriter for &Versions {
    async fn has(&self, published: &Published, format: u32) -> Result<Option<BlobManifest>, DaoError> {
        let blob = self.written.lock().unwrap().get(&(*published, format)).cloned();
        Ok(blob.map(|(blob, counts)| manifest(published, format, &blob, counts)))
    }

    async fn write(
        &self,
        published: &Published,
        format: u32,
        blob: &[u8],
        counts: BlobCounts,
    ) -> Result<BlobManifest, DaoError> {
        if self.is_read_only {
            return Err(unavailable());
        }
        self.written.lock().unwrap().entry((*published, format)).or_insert_with(|| (blob.to_vec(), counts));
        Ok(manifest(published, format, blob, counts))
    }
}

fn manifest(published: &Published, format: u32, blob: &[u8], counts: BlobCounts) -> BlobManifest {
    let raw_bytes = blob.len() as u64;
    let chunks = vec![BlobChunk { raw_bytes: u32::try_from(raw_bytes).unwrap(), digest: [0; 32] }];
    BlobManifest { published: *published, format, raw_bytes, compressed_bytes: raw_bytes / 2, chunks, counts }
}

fn unavailable() -> DaoError {
    DaoError::Unavailable { store: "memory", reason: "switched off".to_owned() }
}

fn digest_of(byte: u8) -> RowsDigest {
    RowsDigest::from_bytes([byte; 32])
}

fn call(version: u64, digest: RowsDigest) -> String {
    json!({ "operation": "compile", "version": version, "digest": digest.to_string() }).to_string()
}

/// A controller that is asked to compile alone.
fn controller(
    store: &Versions,
) -> Catalogs<CompilationService<&Versions>, InspectionService<&Versions, MemoryGates, MemoryCounts>> {
    Catalogs::new(CompilationService::new(store), InspectionService::new(store, None, None))
}

async fn invoke(store: &Versions, payload: &str) -> Result<Value, FunctionError> {
    let answer = controller(store).invoke(payload, Timestamp::UNIX_EPOCH).await?;
    Ok(serde_json::from_str(answer.get()).unwrap())
}

async fn error_type(store: &Versions, payload: &str) -> &'static str {
    let error = invoke(store, payload).await.expect_err(payload);
    assert!(error.error_message.contains(": ") && error.error_message.len() < 300, "{error:?}");
    error.error_type
}

pub fn hostile_payloads() -> Vec<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/malformed/compile_calls.json");
    let fixture: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let texts = fixture["payloads"].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
    let digest = digest_of(1).to_string();
    texts.map(|text| text.replace("DIGEST", &digest)).collect()
}

#[tokio::test]
async fn a_draft_is_compiled_once_and_the_same_call_has_the_same_answer() {
    let store = Versions::of(Ok(rows()));
    let answer = invoke(&store, &call(1, digest_of(1))).await.unwrap();
    let published = Published { version: 1, digest: digest_of(1) };
    let blob = store.written.lock().unwrap()[&(published, BLOB_FORMAT)].0.clone();
    let catalog = Catalog::open(blob.clone()).unwrap();
    let count = |kind: &str| rows()[kind].as_array().unwrap().len();
    let expected = json!({
        "version": 1, "digest": digest_of(1).to_string(), "formats": [BLOB_FORMAT],
        "blob_bytes": blob.len(), "compressed_bytes": blob.len() / 2,
        "line_items": count("line_items"), "contents": count("contents"),
    });
    assert_eq!((catalog.version(), &answer), (1, &expected));
    assert_eq!(invoke(&store, &call(1, digest_of(1))).await.unwrap(), expected);
    assert_eq!(store.reads.load(Ordering::Relaxed), 1, "the second call finds what is compiled");
    assert_eq!(error_type(&store, &call(1, digest_of(2))).await, "UnknownVersion");
}

#[tokio::test]
async fn refused_rows_are_named_up_to_twenty_and_nothing_is_written() {
    let contents: Vec<_> = (0..25)
        .map(|number| {
            json!({
                "id": format!("ct-{number:02}"), "channel_id": "none", "title": "t", "language": "ko",
                "image_url": "https://i.example/1", "landing_url": "https://l.example/1",
                "published_at": "2026-11-01T00:00:00Z", "quality_ppm": 1,
            })
        })
        .collect();
    let store = Versions::of(Ok(json!({ "contents": contents })));
    let answer = invoke(&store, &call(1, digest_of(1))).await.unwrap();
    assert_eq!((&answer["refusals_in_all"], answer["refusals"].as_array().unwrap().len()), (&json!(25), 20));
    let problem = "there is no channel \"none\"";
    let first = json!({ "kind": "content", "key": "ct-00", "field": "channel_id", "problem": problem });
    assert_eq!(answer["refusals"][0], first);
    assert!(store.written.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_keeps_a_call_from_a_verdict_is_a_typed_error() {
    let store = Versions::of(Ok(rows()));
    assert_eq!(error_type(&store, &call(2, digest_of(1))).await, "UnknownVersion");
    assert_eq!(error_type(&store, &call(1, digest_of(2))).await, "UnknownVersion");
    let torn = DaoError::Malformed { store: "memory", reason: "a chunk is missing".to_owned() };
    let store = Versions::of(Err(RowsError::Store(torn)));
    assert_eq!(error_type(&store, &call(1, digest_of(1))).await, "TornVersion");
    let store = Versions::of(Err(RowsError::Store(unavailable())));
    assert_eq!(error_type(&store, &call(1, digest_of(1))).await, "StoreUnavailable");
    let store = Versions { is_read_only: true, ..Versions::of(Ok(rows())) };
    assert_eq!(error_type(&store, &call(1, digest_of(1))).await, "StoreUnavailable");
}

#[tokio::test]
async fn a_payload_that_is_no_call_is_a_bad_invocation_and_not_quoted() {
    let store = Versions::of(Ok(rows()));
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = json!({ "operation": "compile", "version": 1, "digest": "a".repeat(1_000_000) }).to_string();
    let cut = call(1, digest_of(1));
    let others = [deep, long, String::new(), cut[..cut.len() - 1].to_owned(), format!("{cut}x")];
    let payloads = hostile_payloads();
    assert!(payloads.len() > 30);
    for payload in payloads.iter().chain(&others) {
        assert_eq!(error_type(&store, payload).await, "BadInvocation", "{payload:.200}");
    }
    assert!(store.written.lock().unwrap().is_empty());
}

async fn send(store: &Versions, method: Method, path: &str, body: impl Into<Body>) -> Response<Body> {
    let request = HttpRequest::builder().method(method).uri(path).body(body.into()).unwrap();
    let controller = controller(store);
    let invoke = async |payload: &str| controller.invoke(payload, Timestamp::UNIX_EPOCH).await;
    invocations::handle(&request, invoke).await
}

#[tokio::test]
async fn plain_http_answers_as_the_invoke_api_does() {
    let store = Versions::of(Ok(rows()));
    let answer = send(&store, Method::POST, PATH, call(1, digest_of(1))).await;
    assert_eq!((answer.status().as_u16(), answer.headers().get("x-amz-function-error")), (200, None));
    let document: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(document, invoke(&store, &call(1, digest_of(1))).await.unwrap());
    for payload in [Body::from("{}"), Body::Binary(vec![0xff]), Body::Empty] {
        let answer = send(&store, Method::POST, PATH, payload).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["x-amz-function-error"] == "Unhandled"),
            (200, true)
        );
        let document: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(document["errorType"], "BadInvocation");
    }
    for (method, path, status) in [
        (Method::GET, "/healthz", 200),
        (Method::GET, PATH, 405),
        (Method::POST, "/", 404),
        (Method::POST, "/2015-03-31/functions//invocations", 404),
        (Method::POST, "/2015-03-31/functions/a/b/invocations", 404),
        (Method::POST, "/2015-03-31/functions/invocations", 404),
        (Method::POST, "/api/v1/allocation/ads", 404),
    ] {
        assert_eq!(send(&store, method, path, Body::Empty).await.status().as_u16(), status, "{path}");
    }
}
