//! The hostile requests of `tests/fixtures/malformed`. Each is answered with a problem document of the right status
//! that names what is wrong, in every form of invocation payload; or, where devices may send it, with a slate and the
//! names of what was ignored.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::support::{Answer, DEBUG_TOKEN, LOCKSCREEN, World, payload};

/// Far longer than any of the requests takes in a debug build on a busy machine.
const SECONDS_MAX: Duration = Duration::from_secs(5);
const EVENTS: &str = "/api/v1/events";

fn corpus(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/malformed");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn requests(name: &str) -> Vec<Value> {
    corpus(name)["requests"].as_array().unwrap().clone()
}

/// A text, a text repeated, or several of these one after the other.
fn text(value: &Value) -> String {
    let text = match value {
        Value::Array(pieces) => pieces.iter().map(text).collect(),
        Value::Object(piece) => {
            let times = usize::try_from(piece["times"].as_u64().unwrap()).unwrap();
            piece["text"].as_str().unwrap().repeat(times)
        }
        value => value.as_str().unwrap_or_default().to_owned(),
    };
    text.replace("UNIT", "u-1").replace("TOKEN", DEBUG_TOKEN).replace("LOCKSCREEN", LOCKSCREEN)
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| encoded + &format!("%{byte:02x}"))
}

fn headers(request: &Value) -> Vec<(String, String)> {
    let pairs = request["headers"].as_array().cloned().unwrap_or_default();
    let repeat = usize::try_from(request["repeat"].as_u64().unwrap_or(1)).unwrap();
    let pair = |pair: &Value| (text(&pair[0]), text(&pair[1]));
    pairs.iter().map(pair).cycle().take(pairs.len() * repeat).collect()
}

/// A payload with headers, of which several may have the same name.
fn payload_with(method: &str, path: &str, query: &str, headers: &[(String, String)]) -> Value {
    let mut payload = payload(method, path, query, &[]);
    let mut map = Map::new();
    for (name, value) in headers {
        let values = map.entry(name).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(value.as_str().into());
    }
    payload["multiValueHeaders"] = map.into();
    payload
}

/// The same payload for a target group without multi-value headers.
fn single_valued(payload: &Value) -> Value {
    let mut payload = payload.clone();
    for (many, one) in
        [("multiValueHeaders", "headers"), ("multiValueQueryStringParameters", "queryStringParameters")]
    {
        let map = payload.as_object_mut().unwrap().remove(many).unwrap();
        let last = |values: &Value| values.as_array().unwrap().last().unwrap().clone();
        payload[one] =
            map.as_object().unwrap().iter().map(|(name, values)| (name.clone(), last(values))).collect();
    }
    payload
}

fn check(what: &str, answer: &Answer, status: u64, fields: Option<&Value>, started: Instant) {
    assert_eq!(u64::from(answer.status()), status, "{what}: {}", answer.json);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
    assert_eq!(answer.json["status"], status, "{what}");
    let found: Vec<_> =
        answer.json["errors"].as_array().into_iter().flatten().map(|error| &error["field"]).collect();
    assert_eq!(json!(found), *fields.unwrap_or(&json!([])), "{what}: {}", answer.json);
    assert!(answer.response.body().len() < 8_192, "{what}: an answer is small however large the question");
    assert!(started.elapsed() < SECONDS_MAX, "{what}: {:?}", started.elapsed());
}

/// A request of a device has an answer, whatever its optional parameters are like.
fn check_ignored(what: &str, answer: &Answer, ignored: Option<&str>, started: Instant) {
    assert_eq!(answer.status(), 200, "{what}: {}", answer.json);
    assert_eq!(answer.header("x-lockfill-ignored"), ignored, "{what}");
    assert!(started.elapsed() < SECONDS_MAX, "{what}: {:?}", started.elapsed());
}

/// A query in which one parameter has that value and all other parameters are valid.
fn query_with(name: &str, value: &str) -> String {
    let valid = [("unit_id", "u-1"), ("user_id", "u"), ("lat", "1"), ("lon", "1")];
    let others = valid.iter().filter(|(other, _)| *other != name);
    let others: Vec<_> = others.map(|(name, value)| format!("{name}={value}")).collect();
    let name = if name == "kv" { "kv.plan" } else { name };
    format!("{}&{name}={}", others.join("&"), percent_encoded(value))
}

fn body_with(name: &str, value: &str) -> String {
    let mut body = json!({ "unit_id": "u-1", "user_id": "u", "lat": 1, "lon": 1 });
    body[name] = match name {
        "interests" | "segments" | "packages" | "shown" => json!([value]),
        "kv" => json!({ "plan": value }),
        _ => json!(value),
    };
    body.to_string()
}

/// A body that is refused if anything in it does not have its form.
fn strictly(body: &str) -> String {
    body.replacen('{', "{\"strict\":1,", 1)
}

