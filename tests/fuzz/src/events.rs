//! What the targets of events share: the function of events over stores in memory, without a catalog, and tokens that
//! it takes for its own.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::http::Response;
use lambda_http::{Body, Request};
use lockfill_dao::memory::{MemoryCatalog, MemoryLedger, MemoryUsers};
use lockfill_http::Events;
use lockfill_services::{CatalogCache, EventService, SigningKeys};
use sha2::Sha256;
use tokio::runtime::{Builder, Runtime};

use crate::NOW;

const SECRET: &str = "a secret of thirty-two bytes or more";

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));

type Service = EventService<MemoryCatalog, Arc<MemoryLedger>, Arc<MemoryUsers>>;

static EVENTS: LazyLock<Events<Service>> = LazyLock::new(|| {
    let keys = SigningKeys::parse(&format!("k1:{SECRET}")).expect("a key");
    let catalog = CatalogCache::new(Arc::new(MemoryCatalog::default()));
    Events::new(EventService::new(catalog, Arc::default(), Arc::default(), keys))
});

/// The function's answer to a request.
pub fn answer(request: Request) -> Response<Body> {
    RUNTIME.block_on(EVENTS.handle(request, NOW.timestamp()))
}

/// A token of the present form with that payload.
#[must_use]
pub fn compact(payload: &[u8]) -> String {
    let tag = tag(&[b"lockfill-token-2.k1.", payload]);
    format!("k1.{}", URL_SAFE_NO_PAD.encode([payload, &tag[..16]].concat()))
}

/// A token of the former form with that payload. Its events are recorded without a catalog.
#[must_use]
pub fn former(payload: &[u8]) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let tag = tag(&[format!("lockfill-token-1.k1.{payload}").as_bytes()]);
    format!("k1.{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fn tag(parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length will do");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}
