//! A small world: one catalog, one instant that the test sets, and the controllers above.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use lambda_http::Body;
use lambda_http::http::Response;
use lockfill_dao::memory::{MemoryCatalog, MemoryCounts, MemoryGates, MemoryLedger, MemoryUsers};
use lockfill_dao::{DaoError, EventLedger, LedgerEntry, Written};
use lockfill_decision::AllocationKind;
use lockfill_http::{Allocations, Events, LinkBase, invocation};
use lockfill_services::{
    AllocationService, CatalogCache, Counts, DebugToken, EventService, GatesCache, SigningKeys, UserKeys,
};
use serde_json::{Value, json};
use sha2::Sha256;

pub use crate::rows::rows;

pub const DEBUG_TOKEN: &str = "a debug token of 32 bytes or more";
pub const LOCKSCREEN: &str = "/api/v1/allocation/lockscreen";

/// A ledger whose writes may take time.
#[derive(Default)]
pub struct Ledger {
    memory: MemoryLedger,
    takes: Mutex<Duration>,
    asked: AtomicU32,
}

impl Ledger {
    /// Lets every write take so long from now on.
    pub fn set_slow(&self, takes: Duration) {
        *self.takes.lock().unwrap() = takes;
    }

    /// How often it was asked.
    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Deref for Ledger {
    type Target = MemoryLedger;

    fn deref(&self) -> &MemoryLedger {
        &self.memory
    }
}

impl EventLedger for Ledger {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let takes = *self.takes.lock().unwrap();
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        self.memory.write(entry).await
    }
}

pub struct World {
    pub catalog: Arc<MemoryCatalog>,
    pub users: Arc<MemoryUsers>,
    pub ledger: Arc<Ledger>,
    pub gates: Arc<MemoryGates>,
    pub counts: Arc<MemoryCounts>,
    now: Mutex<Timestamp>,
    allocations: Allocations<AllocationService<MemoryCatalog, Arc<MemoryUsers>>>,
    events: Events<EventService<MemoryCatalog, Arc<Ledger>, Arc<MemoryUsers>>>,
}

impl World {
    /// A world at 2026-11-22T09:00:30Z, a Sunday, with version 1 published.
    pub fn new() -> Self {
        let world = Self::unpublished();
        world.publish(1, rows());
        world
    }

    pub fn unpublished() -> Self {
        Self::of_kind(AllocationKind::Lockscreen)
    }

    /// A world whose allocation controller answers that kind, with nothing published.
    pub fn of_kind(kind: AllocationKind) -> Self {
        Self::over(kind, Arc::default(), Arc::default(), Arc::default(), "none")
    }

    /// The same catalog and users, at the beginning of the time, where users are named under these secrets.
    pub fn naming_users(&self, secrets: &str) -> Self {
        let users = Arc::clone(&self.users);
        let (catalog, ledger) = (Arc::clone(&self.catalog), Arc::clone(&self.ledger));
        Self::over(AllocationKind::Lockscreen, catalog, users, ledger, secrets)
    }

    /// Another execution environment over the same stores, which has nothing in memory yet.
    pub fn beside(&self) -> Self {
        self.naming_users("none")
    }

    fn over(
        kind: AllocationKind,
        catalog: Arc<MemoryCatalog>,
        users: Arc<MemoryUsers>,
        ledger: Arc<Ledger>,
        secrets: &str,
    ) -> Self {
        let now = Mutex::new("2026-11-22T09:00:30Z".parse().unwrap());
        let user_keys = || UserKeys::parse(secrets).unwrap();
        let cache = || CatalogCache::new(Arc::clone(&catalog));
        let keys = || SigningKeys::parse(&format!("k1:{}", "s".repeat(32))).unwrap();
        let (gates, counts) = (Arc::<MemoryGates>::default(), Arc::<MemoryCounts>::default());
        let wait = Duration::from_millis(10);
        let allocation = AllocationService::new(cache(), Arc::clone(&users), keys())
            .naming_users(user_keys())
            .gated(GatesCache::new(Arc::clone(&gates), wait))
            .counting(Counts::new(Arc::clone(&counts), wait));
        let event = EventService::new(cache(), Arc::clone(&ledger), Arc::clone(&users), keys())
            .naming_users(user_keys());
        let links = LinkBase::parse("https://t.example").unwrap();
        let allocations = Allocations::new(kind, allocation, links, DebugToken::new(DEBUG_TOKEN));
        Self { allocations, events: Events::new(event), catalog, users, ledger, gates, counts, now }
    }

    pub fn publish(&self, version: u64, rows: Value) {
        let rows = serde_json::from_value(rows).unwrap();
        let blob = lockfill_catalog::compile::compile(version, rows).unwrap().into_blob();
        self.catalog.publish(version, blob.as_bytes().to_vec());
    }

