//! HTTP targets: what passes through, and what does not come back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use crate::support::balancer::Balancer;
use crate::support::origin::Origin;
use crate::support::templates::web;

fn start(origin: &Origin) -> Balancer {
    Balancer::start(&web(&[]), &["--target", &origin.target("Web")])
}

#[test]
fn the_raw_target_is_forwarded() {
    let origin = Origin::ok();
    let alb = start(&origin);
    for target in ["/a//b/../c/./d?x=%20&y=a+b&y=", "/%2e%2e/%C3%A4;p=1?", "/?a=b?c=/d", "/~\"{}|^"] {
        assert_eq!(alb.get(target).status, 200, "{target}");
        assert_eq!(origin.last().line, format!("GET {target} HTTP/1.1"));
    }
}

#[test]
fn method_body_and_headers_arrive() {
    let origin = Origin::ok();
    let alb = start(&origin);
    let headers = ["Content-Type: a/b", "Cookie: a=1; b=2", "X-Empty:", "Authorization: Basic abc"];
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let reply = alb.connect().request(method, "/form", &headers, b"x=1&y=2");
        assert_eq!((reply.status, reply.text().as_str()), (200, "ok"));
        let arrived = origin.last();
        assert_eq!(arrived.line, format!("{method} /form HTTP/1.1"));
        assert_eq!(arrived.body, b"x=1&y=2");
        assert_eq!(arrived.header("content-length"), "7");
        assert_eq!(arrived.header("content-type"), "a/b");
        assert_eq!(arrived.header("cookie"), "a=1; b=2");
        assert_eq!(arrived.header("authorization"), "Basic abc");
    }
}

#[test]
fn a_get_without_a_body_gets_none() {
    let origin = Origin::ok();
    start(&origin).get("/");
    let arrived = origin.last();
    assert!(!arrived.has("transfer-encoding") && !arrived.has("content-length"), "{arrived:?}");
}

#[test]
fn an_answer_streams_while_the_target_still_writes() {
    let barrier = Arc::new(Barrier::new(2));
    let theirs = Arc::clone(&barrier);
    let origin = Origin::raw(move |peer| {
        peer.read();
        peer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        theirs.wait();
        peer.write(b"6\r\nsecond\r\n0\r\n\r\n");
    });
    let alb = start(&origin);
    let mut connection = alb.connect();
    connection.send_request("GET", "/", &[], b"");
    assert_eq!(connection.head().status, 200);
    assert_eq!(connection.chunk().expect("a chunk"), b"first");
    barrier.wait();
    assert_eq!(connection.chunk().expect("a chunk"), b"second");
    assert_eq!(connection.chunk(), None);
}

#[test]
fn a_request_streams_while_the_client_still_writes() {
    let origin = Origin::raw(|peer| {
        let head = peer.head().expect("a head");
        assert_eq!(head.header("transfer-encoding"), "chunked");
        let first = peer.chunk().expect("a chunk");
        peer.write(b"HTTP/1.1 200 OK\r\nx-first: ");
        peer.write(&first);
        peer.write(b"\r\ncontent-length: 0\r\n\r\n");
        while peer.chunk().is_some() {}
    });
    let alb = start(&origin);
    let mut connection = alb.connect();
    connection.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    assert_eq!(connection.head().header("x-first"), "first");
    connection.send(b"3\r\nend\r\n0\r\n\r\n");
}

