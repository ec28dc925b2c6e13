//! A tracking token: the input as a token, and the input as a payload of either form with a valid signature.
#![no_main]

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use lambda_http::Body;
use lambda_http::http::Request;
use libfuzzer_sys::fuzz_target;
use lockfill_dao::memory::{MemoryCatalog, MemoryLedger, MemoryUsers};
use lockfill_fuzz::NOW;
use lockfill_http::Events;
use lockfill_http::invocation::with_path;
use lockfill_services::{CatalogCache, EventService, SigningKeys};
use sha2::Sha256;
use tokio::runtime::{Builder, Runtime};

const SECRET: &str = "a secret of thirty-two bytes or more";

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));

type Service = EventService<MemoryCatalog, Arc<MemoryLedger>, Arc<MemoryUsers>>;

static EVENTS: LazyLock<Events<Service>> = LazyLock::new(|| {
    let keys = SigningKeys::parse(&format!("k1:{SECRET}")).expect("a key");
    let catalog = CatalogCache::new(Arc::new(MemoryCatalog::default()));
    Events::new(EventService::new(catalog, Arc::default(), Arc::default(), keys))
});

fn status(token: &str) -> u16 {
    let path = format!("/api/v1/events/impression/{token}");
    let request = with_path(Request::new(Body::Empty), &path);
    RUNTIME.block_on(EVENTS.handle(request, NOW.timestamp())).status().as_u16()
}

fn tag(parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length will do");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn compact(payload: &[u8]) -> String {
    let tag = tag(&[b"lockfill-token-2.k1.", payload]);
    format!("k1.{}", URL_SAFE_NO_PAD.encode([payload, &tag[..16]].concat()))
}

fn former(payload: &[u8]) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let tag = tag(&[format!("lockfill-token-1.k1.{payload}").as_bytes()]);
    format!("k1.{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fuzz_target!(|input: &[u8]| {
    if let Ok(token) = std::str::from_utf8(input) {
        assert_eq!(status(token), 400, "a token without the secret's signature is refused");
    }
    // 503: the claims were read, and no catalog is published for the next step.
    for token in [compact(input), former(input), compact(&[&[2], input].concat())] {
        assert!(matches!(status(&token), 200 | 400 | 410 | 503));
    }
});
