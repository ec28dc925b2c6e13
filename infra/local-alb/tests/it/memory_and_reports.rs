//! `MemorySize` is held, and every invocation ends with a report.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::balancer::{Balancer, exec};
use crate::support::templates::with_function;
use crate::support::{eventually, proc};

fn start(properties: &str) -> Balancer {
    Balancer::start(&with_function(properties), &["--function", &exec("Fn")])
}

fn pid(alb: &Balancer) -> u64 {
    alb.get("/single/echo").json()["pid"].as_u64().expect("a process id")
}

/// The parts of the report of this number.
fn report(alb: &Balancer, number: usize) -> Vec<String> {
    let reports = || alb.log().into_iter().filter(|line| line.starts_with("Fn | REPORT ")).nth(number);
    eventually("the report", reports).split('\t').map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
mod limit {
    use super::*;

    #[test]
    fn a_function_that_uses_more_than_its_memory_is_killed_and_answered_with_502() {
        let alb = start("MemorySize: 128");
        let environment = pid(&alb);
        assert_eq!(alb.get("/single/hoard?mb=160").status, 502);
        let line = alb.logged(&["local-alb: Fn: Runtime.OutOfMemory"]);
        assert!(
            line.contains("MemorySize is 128 MB: the runtime exited with error: signal: killed"),
            "{line}"
        );
        eventually("its end", || proc::state(environment).is_none().then_some(()));
        let parts = report(&alb, 1);
        assert_eq!(parts[parts.len() - 2..], ["Status: error", "Error Type: Runtime.OutOfMemory"]);
        assert_eq!(alb.get("/single/echo").json()["count"], 1, "the next environment is a new one");
    }

    #[test]
    fn it_is_killed_when_it_uses_too_much_and_not_only_when_it_answers() {
        let alb = start("MemorySize: 128, Timeout: 60");
        let began = Instant::now();
        assert_eq!(alb.get("/single/hoard-and-sleep?mb=200").status, 502);
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    }

    #[test]
    fn what_a_function_has_started_counts_too() {
        let alb = start("MemorySize: 128, Timeout: 60");
        assert_eq!(alb.get("/single/hoard-in-child?mb=160").status, 502);
        alb.logged(&["Fn: Runtime.OutOfMemory"]);
        let children = || proc::children(alb.child.id()).is_empty().then_some(());
        eventually("the end of all of them", children);
    }

    #[test]
    fn the_template_says_how_much_is_allowed() {
        let alb = start("MemorySize: 512");
        assert_eq!(alb.get("/single/hoard?mb=160").status, 200);
        let parts = report(&alb, 0);
        assert_eq!(parts[3], "Memory Size: 512 MB");
        let used = parts[4].strip_prefix("Max Memory Used: ").and_then(|text| text.strip_suffix(" MB"));
        let used: u64 = used.and_then(|text| text.parse().ok()).expect("a number");
        assert!((160..200).contains(&used), "{used}");
    }

    #[test]
    fn what_it_has_used_adds_up_over_the_life_of_an_environment() {
        let alb = start("MemorySize: 128");
        for _ in 0..2 {
            assert_eq!(alb.get("/single/hoard?mb=50").status, 200);
        }
        assert_eq!(alb.get("/single/hoard?mb=50").status, 502);
    }
}

#[test]
fn the_report_of_an_invocation_says_how_long_it_took_and_of_a_cold_start_how_long_that_did() {
    let alb = start("Timeout: 10");
    alb.get("/single/sleep?ms=50");
    alb.get("/single/echo");
    let (cold, warm) = (report(&alb, 0), report(&alb, 1));
    let id = cold[0].strip_prefix("Fn | REPORT RequestId: ").expect("an id");
    assert_eq!(id.len(), 36);
    let number = |text: &str, name: &str| -> f64 {
        let text = text.strip_prefix(name).and_then(|text| text.strip_suffix(" ms"));
        text.and_then(|text| text.parse().ok()).expect("a number")
    };
    let (duration, billed) = (number(&cold[1], "Duration: "), number(&cold[2], "Billed Duration: "));
    let init = number(cold.last().expect("parts"), "Init Duration: ");
    assert!(duration >= 50.0, "{cold:?}");
    assert!((duration + init - 0.02..duration + init + 1.02).contains(&billed), "{cold:?}");
    assert!(!warm.iter().any(|part| part.starts_with("Init")), "{warm:?}");
    assert!(!warm.iter().any(|part| part.starts_with("Status")), "{warm:?}");
    assert_ne!(cold[0], warm[0]);
}

#[test]
fn the_report_of_a_failed_invocation_says_how_it_failed() {
    let alb = start("Timeout: 1");
    for (verb, end) in [
        ("fail", "Status: error"),
        ("crash", "Status: error\tError Type: Runtime.ExitError"),
        ("sleep?ms=9000", "Status: timeout"),
    ] {
        assert_eq!(alb.get(&format!("/single/{verb}")).status, 502);
        alb.logged(&["Fn | REPORT ", &format!("\t{end}")]);
    }
}

#[test]
fn a_function_that_logs_in_json_has_its_reports_in_json() {
    let alb = start("LoggingConfig: {LogFormat: JSON}");
    alb.get("/single/echo");
    let line = alb.logged(&["Fn | {", "platform.report"]);
    let report: Value = serde_json::from_str(line.strip_prefix("Fn | ").expect("a name")).expect("JSON");
    assert_eq!(
        (&report["type"], &report["record"]["status"]),
        (&"platform.report".into(), &"success".into())
    );
    let metrics = &report["record"]["metrics"];
    assert_eq!(metrics["memorySizeMB"], 128);
    assert!(metrics["durationMs"].as_f64().is_some_and(|duration| duration > 0.0), "{report}");
    assert!(metrics["initDurationMs"].as_f64().is_some_and(|duration| duration > 0.0), "{report}");
}

#[test]
fn the_template_may_do_without_reports() {
    let alb = start("LoggingConfig: {LogFormat: JSON, SystemLogLevel: WARN}");
    for _ in 0..3 {
        assert_eq!(alb.get("/single/echo").status, 200);
    }
    assert!(!alb.log().iter().any(|line| line.contains("platform.report")));
}
