//! The facts about the balancer, a file each: `tests/conformance/*.json`. `tests/conformance/README.md` says
//! how they are written.

mod combinations;
mod constructs;
mod coverage;
mod targets;
mod templates;

use std::fmt::Write;
use std::net::IpAddr;
use std::path::PathBuf;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName, HeaderValue};
use local_alb::lambda::payload::{self, PayloadSource};
use local_alb::lambda::response;
use local_alb::routing::{self, Action, Options, RedirectSource, RequestFacts, Table};
use local_alb::template::{Inputs, LoadError, Template};
use serde_json::{Value, json};

#[test]
fn every_fact_holds() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut failures = String::new();
    let mut stories = Vec::new();
    for entry in std::fs::read_dir(directory).expect("the directory") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        let fact: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        stories.push(fact["story"].as_str().expect("a story").to_owned());
        for problem in problems(&fact) {
            writeln!(failures, "{}: {problem}", path.display()).expect("text can be written to");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(stories.len() > 30, "there are only {} facts", stories.len());
    stories.sort();
    let again = stories.windows(2).find(|pair| pair[0] == pair[1]);
    assert!(again.is_none(), "the story is told twice: {again:?}");
}

fn problems(fact: &Value) -> Vec<String> {
    let table = table(fact);
    if let Some(expected) = fact["refused"].as_str() {
        return match table {
            Err(error) if error.to_string().ends_with(expected) => Vec::new(),
            other => vec![format!("expected the refusal {expected:?}, found {:?}", other.map(|_| ()))],
        };
    }
    let templates = items(fact, "templates").iter().filter_map(templates::template);
    let table = match table {
        Ok(table) => table,
        Err(error) => return vec![error.to_string()],
    };
    let requests = items(fact, "requests").iter().filter_map(|case| request(&table, case));
    let payloads = items(fact, "payloads").iter().filter_map(payload);
    let responses = items(fact, "responses").iter().filter_map(document);
    let forwarded = items(fact, "forwarded").iter().filter_map(targets::forwarded);
    let checks = items(fact, "health_checks").iter().filter_map(targets::health_check);
    requests.chain(payloads).chain(responses).chain(forwarded).chain(checks).chain(templates).collect()
}

fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The rules of a fact on a listener, as a template in JSON. `conditions` alone are those of a rule `R`.
fn table(fact: &Value) -> Result<Table, LoadError> {
    let fixed = |name: &str| {
        let config = json!({"StatusCode": "200", "MessageBody": name});
        json!([{"Type": "fixed-response", "FixedResponseConfig": config}])
    };
    let listener = "AWS::ElasticLoadBalancingV2::Listener";
    let mut resources = json!({
        "Fn": {"Type": "AWS::Serverless::Function"},
        "Listener": {"Type": listener, "Properties": {"DefaultActions": fixed("default")}},
    });
    for group in ["A", "B", "C", "D", "E", "F"] {
        resources[group] = json!({"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"});
    }
    let alone = json!({"R": fact["conditions"]});
    let rules = if fact["rules"].is_object() { &fact["rules"] } else { &alone };
    for (index, (name, rule)) in rules.as_object().expect("rules").iter().enumerate() {
        if rule.is_null() {
            continue;
        }
        let rule = if rule.is_array() { json!({"Conditions": rule}) } else { rule.clone() };
        let mut properties = json!({
            "ListenerArn": {"Ref": "Listener"},
            "Priority": (index + 1) * 10,
            "Conditions": [{"Field": "path-pattern", "Values": ["*"]}],
            "Actions": fixed(name),
        });
        for (key, value) in rule.as_object().expect("a rule") {
            properties[key] = value.clone();
        }
        resources[name] =
            json!({"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": properties});
    }
    let text = json!({"Resources": resources}).to_string();
    let template = Template::parse("template.json", &text, Inputs::default())?;
    let options =
        Options { allow_unauthenticated: fact["allow_unauthenticated"] == true, ..Options::default() };
    routing::load(&template, None, &options)
}