#[test]
fn redirects_cookies_and_unknown_statuses_pass_through_untouched() {
    let origin = Origin::answering(
        "HTTP/1.1 302 Elsewhere\r\nLocation: http://internal.test:8000/a/../b?c\r\nSet-Cookie: a=1\r\n\
         Set-Cookie: b=2\r\nServer: WSGI\r\nContent-Length: 0\r\n\r\n",
    );
    let reply = start(&origin).get("/admin");
    assert_eq!((reply.status, reply.reason.as_str()), (302, "Elsewhere"));
    assert_eq!(reply.header("location"), "http://internal.test:8000/a/../b?c");
    assert_eq!(reply.all("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(reply.header("server"), "WSGI");
}

#[test]
fn hop_by_hop_headers_go_no_further_in_either_direction() {
    let origin = Origin::answering(
        "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: timeout=9\r\n\
         Content-Length: 2\r\n\r\nok",
    );
    let alb = start(&origin);
    let headers =
        ["Connection: keep-alive, X-Mine", "X-Mine: 1", "TE: trailers", "Upgrade: h2c", "Keep-Alive: 5"];
    let reply = alb.connect().request("GET", "/", &headers, b"");
    for name in ["x-secret", "keep-alive", "connection"] {
        assert_eq!(reply.header(name), "", "{name}");
    }
    let arrived = origin.last();
    for name in ["x-mine", "te", "upgrade", "keep-alive"] {
        assert!(!arrived.has(name), "{name}");
    }
}

#[test]
fn a_head_answer_keeps_its_length_and_the_connection() {
    let origin = Origin::answering("HTTP/1.1 200 OK\r\ncontent-length: 12345\r\n\r\n");
    let alb = start(&origin);
    let mut connection = alb.connect();
    for _ in 0..2 {
        assert_eq!(connection.request("HEAD", "/", &[], b"").header("content-length"), "12345");
    }
}

#[test]
fn an_old_target_does_not_cost_the_client_its_connection() {
    let origin = Origin::raw(|peer| {
        peer.read();
        peer.write(b"HTTP/1.0 200 OK\r\nserver: old\r\n\r\nuntil the end");
    });
    let alb = start(&origin);
    let mut connection = alb.connect();
    for _ in 0..2 {
        assert_eq!(connection.request("GET", "/", &[], b"").text(), "until the end");
    }
}

#[test]
fn a_target_that_refuses_connections_is_a_502() {
    // Bound, so that no other process listens there meanwhile.
    let nowhere = tokio::net::TcpSocket::new_v4().expect("a socket");
    nowhere.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let port = nowhere.local_addr().expect("an address").port();
    let alb = Balancer::start(&web(&[]), &["--target", &format!("Web=http://127.0.0.1:{port}")]);
    assert_eq!(alb.get("/").status, 502);
    assert_eq!(alb.post("/", &[], b"x").status, 502);
    alb.logged(&["local-alb: Web:", "onnection refused"]);
}

#[test]
fn a_target_that_talks_nonsense_or_hangs_up_is_a_502() {
    for nonsense in ["nonsense\r\n\r\n", "HTTP/1.1 2 OK\r\n\r\n", ""] {
        let origin = Origin::raw(move |peer| {
            peer.read();
            peer.write(nonsense.as_bytes());
        });
        let alb = start(&origin);
        assert_eq!(alb.get("/").status, 502, "{nonsense:?}");
        assert_eq!(alb.post("/", &[], b"x").status, 502, "{nonsense:?}");
    }
}

#[test]
fn response_headers_of_more_than_32_k_are_a_502() {
    let origin = Origin::raw(|peer| {
        peer.read();
        peer.write(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(40_000)).as_bytes());
    });
    assert_eq!(start(&origin).get("/").status, 502);
}

#[test]
fn a_target_that_is_silent_for_longer_than_the_idle_timeout_is_a_504() {
    let origin = Origin::raw(|peer| {
        peer.read();
        std::thread::sleep(Duration::from_secs(10));
    });
    let template = web(&[("idle_timeout.timeout_seconds", "1")]);
    let alb = Balancer::start(&template, &["--target", &origin.target("Web")]);
    let began = Instant::now();
    let reply = alb.get("/");
    assert_eq!((reply.status, reply.reason.as_str()), (504, "Gateway Time-out"));
    assert!(began.elapsed() >= Duration::from_secs(1) && began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_client_that_stops_sending_its_body_is_a_408() {
    let origin = Origin::ok();
    let template = web(&[("idle_timeout.timeout_seconds", "1")]);
    let alb = Balancer::start(&template, &["--target", &origin.target("Web")]);
    let mut connection = alb.connect();
    connection.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nxx");
    assert_eq!(connection.reply("POST").status, 408);
    assert!(connection.is_closed(), "what would follow is not a request");
}

#[test]
fn a_target_that_falls_silent_in_the_middle_is_cut_off() {
    let origin = Origin::raw(|peer| {
        peer.read();
        peer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        std::thread::sleep(Duration::from_secs(10));
    });
    let template = web(&[("idle_timeout.timeout_seconds", "1")]);
    let alb = Balancer::start(&template, &["--target", &origin.target("Web")]);
    let mut connection = alb.connect();
    connection.send_request("GET", "/", &[], b"");
    assert_eq!(connection.head().status, 200);
    assert_eq!(connection.chunk().expect("a chunk"), b"first");
    assert!(connection.is_closed(), "the client can tell that something is missing");
}

#[test]
fn a_target_that_accepts_no_connection_is_a_504_after_ten_seconds() {
    // A full backlog: the system drops what would be one connection too many.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _guard = runtime.enter();
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let fill = || std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
    let filled: Vec<_> = (0..4).map_while(|_| fill()).collect();
    let alb = Balancer::start(&web(&[]), &["--target", &format!("Web=http://{address}")]);
    let began = Instant::now();
    assert_eq!(alb.get("/").status, 504);
    assert!(began.elapsed() >= Duration::from_secs(10), "{:?} {}", began.elapsed(), filled.len());
    alb.logged(&["Web: no connection within 10 seconds"]);
}

#[test]
fn a_slow_upload_is_no_silence() {
    let origin = Origin::ok();
    let template = web(&[("idle_timeout.timeout_seconds", "1")]);
    let alb = Balancer::start(&template, &["--target", &origin.target("Web")]);
    let mut connection = alb.connect();
    connection.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n");
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(400));
        connection.send(b"x");
    }
    assert_eq!(connection.reply("POST").status, 200);
    assert_eq!(origin.last().body, b"xxxxx");
}

#[test]
fn a_target_group_without_a_target_is_a_503_and_a_warning_at_the_start() {
    let alb = Balancer::start(&web(&[]), &[]);
    alb.logged(&["target group Web answers 503", "pass --target Web=URL"]);
    let reply = alb.get("/");
    assert_eq!((reply.status, reply.reason.as_str()), (503, "Service Temporarily Unavailable"));
}

#[test]
fn a_kept_connection_that_the_target_has_closed_is_no_502() {
    // Closes every connection a moment after its first answer, without having said so.
    let origin = Origin::raw(|peer| {
        peer.read();
        peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        std::thread::sleep(Duration::from_micros(300));
    });
    let alb = start(&origin);
    let mut connection = alb.connect();
    for number in 0..200 {
        let method = if number % 2 == 0 { "GET" } else { "POST" };
        let body: &[u8] = if number % 2 == 0 { b"" } else { b"x" };
        assert_eq!(connection.request(method, "/", &[], body).status, 200, "request {number}");
    }
}

#[test]
fn a_request_that_cannot_be_repeated_is_sent_once() {
    let origin = Origin::raw(|peer| {
        peer.read();
    });
    let alb = start(&origin);
    assert_eq!(alb.post("/pay", &[], b"x").status, 502);
    assert_eq!(origin.seen().len(), 1);
}

#[test]
fn connections_to_the_target_are_used_again() {
    let origin = Origin::ok();
    let alb = start(&origin);
    for _ in 0..10 {
        assert_eq!(alb.get("/").status, 200);
    }
    let connections: Vec<usize> = origin.seen().iter().map(|arrived| arrived.connection).collect();
    assert!(connections.iter().max().is_some_and(|most| *most < 9), "{connections:?}");
}

#[test]
fn a_client_that_goes_away_is_a_460_in_the_log_and_hangs_up_on_the_target() {
    let noticed = Arc::new(AtomicBool::new(false));
    let theirs = Arc::clone(&noticed);
    let origin = Origin::raw(move |peer| {
        peer.read();
        theirs.store(peer.line().is_none(), Ordering::SeqCst);
    });
    let alb = start(&origin);
    let mut connection = alb.connect();
    connection.send_request("GET", "/slow", &[], b"");
    crate::support::eventually("the request", || origin.seen().first().map(|_| ()));
    drop(connection);
    alb.logged(&["GET /slow rule=default target=Web 460"]);
    crate::support::eventually("the end of it", || noticed.load(Ordering::SeqCst).then_some(()));
}
