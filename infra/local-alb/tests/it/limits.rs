//! Requests and answers that are too large, or that the balancer refuses by itself.

use crate::support::balancer::{Balancer, exec};
use crate::support::origin::Origin;
use crate::support::templates::BASIC;

const MEGABYTE: usize = 1024 * 1024;

fn balancer() -> Balancer {
    Balancer::start(BASIC, &["--function", &exec("Fn")])
}

#[test]
fn a_body_of_more_than_a_megabyte_is_a_413_and_invokes_nothing() {
    let alb = balancer();
    let reply = alb.post("/single/raw", &["Content-Type: text/plain"], &vec![b'x'; MEGABYTE + 1]);
    assert_eq!(reply.status, 413);
    assert!(!alb.log().iter().any(|line| line.contains("starting as")), "{:?}", alb.log());
}

#[test]
fn a_chunked_body_of_more_than_a_megabyte_is_a_413_too() {
    let alb = balancer();
    let mut connection = alb.connect();
    connection.send(b"POST /single/raw HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    let piece = [format!("{MEGABYTE:x}\r\n").into_bytes(), vec![b'x'; MEGABYTE], b"\r\n".to_vec()].concat();
    connection.send(&piece);
    connection.send(b"1\r\nx\r\n0\r\n\r\n");
    assert_eq!(connection.reply("POST").status, 413);
}

#[test]
fn a_client_that_asks_first_is_refused_before_it_sends_a_megabyte() {
    let alb = balancer();
    let mut connection = alb.connect();
    connection.send(b"POST /single/raw HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
    assert_eq!(connection.reply("POST").status, 413);
}

#[test]
fn a_body_of_exactly_a_megabyte_arrives() {
    let alb = balancer();
    let mut body = br#"{"statusCode":200,"body":""#.to_vec();
    body.resize(MEGABYTE - 2, b'x');
    body.extend_from_slice(b"\"}");
    let reply = alb.post("/single/raw", &["Content-Type: text/plain"], &body);
    assert_eq!(reply.status, 200, "the document too is exactly a megabyte");
    assert_eq!(reply.body.len(), MEGABYTE - 28);
}

#[test]
fn a_response_document_of_more_than_a_megabyte_is_a_502() {
    let alb = balancer();
    assert_eq!(alb.get("/single/huge").status, 502);
    alb.logged(&["more than 1 MB"]);
}

#[test]
fn a_client_that_stops_sending_a_functions_body_is_a_408() {
    let balancer = "Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: 1}]}";
    let template = BASIC.replacen("Resources:", balancer, 1).replacen(
        "DefaultActions:",
        "LoadBalancerArn: !Ref Balancer\n      DefaultActions:",
        1,
    );
    let alb = Balancer::start(&template, &["--function", &exec("Fn")]);
    let mut connection = alb.connect();
    connection.send(b"POST /single/raw HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nxx");
    assert_eq!(connection.reply("POST").status, 408);
    assert!(connection.is_closed(), "what would follow is not a request");
}

#[test]
fn a_websocket_upgrade_of_a_function_is_a_400() {
    let headers = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    assert_eq!(balancer().connect().request("GET", "/single/echo", &headers, b"").status, 400);
}

#[test]
fn trace_is_a_405() {
    let reply = balancer().connect().request("TRACE", "/fixed", &[], b"");
    assert_eq!((reply.status, reply.reason.as_str()), (405, "Not Allowed"));
}

#[test]
fn overlong_heads_are_refused_with_the_balancers_page() {
    let alb = balancer();
    let long = "x".repeat(17_000);
    assert_eq!(alb.get(&format!("/fixed?{long}")).status, 414);
    assert_eq!(alb.connect().request("GET", "/fixed", &[&format!("X-Long: {long}")], b"").status, 400);
    let many: Vec<String> = (0..7).map(|number| format!("X-{number}: {}", "y".repeat(10_000))).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let reply = alb.connect().request("GET", "/fixed", &many, b"");
    assert_eq!((reply.status, reply.header("server")), (400, "awselb/2.0"));
    assert_eq!(alb.connect().request("GET", "/fixed", &many[..6], b"").status, 418, "60 K are fine");
    let fits = format!("/fixed?{}", "x".repeat(16_000));
    assert_eq!(alb.get(&fits).status, 418);
}

#[test]
fn more_than_thirty_addresses_in_x_forwarded_for_are_a_463() {
    let alb = balancer();
    let header = |count: usize| format!("X-Forwarded-For: {}", vec!["203.0.113.7"; count].join(", "));
    assert_eq!(alb.connect().request("GET", "/fixed", &[&header(30)], b"").status, 418);
    assert_eq!(alb.connect().request("GET", "/fixed", &[&header(31)], b"").status, 463);
    assert_eq!(alb.connect().request("GET", "/fixed", &[&header(16), &header(16)], b"").status, 463);
}

#[test]
fn an_http_1_1_request_needs_a_host() {
    let alb = balancer();
    let mut connection = alb.connect();
    connection.send(b"GET /fixed HTTP/1.1\r\n\r\n");
    assert_eq!(connection.reply("GET").status, 400);
}

#[test]
fn a_fixed_response_is_the_balancers_own() {
    let alb = balancer();
    let reply = alb.get("/fixed?whatever");
    assert_eq!((reply.status, reply.text().as_str()), (418, r#"{"tea":true}"#));
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(reply.header("server"), "awselb/2.0");
    alb.logged(&["GET /fixed rule=FixedRule target=fixed-response 418"]);
}

#[test]
fn the_query_never_reaches_the_log() {
    let origin = Origin::ok();
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--target", &origin.target("Web")]);
    for target in
        ["/single/echo?email=secret", "/fixed?email=secret", "/web?email=secret", "/single/fail?secret=1"]
    {
        alb.get(target);
    }
    alb.logged(&["GET /single/fail rule=SingleRule target=Single 502"]);
    assert!(!alb.log().iter().any(|line| line.contains("secret")), "{:?}", alb.log());
}
