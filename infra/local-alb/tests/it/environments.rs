//! Execution environments: reuse, freezing, queueing, and every way for them to end.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::balancer::{Balancer, exec};
use crate::support::templates::{BASIC, with_function};
use crate::support::{eventually, proc};

fn start(properties: &str, args: &[&str]) -> Balancer {
    let function = exec("Fn");
    let args = [&["--function", function.as_str()], args].concat();
    Balancer::start(&with_function(properties), &args)
}

fn pid(reply: &Value) -> u64 {
    reply["pid"].as_u64().expect("a process id")
}

/// Sends a request that takes `ms` and comes back when the function has it (or it waits its turn).
fn slow(alb: &Balancer, ms: u32) -> crate::support::client::Connection {
    let mut connection = alb.connect();
    connection.send_request("GET", &format!("/single/sleep?ms={ms}"), &[], b"");
    connection
}

fn frozen(environment: u64) {
    eventually("the frozen state", || (proc::state(environment) == Some('T')).then_some(()));
}

/// Sleeping, which is what the test function does with most requests.
fn awake(environment: u64) {
    eventually("the request in the environment", || (proc::state(environment) == Some('S')).then_some(()));
}

#[test]
fn an_idle_environment_is_used_again() {
    let alb = start("Timeout: 10", &[]);
    let environment = pid(&alb.get("/single/echo").json());
    for count in 2..5 {
        frozen(environment);
        let reply = alb.get("/single/echo").json();
        assert_eq!((pid(&reply), reply["count"].as_u64()), (environment, Some(count)));
    }
}

#[test]
fn a_busy_environment_gets_company_and_the_last_used_one_goes_first() {
    let alb = start("Timeout: 10", &[]);
    let first = pid(&alb.get("/single/echo").json());
    frozen(first);
    let mut busy = slow(&alb, 300);
    awake(first);
    let second = pid(&alb.get("/single/echo").json());
    assert_ne!(first, second);
    frozen(second);
    assert_eq!(pid(&busy.reply("GET").json()), first);
    for _ in 0..3 {
        frozen(first);
        assert_eq!(pid(&alb.get("/single/echo").json()), first);
    }
}

#[test]
fn an_idle_environment_is_frozen_and_wakes_for_the_next_request() {
    let alb = start("Timeout: 10", &[]);
    let environment = pid(&alb.get("/single/echo").json());
    frozen(environment);
    let reply = alb.get("/single/echo").json();
    assert_eq!((pid(&reply), reply["count"].as_u64()), (environment, Some(2)));
    frozen(environment);
}