fn headers(case: &Value) -> HeaderMap {
    let mut map = HeaderMap::new();
    for pair in items(case, "headers") {
        let name: HeaderName = pair[0].as_str().expect("a name").parse().expect("a header's name");
        map.append(
            name,
            HeaderValue::from_str(pair[1].as_str().expect("a value")).expect("a header's value"),
        );
    }
    map
}

fn request(table: &Table, case: &Value) -> Option<String> {
    let text = |key: &str, default: &'static str| case[key].as_str().unwrap_or(default).to_owned();
    let (method, target) = (text("method", "GET"), text("target", "/"));
    let source: IpAddr = text("source", "192.0.2.1").parse().expect("an address");
    let mut headers = headers(case);
    if !headers.contains_key(HOST) {
        headers.insert(HOST, HeaderValue::from_static("app.test"));
    }
    let facts = RequestFacts::new(&method, &target, &headers, source);
    let rule = table.route(&facts)?;
    let mut found = json!({"rule": rule.name});
    match &rule.action {
        Action::Redirect(redirect) => {
            let (path, query) = target.split_once('?').unwrap_or((&target, ""));
            let host = facts.host.unwrap_or_default();
            let source = RedirectSource { protocol: "http", host, port: 8080, path, query };
            found["redirect"] = json!([redirect.status, redirect.location(source)]);
        }
        Action::Forward(forward) => {
            let drawn = case["drawn"].as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
            let group = forward.choose(|_| drawn).and_then(|index| table.groups.get(index));
            found["group"] = json!(group.map(|group| &group.id));
        }
        Action::FixedResponse(_) | Action::Elsewhere(_) => {}
    }
    let transforms = &rule.transforms;
    if let Some(url) = transforms.url.as_ref().and_then(|rewrite| rewrite.apply(&target)) {
        found["url"] = json!(url);
    }
    if let Some(host) =
        transforms.host.as_ref().and_then(|rewrite| rewrite.apply(facts.host.unwrap_or_default()))
    {
        found["host"] = json!(host);
    }
    differs(case, &found)
}

fn payload(case: &Value) -> Option<String> {
    let (path, query) = case["target"]
        .as_str()
        .expect("a target")
        .split_once('?')
        .unwrap_or((case["target"].as_str().expect("a target"), ""));
    let bytes = match (case["body"].as_str(), case["body_bytes"].as_array()) {
        (_, Some(bytes)) => {
            bytes.iter().filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect::<Vec<u8>>().into()
        }
        (body, None) => Bytes::from(body.unwrap_or_default().to_owned()),
    };
    let source = PayloadSource {
        group_arn: "arn:group",
        method: case["method"].as_str().unwrap_or("GET"),
        path,
        query,
        headers: &headers(case),
        body: &bytes,
        multi_value: case["multi_value"] == true,
    };
    let found = serde_json::from_slice(&payload::encode(&source).expect("a payload")).expect("JSON");
    differs(case, &found)
}

fn document(case: &Value) -> Option<String> {
    let bytes = Bytes::from(case["document"].to_string());
    let found = match response::parse(&bytes, case["multi_value"] == true) {
        Err(_) => json!({"malformed": true}),
        Ok(response) => {
            let headers = response
                .headers
                .iter()
                .map(|(name, value)| json!([name.as_str(), value.to_str().expect("text")]));
            json!({
                "status": response.status.as_u16(),
                "headers": headers.collect::<Vec<_>>(),
                "body": String::from_utf8_lossy(&response.body),
            })
        }
    };
    differs(case, &found)
}

/// Everything that is expected must be so; what is not mentioned may be anything. A null must not be there.
fn differs(case: &Value, found: &Value) -> Option<String> {
    let expected = case["expect"].as_object().expect("what is expected");
    let same = expected.iter().all(|(key, value)| found.get(key).unwrap_or(&Value::Null) == value);
    (!same).then(|| format!("{case}\n    found {found}"))
}
