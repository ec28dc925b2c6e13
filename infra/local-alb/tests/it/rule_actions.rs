//! What rules do with requests, over sockets.

use crate::support::balancer::{Balancer, exec};
use crate::support::origin::Origin;
use crate::support::templates::BASIC;

/// [`BASIC`] with other properties of `MultiRule`, which takes `/multi/*`.
fn with_rule(properties: &str) -> String {
    let old = "Actions: [{Type: forward, TargetGroupArn: !Ref Multi}]";
    assert!(BASIC.contains(old));
    BASIC.replace(old, properties)
}

fn start(properties: &str, args: &[&str]) -> Balancer {
    let function = exec("Fn");
    Balancer::start(&with_rule(properties), &[&["--function", function.as_str()], args].concat())
}

/// The `NAME=VALUE` of a cookie that an answer sets.
fn cookie(headers: &[&str], name: &str) -> String {
    let pairs = headers.iter().filter_map(|header| header.split(';').next());
    pairs.into_iter().find(|pair| pair.starts_with(&format!("{name}="))).expect("the cookie").to_owned()
}

#[test]
fn a_redirect_keeps_the_host_and_the_port_that_is_really_listened_on() {
    let alb = start(
        "Actions: [{Type: redirect, RedirectConfig: {StatusCode: HTTP_302, Path: '/new/#{path}'}}]",
        &[],
    );
    let reply = alb.connect().request("GET", "/multi/a%20b?c=d", &["Host: shop.test:1"], b"");
    assert_eq!((reply.status, reply.reason.as_str()), (302, "Found"));
    let location = format!("http://shop.test:{}/new/multi/a%20b?c=d", alb.port);
    assert_eq!(reply.header("location"), location);
    assert_eq!(reply.header("server"), "awselb/2.0");
    assert!(reply.text().contains("<h1>302 Found</h1>"), "{}", reply.text());
    alb.logged(&["rule=MultiRule target=redirect 302"]);
}

#[test]
fn groups_without_weight_get_nothing_and_without_any_weight_it_is_a_503() {
    let (a, b) = (Origin::ok(), Origin::ok());
    let weighted = |web: u32, other: u32| {
        let text = with_rule(&format!(
            "Actions: [{{Type: forward, ForwardConfig: {{TargetGroups: [
                {{TargetGroupArn: !Ref Web, Weight: {web}}}, {{TargetGroupArn: !Ref Other, Weight: {other}}}]}}}}]"
        ));
        text + "\n  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}\n"
    };
    let function = exec("Fn");
    let args = ["--function", &function, "--target", &a.target("Web"), "--target", &b.target("Other")];
    let alb = Balancer::start(&weighted(0, 5), &args);
    for _ in 0..5 {
        assert_eq!(alb.get("/multi/x").status, 200);
    }
    assert_eq!((a.seen().len(), b.seen().len()), (0, 5));
    let printed = alb.printed.lock().expect("the lines").join("\n");
    assert!(
        printed.contains(&format!("-> Web ({}) weight 0 | Other ({}) weight 5", a.url(), b.url())),
        "{printed}"
    );
    let alb = Balancer::start(&weighted(0, 0), &args);
    assert_eq!(alb.get("/multi/x").status, 503);
}

#[test]
fn a_client_with_the_cookie_stays_with_its_group() {
    let (a, b) = (Origin::ok(), Origin::ok());
    let text = with_rule(
        "Actions: [{Type: forward, ForwardConfig: {
            TargetGroups: [{TargetGroupArn: !Ref Web, Weight: 1}, {TargetGroupArn: !Ref Other, Weight: 1}],
            TargetGroupStickinessConfig: {Enabled: true, DurationSeconds: 60}}}]",
    ) + "\n  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}\n";
    let function = exec("Fn");
    let args = ["--function", &function, "--target", &a.target("Web"), "--target", &b.target("Other")];
    let alb = Balancer::start(&text, &args);
    let first = alb.get("/multi/x");
    let cookies = first.all("set-cookie");
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for name in ["AWSALBTG", "AWSALBTGCORS"] {
        let header = format!("Cookie: other=1; {}", cookie(&cookies, name));
        for _ in 0..10 {
            let reply = alb.connect().request("GET", "/multi/x", &[&header], b"");
            assert_eq!(reply.all("set-cookie").len(), 2, "its time begins anew");
        }
    }
    let seen = (a.seen().len(), b.seen().len());
    assert!(seen == (21, 0) || seen == (0, 21), "{seen:?}");
}

const TRANSFORMS: &str = r"Transforms:
        - {Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: '^/multi/(.*)$', Replace: '/v2/$1'}]}}
        - {Type: host-header-rewrite, HostHeaderRewriteConfig: {Rewrites: [{Regex: '^(.+)\.test$', Replace: '$1.internal'}]}}
      ";

