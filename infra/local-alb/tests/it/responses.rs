//! What the balancer makes of a function's response document.

use serde_json::{Value, json};

use crate::support::balancer::{Balancer, exec};
use crate::support::client::Reply;
use crate::support::templates::BASIC;

fn balancer() -> Balancer {
    Balancer::start(BASIC, &["--function", &exec("Fn")])
}

/// The balancer's answer when the function's response is this document.
fn answer(balancer: &Balancer, mode: &str, document: &str) -> Reply {
    balancer.post(&format!("/{mode}/raw"), &["Content-Type: text/plain"], document.as_bytes())
}

fn refused(documents: &[(&str, Value)]) {
    let alb = balancer();
    for (mode, document) in documents {
        let reply = answer(&alb, mode, &document.to_string());
        assert_eq!(reply.status, 502, "{mode} {document}");
    }
}

#[test]
fn a_status_code_alone_is_enough() {
    let alb = balancer();
    for mode in ["single", "multi"] {
        let reply = answer(&alb, mode, r#"{"statusCode":201}"#);
        assert_eq!((reply.status, reply.text().as_str()), (201, ""));
        assert_eq!(reply.header("content-length"), "0");
    }
}

#[test]
fn unknown_keys_are_tolerated() {
    let reply = answer(&balancer(), "single", r#"{"statusCode":200,"body":"b","cookies":[],"extra":null}"#);
    assert_eq!((reply.status, reply.text().as_str()), (200, "b"));
}

#[test]
fn a_document_without_a_proper_status_code_is_a_502() {
    refused(&[
        ("single", json!({})),
        ("single", json!({ "body": "x" })),
        ("single", json!({ "statusCode": null })),
        ("single", json!({ "statusCode": "200" })),
        ("single", json!({ "statusCode": 20.5 })),
        ("single", json!({ "statusCode": 0 })),
        ("multi", json!({ "statusCode": 1000 })),
        ("multi", json!({ "statusCode": 101 })),
    ]);
}

#[test]
fn a_null_or_a_wrong_type_is_a_502() {
    refused(&[
        ("single", json!({ "statusCode": 200, "body": null })),
        ("single", json!({ "statusCode": 200, "body": { "a": 1 } })),
        ("single", json!({ "statusCode": 200, "headers": null })),
        ("single", json!({ "statusCode": 200, "headers": { "x": 1 } })),
        ("single", json!({ "statusCode": 200, "headers": { "x": null } })),
        ("single", json!({ "statusCode": 200, "headers": { "x": ["a"] } })),
        ("single", json!({ "statusCode": 200, "headers": [] })),
        ("single", json!({ "statusCode": 200, "statusDescription": null })),
        ("single", json!({ "statusCode": 200, "isBase64Encoded": "yes" })),
        ("multi", json!({ "statusCode": 200, "multiValueHeaders": null })),
        ("multi", json!({ "statusCode": 200, "multiValueHeaders": { "x": "a" } })),
        ("multi", json!({ "statusCode": 200, "multiValueHeaders": { "x": [1] } })),
        ("single", json!([200])),
        ("single", json!("text")),
        ("single", json!(null)),
    ]);
}

#[test]
fn what_is_no_json_or_no_valid_http_is_a_502() {
    let alb = balancer();
    for document in [
        "",
        "{",
        r#"{"statusCode":200,"headers":{"a b":"c"}}"#,
        r#"{"statusCode":200,"headers":{"a":"b\r\nc: d"}}"#,
        r#"{"statusCode":200,"isBase64Encoded":true,"body":"*"}"#,
    ] {
        assert_eq!(answer(&alb, "single", document).status, 502, "{document}");
    }
    alb.logged(&["Single", "malformed response", "not Base64"]);
}

#[test]
fn a_base64_body_is_decoded_and_its_length_computed() {
    let document =
        r#"{"statusCode":200,"isBase64Encoded":true,"body":"AAH/","headers":{"Content-Length":"999"}}"#;
    let reply = answer(&balancer(), "single", document);
    assert_eq!(reply.body, [0, 1, 255]);
    assert_eq!(reply.all("content-length"), ["3"]);
}

#[test]
fn each_mode_reads_its_own_headers_and_says_when_the_others_are_lost() {
    let alb = balancer();
    let both = r#"{"statusCode":200,"headers":{"x":"single"},"multiValueHeaders":{"x":["m1","m2"]}}"#;
    assert_eq!(answer(&alb, "single", both).all("x"), ["single"]);
    assert_eq!(answer(&alb, "multi", both).all("x"), ["m2", "m1"]);
    let only_single = r#"{"statusCode":200,"headers":{"x":"single"}}"#;
    let reply = answer(&alb, "multi", only_single);
    assert_eq!((reply.status, reply.header("x")), (200, ""));
    alb.logged(&["Multi: only multiValueHeaders are read"]);
}

#[test]
fn several_cookies_are_several_headers() {
    let document = r#"{"statusCode":200,"multiValueHeaders":{"Set-Cookie":["a=1; Path=/","b=2"]}}"#;
    assert_eq!(answer(&balancer(), "multi", document).all("set-cookie"), ["b=2", "a=1; Path=/"]);
}

#[test]
fn hop_by_hop_headers_are_dropped() {
    let document = r#"{"statusCode":200,"body":"b","headers":{"Connection":"close, X-Named","X-Named":"1",
        "Keep-Alive":"timeout=5","Transfer-Encoding":"chunked","Upgrade":"h2c","X-Kept":"1"}}"#;
    let alb = balancer();
    let mut connection = alb.connect();
    for _ in 0..2 {
        let reply =
            connection.request("POST", "/single/raw", &["Content-Type: text/plain"], document.as_bytes());
        for name in ["connection", "x-named", "keep-alive", "transfer-encoding", "upgrade"] {
            assert_eq!(reply.header(name), "", "{name}");
        }
        assert_eq!((reply.header("x-kept"), reply.text().as_str()), ("1", "b"));
    }
}

