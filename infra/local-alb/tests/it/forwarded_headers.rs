//! The headers that the balancer adds or changes for an HTTP target.

use crate::support::balancer::Balancer;
use crate::support::origin::{Arrived, Origin};
use crate::support::templates::web;

struct Setup {
    origin: Origin,
    alb: Balancer,
}

fn start(attributes: &[(&str, &str)]) -> Setup {
    let origin = Origin::ok();
    let alb = Balancer::start(&web(attributes), &["--target", &origin.target("Web")]);
    Setup { origin, alb }
}

impl Setup {
    fn arrived(&self, headers: &[&str]) -> Arrived {
        assert_eq!(self.alb.connect().request("GET", "/", headers, b"").status, 200);
        self.origin.last()
    }
}

#[test]
fn the_clients_address_is_appended_and_protocol_and_port_are_overwritten() {
    let setup = start(&[]);
    assert_eq!(setup.arrived(&[]).header("x-forwarded-for"), "127.0.0.1");
    let arrived = setup.arrived(&[
        "X-Forwarded-For: 203.0.113.1, 203.0.113.2",
        "X-Forwarded-For: 203.0.113.3",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 443",
    ]);
    assert_eq!(arrived.header("x-forwarded-for"), "203.0.113.1, 203.0.113.2, 203.0.113.3, 127.0.0.1");
    assert_eq!(arrived.headers.iter().filter(|(name, _)| name == "x-forwarded-for").count(), 1);
    assert_eq!(arrived.header("x-forwarded-proto"), "http");
    assert_eq!(arrived.header("x-forwarded-port"), setup.alb.port.to_string());
}

#[test]
fn by_attribute_x_forwarded_for_is_preserved_or_removed() {
    let mode = "routing.http.xff_header_processing.mode";
    let preserving = start(&[(mode, "preserve")]);
    assert_eq!(
        preserving.arrived(&["X-Forwarded-For: 203.0.113.1"]).header("x-forwarded-for"),
        "203.0.113.1"
    );
    assert!(!preserving.arrived(&[]).has("x-forwarded-for"));
    let removing = start(&[(mode, "remove")]);
    assert!(!removing.arrived(&["X-Forwarded-For: 203.0.113.1"]).has("x-forwarded-for"));
}

#[test]
fn by_attribute_the_clients_port_is_appended_too() {
    let setup = start(&[("routing.http.xff_client_port.enabled", "true")]);
    let arrived = setup.arrived(&[]);
    let port = arrived.header("x-forwarded-for").strip_prefix("127.0.0.1:").expect("a port");
    assert!(port.parse::<u16>().is_ok_and(|port| port > 0));
}

#[test]
fn the_host_has_the_port_that_the_listener_really_has() {
    let setup = start(&[]);
    let port = setup.alb.port;
    for (sent, arrives) in [
        ("app.test".to_owned(), format!("app.test:{port}")),
        ("app.test:1".to_owned(), format!("app.test:{port}")),
        (format!("localhost:{port}"), format!("localhost:{port}")),
        ("[::1]".to_owned(), format!("[::1]:{port}")),
    ] {
        assert_eq!(setup.arrived(&[&format!("Host: {sent}")]).header("host"), arrives);
    }
}

#[test]
fn a_login_form_finds_its_origin_and_its_host_the_same() {
    // What Django's CSRF protection compares: the scheme and host of Origin against Host.
    let setup = start(&[]);
    let origin = format!("http://localhost:{}", setup.alb.port);
    let host = format!("Host: localhost:{}", setup.alb.port);
    let arrived = setup.arrived(&[&host, &format!("Origin: {origin}")]);
    let expected = format!("{}://{}", arrived.header("x-forwarded-proto"), arrived.header("host"));
    assert_eq!((arrived.header("origin"), expected.as_str()), (origin.as_str(), origin.as_str()));
}

#[test]
fn by_attribute_the_host_is_preserved() {
    let setup = start(&[("routing.http.preserve_host_header.enabled", "true")]);
    assert_eq!(setup.arrived(&["Host: app.test"]).header("host"), "app.test");
    assert_eq!(setup.arrived(&["Host: app.test:1"]).header("host"), "app.test:1");
}

#[test]
fn a_trace_id_is_made_extended_or_renewed() {
    let setup = start(&[]);
    let fresh = setup.arrived(&[]).header("x-amzn-trace-id").to_owned();
    assert!(fresh.starts_with("Root=1-") && fresh.len() == "Root=1-12345678-".len() + 24, "{fresh}");
    let root = "Root=1-67891233-abcdef012345678912345678";
    let extended = setup.arrived(&[&format!("X-Amzn-Trace-Id: {root};App=a")]);
    let extended = extended.header("x-amzn-trace-id");
    assert!(extended.starts_with("Self=1-") && extended.ends_with(&format!(";{root};App=a")), "{extended}");
    let renewed = setup.arrived(&[&format!("X-Amzn-Trace-Id: Self=1-old;{root}")]);
    let renewed = renewed.header("x-amzn-trace-id");
    assert!(
        renewed.starts_with("Self=1-") && !renewed.contains("old") && renewed.ends_with(root),
        "{renewed}"
    );
}
