//! Several targets of a group, and what their health checks make of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::balancer::{Balancer, exec, refuse};
use crate::support::eventually;
use crate::support::origin::Origin;
use crate::support::templates::{BASIC, web, web_group};

/// A target that can be told to fail its health checks, and names itself in its answers.
struct Server {
    origin: Origin,
    sick: Arc<AtomicBool>,
}

impl Server {
    fn start(name: &'static str) -> Self {
        let sick = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&sick);
        let origin = Origin::raw(move |peer| {
            while let Some(arrived) = peer.read() {
                let check = arrived.line.starts_with("GET /health ");
                let status = if check && theirs.load(Ordering::SeqCst) { "500 Sick" } else { "204 Fine" };
                let answer = if check {
                    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n")
                } else {
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{name}", name.len())
                };
                peer.write(answer.as_bytes());
            }
        });
        Self { origin, sick }
    }

    fn checks(&self) -> usize {
        self.origin.seen().iter().filter(|arrived| arrived.line.starts_with("GET /health ")).count()
    }
}

const CHECKED: &str = "HealthCheckPath: /health, HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 2, \
    Matcher: {HttpCode: '200,204'}";
/// The shortest interval that a template may have is 5 s: too long for a test.
const OFTEN: [&str; 2] = ["--health-check-interval", "0.3"];

fn balance(servers: &[&Server]) -> Balancer {
    let targets: Vec<String> = servers.iter().map(|server| server.origin.target("Web")).collect();
    let mut options = OFTEN.to_vec();
    for target in &targets {
        options.extend(["--target", target]);
    }
    Balancer::start(&web_group(CHECKED), &options)
}

fn names(alb: &Balancer, count: usize) -> Vec<String> {
    let mut names: Vec<String> = (0..count).map(|_| alb.get("/").text()).collect();
    names.sort();
    names
}

#[test]
fn targets_take_turns() {
    let (a, b, c) = (Server::start("a"), Server::start("b"), Server::start("c"));
    let alb = balance(&[&a, &b, &c]);
    assert_eq!(names(&alb, 6), ["a", "a", "b", "b", "c", "c"]);
}

#[test]
fn an_unhealthy_target_is_left_out_and_all_unhealthy_ones_are_used() {
    let (a, b) = (Server::start("a"), Server::start("b"));
    a.sick.store(true, Ordering::SeqCst);
    let alb = balance(&[&a, &b]);
    alb.logged(&["Web:", &a.origin.url(), "is unhealthy: status 500"]);
    assert_eq!(names(&alb, 3), ["b", "b", "b"]);
    a.sick.store(false, Ordering::SeqCst);
    b.sick.store(true, Ordering::SeqCst);
    alb.logged(&["Web:", &b.origin.url(), "is unhealthy: status 500"]);
    alb.logged(&["Web:", &a.origin.url(), "is healthy again"]);
    assert_eq!(names(&alb, 2), ["a", "a"]);
}

#[test]
fn when_all_targets_are_unhealthy_they_are_used_all_the_same() {
    let (a, b) = (Server::start("a"), Server::start("b"));
    a.sick.store(true, Ordering::SeqCst);
    b.sick.store(true, Ordering::SeqCst);
    let alb = balance(&[&a, &b]);
    for server in [&a, &b] {
        alb.logged(&["Web:", &server.origin.url(), "is unhealthy"]);
    }
    assert_eq!(names(&alb, 2), ["a", "b"]);
}

#[test]
fn a_check_looks_like_awss_and_a_single_target_is_checked_on_demand_only() {
    let quiet = Server::start("quiet");
    let _unchecked = Balancer::start(&web_group(CHECKED), &["--target", &quiet.origin.target("Web")]);
    let server = Server::start("checked");
    let target = server.origin.target("Web");
    let _alb = Balancer::start(&web_group(CHECKED), &["--target", &target, "--health-checks"]);
    eventually("a check", || (server.checks() > 0).then_some(()));
    let check = server.origin.last();
    assert_eq!(check.line, "GET /health HTTP/1.1");
    assert_eq!(check.header("user-agent"), "ELB-HealthChecker/2.0");
    assert_eq!(check.header("host"), format!("127.0.0.1:{}", server.origin.port));
    assert!(!check.has("x-forwarded-for"));
    assert_eq!(quiet.checks(), 0);
}

#[test]
fn the_least_busy_target_gets_the_request() {
    let busy = Origin::raw(|peer| {
        while let Some(arrived) = peer.read() {
            if arrived.line.contains("/slow") {
                std::thread::sleep(Duration::from_secs(2));
            }
            peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbusy");
        }
    });
    let free = Server::start("free");
    let properties = "HealthCheckEnabled: false, TargetGroupAttributes: \
        [{Key: load_balancing.algorithm.type, Value: least_outstanding_requests}]";
    let (first, second) = (busy.target("Web"), free.origin.target("Web"));
    let alb = Balancer::start(&web_group(properties), &["--target", &first, "--target", &second]);
    let mut connection = alb.connect();
    connection.send_request("GET", "/slow", &[], b"");
    eventually("the slow request", || busy.seen().first().map(|_| ()));
    assert_eq!(names(&alb, 4), ["free", "free", "free", "free"]);
    assert_eq!(connection.reply("GET").text(), "busy");
}

#[test]
fn a_function_is_checked_with_a_payload_that_has_one_header() {
    let group = "Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Fn.Arn}]}";
    let checked =
        group.replace("lambda,", "lambda, HealthCheckEnabled: true, HealthCheckPath: /check/crash,");
    let template = BASIC.replacen(group, &checked, 1);
    assert_ne!(template, BASIC);
    let alb = Balancer::start(&template, &["--function", &exec("Fn"), "--health-checks", OFTEN[0], OFTEN[1]]);
    alb.logged(&["starting as Fn"]);
    alb.logged(&["Single: Fn is unhealthy: the runtime exited"]);
}

#[test]
fn a_target_given_twice_and_a_bad_matcher_are_refused() {
    let twice = ["--target", "Web=http://127.0.0.1:1", "--target", "Web=http://127.0.0.1:1"];
    let output = refuse(&web(&[]), &twice);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--target Web: this is given twice"));
    for (properties, problem) in [
        ("Matcher: {HttpCode: 'all'}", "HttpCode must be of the form 200,202 or 200-299"),
        ("HealthCheckIntervalSeconds: 1", "HealthCheckIntervalSeconds must be 5 to 300"),
    ] {
        let output = refuse(&web_group(properties), &[]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains(problem), "{stderr}");
    }
}
