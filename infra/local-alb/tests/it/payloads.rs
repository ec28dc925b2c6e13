//! The invocation payloads that functions get.

use serde_json::{Value, json};

use crate::support::balancer::{Balancer, exec};
use crate::support::templates::BASIC;

fn balancer() -> Balancer {
    Balancer::start(BASIC, &["--function", &exec("Fn")])
}

fn payload(balancer: &Balancer, method: &str, target: &str, headers: &[&str], body: &[u8]) -> Value {
    let reply = balancer.connect().request(method, target, headers, body);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["payload"].clone()
}

#[test]
fn a_single_value_payload_has_exactly_the_documented_keys() {
    let alb = balancer();
    let payload = payload(&alb, "GET", "/single/echo", &["User-Agent: me"], b"");
    let keys: Vec<&str> = payload.as_object().expect("an object").keys().map(String::as_str).collect();
    let documented = [
        "body",
        "headers",
        "httpMethod",
        "isBase64Encoded",
        "path",
        "queryStringParameters",
        "requestContext",
    ];
    assert_eq!(keys, documented);
    assert_eq!(payload["httpMethod"], "GET");
    assert_eq!(payload["path"], "/single/echo");
    assert_eq!(payload["queryStringParameters"], json!({}));
    assert_eq!(payload["body"], "");
    assert_eq!(payload["isBase64Encoded"], false);
    assert_eq!(payload["headers"]["user-agent"], "me");
    let arn = payload["requestContext"]["elb"]["targetGroupArn"].as_str().expect("an ARN");
    let prefix = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/Single/";
    assert_eq!(arn.strip_prefix(prefix).map(str::len), Some(16), "{arn}");
}

#[test]
fn with_multi_value_headers_the_maps_are_replaced_by_maps_of_lists() {
    let alb = balancer();
    let payload = payload(&alb, "GET", "/multi/echo?a=1&a=2&b=3", &["X-Tag: one", "X-Tag: two"], b"");
    assert_eq!(payload["multiValueQueryStringParameters"], json!({ "a": ["1", "2"], "b": ["3"] }));
    assert_eq!(payload["multiValueHeaders"]["x-tag"], json!(["one", "two"]));
    assert_eq!(payload.get("headers"), None);
    assert_eq!(payload.get("queryStringParameters"), None);
    assert_eq!(
        self::payload(&alb, "GET", "/multi/echo", &[], b"")["multiValueQueryStringParameters"],
        json!({})
    );
}

#[test]
fn in_single_value_mode_the_last_value_wins() {
    let alb = balancer();
    let payload = payload(&alb, "GET", "/single/echo?a=1&b=3&a=2", &["X-Tag: one", "X-Tag: two"], b"");
    assert_eq!(payload["queryStringParameters"], json!({ "a": "2", "b": "3" }));
    assert_eq!(payload["headers"]["x-tag"], "two");
}

#[test]
fn query_and_path_are_passed_on_undecoded() {
    let alb = balancer();
    let payload = payload(
        &alb,
        "GET",
        "/single/a%2Fb//c/../%e2%82%ac/echo?k%20ey=v%26+%C3%A4&flag&=x&&e=a=b",
        &[],
        b"",
    );
    assert_eq!(payload["path"], "/single/a%2Fb//c/../%e2%82%ac/echo");
    let parameters = json!({ "k%20ey": "v%26+%C3%A4", "flag": "", "": "x", "e": "a=b" });
    assert_eq!(payload["queryStringParameters"], parameters);
}

#[test]
fn header_names_are_lower_case_and_the_balancers_headers_are_added() {
    let alb = balancer();
    let headers =
        ["X-MiXeD: Value", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "X-Forwarded-Port: 1"];
    let payload = payload(&alb, "GET", "/single/echo", &headers, b"");
    let headers = &payload["headers"];
    assert_eq!(headers["x-mixed"], "Value");
    assert_eq!(headers["x-forwarded-for"], "203.0.113.9, 127.0.0.1");
    assert_eq!(headers["x-forwarded-proto"], "http");
    assert_eq!(headers["x-forwarded-port"], alb.port.to_string());
    assert_eq!(headers["host"], format!("app.test:{}", alb.port));
    let trace = headers["x-amzn-trace-id"].as_str().expect("a trace id");
    assert!(trace.starts_with("Root=1-"), "{trace}");
}

#[test]
fn the_runtime_is_told_the_same_trace_id_as_the_function() {
    let alb = balancer();
    let reply = alb.get("/single/echo").json();
    assert_eq!(reply["runtime"]["lambda-runtime-trace-id"], reply["payload"]["headers"]["x-amzn-trace-id"]);
}

#[test]
fn text_and_json_bodies_are_passed_as_they_are() {
    let alb = balancer();
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "text/plain",
        "text/anything",
        "application/javascript",
        "application/xml",
    ] {
        let header = format!("Content-Type: {content_type}");
        let payload = payload(&alb, "POST", "/single/echo", &[&header], "{\"a\":\"ä\"}".as_bytes());
        assert_eq!(payload["body"], "{\"a\":\"ä\"}", "{content_type}");
        assert_eq!(payload["isBase64Encoded"], false, "{content_type}");
    }
}

#[test]
fn a_form_post_and_other_types_are_base64() {
    let alb = balancer();
    for header in [
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: application/octet-stream",
        "Content-Type: application/vnd.api+json",
        "Content-Type: multipart/form-data; boundary=x",
        "X-No-Content-Type: at all",
    ] {
        let payload = payload(&alb, "POST", "/single/echo", &[header], b"a=1&b=2");
        assert_eq!(payload["body"], "YT0xJmI9Mg==", "{header}");
        assert_eq!(payload["isBase64Encoded"], true, "{header}");
    }
}

#[test]
fn a_body_with_a_content_encoding_is_base64_whatever_its_type() {
    let alb = balancer();
    let headers = ["Content-Type: application/json", "Content-Encoding: gzip"];
    let payload = payload(&alb, "POST", "/multi/echo", &headers, b"a=1&b=2");
    assert_eq!(payload["body"], "YT0xJmI9Mg==");
    assert_eq!(payload["isBase64Encoded"], true);
}

#[test]
fn a_chunked_body_arrives_whole_and_without_its_framing() {
    let alb = balancer();
    let mut connection = alb.connect();
    connection.send(b"POST /single/echo HTTP/1.1\r\nHost: a.test\r\nContent-Type: text/plain\r\n");
    connection.send(b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    let payload = connection.reply("POST").json()["payload"].clone();
    assert_eq!(payload["body"], "abcdefg");
    assert_eq!(payload["headers"].get("transfer-encoding"), None);
}

#[test]
fn a_header_that_is_no_utf_8_arrives_as_latin_1() {
    let alb = balancer();
    let mut connection = alb.connect();
    connection.send(b"GET /single/echo HTTP/1.1\r\nHost: a.test\r\nX-A: caf\xe9\r\nX-B: caf\xc3\xa9\r\n\r\n");
    let payload = connection.reply("GET").json()["payload"].clone();
    assert_eq!(payload["headers"]["x-a"], "café");
    assert_eq!(payload["headers"]["x-b"], "café");
}
