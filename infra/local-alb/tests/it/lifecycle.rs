//! Start and end of the program.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::balancer::{Balancer, exec};
use crate::support::origin::Origin;
use crate::support::templates::BASIC;
use crate::support::{eventually, proc};

fn start() -> Balancer {
    Balancer::start(BASIC, &["--function", &exec("Fn")])
}

fn pid(alb: &Balancer, target: &str) -> u64 {
    alb.get(target).json()["pid"].as_u64().expect("a process id")
}

fn gone(pid: u64) {
    eventually("the end of the environment", || proc::state(pid).is_none().then_some(()));
}

#[test]
fn it_prints_where_it_listens_and_its_rules() {
    let origin = Origin::ok();
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--target", &origin.target("Web")]);
    let last =
        || alb.printed.lock().expect("the lines").last().filter(|line| line.contains("default")).cloned();
    let last = eventually("the default rule", last);
    assert!(last.contains(&format!("-> Web ({})", origin.url())), "{last}");
    let printed = alb.printed.lock().expect("the lines").clone();
    assert!(printed[1].contains("10  path-pattern /single/* -> Fn (exec:"), "{printed:?}");
    assert!(printed[3].contains("30  path-pattern /fixed -> fixed-response 418"), "{printed:?}");
}

#[test]
fn sigterm_ends_it_with_every_environment_frozen_or_busy() {
    let mut alb = start();
    let mut busy = alb.connect();
    busy.send_request("GET", "/single/sleep?ms=9000", &[], b"");
    let frozen = pid(&alb, "/single/echo");
    eventually("the frozen state", || (proc::state(frozen) == Some('T')).then_some(()));
    let both = || Some(proc::children(alb.child.id())).filter(|children| children.len() == 2);
    let environments = eventually("both environments", both);
    let began = Instant::now();
    alb.signal(Signal::TERM);
    assert_eq!(alb.wait().code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5));
    for environment in environments {
        assert_eq!(proc::state(environment), None, "it was gone before local-alb was");
    }
    assert!(busy.is_closed(), "the request under way is cut off");
    assert!(TcpStream::connect(("127.0.0.1", alb.port)).is_err(), "the port is closed");
}

#[test]
fn a_request_under_way_is_answered_if_that_does_not_take_long() {
    let mut alb = start();
    alb.get("/single/echo");
    let mut connection = alb.connect();
    connection.send_request("GET", "/single/sleep?ms=300", &[], b"");
    std::thread::sleep(Duration::from_millis(100));
    alb.signal(Signal::TERM);
    assert_eq!(connection.reply("GET").status, 200);
    assert_eq!(alb.wait().code(), Some(0));
}

#[test]
fn sigint_ends_it_too_and_idle_connections_do_not_hold_it() {
    let mut alb = start();
    let mut idle = alb.connect();
    assert_eq!(idle.request("GET", "/fixed", &[], b"").status, 418);
    let began = Instant::now();
    alb.signal(Signal::INT);
    assert_eq!(alb.wait().code(), Some(0));
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    assert!(idle.is_closed());
}

#[test]
fn when_it_is_killed_its_environments_die_with_it_frozen_or_busy() {
    let mut alb = start();
    let mut busy = alb.connect();
    busy.send_request("GET", "/single/sleep?ms=120000", &[], b"");
    let frozen = pid(&alb, "/single/echo");
    eventually("the frozen state", || (proc::state(frozen) == Some('T')).then_some(()));
    let both = || Some(proc::children(alb.child.id())).filter(|children| children.len() == 2);
    let environments = eventually("both environments", both);
    assert!(environments.contains(&frozen));
    alb.signal(Signal::KILL);
    assert_eq!(alb.wait().code(), None);
    environments.into_iter().for_each(gone);
}

#[test]
fn a_connection_is_kept_for_further_requests_of_every_kind() {
    let origin = Origin::ok();
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--target", &origin.target("Web")]);
    let mut connection = alb.connect();
    for _ in 0..3 {
        assert_eq!(connection.request("GET", "/single/echo", &[], b"").status, 200);
        assert_eq!(connection.request("POST", "/multi/echo", &[], b"body").status, 200);
        assert_eq!(connection.request("GET", "/fixed", &[], b"").status, 418);
        assert_eq!(connection.request("GET", "/web", &[], b"").status, 200);
        assert_eq!(connection.request("GET", "/single/fail", &[], b"").status, 502);
    }
}

#[test]
fn a_client_that_says_close_is_closed() {
    let alb = start();
    let mut connection = alb.connect();
    assert_eq!(connection.request("GET", "/single/echo", &["Connection: close"], b"").status, 200);
    let mut rest = Vec::new();
    assert_eq!(connection.0.read_to_end(&mut rest).expect("the end"), 0);
}