#[tokio::test]
async fn no_parameter_of_a_strict_request_accepts_an_invalid_value() {
    let world = World::new();
    let authorized = [("authorization".to_owned(), format!("Bearer {DEBUG_TOKEN}"))];
    let corpus = corpus("values.json");
    let mut sent = 0;
    for (name, values) in corpus["values"].as_object().unwrap() {
        for value in values.as_array().unwrap() {
            let value = text(value);
            let what = format!("{name} is {:?}", value.chars().take(80).collect::<String>());
            let field = if name == "kv" { "kv.plan" } else { name };
            let (query, body) = (query_with(name, &value), body_with(name, &value));
            let started = Instant::now();
            let got = payload_with("GET", LOCKSCREEN, &format!("{query}&strict=1"), &authorized);
            check(&what, &world.allocate(&got).await, 400, Some(&json!([field])), started);
            let started = Instant::now();
            let mut posted = payload_with("POST", LOCKSCREEN, "", &authorized);
            posted["body"] = strictly(&body).into();
            check(&what, &world.allocate(&posted).await, 400, Some(&json!([field])), started);
            sent += 2;
            if ["unit_id", "user_id", "explain", "now", "strict"].contains(&name.as_str()) {
                continue;
            }
            let expected = if ["lat", "lon"].contains(&name.as_str()) { "lat,lon" } else { name };
            for answer in [world.get(&query).await, world.post(&body).await] {
                let ignored = answer.header("x-lockfill-ignored");
                assert!(ignored.is_none_or(|ignored| ignored == expected), "{what}: {ignored:?}");
                check_ignored(&what, &answer, ignored, started);
            }
        }
    }
    assert!(sent > 400, "{sent}");
}

#[tokio::test]
async fn a_hostile_query_is_a_problem_that_names_what_is_wrong() {
    let world = World::new();
    for request in requests("queries.json") {
        let what = request["describes"].as_str().unwrap();
        let started = Instant::now();
        let mut query = text(&request["query"]);
        if let Some(ignored) = request["ignored"].as_str() {
            check_ignored(what, &world.get(&query).await, Some(ignored), started);
            query += "&strict=1";
        }
        let answer = world.get(&query).await;
        check(what, &answer, request["status"].as_u64().unwrap(), request.get("fields"), started);
    }
}

#[tokio::test]
async fn a_hostile_body_is_a_problem_however_it_is_wrapped() {
    let world = World::new();
    for request in requests("bodies.json") {
        let what = request["describes"].as_str().unwrap();
        let status = request["status"].as_u64().unwrap();
        let mut payload = payload_with("POST", LOCKSCREEN, "", &headers(&request));
        let mut bytes = match request["bytes"].as_str() {
            Some(digits) => hexadecimal(digits),
            None => text(&request["body"]).into_bytes(),
        };
        if let Some(ignored) = request["ignored"].as_str() {
            let body = std::str::from_utf8(&bytes).unwrap();
            check_ignored(what, &world.post(body).await, Some(ignored), Instant::now());
            bytes = strictly(body).into_bytes();
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            payload["body"] = text.into();
            let started = Instant::now();
            check(what, &world.allocate(&payload).await, status, request.get("fields"), started);
        }
        payload["body"] = STANDARD.encode(&bytes).into();
        payload["isBase64Encoded"] = true.into();
        let started = Instant::now();
        check(what, &world.allocate(&payload).await, status, request.get("fields"), started);
    }
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let byte = |index| u8::from_str_radix(&digits[index..index + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

#[tokio::test]
async fn no_header_but_the_right_one_enables_debugging() {
    let world = World::new();
    let query = text(&corpus("headers.json")["query"]);
    for request in requests("headers.json") {
        let what = request["describes"].as_str().unwrap();
        let started = Instant::now();
        let answer = world.allocate(&payload_with("GET", LOCKSCREEN, &query, &headers(&request))).await;
        check(what, &answer, request["status"].as_u64().unwrap(), None, started);
    }
}

#[tokio::test]
async fn hostile_paths_and_tokens_are_problems_in_both_forms_of_a_payload() {
    let world = World::new();
    let slots = world.get("unit_id=u-1&user_id=u").await.json;
    let link = slots["slots"][0]["tracking"]["impression_url"].as_str().unwrap();
    let link = link.rsplit_once('/').unwrap().1;
    for request in requests("paths.json") {
        let what = request["describes"].as_str().unwrap();
        let path = text(&request["path"]).replace("EVENTS", EVENTS).replace("LINK", link);
        let method = request.get("method").map_or("GET".to_owned(), text);
        let payload = payload_with(&method, &path, "unit_id=u-1&user_id=u", &[]);
        for payload in [single_valued(&payload), payload] {
            let started = Instant::now();
            let answer = if path.starts_with(EVENTS) {
                world.track(&payload).await
            } else {
                world.allocate(&payload).await
            };
            check(what, &answer, request["status"].as_u64().unwrap(), None, started);
        }
    }
}

#[tokio::test]
async fn a_payload_without_a_request_is_answered_too() {
    let world = World::new();
    for request in requests("invocations.json") {
        let what = request["describes"].as_str().unwrap();
        let document = &request["payload"];
        let is_text = document.is_string() || document.is_array();
        let started = Instant::now();
        let answer = world.allocate_raw(&if is_text { text(document) } else { document.to_string() }).await;
        check(what, &answer, 400, None, started);
        assert_eq!(answer.json["type"], "urn:lockfill:problem:unreadable-request", "{what}");
    }
}