#[test]
fn a_function_sees_what_the_transforms_made() {
    let alb = start(&format!("{TRANSFORMS}Actions: [{{Type: forward, TargetGroupArn: !Ref Multi}}]"), &[]);
    let payload = alb.get("/multi/echo?a=/multi/b").json()["payload"].clone();
    assert_eq!(payload["path"], "/v2/echo");
    assert_eq!(payload["multiValueQueryStringParameters"]["a"][0], "/multi/b");
    assert_eq!(payload["multiValueHeaders"]["host"][0], format!("app.internal:{}", alb.port));
    alb.logged(&["GET /multi/echo rule=MultiRule target=Multi 200"]);
}

#[test]
fn a_server_sees_what_the_transforms_made() {
    let origin = Origin::ok();
    let rule = format!("{TRANSFORMS}Actions: [{{Type: forward, TargetGroupArn: !Ref Web}}]");
    let alb = start(&rule, &["--target", &origin.target("Web")]);
    assert_eq!(alb.get("/multi/a?b=c").status, 200);
    assert_eq!(origin.last().line, "GET /v2/a?b=c HTTP/1.1");
    assert_eq!(origin.last().header("host"), format!("app.internal:{}", alb.port));
    assert_eq!(alb.connect().request("GET", "http://app.test/multi/a", &[], b"").status, 200);
    assert_eq!(origin.last().line, "GET /v2/a HTTP/1.1");
}

#[test]
fn a_transform_that_makes_no_url_or_no_host_is_a_500() {
    for transform in [
        "{Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: '^/multi', Replace: 'x'}]}}",
        "{Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: '/x', Replace: '/ y'}]}}",
        "{Type: host-header-rewrite, HostHeaderRewriteConfig: {Rewrites: [{Regex: '.*', Replace: ''}]}}",
    ] {
        let rule = format!(
            "Transforms: [{transform}]\n      Actions: [{{Type: forward, TargetGroupArn: !Ref Multi}}]"
        );
        let alb = start(&rule, &[]);
        assert_eq!(alb.get("/multi/x").status, 500, "{transform}");
        alb.logged(&["MultiRule: the transform gives no valid URL or host"]);
    }
}

#[test]
fn a_rule_that_would_authenticate_is_served_only_on_request_and_with_a_warning() {
    let rule = "Actions: [{Type: authenticate-oidc, Order: 1}, {Type: forward, Order: 2, TargetGroupArn: !Ref Multi}]";
    let alb = start(rule, &["--allow-unauthenticated"]);
    assert_eq!(alb.get("/multi/echo").status, 200);
    alb.logged(&["local-alb: rule MultiRule: authenticate-oidc is not performed, every request passes"]);
}

#[test]
fn conditions_see_the_peer_the_headers_and_the_query() {
    let rule = |condition: &str| {
        let old = r#"[{Field: path-pattern, Values: ["/multi/*"]}]"#;
        let text = BASIC.replace(old, &format!("[{condition}]"));
        let function = exec("Fn");
        let alb = Balancer::start(&text, &["--function", &function]);
        move |target: &str, headers: &[&str]| alb.connect().request("GET", target, headers, b"").status
    };
    let ask = rule("{Field: source-ip, SourceIpConfig: {Values: [127.0.0.0/8]}}");
    assert_eq!(ask("/x", &["X-Forwarded-For: 192.0.2.1"]), 200);
    let ask = rule("{Field: source-ip, SourceIpConfig: {Values: [192.0.2.0/24]}}");
    assert_eq!(ask("/x", &["X-Forwarded-For: 192.0.2.1"]), 503);
    let ask = rule("{Field: http-header, HttpHeaderConfig: {HttpHeaderName: X-Beta, Values: ['y*']}}");
    assert_eq!([ask("/x", &["x-beta: YES"]), ask("/x", &["x-beta: no"]), ask("/x", &[])], [200, 503, 503]);
    let ask = rule("{Field: query-string, QueryStringConfig: {Values: [{Key: v, Value: '2'}]}}");
    assert_eq!([ask("/x?V=2", &[]), ask("/x?v=3", &[]), ask("/v=2", &[])], [200, 503, 503]);
}

#[test]
fn a_listeners_attributes_change_the_headers_of_every_response() {
    let attributes = "ListenerAttributes: [{Key: routing.http.response.server.enabled, Value: false}, \
                      {Key: routing.http.response.access_control_allow_origin.header_value, Value: '*'}, \
                      {Key: routing.http.response.x_frame_options.header_value, Value: DENY}]";
    let template =
        BASIC.replacen("      DefaultActions", &format!("      {attributes}\n      DefaultActions"), 1);
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nserver: x\r\nx-frame-options: SAMEORIGIN\r\n\r\n";
    let origin = Origin::answering(answer);
    let alb = Balancer::start(&template, &["--function", &exec("Fn"), "--target", &origin.target("Web")]);
    for path in ["/", "/fixed", "/single/echo"] {
        let reply = alb.get(path);
        assert_eq!(reply.header("server"), "", "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(reply.all("x-frame-options"), ["DENY"], "{path}");
    }
}
