//! Questions to the function `catalog`: why an item is not shown, and what a screen looks like.

use lockfill_calls::Catalogs;
use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::memory::{MemoryCounts, MemoryGates};
use lockfill_dao::{
    CountsName, CountsWriter, GatesWriter, InspectedRows, InspectedRowsReader, RowsDigest, RowsError,
};
use lockfill_http::FunctionError;
use lockfill_models::counts::{EnvironmentCounts, HistoryClass, Sample, Samples, Seen};
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Identifier, Vocabulary};
use lockfill_services::{CompilationService, InspectionService};
use serde_json::{Value, json};

use crate::catalogs::Versions;
use crate::rows::rows;

/// A Tuesday, 12:00 in Seoul.
const NOW: &str = "2026-11-24T03:00:00Z";

/// A store with one version, in which a chunk of a draft is the JSON of all rows.
struct Store(Value);

impl InspectedRowsReader for &Store {
    async fn inspected_rows(&self, version: u64, digest: &RowsDigest) -> Result<InspectedRows, RowsError> {
        let is_there = version == 1 && *digest == RowsDigest::from_bytes([1; 32]);
        if is_there { Ok(inspected(&self.0)) } else { Err(RowsError::Missing) }
    }

    fn unpacked_rows(&self, chunks: &[Vec<u8>]) -> Result<InspectedRows, RowsError> {
        Ok(inspected(&serde_json::from_slice(&chunks[0]).unwrap()))
    }
}

fn inspected(rows: &Value) -> InspectedRows {
    let parsed: CatalogRows = serde_json::from_value(rows.clone()).unwrap();
    let kinds = [("line_item", "line_items"), ("campaign", "campaigns"), ("content", "contents")];
    let texts = kinds.into_iter().flat_map(|(kind, field)| {
        let rows = rows[field].as_array().unwrap();
        rows.iter().map(move |row| ((kind, row["id"].as_str().unwrap().to_owned()), row.to_string()))
    });
    InspectedRows { rows: parsed, texts: texts.collect() }
}

async fn invoke_with(rows: Value, gates: Option<MemoryGates>, call: &Value) -> Result<Value, FunctionError> {
    invoke_over(rows, gates, None, call).await
}

async fn invoke_over(
    rows: Value,
    gates: Option<MemoryGates>,
    counts: Option<MemoryCounts>,
    call: &Value,
) -> Result<Value, FunctionError> {
    let store = Store(rows.clone());
    let versions = Versions::of(Ok(rows));
    let inspections = InspectionService::new(&store, gates, counts);
    let controller = Catalogs::new(CompilationService::new(&versions), inspections);
    let answer = controller.invoke(&call.to_string(), NOW.parse().unwrap()).await?;
    Ok(serde_json::from_str(answer.get()).unwrap())
}

async fn invoke(rows: Value, call: &Value) -> Value {
    invoke_with(rows, None, call).await.unwrap()
}

fn asked(allocation: &str, parameters: Value) -> Value {
    let mut all = json!({ "unit_id": "u-1", "user_id": "u", "now": NOW });
    if let Value::Object(parameters) = parameters {
        all.as_object_mut().unwrap().extend(parameters);
    }
    let rows = json!({ "version": 1, "digest": "01".repeat(32) });
    json!({ "rows": rows, "allocation": allocation, "parameters": all })
}

fn why_not(kind: &str, id: &str, allocation: &str, parameters: Value) -> Value {
    let item = json!({ "kind": kind, "id": id });
    json!({ "operation": "why_not", "asked": asked(allocation, parameters), "item": item })
}

fn failed(answer: &Value) -> Vec<&str> {
    let checks = answer["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["passes"] == false).map(|check| check["rule"].as_str().unwrap()).collect()
}

fn check<'a>(answer: &'a Value, rule: &str) -> &'a Value {
    answer["checks"].as_array().unwrap().iter().find(|check| check["rule"] == rule).unwrap()
}

