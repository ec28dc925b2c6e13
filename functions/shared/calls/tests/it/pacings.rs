//! Calls of the function `pacing`: the payloads of its invocations, and the Invoke API over plain HTTP.

use std::sync::Arc;

use jiff::Timestamp;
use lambda_http::Body;
use lambda_http::http::{Method, Request as HttpRequest};
use lockfill_accounting::{Limits, RollUpService};
use lockfill_calls::Pacings;
use lockfill_dao::memory::{MemoryArrivals, MemoryDelivery};
use lockfill_dao::{DeliveryStore, Lease};
use lockfill_http::invocations;
use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

use crate::catalogs::hostile_payloads;

const PATH: &str = "/2015-03-31/functions/pacing/invocations";

type Controller = Pacings<RollUpService<Arc<MemoryArrivals>, Arc<MemoryDelivery>>>;

fn now() -> Timestamp {
    "2026-11-22T09:30:20Z".parse().unwrap()
}

fn controller() -> (Controller, Arc<MemoryArrivals>, Arc<MemoryDelivery>) {
    let (ledger, store) = (Arc::<MemoryArrivals>::default(), Arc::<MemoryDelivery>::default());
    let limits = Limits { patience: std::time::Duration::ZERO, ..Limits::default() };
    let service = RollUpService::new(Arc::clone(&ledger), Arc::clone(&store)).within(limits);
    (Pacings::new(service), ledger, store)
}

async fn answer(controller: &Controller, payload: &str) -> Result<Value, &'static str> {
    let answer = controller.invoke(payload, now()).await;
    answer.map(|answer| serde_json::from_str(answer.get()).unwrap()).map_err(|error| error.error_type)
}

#[tokio::test]
async fn an_empty_document_runs_once_and_answers_how_far_it_came() {
    let (controller, ..) = controller();
    let expected = json!({
        "rolled_up_until": "2026-11-22T09:30:00Z", "minutes_behind": 0, "minutes_read": 90, "events_read": 0,
        "minutes_written": 0, "hours_closed": 1,
    });
    assert_eq!(answer(&controller, "{}").await, Ok(expected));
}

#[tokio::test]
async fn a_rebuild_names_a_span_and_answers_how_far_it_came() {
    let (controller, ..) = controller();
    answer(&controller, "{}").await.unwrap();
    let call = json!({"rebuild": {"from": "2026-11-22T08:00:00Z", "until": "2026-11-22T09:00:00Z"}});
    let expected = json!({
        "rebuilt_until": "2026-11-22T09:00:00Z", "is_complete": true, "events_read": 0, "written": 0,
    });
    assert_eq!(answer(&controller, &call.to_string()).await, Ok(expected));
}

#[tokio::test]
async fn a_payload_that_is_no_call_is_refused_and_nothing_is_run() {
    let (controller, ledger, _) = controller();
    let others = [
        json!({"rebuild": {"from": "2026-11-22T08:00:00Z", "until": "2026-11-22T08:00:00Z"}}),
        json!({"rebuild": {"from": "2026-11-22T08:00:00Z"}}),
        json!({"rebuild": {"from": "yesterday", "until": "2026-11-22T08:00:00Z"}}),
        json!({"run": true}),
        json!([]),
    ];
    let payloads: Vec<String> = others.iter().map(Value::to_string).chain(hostile_payloads()).collect();
    for payload in payloads.iter().filter(|payload| *payload != "{}") {
        assert_eq!(answer(&controller, payload).await, Err("BadInvocation"), "{payload:.200}");
    }
    assert!(ledger.take_minutes_read().is_empty());
}

#[tokio::test]
async fn what_kept_a_run_from_its_work_is_told() {
    let (controller, ledger, store) = controller();
    let lease = Lease { owner: "another".to_owned(), until: EpochSeconds::from(now()).plus_seconds(1) };
    store.take_lease(&lease, EpochSeconds(0)).await.unwrap();
    assert_eq!(answer(&controller, "{}").await, Ok(json!({"is_busy": true})));
    store.take_lease(&Lease { until: EpochSeconds(0), ..lease }, EpochSeconds(0)).await.unwrap();
    ledger.set_down(true);
    assert_eq!(answer(&controller, "{}").await, Err("StoreUnavailable"));
}

#[tokio::test]
async fn plain_http_answers_as_the_invoke_api_does() {
    let (controller, ..) = controller();
    let send = async |method: Method, path: &str, body: Body| {
        let request = HttpRequest::builder().method(method).uri(path).body(body).unwrap();
        invocations::handle(&request, async |payload: &str| controller.invoke(payload, now()).await).await
    };
    let answer = send(Method::POST, PATH, Body::from("{}")).await;
    assert_eq!((answer.status().as_u16(), answer.headers().get("x-amz-function-error")), (200, None));
    let answer = send(Method::POST, PATH, Body::from("{")).await;
    assert_eq!(answer.headers()["x-amz-function-error"], "Unhandled");
    for (method, path, status) in
        [(Method::GET, "/healthz", 200), (Method::GET, PATH, 405), (Method::POST, "/api/v1/events", 404)]
    {
        assert_eq!(send(method, path, Body::Empty).await.status().as_u16(), status, "{path}");
    }
}
