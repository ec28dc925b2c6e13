//! Web sockets: the handshake, and then bytes in both directions.

use std::io::Read;
use std::time::{Duration, Instant};

use crate::support::balancer::Balancer;
use crate::support::client::Connection;
use crate::support::origin::Origin;
use crate::support::templates::web;

const ASKING: [&str; 4] = [
    "Connection: keep-alive, Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];
const SWITCHING: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// A target that switches protocols, and then sends everything back.
fn echo() -> Origin {
    Origin::raw(|peer| {
        let Some(head) = peer.head() else { return };
        peer.note(head.clone());
        if !head.header("upgrade").eq_ignore_ascii_case("websocket") {
            return peer.write(b"HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n");
        }
        peer.write(SWITCHING);
        let mut piece = [0; 1000];
        while let Ok(count @ 1..) = peer.stream.read(&mut piece) {
            peer.write(&piece[..count]);
        }
    })
}

fn start(origin: &Origin) -> Balancer {
    let template = web(&[("idle_timeout.timeout_seconds", "1")]);
    Balancer::start(&template, &["--target", &origin.target("Web")])
}

fn open(alb: &Balancer) -> Connection {
    let mut connection = alb.connect();
    connection.send_request("GET", "/chat", &ASKING, b"");
    let head = connection.head();
    assert_eq!((head.status, head.header("upgrade")), (101, "websocket"));
    assert!(head.header("connection").eq_ignore_ascii_case("upgrade"));
    assert_eq!(head.header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    connection
}

fn exchange(connection: &mut Connection, text: &[u8]) {
    connection.send(text);
    let mut back = vec![0; text.len()];
    connection.0.read_exact(&mut back).expect("the echo");
    assert_eq!(back, text);
}

#[test]
fn bytes_pass_in_both_directions_whatever_they_are() {
    let origin = echo();
    let alb = start(&origin);
    let mut connection = open(&alb);
    let long = vec![0xff; 100_000];
    for text in [&b"\x81\x05hello"[..], b"GET / HTTP/1.1\n\n", b"\0\r\n\r\n", &long] {
        exchange(&mut connection, text);
    }
    let arrived = origin.last();
    assert_eq!(arrived.header("sec-websocket-key"), "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(arrived.header("x-forwarded-for"), "127.0.0.1");
    alb.logged(&["GET /chat rule=default target=Web 101"]);
}

#[test]
fn it_lives_as_long_as_something_moves_and_ends_after_the_idle_timeout() {
    let origin = echo();
    let alb = start(&origin);
    let mut connection = open(&alb);
    for _ in 0..4 {
        std::thread::sleep(Duration::from_millis(500));
        exchange(&mut connection, b"alive");
    }
    let began = Instant::now();
    assert!(connection.is_closed());
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[test]
fn when_one_end_hangs_up_so_does_the_other() {
    let origin = Origin::raw(|peer| {
        peer.head();
        peer.write(SWITCHING);
    });
    let alb = start(&origin);
    assert!(open(&alb).is_closed());
}

#[test]
fn a_target_that_declines_leaves_an_http_connection_behind() {
    let origin = Origin::raw(|peer| {
        while let Some(arrived) = peer.read() {
            assert!(arrived.header("upgrade").is_empty() || arrived.line.contains("/chat"));
            peer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno");
        }
    });
    let alb = start(&origin);
    let mut connection = alb.connect();
    connection.send_request("GET", "/chat", &ASKING, b"");
    // Sent before the answer is there: a request, for the target declines.
    connection.send_request("GET", "/next", &[], b"");
    for _ in 0..2 {
        assert_eq!(connection.reply("GET").status, 403);
    }
    assert_eq!(origin.last().line, "GET /next HTTP/1.1");
}

#[test]
fn what_is_sent_before_the_answer_is_no_request_if_the_target_accepts() {
    let origin = echo();
    let alb = start(&origin);
    let mut connection = alb.connect();
    connection.send_request("GET", "/chat", &ASKING, b"");
    let early = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    connection.send(early);
    assert_eq!(connection.head().status, 101);
    let mut back = vec![0; early.len()];
    connection.0.read_exact(&mut back).expect("the echo");
    assert_eq!(back, early);
    assert_eq!(origin.seen().len(), 1);
}

#[test]
fn other_upgrades_are_not_passed_on() {
    let origin = echo();
    let alb = start(&origin);
    let mut connection = alb.connect();
    let headers = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAA"];
    assert_eq!(connection.request("GET", "/", &headers, b"").status, 426);
    assert!(!origin.last().has("upgrade"));
}