#[tokio::test]
async fn every_rule_that_keeps_an_item_out_is_named_and_not_the_first_alone() {
    let mut rows = rows();
    rows["units"][0]["floor_price_micros"] = json!(1_500_000);
    rows["line_items"][1]["targeting"] =
        json!({ "genders": { "allow": ["F"] }, "countries": { "allow": ["KR"] } });
    rows["line_items"][1]["dayparts"] = json!([{ "days": ["sun"], "from_hour": 0, "to_hour": 24 }]);
    rows["line_items"][1]["caps"] = json!([{ "window": "day", "limit": 2 }]);
    let call = why_not(
        "line_item",
        "li-2",
        "ads",
        json!({ "gender": "M", "country": "JP", "shown": ["li-2:2:1795489100"] }),
    );
    let answer = invoke(rows, &call).await;
    let expected = ["country", "gender", "dayparting", "floor_price", "frequency_cap"];
    assert_eq!(failed(&answer), expected);
    assert_eq!(check(&answer, "gender")["found"], "M");
    assert_eq!(check(&answer, "frequency_cap")["numbers"], json!({ "limit": 2, "seen": 2 }));
    let money = &check(&answer, "floor_price")["numbers"];
    assert_eq!((&money["wanted_micros"], &money["found_micros"]), (&json!(1_500_000), &json!(1_000_000)));
    assert_eq!(answer["rejection"]["rule"], "country", "the decision stops at the first");
    assert_eq!(answer["row"]["targeting"]["genders"]["allow"][0], "F");
    assert_eq!(answer["campaign_row"]["id"], "c-1");
    assert!(answer.to_string().len() < 8_000);
}

#[tokio::test]
async fn an_item_that_meets_all_rules_and_loses_has_its_place_beside_the_winners() {
    let call = why_not("line_item", "li-2", "ads", json!({ "country": "KR", "count": 1 }));
    let answer = invoke(rows(), &call).await;
    assert_eq!(failed(&answer), Vec::<&str>::new());
    assert_eq!(answer["rejection"]["rule"], "not_reached");
    let place = json!({ "place": 2, "of": 2, "ecpm_micros": 1_000_000, "score_ppm": null });
    assert_eq!(answer["place"], place);
    let winner = &answer["screen"]["slots"][0];
    assert_eq!((&winner["id"], &winner["reason"]["ecpm_micros"]), (&json!("li-1"), &json!(2_000_000)));
    let shown = invoke(rows(), &why_not("line_item", "li-1", "ads", json!({}))).await;
    assert_eq!((&shown["rejection"], &shown["place"]["place"]), (&Value::Null, &json!(1)));
}

#[tokio::test]
async fn a_spent_budget_and_a_closed_gate_are_named_and_gates_that_cannot_be_read_are_told() {
    let gate = Gate { item_hash: id_hash("li-1"), open_ppm: 0, closes_at: NEVER_CLOSES, is_spent: false };
    let table = Gates::new(1, EpochSeconds(0), [id_hash("c-1")], [gate]);
    let gates = MemoryGates::default();
    gates.write(&table).await.unwrap();
    let call = why_not("line_item", "li-1", "ads", json!({}));
    let answer = invoke_with(rows(), Some(gates), &call).await.unwrap();
    assert_eq!(failed(&answer), ["budget", "pacing"]);
    assert_eq!(check(&answer, "budget")["numbers"]["of_campaign"], 1);
    assert_eq!(check(&answer, "pacing")["numbers"]["open_ppm"], 0);
    let gates = MemoryGates::default();
    gates.set_down(true);
    let answer = invoke_with(rows(), Some(gates), &call).await.unwrap();
    assert_eq!(answer["screen"]["outlook"]["are_gates_known"], false);
    assert_eq!(failed(&answer), Vec::<&str>::new());
}

