//! Clients that mean harm: what they send is refused, their connections are closed, and no target ever sees a
//! request that the balancer has not understood as one.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::support::balancer::{Balancer, exec};
use crate::support::origin::Origin;
use crate::support::templates::{BASIC, web};

/// A target that notes every byte, and answers at each empty line.
struct Recorder {
    origin: Origin,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    fn start() -> Self {
        let bytes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let shared = Arc::clone(&bytes);
        let origin = Origin::raw(move |peer| {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = peer.stream.read(&mut piece) {
                shared.lock().expect("the bytes").extend_from_slice(&piece[..count]);
                if piece[..count].ends_with(b"\r\n\r\n") {
                    peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
                }
            }
        });
        Self { origin, bytes }
    }

    fn balancer(&self, attributes: &[(&str, &str)]) -> Balancer {
        Balancer::start(&web(attributes), &["--target", &self.origin.target("Web")])
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().expect("the bytes")).into_owned()
    }
}

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";

/// Headers (and what follows them) that two parsers may understand differently.
const AMBIGUOUS: [&str; 22] = [
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "Content-Length: 0, 44\r\n\r\n",
    "Content-Length: +1\r\n\r\nx",
    "Content-Length: 18446744073709551617\r\n\r\nx",
    "Content-Length : 44\r\n\r\n",
    "Content-Length\t: 44\r\n\r\n",
    "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "X: y\r\n Content-Length: 44\r\n\r\n",
    "X: y\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "X: y\nContent-Length: 44\r\n\r\n",
    "X: y\r\n\nContent-Length: 44\r\n\r\n",
    "X: y\rContent-Length: 44\r\n\r\n",
    "X: a\0b\r\n\r\n",
    "X\0: y\r\n\r\n",
];

#[test]
fn an_ambiguous_head_is_refused_and_no_byte_of_it_reaches_the_target() {
    let recorder = Recorder::start();
    let alb = recorder.balancer(&[]);
    for headers in AMBIGUOUS {
        let mut connection = alb.connect();
        connection.send(format!("POST /first HTTP/1.1\r\nHost: a.test\r\n{headers}{SMUGGLED}").as_bytes());
        let reply = connection.reply("POST");
        assert!(matches!(reply.status, 400 | 501), "{headers:?}: {}", reply.status);
        assert_eq!(reply.header("server"), "awselb/2.0", "{headers:?}");
        assert!(connection.is_closed(), "{headers:?}");
    }
    assert_eq!(recorder.text(), "", "the target has seen nothing");
}

#[test]
fn malformed_chunks_are_refused_and_what_follows_them_never_arrives() {
    for chunks in [
        "5\r\nhello0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "g\r\n",
        "-1\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;\0\r\nhello\r\n0\r\n\r\n",
        "0\r\n\n",
        "0\r\nX y\nZ\r\n\r\n",
        "0\r\n Content-Length: 5\r\n\r\n",
    ] {
        let recorder = Recorder::start();
        let alb = recorder.balancer(&[]);
        let mut connection = alb.connect();
        let head = "POST /first HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n";
        connection.send(format!("{head}{chunks}{SMUGGLED}").as_bytes());
        let mut answer = Vec::new();
        let _ = connection.0.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{chunks:?}: {answer}");
        assert!(!recorder.text().contains("smuggled"), "{chunks:?}: {}", recorder.text());
    }
}

#[test]
fn chunk_extensions_are_understood_and_go_no_further() {
    let recorder = Recorder::start();
    let alb = recorder.balancer(&[]);
    let mut connection = alb.connect();
    connection.send(b"POST /first HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\nX: y\r\n\r\n");
    assert_eq!(connection.reply("POST").status, 200);
    assert_eq!(connection.request("GET", "/second", &[], b"").status, 200);
    let text = recorder.text();
    assert!(text.contains("hello") && !text.contains("name=value"), "{text}");
}

#[test]
fn request_lines_of_other_forms_are_refused_with_the_balancers_page() {
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn")]);
    for (line, status) in [
        ("GET  /fixed HTTP/1.1", 400),
        ("GET /fixed", 400),
        ("GET /fixed HTTP/1.1 ", 400),
        ("G@T /fixed HTTP/1.1", 400),
        ("GET /fix\u{7f}ed HTTP/1.1", 400),
        ("GET /fixed HTTP/3.0", 505),
        ("PRI * HTTP/2.0", 505),
        ("\u{16}\u{3}\u{1}\u{2} a TLS hello", 400),
    ] {
        let mut connection = alb.connect();
        connection.send(format!("{line}\r\nHost: a.test\r\n\r\n").as_bytes());
        let reply = connection.reply("GET");
        assert_eq!((reply.status, reply.header("server")), (status, "awselb/2.0"), "{line:?}");
        assert!(reply.text().contains(&format!("<title>{status} ")), "{}", reply.text());
        assert!(connection.is_closed(), "{line:?}");
    }
    alb.logged(&["- - rule=- target=- 505"]);
}