    /// Starts the environment.
    pub async fn warm(&self) {
        self.allocations.warm(self.now()).await;
    }

    /// Ends the environment.
    pub async fn end(&self) {
        self.allocations.flush(self.now()).await;
    }

    /// Waits until allocations are made of that version, which loads in the background.
    pub async fn serves(&self, version: u64) {
        for _ in 0..200 {
            if self.get("unit_id=u-1&user_id=u1").await.json["catalog_version"] == version {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("version {version} is not served after two seconds");
    }

    pub fn advance(&self, seconds: i64) {
        *self.now.lock().unwrap() += SignedDuration::from_secs(seconds);
    }

    pub fn set(&self, now: &str) {
        *self.now.lock().unwrap() = now.parse().unwrap();
    }

    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    pub async fn get(&self, query: &str) -> Answer {
        self.allocate(&payload("GET", LOCKSCREEN, query, &[])).await
    }

    pub async fn post(&self, body: &str) -> Answer {
        self.post_to(LOCKSCREEN, body).await
    }

    pub async fn post_to(&self, path: &str, body: &str) -> Answer {
        let mut payload = payload("POST", path, "", &[("content-type", "application/json")]);
        payload["body"] = body.into();
        self.allocate(&payload).await
    }

    pub async fn allocate(&self, payload: &Value) -> Answer {
        self.allocate_raw(&payload.to_string()).await
    }

    /// The answer to a payload as text, which may be no JSON.
    pub async fn allocate_raw(&self, payload: &str) -> Answer {
        match invocation::request(payload) {
            Ok(request) => Answer::read(self.allocations.handle(request, self.now()).await),
            Err(problem) => Answer::read(problem.into_response()),
        }
    }

    /// Follows a tracking link.
    pub async fn follow(&self, url: &str) -> Answer {
        let path = url.strip_prefix("https://t.example").expect("links begin with the configured base");
        self.track(&payload("GET", path, "", &[])).await
    }

    /// Follows a tracking link with a query and headers.
    pub async fn follow_with(&self, url: &str, query: &str, headers: &[(&str, &str)]) -> Answer {
        let path = url.strip_prefix("https://t.example").expect("links begin with the configured base");
        self.track(&payload("GET", path, query, headers)).await
    }

    /// The answer of the events' controller.
    pub async fn track(&self, payload: &Value) -> Answer {
        match invocation::request(&payload.to_string()) {
            Ok(request) => Answer::read(self.events.handle(request, self.now()).await),
            Err(problem) => Answer::read(problem.into_response()),
        }
    }
}

pub struct Answer {
    pub response: Response<Body>,
    pub json: Value,
}

impl Answer {
    /// What a balancer makes of the document of an answer.
    fn read(answered: Response<Body>) -> Self {
        let (status, headers) = (answered.status(), answered.headers().clone());
        let document = serde_json::to_value(invocation::response(answered)).unwrap();
        let body = document["body"].as_str().expect("an answer has a text");
        let json = serde_json::from_str(body).unwrap_or(Value::Null);
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Self { response, json }
    }

    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    pub fn ids(&self) -> Vec<&str> {
        self.slots().iter().map(|slot| slot["id"].as_str().unwrap()).collect()
    }

    pub fn slots(&self) -> &[Value] {
        self.json["slots"].as_array().expect("an allocation has slots")
    }

    /// The fields that a problem document says are wrong.
    pub fn wrong_fields(&self) -> Vec<&str> {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.json);
        assert_eq!(self.json["status"], self.status());
        self.json["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
    }
}

/// A token of the former form.
pub fn former_token(claims: &Value) -> String {
    let signed = format!("k1.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice("s".repeat(32).as_bytes()).unwrap();
    mac.update(format!("lockfill-token-1.{signed}").as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// An invocation payload as a load balancer sends it for a target group with multi-value headers: nothing is
/// decoded.
pub fn payload(method: &str, path: &str, raw_query: &str, headers: &[(&str, &str)]) -> Value {
    let mut query = serde_json::Map::new();
    for pair in raw_query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let values = query.entry(name).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(value.into());
    }
    let headers: serde_json::Map<_, _> =
        headers.iter().map(|&(name, value)| (name.to_owned(), json!([value]))).collect();
    let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/lockscreen/0123456789abcdef";
    json!({
        "requestContext": { "elb": { "targetGroupArn": arn } },
        "httpMethod": method,
        "path": path,
        "multiValueQueryStringParameters": query,
        "multiValueHeaders": headers,
        "body": "",
        "isBase64Encoded": false,
    })
}
