//! A batch of events: the input as its body, and as the text of one event's token.
#![no_main]

use std::sync::{Arc, LazyLock};

use lambda_http::Body;
use lambda_http::http::{Method, Request};
use libfuzzer_sys::fuzz_target;
use lockfill_dao::memory::{MemoryCatalog, MemoryLedger, MemoryUsers};
use lockfill_fuzz::NOW;
use lockfill_http::Events;
use lockfill_http::invocation::with_path;
use lockfill_services::{CatalogCache, EventService, SigningKeys};
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

fn check(body: Body) {
    let mut request = with_path(Request::new(body), "/api/v1/events");
    *request.method_mut() = Method::POST;
    let answer = RUNTIME.block_on(EVENTS.handle(request, NOW.timestamp()));
    assert!(matches!(answer.status().as_u16(), 200 | 400 | 413), "no input has a signed token");
    let Body::Text(text) = answer.body() else { panic!("an answer is text") };
    assert!(text.len() < 8_192, "{}", text.len());
}

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return check(Body::Binary(input.to_vec())) };
    check(Body::Text(text.to_owned()));
    let event = serde_json::json!({ "token": text, "kind": "click", "at": 1 });
    check(Body::Text(serde_json::json!({ "events": [event, event] }).to_string()));
});