#[test]
fn requests_in_one_piece_are_answered_in_order_and_the_refusal_comes_last() {
    let origin = Origin::ok();
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--target", &origin.target("Web")]);
    let mut connection = alb.connect();
    let good = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
    let all =
        format!("\r\n{}{}{}GET / HTTP/1.1\nHost: a\n\n", good("/single/echo"), good("/web"), good("/fixed"));
    connection.send(all.as_bytes());
    let statuses: Vec<u16> = (0..4).map(|_| connection.reply("GET").status).collect();
    assert_eq!(statuses, [200, 200, 418, 400]);
    assert!(connection.is_closed());
}

#[test]
fn a_head_without_end_is_refused_while_it_is_still_being_sent() {
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn")]);
    let mut connection = alb.connect();
    connection.send(b"GET /fixed HTTP/1.1\r\nHost: a.test\r\n");
    // A megabyte of headers; the balancer reads on for a while, so that its answer is not lost.
    for number in 0..1000 {
        let header = format!("X-{number}: {}\r\n", "y".repeat(1000));
        if connection.0.get_mut().write_all(header.as_bytes()).is_err() {
            break;
        }
    }
    assert_eq!(connection.reply("GET").status, 400);
}

#[test]
fn a_slow_head_is_a_408_however_steadily_it_drips() {
    let recorder = Recorder::start();
    let alb = recorder.balancer(&[("idle_timeout.timeout_seconds", "1")]);
    let mut connection = alb.connect();
    let began = Instant::now();
    connection.send(b"GET / HTTP/1.1\r\nHost: a.test\r\n");
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(100));
        if connection.0.get_mut().write_all(b"X").is_err() {
            break;
        }
    }
    let reply = connection.reply("GET");
    assert_eq!((reply.status, reply.header("server")), (408, "awselb/2.0"));
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[test]
fn a_connection_without_a_request_is_closed_after_the_idle_timeout() {
    let recorder = Recorder::start();
    let alb = recorder.balancer(&[("idle_timeout.timeout_seconds", "1")]);
    let mut fresh = alb.connect();
    let mut used = alb.connect();
    assert_eq!(used.request("GET", "/", &[], b"").status, 200);
    let began = Instant::now();
    assert!(fresh.is_closed() && used.is_closed());
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[test]
fn a_client_that_does_not_read_its_answer_is_given_up() {
    let ended = Arc::new(Mutex::new(false));
    let theirs = Arc::clone(&ended);
    let origin = Origin::raw(move |peer| {
        peer.read();
        peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n");
        let piece = vec![b'x'; 100_000];
        while peer.stream.get_mut().write_all(&piece).is_ok() {}
        *theirs.lock().expect("the end") = true;
    });
    let template = web(&[("idle_timeout.timeout_seconds", "1")]);
    let alb = Balancer::start(&template, &["--target", &origin.target("Web")]);
    let mut connection = alb.connect();
    connection.send_request("GET", "/", &[], b"");
    crate::support::eventually("the target's end", || ended.lock().expect("the end").then_some(()));
}

#[test]
fn a_client_that_closes_its_half_counts_as_gone() {
    let recorder = Recorder::start();
    let alb = recorder.balancer(&[]);
    let mut connection = alb.connect();
    connection.send(b"GET / HTTP/1.1\r\nHost: a.te");
    connection.0.get_mut().shutdown(Shutdown::Write).expect("half of it is closed");
    assert!(connection.is_closed(), "half a head is no request");
    assert_eq!(recorder.text(), "");
}

#[test]
fn the_line_of_a_request_holds_no_token_and_no_id() {
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn")]);
    let token = format!("k1.{}.sig", "eyJyIjoi".repeat(20));
    alb.get(&format!("/fixed/{token}?user_id=in-the-query"));
    alb.get("/fixed/9774d56d682e549c/settings");
    alb.logged(&["GET /fixed/… rule="]);
    alb.logged(&["GET /fixed/…/settings rule="]);
    for private in [token.as_str(), "9774d56d682e549c", "in-the-query"] {
        assert!(!alb.log().iter().any(|line| line.contains(private)), "{:?}", alb.log());
    }
}