#[test]
fn the_status_description_becomes_the_reason_phrase() {
    let alb = balancer();
    for (document, reason) in [
        (r#"{"statusCode":200,"statusDescription":"200 Fine"}"#, "Fine"),
        (r#"{"statusCode":200,"statusDescription":"Just so"}"#, "Just so"),
        (r#"{"statusCode":404}"#, "Not Found"),
        (r#"{"statusCode":200,"statusDescription":"200 a\nb"}"#, "OK"),
    ] {
        assert_eq!(answer(&alb, "single", document).reason, reason, "{document}");
    }
}

#[test]
fn a_head_answer_has_the_length_but_not_the_body() {
    let alb = balancer();
    let mut connection = alb.connect();
    let head = connection.request("HEAD", "/single/echo", &[], b"");
    assert_eq!(head.status, 200);
    assert_ne!(head.header("content-length"), "0");
    assert_eq!(connection.request("GET", "/single/echo", &[], b"").status, 200, "nothing was left to read");
}

#[test]
fn an_answer_that_may_have_no_body_has_none() {
    let alb = balancer();
    let mut connection = alb.connect();
    for status in [204, 304] {
        let document = format!(r#"{{"statusCode":{status},"body":"surplus"}}"#);
        let reply =
            connection.request("POST", "/single/raw", &["Content-Type: text/plain"], document.as_bytes());
        assert_eq!(reply.status, status);
    }
    assert_eq!(connection.request("GET", "/fixed", &[], b"").status, 418);
}

#[test]
fn the_server_header_is_the_balancers_unless_the_function_has_one() {
    let alb = balancer();
    assert_eq!(answer(&alb, "single", r#"{"statusCode":200}"#).header("server"), "awselb/2.0");
    let own = r#"{"statusCode":200,"headers":{"Server":"mine"}}"#;
    assert_eq!(answer(&alb, "single", own).all("server"), ["mine"]);
}

#[test]
fn a_function_error_is_a_502_with_the_balancers_page() {
    let alb = balancer();
    let reply = alb.get("/single/fail");
    assert_eq!((reply.status, reply.reason.as_str()), (502, "Bad Gateway"));
    assert_eq!(reply.header("server"), "awselb/2.0");
    assert_eq!(reply.header("content-type"), "text/html");
    assert!(reply.text().starts_with("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"));
    alb.logged(&["Fn: function error", "on purpose"]);
}
