//! Lambda's Invoke API over raw sockets.

use serde_json::{Value, json};

use crate::support::balancer::{Balancer, exec};
use crate::support::client::{Connection, Reply};
use crate::support::eventually;
use crate::support::templates::with_function;

/// A function without a rule, beside `Fn`.
const ALONE: &str = "Resources:\n  Alone:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: lonely, Timeout: 1}\n";

fn start(properties: &str) -> (Balancer, u16) {
    let template = with_function(properties).replacen("Resources:\n", ALONE, 1);
    let (rule, alone) = (exec("Fn"), exec("Alone"));
    let alb = Balancer::start(
        &template,
        &["--function", &rule, "--function", &alone, "--invoke-address", "127.0.0.1:0"],
    );
    let port = |line: &String| line.strip_prefix("local-alb: Invoke API on http://127.0.0.1:")?.parse().ok();
    let port = eventually("the API's line", || alb.printed.lock().expect("the lines").iter().find_map(port));
    (alb, port)
}

fn post(port: u16, name: &str, headers: &[&str], body: &[u8]) -> Reply {
    let target = format!("/2015-03-31/functions/{name}/invocations");
    Connection::open(port).request("POST", &target, headers, body)
}

fn payload(verb: &str) -> Vec<u8> {
    json!({ "path": format!("/{verb}"), "queryStringParameters": { "ms": "5000" } }).to_string().into_bytes()
}

fn inner(reply: &Reply) -> Value {
    serde_json::from_str(reply.json()["body"].as_str().expect("a body")).expect("JSON")
}

#[test]
fn a_function_is_invoked_by_each_of_its_names_also_without_a_rule() {
    let (_alb, port) = start("Timeout: 10");
    let arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Alonely";
    for name in ["Alone", "lonely", "lonely:live", "123456789012:function:lonely", arn] {
        let reply = post(port, name, &[], &payload("echo"));
        assert_eq!((reply.status, reply.header("x-amz-executed-version")), (200, "$LATEST"), "{name}");
        assert_eq!(reply.header("x-amz-function-error"), "");
        let runtime = &inner(&reply)["runtime"];
        assert_eq!(runtime["lambda-runtime-aws-request-id"], reply.header("x-amzn-requestid"));
    }
    assert_eq!(inner(&post(port, "Fn", &[], b""))["payload"], json!({}));
}

#[test]
fn the_balancer_and_the_api_share_environments() {
    let (alb, port) = start("Timeout: 10");
    let behind_the_balancer = alb.get("/single/echo").json()["pid"].clone();
    assert_eq!(inner(&post(port, "Fn", &[], &payload("echo")))["pid"], behind_the_balancer);
}

#[test]
fn a_function_that_fails_is_a_200_with_its_error_document() {
    let (_alb, port) = start("Timeout: 10");
    for (verb, kind, message) in [
        ("fail", "Oops", "on purpose"),
        ("crash", "Runtime.ExitError", "Runtime exited with error: exit status: 9"),
        ("sleep", "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
    ] {
        let reply = post(port, "Alone", &[], &payload(verb));
        assert_eq!((reply.status, reply.header("x-amz-function-error")), (200, "Unhandled"), "{verb}");
        let document = reply.json();
        assert_eq!(document["errorType"], kind);
        assert!(document["errorMessage"].as_str().is_some_and(|text| text.ends_with(message)), "{document}");
    }
}

#[test]
fn a_dry_run_and_an_event_do_not_wait_for_the_function() {
    let (alb, port) = start("Timeout: 10");
    assert_eq!(post(port, "Fn", &["X-Amz-Invocation-Type: DryRun"], b"{}").status, 204);
    let reply = post(port, "Fn", &["X-Amz-Invocation-Type: Event"], &payload("log"));
    assert_eq!((reply.status, reply.body.len()), (202, 0));
    alb.logged(&["Fn | to stdout"]);
    post(port, "Fn", &["X-Amz-Invocation-Type: Event"], &payload("fail"));
    alb.logged(&["Fn: invoked by Event: function error", "on purpose"]);
}

/// Name, headers and payload of a call; expected status and error type.
type Refused<'a> = (&'a str, &'a [&'a str], &'a [u8], u16, &'a str);

#[test]
fn what_the_api_refuses_has_the_status_and_the_type_that_sdks_know() {
    let (_alb, port) = start("ReservedConcurrentExecutions: 0");
    let megabyte = vec![b' '; 1024 * 1024 + 1];
    let rows: [Refused<'_>; 8] = [
        ("Nothing", &[], b"{}", 404, "ResourceNotFoundException"),
        ("Alone", &[], b"{", 400, "InvalidRequestContentException"),
        ("Alone", &[], b"\xff", 400, "InvalidRequestContentException"),
        ("Alone", &["X-Amz-Invocation-Type: Later"], b"{}", 400, "InvalidParameterValueException"),
        ("Alone", &["X-Amz-Invocation-Type: Event"], &megabyte, 413, "RequestTooLargeException"),
        ("a%00b", &[], b"{}", 400, "InvalidParameterValueException"),
        ("Fn", &[], b"{}", 429, "TooManyRequestsException"),
        ("Alone", &["Origin: https://a.test"], b"{}", 403, "AccessDeniedException"),
    ];
    for (name, headers, body, status, kind) in rows {
        let reply = post(port, name, headers, body);
        assert_eq!((reply.status, reply.header("x-amzn-errortype")), (status, kind), "{name} {headers:?}");
        assert!(reply.json()["message"].is_string());
    }
    let large = vec![b' '; 6 * 1024 * 1024 + 1];
    assert_eq!(post(port, "Alone", &[], &large).status, 413);
    assert_eq!(Connection::open(port).request("GET", "/", &[], b"").status, 404);
}
