//! Facts about targets of either kind.

use std::net::SocketAddr;

use hyper::HeaderMap;
use local_alb::forwarding::{self, Arrival};
use local_alb::routing::{self, Options};
use local_alb::template::{Inputs, Template};
use serde_json::{Map, Value, json};

use super::{differs, headers};

/// A listener on a balancer with these attributes, and a target group with these properties behind it.
fn table(attributes: &Value, group: &Value) -> routing::Table {
    let attributes = attributes.as_object().into_iter().flatten();
    let attributes: Vec<_> = attributes.map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    let text = json!({"Resources": {
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {"LoadBalancerAttributes": attributes},
        },
        "Group": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": group},
        "Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
            "LoadBalancerArn": {"Ref": "Balancer"},
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}],
        }},
    }});
    let template = Template::parse("t.json", &text.to_string(), Inputs::default()).expect("a template");
    routing::load(&template, None, &Options::default()).expect("a listener")
}

/// The headers that a target gets.
pub fn forwarded(case: &Value) -> Option<String> {
    let mut sent: HeaderMap = headers(case);
    let peer: SocketAddr = "192.0.2.1:50000".parse().expect("an address");
    let port = case["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or(8080);
    let arrival = Arrival { peer, listener_port: port, secure: case["secure"] == true };
    forwarding::prepare(&mut sent, arrival, &table(&case["attributes"], &json!({})).attributes);
    let mut found = Map::new();
    for name in sent.keys() {
        let values: Vec<&str> =
            sent.get_all(name).iter().map(|value| value.to_str().expect("text")).collect();
        found.insert(name.to_string(), json!(blurred(&values.join(" + "))));
    }
    differs(case, &Value::Object(found))
}

/// The digits that are different every time: those of an id that the balancer has made, which is the first of a
/// header's that was not sent.
fn blurred(text: &str) -> String {
    let (head, rest) = text.split_once(';').unwrap_or((text, ""));
    let made = |part: &str| -> Option<String> {
        let (name, id) = part.split_once("=1-")?;
        let (time, random) = id.split_once('-')?;
        let hex = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let fits = (time.len(), random.len()) == (8, 24) && hex(time) && hex(random);
        fits.then(|| format!("{name}=1-HEX8-HEX24"))
    };
    match (made(head), rest) {
        (Some(made), "") => made,
        (Some(made), rest) => format!("{made};{rest}"),
        (None, _) => text.to_owned(),
    }
}

/// The settings of a group's health check.
pub fn health_check(case: &Value) -> Option<String> {
    let table = table(&Value::Null, &case["group"]);
    let group = &table.groups[0];
    let check = &group.health_check;
    let matcher = check.matcher.iter().map(|range| match (range.start(), range.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    });
    let found = json!({
        "enabled": check.enabled,
        "interval": check.interval.as_secs(),
        "timeout": check.timeout.as_secs(),
        "path": check.path,
        "good": check.good,
        "bad": check.bad,
        "matcher": matcher.collect::<Vec<_>>().join(","),
    });
    differs(case, &found)
}
