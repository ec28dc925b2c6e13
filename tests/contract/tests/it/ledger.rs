//! Tracking events are answered, and stored in the ledger, as the vectors say.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use lockfill_dao::memory::{MemoryCatalog, MemoryUsers};
use lockfill_dao::{DaoError, EventLedger, LedgerEntry, Written};
use lockfill_dao_dynamodb::ledger_item;
use lockfill_http::{Events, invocation};
use lockfill_services::{CatalogCache, EventService, SigningKeys};
use lockfill_test_contract::catalogs::CatalogReference;
use lockfill_test_contract::files::read_fixture;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct Vectors {
    secret: String,
    key_id: String,
    catalogs: BTreeMap<String, Option<CatalogReference>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    describes: String,
    catalog: String,
    ledger: String,
    requests: Vec<Request>,
    entries: Vec<Value>,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: String,
    now: i64,
    answer: Answer,
}

#[derive(Deserialize)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, Option<String>>,
    problem: Option<String>,
    errors: Option<Value>,
    json: Option<Value>,
}

/// A ledger of items as the table would have them.
#[derive(Default)]
struct Items {
    by_key: Mutex<BTreeMap<[String; 2], Value>>,
    fails: bool,
}

impl EventLedger for Items {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        if self.fails {
            return Err(DaoError::Unavailable { store: "items", reason: "switched off".to_owned() });
        }
        let item: Map<_, _> =
            ledger_item(entry).into_iter().map(|(name, value)| (name, plain(&value))).collect();
        let key = ["pk", "sk"].map(|name| item[name].as_str().unwrap().to_owned());
        let mut by_key = self.by_key.lock().unwrap();
        if by_key.contains_key(&key) {
            return Ok(Written::Repeated);
        }
        by_key.insert(key, item.into());
        Ok(Written::New)
    }
}

fn plain(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(number) => number.parse::<i64>().unwrap().into(),
        other => panic!("an entry has texts and numbers, and no {other:?}"),
    }
}

fn payload(request: &Request) -> String {
    let mut query = Map::new();
    for pair in request.query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        query.entry(name).or_insert_with(|| json!([])).as_array_mut().unwrap().push(value.into());
    }
    let headers: Map<_, _> =
        request.headers.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/events/0123456789abcdef";
    json!({
        "requestContext": { "elb": { "targetGroupArn": arn } },
        "httpMethod": request.method,
        "path": request.path,
        "multiValueQueryStringParameters": query,
        "multiValueHeaders": headers,
        "body": request.body,
        "isBase64Encoded": false,
    })
    .to_string()
}

async fn check(vectors: &Vectors, case: &Case) {
    let catalog = Arc::new(MemoryCatalog::default());
    if let Some(reference) = &vectors.catalogs[&case.catalog] {
        let rows = serde_json::from_value(reference.rows()).unwrap();
        let blob = lockfill_catalog::compile::compile(1, rows).unwrap().into_blob();
        catalog.publish(1, blob.as_bytes().to_vec());
    }
    let ledger = Arc::new(Items { fails: case.ledger == "fails", ..Items::default() });
    let keys = SigningKeys::parse(&format!("{}:{}", vectors.key_id, vectors.secret)).unwrap();
    let users = Arc::new(MemoryUsers::default());
    let service = EventService::new(CatalogCache::new(catalog), Arc::clone(&ledger), users, keys);
    let events = Events::new(service);
    for (number, request) in case.requests.iter().enumerate() {
        let context = format!("request {number} of: {}", case.describes);
        let read = invocation::request(&payload(request)).unwrap();
        let answer = events.handle(read, Timestamp::from_second(request.now).unwrap()).await;
        let expected = &request.answer;
        let json: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        assert_eq!(answer.status().as_u16(), expected.status, "{context}: {json}");
        for (name, value) in &expected.headers {
            let found = answer.headers().get(name).map(|value| value.to_str().unwrap());
            assert_eq!(found, value.as_deref(), "{name} of {context}");
        }
        if let Some(problem) = &expected.problem {
            assert_eq!(json["type"], format!("urn:lockfill:problem:{problem}"), "{context}");
        }
        if let Some(errors) = &expected.errors {
            assert_eq!(json["errors"], *errors, "{context}");
        }
        if let Some(expected) = &expected.json {
            assert_eq!(json, *expected, "{context}");
        }
    }
    let items: Vec<_> = ledger.by_key.lock().unwrap().values().cloned().collect();
    assert_eq!(json!(items), json!(case.entries), "the ledger after: {}", case.describes);
}

#[tokio::test(start_paused = true)]
async fn events_are_answered_and_stored_as_in_the_vectors() {
    let vectors: Vectors = serde_json::from_value(read_fixture("vectors/ledger.json")).unwrap();
    assert!(vectors.cases.len() > 40);
    for case in &vectors.cases {
        check(&vectors, case).await;
    }
}
