//! The access log: AWS's format, field by field.

use crate::support::balancer::{Balancer, Directory, exec};
use crate::support::eventually;
use crate::support::origin::Origin;
use crate::support::templates::BASIC;

struct Setup {
    origin: Origin,
    alb: Balancer,
    directory: Directory,
}

fn start() -> Setup {
    let (origin, directory) = (Origin::ok(), Directory::new());
    let path = directory.0.join("access.log").display().to_string();
    let target = origin.target("Web");
    let options = ["--function", &exec("Fn"), "--target", &target, "--access-log", &path];
    Setup { alb: Balancer::start(BASIC, &options), origin, directory }
}

impl Setup {
    /// The fields of the line of this number.
    fn line(&self, number: usize) -> Vec<String> {
        let path = self.directory.0.join("access.log");
        let read = || std::fs::read_to_string(&path).ok()?.lines().nth(number).map(fields);
        eventually("the line", read)
    }
}

/// Fields are apart by spaces; those with spaces are in quotes.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').expect("a closing quote"),
            None => rest.split_at(rest.find(' ').unwrap_or(rest.len())),
        };
        fields.push(field.to_owned());
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    fields
}

fn is_time(text: &str) -> bool {
    text.len() == "2026-01-02T03:04:05.000006Z".len() && text.starts_with("20") && text.ends_with('Z')
}

#[test]
fn a_forwarded_request_has_every_field_in_its_place() {
    let setup = start();
    let headers =
        ["User-Agent: curl/8 \"quoted\"", "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678"];
    let mut connection = setup.alb.connect();
    assert_eq!(connection.request("GET", "/a%20b?email=a@b.test", &headers, b"").status, 200);
    let port = setup.alb.port;
    let fields = setup.line(0);
    assert_eq!(fields.len(), 33, "{fields:?}");
    assert_eq!(fields[0], "http");
    assert!(is_time(&fields[1]), "{fields:?}");
    assert!(fields[2].starts_with("app/"));
    assert!(fields[3].starts_with("127.0.0.1:"));
    assert_eq!(fields[4], format!("127.0.0.1:{}", setup.origin.port));
    for seconds in &fields[5..8] {
        assert!(seconds.parse::<f64>().is_ok_and(|seconds| (0.0..20.0).contains(&seconds)), "{fields:?}");
        assert_eq!(seconds.split_once('.').map(|(_, digits)| digits.len()), Some(3));
    }
    assert_eq!(fields[8..10], ["200", "200"]);
    let sent = "GET /a%20b?email=a@b.test HTTP/1.1\r\nHost: app.test\r\n\r\n".len()
        + headers.iter().map(|header| header.len() + 2).sum::<usize>();
    assert_eq!(fields[10], sent.to_string(), "the bytes that came");
    assert!(fields[11].parse::<u64>().is_ok_and(|bytes| bytes > 20), "the bytes that went");
    assert_eq!(fields[12], format!("GET http://app.test:{port}/a%20b?email=a@b.test HTTP/1.1"));
    assert_eq!(fields[13], "curl/8 \\x22quoted\\x22");
    assert_eq!(fields[14..16], ["-", "-"], "no TLS");
    assert!(fields[16].starts_with("arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/Web/"));
    assert!(fields[17].ends_with("Root=1-67891233-abcdef012345678912345678"), "{fields:?}");
    assert_eq!(fields[18..21], ["-", "-", "0"], "the default rule");
    assert!(is_time(&fields[21]) && fields[21] <= fields[1]);
    assert_eq!(fields[22..25], ["forward", "-", "-"]);
    assert_eq!(fields[25..29], [fields[4].as_str(), "200", "-", "-"]);
    assert!(fields[29].starts_with("TID_"));
    assert_eq!(fields[30..33], ["-", "-", "-"]);
}

#[test]
fn functions_fixed_responses_and_refusals_have_their_lines_too() {
    let setup = start();
    setup.alb.get("/single/echo");
    let function = setup.line(0);
    assert_eq!((function[4].as_str(), function[8].as_str(), function[9].as_str()), ("-", "200", "200"));
    assert_eq!((function[20].as_str(), function[22].as_str()), ("10", "forward"));
    setup.alb.get("/single/fail");
    let failed = setup.line(1);
    assert_eq!(
        (failed[8].as_str(), failed[9].as_str(), failed[24].as_str()),
        ("502", "-", "LambdaUnhandled")
    );
    assert!(failed[5..8].iter().all(|seconds| seconds.parse::<f64>().is_ok_and(|seconds| seconds >= 0.0)));
    setup.alb.get("/fixed");
    let fixed = setup.line(2);
    assert_eq!(fixed[5..10], ["-1", "-1", "-1", "418", "-"]);
    assert_eq!((fixed[20].as_str(), fixed[22].as_str()), ("30", "fixed-response"));
    let mut connection = setup.alb.connect();
    connection.send(b"GET / HTTP/1.1\nHost: a\n\n");
    assert_eq!(connection.reply("GET").status, 400);
    let refused = setup.line(3);
    assert_eq!(refused[8], "400");
    assert_eq!(refused[12], format!("- http://-:{}- -", setup.alb.port));
    assert_eq!((refused[20].as_str(), refused[22].as_str(), refused[27].as_str()), ("-", "-", "Severe"));
}

