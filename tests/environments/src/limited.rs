//! The store. It takes the place of the SDK's HTTP client, so all of the SDK but its sockets is the real one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::item;

/// An answer takes so long, and longer by so much for each byte: what `DynamoDB` takes within a region.
const LATENCY: Duration = Duration::from_millis(5);
const NANOSECONDS_A_BYTE: u64 = 10;
/// A partition serves what it may serve in so much time at once, and no more: bursts are not lent.
const WINDOW: Duration = Duration::from_millis(100);

/// Items, and partitions that serve so many read units a second each. Copies are the same store.
#[derive(Clone)]
pub struct LimitedStore(Arc<Shared>);

struct Shared {
    half_units_a_second: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    items: HashMap<(String, String), Item>,
    partitions: HashMap<String, Partition>,
    throttled: usize,
}

struct Item {
    /// The answer to a read of the item.
    answer: Arc<str>,
    bytes: usize,
}

/// What a partition may serve still. A read is served while anything is left, and may take more than is left.
struct Partition {
    left: i128,
    at: Instant,
}

impl std::fmt::Debug for LimitedStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "a store of {} half units a second", self.0.half_units_a_second)
    }
}

impl LimitedStore {
    /// An empty store whose partitions serve so many read units a second each.
    #[must_use]
    pub fn new(units_a_second: u64) -> Self {
        let state = Mutex::default();
        Self(Arc::new(Shared { half_units_a_second: units_a_second * 2, state }))
    }

    /// Puts an item of `DynamoDB`'s JSON. Writes are not limited.
    pub fn put(&self, item: &Value) {
        let Some(key) = item::key(item) else { return };
        let answer = json!({ "Item": item }).to_string().into();
        self.lock().items.insert(key, Item { answer, bytes: item::bytes(item) });
    }

    /// How many reads were throttled.
    #[must_use]
    pub fn throttled(&self) -> usize {
        self.lock().throttled
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The status, the body, and how long the answer takes.
    fn answer(&self, operation: &str, request: &Value) -> (u16, Arc<str>, Duration) {
        match operation.rsplit('.').next() {
            Some("PutItem") => {
                self.put(&request["Item"]);
                (200, "{}".into(), LATENCY)
            }
            Some("GetItem") => self.read(request),
            _ => (400, r#"{"__type":"com.amazon.coral.validate#ValidationException"}"#.into(), LATENCY),
        }
    }

    fn read(&self, request: &Value) -> (u16, Arc<str>, Duration) {
        let key = item::key(&request["Key"]).unwrap_or_default();
        let mut state = self.lock();
        let found = state.items.get(&key).map(|item| (Arc::clone(&item.answer), item.bytes));
        let (answer, bytes) = found.unwrap_or_else(|| ("{}".into(), 0));
        let half_units = item::half_units(bytes, request["ConsistentRead"] == true);
        let now = Instant::now();
        // In half units and nanoseconds, so that nothing is lost by rounding.
        let rate = i128::from(self.0.half_units_a_second);
        let most = rate * WINDOW.as_nanos().cast_signed();
        let partition = state.partitions.entry(key.0).or_insert(Partition { left: most, at: now });
        let passed = now.duration_since(partition.at).as_nanos().cast_signed();
        partition.left = (partition.left + passed * rate).min(most);
        partition.at = now;
        if partition.left <= 0 {
            state.throttled += 1;
            let error = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
            return (400, json!({ "__type": error, "message": "m" }).to_string().into(), LATENCY);
        }
        partition.left -= i128::from(half_units) * 1_000_000_000;
        (200, answer, LATENCY + Duration::from_nanos(NANOSECONDS_A_BYTE * bytes as u64))
    }
}

impl HttpClient for LimitedStore {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for LimitedStore {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let store = self.clone();
        HttpConnectorFuture::new(async move {
            let operation = request.headers().get("x-amz-target").unwrap_or_default();
            let body = request.body().bytes().unwrap_or_default();
            let body = serde_json::from_slice(body).map_err(|error| ConnectorError::user(error.into()))?;
            let (status, answer, wait) = store.answer(operation, &body);
            sleep(wait).await;
            let status = StatusCode::try_from(status).map_err(|error| ConnectorError::user(error.into()))?;
            Ok(HttpResponse::new(status, SdkBody::from(answer.as_bytes())))
        })
    }
}
