//! `export nginx`: what nginx cannot express is said, never left out. (That the rest is routed alike is held by the
//! end-to-end tests, which run nginx.)

use crate::support::balancer::Directory;
use crate::support::templates::BASIC;

fn export(template: &str, args: &[&str]) -> (String, Option<i32>) {
    let directory = Directory::new();
    directory.write("template.yaml", template);
    let output = directory.command("export", &[]).output().expect("the program runs");
    assert!(!output.status.success(), "a format must be named");
    let mut command = std::process::Command::new(crate::support::balancer::PROGRAM);
    command.current_dir(&directory.0).env_clear().args(["export", "nginx", "--template", "template.yaml"]);
    let output = command.args(args).output().expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&text).into_owned(), output.status.code())
}

/// [`BASIC`] with another condition in its last rule.
fn with_condition(condition: &str) -> String {
    let path = "[{Field: path-pattern, Values: [\"/fixed\"]}]";
    assert!(BASIC.contains(path));
    BASIC.replace(path, &format!("[{{{condition}}}]"))
}

#[test]
fn functions_are_expected_at_a_port_of_their_own_unless_told() {
    let (text, code) = export(BASIC, &["--target", "Web=http://127.0.0.1:8000"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("upstream alb_Single {\n    server 127.0.0.1:9001 max_fails=0;"), "{text}");
    assert!(text.contains("listen 80;"), "{text}");
    let (text, _) = export(BASIC, &["--target", "Fn=http://127.0.0.1:7000", "--listen", "127.0.0.1:8080"]);
    assert!(text.contains("upstream alb_Multi {\n    server 127.0.0.1:7000 max_fails=0;"), "{text}");
    assert!(text.contains("listen 127.0.0.1:8080;"), "{text}");
    assert!(text.contains("# Warning: target group Web answers 503"), "{text}");
    assert!(text.contains("local-alb: target group Web answers 503"), "{text}");
}

#[test]
fn what_nginx_cannot_express_is_refused_with_its_rule() {
    for (condition, reason) in [
        ("Field: http-header, HttpHeaderConfig: {HttpHeaderName: x_a, Values: [b]}", "nginx drops headers"),
        ("Field: path-pattern, PathPatternConfig: {RegexValues: ['[가-힣]']}", "beyond ASCII"),
        ("Field: path-pattern, PathPatternConfig: {RegexValues: ['\\b{start}a']}", "this kind of anchor"),
    ] {
        let (text, code) = export(&with_condition(condition), &[]);
        assert_eq!(code, Some(2), "{condition}: {text}");
        assert!(text.contains("rule FixedRule: ") && text.contains(reason), "{condition}: {text}");
    }
}

#[test]
fn what_nginx_does_otherwise_is_a_warning() {
    let header = "Field: http-header, HttpHeaderConfig: {HttpHeaderName: X-A, Values: [b]}";
    let (text, code) = export(&with_condition(header), &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("local-alb: rule FixedRule: nginx sees a header X-A that is sent several times"));
    let guarded = BASIC
        .replace("DefaultActions: [{", "DefaultActions: [{Type: authenticate-oidc, Order: 1}, {Order: 2, ");
    let (text, code) = export(&guarded, &["--allow-unauthenticated"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("authenticate-oidc is not performed, every request passes"), "{text}");
}

#[test]
fn a_listener_of_https_needs_a_certificate_or_has_to_do_without() {
    let secure = BASIC.replace("DefaultActions", "Protocol: HTTPS\n      Port: 443\n      DefaultActions");
    let (text, code) = export(&secure, &[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("pass --tls-cert FILE and --tls-key FILE, or --plain-http"), "{text}");
    let (text, _) = export(&secure, &["--tls-cert", "/etc/a b.pem", "--tls-key", "key.pem"]);
    assert!(
        text.contains("listen 443 ssl http2;") && text.contains("ssl_certificate \"/etc/a b.pem\";"),
        "{text}"
    );
    let (text, _) = export(&secure, &["--plain-http"]);
    assert!(text.contains("listen 443;"), "{text}");
}

#[test]
fn options_that_name_nothing_are_errors() {
    for (args, reason) in [
        (["--target", "Nobody=http://127.0.0.1:1"], "the template has nothing of this name"),
        (["--target", "Web=ftp://127.0.0.1"], "must be of the form http://HOST:PORT"),
        (["--listen", "Other=127.0.0.1:1"], "the listeners are: Listener"),
    ] {
        let (text, code) = export(BASIC, &args);
        assert_eq!(code, Some(2), "{args:?}: {text}");
        assert!(text.contains(reason), "{args:?}: {text}");
    }
}

#[test]
fn an_export_logs_no_query_and_no_path() {
    let (text, code) = export(BASIC, &["--target", "Web=http://127.0.0.1:8000"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("    access_log off;\n"), "{text}");
    let format = text.lines().find(|line| line.starts_with("log_format alb ")).expect("a format to log with");
    for private in ["$request ", "$request_uri", "$uri", "$args", "$remote_addr", "$http_"] {
        assert!(!format.contains(private), "{format}");
    }
}