#[test]
fn lines_are_appended_and_none_is_lost_at_the_end() {
    let setup = start();
    let path = setup.directory.0.join("access.log");
    let mut connection = setup.alb.connect();
    for _ in 0..50 {
        assert_eq!(connection.request("GET", "/fixed", &[], b"").status, 418);
    }
    drop(setup.alb);
    let written = std::fs::read_to_string(&path).expect("the log");
    assert_eq!(written.lines().count(), 50);
    let names: std::collections::BTreeSet<String> =
        written.lines().map(|line| fields(line)[29].clone()).collect();
    assert_eq!(names.len(), 1, "one connection");
}

#[test]
fn a_log_that_cannot_be_opened_is_an_error() {
    let output = crate::support::balancer::refuse(BASIC, &["--function", &exec("Fn"), "--access-log", "/"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--access-log /: "));
}

#[test]
fn a_request_that_is_not_quite_what_the_rfc_allows_is_classified() {
    let setup = start();
    let classes = |number: usize| setup.line(number)[27..29].to_vec();
    let mut connection = setup.alb.connect();
    connection.send(b"GET /fixed HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(connection.reply("GET").status, 418);
    assert_eq!(classes(0), ["Acceptable", "GetHeadZeroContentLength"]);
    let mut connection = setup.alb.connect();
    connection.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(connection.reply("POST").status, 400);
    assert_eq!(classes(1), ["Ambiguous", "BothTeClPresent"]);
}

#[test]
fn a_server_that_does_not_answer_has_taken_no_time() {
    let directory = Directory::new();
    let path = directory.0.join("access.log").display().to_string();
    let origin = Origin::raw(|_| {});
    let target = origin.target("Web");
    let options = ["--function", &exec("Fn"), "--target", &target, "--access-log", &path];
    let setup = Setup { alb: Balancer::start(BASIC, &options), origin, directory };
    assert_eq!(setup.alb.get("/").status, 502);
    let line = setup.line(0);
    assert_eq!(line[5..10], ["-1", "-1", "-1", "502", "-"]);
    assert_eq!(line[4], format!("127.0.0.1:{}", setup.origin.port));
}

#[test]
fn what_transforms_have_made_is_at_the_end_of_the_line() {
    let transforms = "Transforms:
        - {Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: '^/single/([a-z]*)', Replace: '/$1'}]}}
        - {Type: host-header-rewrite, HostHeaderRewriteConfig: {Rewrites: [{Regex: '^old', Replace: 'new'}]}}
      ListenerArn: !Ref Listener
      Priority: 10";
    let template = BASIC.replace("ListenerArn: !Ref Listener\n      Priority: 10", transforms);
    let (origin, directory) = (Origin::ok(), Directory::new());
    let path = directory.0.join("access.log").display().to_string();
    let options = ["--function", &exec("Fn"), "--access-log", &path];
    let setup = Setup { alb: Balancer::start(&template, &options), origin, directory };
    let mut connection = setup.alb.connect();
    assert_eq!(connection.request("GET", "/single/echo?a=b", &["Host: old.test"], b"").status, 200);
    assert_eq!(setup.line(0)[30..33], ["new.test", "/echo?a=b", "TransformSuccess"]);
    assert_eq!(connection.request("GET", "/single/9", &["Host: other.test"], b"").status, 200);
    assert_eq!(setup.line(1)[30..33], ["-", "/9", "TransformSuccess"]);
    assert_eq!(connection.request("GET", "/fixed", &[], b"").status, 418);
    assert_eq!(setup.line(2)[30..33], ["-", "-", "-"]);
}

#[test]
fn a_transform_that_fails_says_so() {
    let transforms = "Transforms:
        - {Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: '^/single/', Replace: ''}]}}
      ListenerArn: !Ref Listener
      Priority: 10";
    let template = BASIC.replace("ListenerArn: !Ref Listener\n      Priority: 10", transforms);
    let (origin, directory) = (Origin::ok(), Directory::new());
    let path = directory.0.join("access.log").display().to_string();
    let options = ["--function", &exec("Fn"), "--access-log", &path];
    let setup = Setup { alb: Balancer::start(&template, &options), origin, directory };
    assert_eq!(setup.alb.get("/single/a").status, 500);
    assert_eq!(setup.line(0)[30..33], ["-", "-", "TransformInvalidPath"]);
}

#[test]
fn only_its_owner_can_read_the_log() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new();
    for (name, before) in [("new.log", None), ("old.log", Some(0o644))] {
        let path = directory.0.join(name);
        if let Some(mode) = before {
            std::fs::write(&path, "").expect("a file");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("its mode");
        }
        let option = path.display().to_string();
        let _alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--access-log", &option]);
        let mode = std::fs::metadata(&path).expect("the log").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