#[tokio::test]
async fn contents_and_items_that_the_rows_do_not_have_are_answered() {
    let call = why_not("content", "ct-1", "contents", json!({ "language": "en" }));
    let answer = invoke(rows(), &call).await;
    assert_eq!(failed(&answer), ["content_language"]);
    let answer = invoke(rows(), &why_not("content", "ct-9", "contents", json!({}))).await;
    assert_eq!((&answer["row"], &answer["checks"]), (&Value::Null, &json!([])));
    assert_eq!(answer["screen"]["slots"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_preview_shows_the_slots_of_an_allocation_with_their_reasons_and_no_link_that_counts() {
    let mut rows = rows();
    rows["contents"][2]["pinned_rank"] = json!(1);
    let call = json!({ "operation": "preview", "asked": asked("lockscreen", json!({ "country": "KR" })) });
    let answer = invoke(rows, &call).await;
    let slots = answer["slots"].as_array().unwrap();
    let ids: Vec<_> = slots.iter().map(|slot| slot["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids[0], ids[1]), (4, "ct-3", "li-1"));
    let pinned = &slots[0]["reason"];
    assert_eq!((&pinned["standing"], &pinned["pin"]), (&json!("pinned"), &json!(1)));
    let score = |name: &str| pinned[name].as_i64().unwrap();
    let product =
        score("affinity_ppm") * score("freshness_ppm") / 1_000_000 * score("quality_ppm") / 1_000_000;
    assert_eq!(score("score_ppm"), product);
    let ad = &slots[1]["reason"];
    assert_eq!(
        (&ad["tier"], &ad["pricing"], &ad["currency"]),
        (&json!("standard"), &json!("cpm"), &json!("USD"))
    );
    assert!(!answer.to_string().contains("/events/"));
}

#[tokio::test]
async fn a_draft_is_asked_about_without_a_store_and_rows_that_cannot_be_served_are_named() {
    use base64::Engine;
    let draft = |rows: &Value| {
        let chunk = base64::engine::general_purpose::STANDARD.encode(rows.to_string());
        let mut asked = asked("contents", json!({}));
        asked["rows"] = json!({ "chunks": [chunk] });
        json!({ "operation": "preview", "asked": asked })
    };
    let mut edited = rows();
    edited["contents"].as_array_mut().unwrap().truncate(1);
    let answer = invoke(rows(), &draft(&edited)).await;
    assert_eq!(answer["outlook"]["version"], 0);
    assert_eq!(answer["slots"].as_array().unwrap().len(), 1);
    edited["contents"][0]["channel_id"] = json!("none");
    let answer = invoke(rows(), &draft(&edited)).await;
    assert_eq!(
        (&answer["refusals_in_all"], &answer["refusals"][0]["field"]),
        (&json!(1), &json!("channel_id"))
    );
}

#[tokio::test]
async fn wrong_parameters_are_named_by_field_and_other_calls_are_bad_invocations() {
    let call = why_not("line_item", "li-1", "ads", json!({ "country": "KOR", "lat": "1" }));
    let answer = invoke(rows(), &call).await;
    let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["country", "lon"]);
    let unknown = why_not("line_item", "li-1", "ads", json!({ "unit_id": "u-9" }));
    assert_eq!(invoke(rows(), &unknown).await["errors"][0]["field"], "unit_id");
    let mut calls = Vec::new();
    for (path, value) in [
        ("/item/id", json!("")),
        ("/item/kind", json!("unit")),
        ("/asked/allocation", json!("all")),
        ("/asked/parameters", json!([])),
        ("/asked/history", json!("old")),
        ("/asked/rows", json!({})),
        ("/asked/rows/version", json!(0)),
        ("/asked/rows/digest", json!("01")),
        ("/asked/rows", json!({ "chunks": ["?"] })),
        ("/asked/rows", json!({ "chunks": vec![""; 257] })),
        ("/asked/rows", json!({ "version": 1, "digest": "01".repeat(32), "chunks": [] })),
    ] {
        let mut call = why_not("line_item", "li-1", "ads", json!({}));
        call["asked"]["history"] = json!("new");
        *call.pointer_mut(path).unwrap() = value;
        calls.push(call);
    }
    for call in calls {
        let error = invoke_with(rows(), None, &call).await.expect_err(&call.to_string());
        assert_eq!(error.error_type, "BadInvocation", "{call}");
        assert!(error.error_message.len() < 300);
    }
    let mut other = why_not("line_item", "li-1", "ads", json!({}));
    other["asked"]["rows"]["version"] = json!(2);
    assert_eq!(invoke_with(rows(), None, &other).await.unwrap_err().error_type, "UnknownVersion");
}

/// How many minutes of a day a look ahead reads where samples are few; any other reads a quarter of them.
const MINUTES_READ: i64 = 96;

/// Counts with requests of phones in the last day: each stands for ten.
async fn counted(samples: &[(&str, &str, &str)]) -> MemoryCounts {
    let sample = |(kind, country, gender): &(&str, &str, &str)| Sample {
        gender: Some((*gender).to_owned()),
        phone: [("country".to_owned(), (*country).to_owned())].into(),
        ..Sample::of(kind, &query("u-1"), (HistoryClass::New, None), 1, None)
    };
    of_samples(&samples.iter().map(sample).collect::<Vec<_>>()).await
}

async fn of_samples(samples: &[Sample]) -> MemoryCounts {
    let counts = MemoryCounts::default();
    let now: EpochSeconds = NOW.parse().unwrap();
    for number in 0..MINUTES_READ {
        let flushed_at = EpochSeconds((now.epoch_minute() - 1 - number * 24 * 60 / MINUTES_READ) * 60);
        let samples = Samples { of: 10 * samples.len() as u64, requests: samples.to_vec() };
        let flush = EnvironmentCounts { until: flushed_at.0, samples, ..EnvironmentCounts::default() };
        let name = CountsName { flushed_at, environment: 1, sequence: 1 };
        counts.write(&name, &flush).await.unwrap();
    }
    counts
}

fn query(unit_id: &str) -> Query {
    Query { unit_id: Identifier::read(unit_id).unwrap(), ..Query::default() }
}

fn forecast(rows: &Value, id: &str) -> Value {
    let item = json!({ "kind": "line_item", "id": id });
    json!({ "operation": "forecast", "rows": rows, "item": item, "hours": 24 })
}

#[tokio::test]
async fn a_forecast_counts_what_fits_what_is_shown_and_what_each_rule_costs() {
    let mut all = rows();
    all["units"][0]["default_count"] = json!(1);
    all["line_items"][1]["targeting"] =
        json!({ "genders": { "allow": ["F"] }, "countries": { "allow": ["KR"] } });
    let samples = [
        ("ads", "KR", "F"),
        ("ads", "KR", "M"),
        ("ads", "KR", "M"),
        ("ads", "JP", "M"),
        ("contents", "KR", "F"),
    ];
    let version = json!({ "version": 1, "digest": "01".repeat(32) });
    let counts = counted(&samples).await;
    let answer = invoke_over(all.clone(), None, Some(counts), &forecast(&version, "li-2")).await.unwrap();
    // A sample stands for ten requests of its minute, and a minute for an hour.
    let estimate = |samples: u64| json!({ "samples": samples * 24, "requests": samples * 24 * 10 * 60 });
    assert_eq!((&answer["requests"], &answer["fits"]), (&estimate(4), &estimate(1)));
    assert_eq!((&answer["shows"], &answer["slots"]), (&estimate(0), &json!(0)));
    assert_eq!(answer["rivals"], json!([{ "id": "li-1", "shown": estimate(1) }]));
    let rule = |name: &str| {
        answer["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == name).unwrap().clone()
    };
    assert_eq!(rule("gender"), json!({ "rule": "gender", "fails": estimate(3), "fails_alone": estimate(2) }));
    assert_eq!(
        rule("country"),
        json!({ "rule": "country", "fails": estimate(1), "fails_alone": estimate(0) })
    );
    let counts = counted(&samples).await;
    let winner = invoke_over(all, None, Some(counts), &forecast(&version, "li-1")).await.unwrap();
    assert_eq!((&winner["shows"], &winner["slots"]), (&estimate(4), &json!(4 * 24 * 10 * 60)));
}

#[tokio::test]
async fn a_forecast_takes_caps_for_used_up_by_what_a_user_has_seen_and_slots_further_down_for_seen_less_often()
 {
    let mut all = rows();
    all["units"][0]["default_count"] = json!(2);
    all["line_items"][0]["caps"] = json!([{ "window": "day", "limit": 2 }]);
    for (name, open) in [("targeting", json!({})), ("caps", json!([]))] {
        all["line_items"][1][name] = open;
    }
    let seen =
        [None, Some(0), Some(1), Some(5)].map(|today| today.map(|today| Seen { today, this_week: today }));
    let samples = seen.map(|seen| Sample::of("ads", &query("u-1"), (HistoryClass::Light, seen), 1, None));
    let version = json!({ "version": 1, "digest": "01".repeat(32) });
    let ask = async |id: &str| {
        let mut call = forecast(&version, id);
        call["impressions_of_a_request"] = json!({ "u-1": 1_000_000 });
        call["ahead"] = json!(true);
        invoke_over(all.clone(), None, Some(of_samples(&samples).await), &call).await.unwrap()
    };
    let first = ask("li-1").await;
    assert_eq!((&first["requests"]["samples"], &first["fits"]["samples"]), (&json!(4 * 96), &json!(3 * 96)));
    let caps =
        first["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "frequency_cap").unwrap();
    assert_eq!(caps["fails"]["samples"], 96, "of those who have seen two, and four others");
    // The chances of two slots are r and r * r, which are one impression together: r is 0.618.
    let requests_of_a_sample = 10.0 * 24.0 * 60.0;
    let near = |found: &Value, requests: f64| {
        let expected = requests * requests_of_a_sample;
        assert!((found.as_f64().unwrap() / expected - 1.0).abs() < 0.001, "{found} {expected}");
    };
    near(&first["impressions"], 3.0 * 0.618);
    let second = ask("li-2").await;
    // Where the first has used up its cap, the second is alone.
    near(&second["impressions"], 3.0f64.mul_add(0.382, 1.0));
    assert_eq!(second["impressions"], second["impressions_by_unit"]["u-1"]);
}

#[test]
fn a_sample_with_what_was_seen_is_read_again_and_one_without_too() {
    let known = (HistoryClass::Light, Some(Seen { today: 3, this_week: 21 }));
    let sample = Sample::of("ads", &query("u-1"), known, 2, None);
    let mut document = serde_json::to_value(&sample).unwrap();
    assert_eq!(document["seen"], "3/21");
    assert_eq!(serde_json::from_value::<Sample>(document.clone()).unwrap(), sample);
    document.as_object_mut().unwrap().remove("seen");
    assert_eq!(serde_json::from_value::<Sample>(document.clone()).unwrap(), Sample { seen: None, ..sample });
    document["seen"] = json!("3");
    serde_json::from_value::<Sample>(document).unwrap_err();
}

#[tokio::test]
async fn a_forecast_without_samples_says_so_and_one_of_a_flight_to_come_is_tried_in_its_first_week() {
    let version = json!({ "version": 1, "digest": "01".repeat(32) });
    let answer = invoke(rows(), &forecast(&version, "li-1")).await;
    assert_eq!((&answer["minutes_read"], &answer["requests"]["samples"]), (&json!(0), &json!(0)));
    let mut later = rows();
    later["line_items"][0]["starts_at"] = json!("2026-12-20T00:00:00Z");
    let counts = counted(&[("ads", "KR", "F")]).await;
    let answer = invoke_over(later, None, Some(counts), &forecast(&version, "li-1")).await.unwrap();
    assert_eq!(answer["fits"]["samples"], 24);
    let absent = invoke(rows(), &forecast(&version, "li-9")).await;
    assert_eq!((&absent["row"], &absent["requests"]["samples"]), (&Value::Null, &json!(0)));
    let mut wrong = forecast(&json!({ "chunks": [] }), "li-1");
    wrong["hours"] = json!(169);
    assert_eq!(invoke_with(rows(), None, &wrong).await.unwrap_err().error_type, "BadInvocation");
}
