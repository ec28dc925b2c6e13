//! Functions behind a Lambda Invoke URL.

use serde_json::Value;

use crate::support::balancer::{Balancer, refuse};
use crate::support::origin::Origin;
use crate::support::templates::BASIC;

fn start(origin: &Origin) -> Balancer {
    let url = format!("Fn={}/2015-03-31/functions/fn/invocations", origin.url());
    Balancer::start(BASIC, &["--function", &url])
}

#[test]
fn the_payload_is_posted_and_the_document_answered() {
    let origin = Origin::answering(
        "HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{\"statusCode\":200,\"body\":\"hi\"}",
    );
    let alb = start(&origin);
    let reply = alb.get("/single/a?b=c");
    assert_eq!((reply.status, reply.text().as_str()), (200, "hi"));
    let arrived = origin.last();
    assert_eq!(arrived.line, "POST /2015-03-31/functions/fn/invocations HTTP/1.1");
    let payload: Value = serde_json::from_slice(&arrived.body).expect("an invocation payload");
    assert_eq!(
        (payload["path"].as_str(), payload["queryStringParameters"]["b"].as_str()),
        (Some("/single/a"), Some("c"))
    );
}

#[test]
fn a_function_error_is_a_502_though_the_emulator_says_200() {
    for answer in [
        "HTTP/1.1 200 OK\r\nX-Amz-Function-Error: Unhandled\r\ncontent-length: 18\r\n\r\n{\"statusCode\":200}",
        "HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n{\"errorType\":\"Broken\"}",
        "HTTP/1.1 500 Broken\r\ncontent-length: 18\r\n\r\n{\"statusCode\":200}",
    ] {
        let origin = Origin::answering(answer);
        assert_eq!(start(&origin).get("/single/a").status, 502, "{answer}");
    }
}

#[test]
fn an_emulator_that_does_not_answer_is_a_502() {
    let origin = Origin::raw(|_| {});
    assert_eq!(start(&origin).get("/single/a").status, 502);
}

#[test]
fn what_is_no_invoke_url_is_refused_at_the_start() {
    for spec in ["http://127.0.0.1:9000", "https://a.test/2015-03-31/functions/f/invocations", "cargo run"] {
        let output = refuse(BASIC, &["--function", &format!("Fn={spec}")]);
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("--function Fn: "), "{spec}");
    }
}