#[test]
fn without_freezing_an_idle_environment_runs_on() {
    let alb = start("Timeout: 10", &["--no-freeze"]);
    let environment = pid(&alb.get("/single/echo").json());
    for _ in 0..20 {
        assert!(proc::state(environment).is_some_and(|state| state != 'T'));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn an_environment_is_frozen_only_once_it_has_come_back_for_more() {
    let alb = start("Timeout: 10", &[]);
    let began = Instant::now();
    let environment = pid(&alb.get("/single/linger").json());
    assert!(began.elapsed() < Duration::from_millis(290), "the answer does not wait for what comes after it");
    let second = pid(&alb.get("/single/echo").json());
    assert_ne!(environment, second, "the first is still busy");
    frozen(environment);
    assert!(began.elapsed() >= Duration::from_millis(290), "it was let finish");
}

#[test]
fn requests_beyond_the_maximum_wait_their_turn() {
    let alb = start("Timeout: 10", &["--max-environments", "2"]);
    let mut connections: Vec<_> = (0..6).map(|_| slow(&alb, 100)).collect();
    let pids: HashSet<u64> =
        connections.iter_mut().map(|connection| pid(&connection.reply("GET").json())).collect();
    assert_eq!(pids.len(), 2);
}

#[test]
fn waiting_requests_are_served_in_the_order_of_their_arrival() {
    let alb = start("Timeout: 10", &["--max-environments", "1"]);
    alb.get("/single/echo");
    let mut connections = Vec::new();
    for _ in 0..4 {
        connections.push(slow(&alb, 60));
        std::thread::sleep(Duration::from_millis(15));
    }
    let counts: Vec<Option<u64>> =
        connections.iter_mut().map(|connection| connection.reply("GET").json()["count"].as_u64()).collect();
    assert_eq!(counts, [Some(2), Some(3), Some(4), Some(5)]);
}

#[test]
fn only_reserved_concurrency_throttles() {
    let alb = start("Timeout: 10, ReservedConcurrentExecutions: 1", &[]);
    let environment = pid(&alb.get("/single/echo").json());
    frozen(environment);
    let mut first = slow(&alb, 400);
    awake(environment);
    assert_eq!(alb.get("/single/echo").status, 502);
    alb.logged(&["Fn: throttled"]);
    assert_eq!(first.reply("GET").status, 200);
    eventually("a free execution", || (alb.get("/single/echo").status == 200).then_some(()));
}

#[test]
fn a_reserved_concurrency_of_zero_switches_a_function_off() {
    let alb = start("ReservedConcurrentExecutions: 0", &[]);
    assert_eq!(alb.get("/single/echo").status, 502);
}

#[test]
fn a_process_that_is_killed_during_a_request_is_a_502_and_the_next_one_is_fresh() {
    let alb = start("Timeout: 10", &[]);
    let environment = pid(&alb.get("/single/echo").json());
    frozen(environment);
    let mut connection = slow(&alb, 10_000);
    awake(environment);
    proc::kill(environment);
    assert_eq!(connection.reply("GET").status, 502);
    alb.logged(&["Fn: the runtime exited", "signal: 9"]);
    let reply = alb.get("/single/echo").json();
    assert_ne!(pid(&reply), environment);
    assert_eq!(reply["count"], 1);
}

#[test]
fn a_crash_during_a_request_is_a_502_and_the_next_one_is_fresh() {
    let alb = start("Timeout: 10", &[]);
    let environment = pid(&alb.get("/single/echo").json());
    assert_eq!(alb.get("/single/crash").status, 502);
    alb.logged(&["Fn: the runtime exited", "exit status: 9"]);
    assert_ne!(pid(&alb.get("/single/echo").json()), environment);
}

#[test]
fn a_process_that_died_while_it_was_idle_causes_no_502() {
    let alb = start("Timeout: 10", &[]);
    for _ in 0..3 {
        let environment = pid(&alb.get("/single/echo").json());
        frozen(environment);
        proc::kill(environment);
        eventually("its death", || matches!(proc::state(environment), None | Some('Z')).then_some(()));
        assert_ne!(pid(&alb.get("/single/echo").json()), environment);
    }
}

#[test]
fn an_answer_counts_even_if_the_process_ends_right_after_it() {
    let alb = start("Timeout: 10", &[]);
    for _ in 0..5 {
        let reply = alb.get("/single/leave");
        assert_eq!((reply.status, reply.json()["count"].as_u64()), (200, Some(1)));
    }
}

#[test]
fn a_timeout_is_a_502_and_kills_the_environment() {
    let alb = start("Timeout: 1", &[]);
    let environment = pid(&alb.get("/single/echo").json());
    let began = Instant::now();
    assert_eq!(alb.get("/single/sleep?ms=30000").status, 502);
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert!(began.elapsed() < Duration::from_secs(6));
    alb.logged(&["Fn: task timed out after 1.00 seconds"]);
    eventually("the end of the environment", || proc::state(environment).is_none().then_some(()));
    assert_eq!(alb.get("/single/echo").json()["count"], 1);
}

#[test]
fn the_deadline_is_the_functions_timeout() {
    let alb = start("Timeout: 10", &[]);
    let reply = alb.get("/single/echo").json();
    let now = alb_clock();
    let deadline: u64 = reply["runtime"]["lambda-runtime-deadline-ms"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("a deadline");
    assert!(deadline > now && deadline <= now + 10_000, "{deadline} is not within 10 s of {now}");
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:Fn";
    assert_eq!(reply["runtime"]["lambda-runtime-invoked-function-arn"], arn);
}

fn alb_clock() -> u64 {
    u64::try_from(local_alb::system::unix_time().as_millis()).expect("a time")
}

#[test]
fn a_function_error_leaves_its_environment_in_use() {
    let alb = start("Timeout: 10", &[]);
    let environment = pid(&alb.get("/single/echo").json());
    assert_eq!(alb.get("/single/fail").status, 502);
    let again = || (pid(&alb.get("/single/echo").json()) == environment).then_some(());
    eventually("the same environment", again);
}

#[test]
fn a_process_that_ends_before_it_asks_for_an_invocation_is_a_502() {
    let alb = start("Environment: {Variables: {INIT: exit}}", &[]);
    for _ in 0..2 {
        assert_eq!(alb.get("/single/echo").status, 502);
    }
    alb.logged(&["Fn: init failed: the runtime exited: exit status: 3"]);
}

#[test]
fn a_reported_init_error_is_a_502_with_its_reason_in_the_log() {
    let alb = start("Environment: {Variables: {INIT: error}}", &[]);
    assert_eq!(alb.get("/single/echo").status, 502);
    alb.logged(&["Fn: init failed", "no config"]);
}

#[test]
fn a_process_that_never_asks_for_an_invocation_is_a_502_after_ten_seconds() {
    let alb = start("Environment: {Variables: {INIT: hang}}", &[]);
    let began = Instant::now();
    let mut connection = alb.connect();
    connection.send_request("GET", "/single/echo", &[], b"");
    let environment = eventually("the process", || proc::children(alb.child.id()).pop());
    assert_eq!(connection.reply("GET").status, 502);
    assert!(began.elapsed() >= Duration::from_secs(10));
    alb.logged(&["the runtime did not ask for an invocation within 10 seconds"]);
    eventually("the end of the environment", || proc::state(environment).is_none().then_some(()));
}

#[test]
fn a_client_that_goes_away_leaves_the_environment_in_order() {
    let alb = start("Timeout: 10", &["--max-environments", "1"]);
    let environment = pid(&alb.get("/single/echo").json());
    frozen(environment);
    let connection = slow(&alb, 300);
    awake(environment);
    drop(connection);
    alb.logged(&["GET /single/sleep rule=SingleRule target=Single 460"]);
    let reply = alb.get("/single/echo").json();
    assert_eq!((pid(&reply), reply["count"].as_u64()), (environment, Some(3)));
}

#[test]
fn a_client_that_goes_away_while_it_waits_is_not_served() {
    let alb = start("Timeout: 10", &["--max-environments", "1"]);
    let mut first = slow(&alb, 400);
    std::thread::sleep(Duration::from_millis(100));
    let waiting = slow(&alb, 10);
    std::thread::sleep(Duration::from_millis(50));
    drop(waiting);
    alb.logged(&["/single/sleep", "460"]);
    assert_eq!(first.reply("GET").json()["count"], 1);
    assert_eq!(alb.get("/single/echo").json()["count"], 2);
}

#[test]
fn one_function_behind_two_target_groups_has_one_set_of_environments() {
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--max-environments", "1"]);
    let first = pid(&alb.get("/single/echo").json());
    assert_eq!(pid(&alb.get("/multi/echo").json()), first);
}

#[test]
fn what_a_function_writes_is_on_stderr_line_by_line_with_its_name() {
    let alb = start("Timeout: 10", &[]);
    alb.get("/single/log");
    alb.logged(&["Fn | to stdout"]);
    let first = alb.logged(&["Fn | to stderr yyy"]);
    assert!(first.len() < 17_000, "a long line is cut");
    let length = || {
        let log = alb.log();
        let pieces = log.iter().filter(|line| line.starts_with("Fn | ") && line.contains("yyy"));
        (pieces.map(|line| line.matches('y').count()).sum::<usize>() == 40_000).then_some(())
    };
    eventually("all of the long line, in pieces", length);
}
