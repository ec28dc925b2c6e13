//! What routing depends on and this program does not understand keeps it from starting, with its place.

use std::fmt::Write;

use crate::support::balancer::{Balancer, exec, refuse};
use crate::support::templates::BASIC;

fn stderr(template: &str, args: &[&str]) -> String {
    let output = refuse(template, args);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "it must not say that it listens");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The basic template with something replaced is refused, and the message names the line of `mark`.
fn refused(from: &str, to: &str, mark: &str, message: &str) {
    assert!(BASIC.contains(from), "{from}");
    let template = BASIC.replacen(from, to, 1);
    let line = template.lines().position(|line| line.contains(mark)).expect("the mark") + 1;
    let stderr = stderr(&template, &["--function", &exec("Fn")]);
    assert_eq!(stderr, format!("template.yaml:{line}: {message}\n"));
}

fn condition(condition: &str, message: &str) {
    let old = r#"[{Field: path-pattern, Values: ["/multi/*"]}]"#;
    refused(old, condition, condition, &format!("{message} (rule MultiRule)"));
}

fn action(action: &str, message: &str) {
    refused(
        "[{Type: forward, TargetGroupArn: !Ref Multi}]",
        action,
        action,
        &format!("{message} (rule MultiRule)"),
    );
}

#[test]
fn conditions_that_do_not_exist() {
    condition("[{Field: nonsense}]", "there is no condition field \"nonsense\"");
    condition(
        "[{Field: path-pattern, HostHeaderConfig: {Values: [a.b]}}]",
        "HostHeaderConfig does not belong in this condition",
    );
    condition(
        "[{Field: path-pattern, PathPatternConfig: {Values: [a], Keys: [b]}}]",
        "Keys does not belong in PathPatternConfig",
    );
    condition(
        "[{Field: source-ip, SourceIpConfig: {RegexValues: [a]}}]",
        "RegexValues does not belong in SourceIpConfig",
    );
}

#[test]
fn conditions_that_are_malformed() {
    condition("[{Values: [/a]}]", "a condition needs a Field");
    condition("[{Field: path-pattern}]", "the condition needs PathPatternConfig with Values");
    condition("[{Field: path-pattern, Values: []}]", "the condition has no values");
    condition(
        "[{Field: path-pattern, Values: [/a], PathPatternConfig: {Values: [/a]}}]",
        "either Values or PathPatternConfig may be given, not both",
    );
    condition(
        "[{Field: http-request-method, Values: [GET]}]",
        "the condition needs HttpRequestMethodConfig with Values",
    );
    condition(
        "[{Field: path-pattern, PathPatternConfig: {Values: [/a], RegexValues: [/a]}}]",
        "either Values or RegexValues may be given, not both",
    );
    condition(
        "[{Field: path-pattern, RegexValues: ['^/a(?=b)']}]",
        "regular expression \"^/a(?=b)\": look-around is not supported",
    );
    condition("[{Field: path-pattern, RegexValues: ['']}]", "a regular expression has 1 to 128 characters");
    condition(
        "[{Field: http-header, HttpHeaderConfig: {HttpHeaderName: 'X-*', Values: [a]}}]",
        "HttpHeaderName \"X-*\" must be a header's name of 1 to 40 characters, without wildcards",
    );
    condition(
        "[{Field: http-header, HttpHeaderConfig: {HttpHeaderName: Host, Values: [a]}}]",
        "for the Host header there is the condition host-header",
    );
    condition(
        "[{Field: query-string, QueryStringConfig: {Values: [a]}}]",
        "a value of a query string is a Key and a Value, or a Value",
    );
    condition(
        "[{Field: query-string, QueryStringConfig: {Values: [{Key: '', Value: a}]}}]",
        "Key of a query string must be 1 to 128 characters",
    );
    condition(
        "[{Field: source-ip, SourceIpConfig: {Values: [192.0.2.1]}}]",
        "source IP \"192.0.2.1\" must be a CIDR block, such as 192.0.2.0/24 or 2001:db8::/32",
    );
    condition("[]", "the rule has no Conditions");
}

#[test]
fn limits_of_conditions_and_rules() {
    condition(
        "[{Field: path-pattern, Values: [/a, /b, /c, /d, /e, /f]}]",
        "a rule has at most 5 values, this one has 6",
    );
    condition(
        "[{Field: path-pattern, Values: [/a, /b, /c]}, {Field: host-header, Values: [a.b, c.d, e.f]}]",
        "a rule has at most 5 values, this one has 6",
    );
    condition(
        "[{Field: path-pattern, Values: ['/*/*/*', '/?/?/?']}]",
        "a rule has at most 5 wildcards, this one has 6",
    );
    condition(
        "[{Field: path-pattern, Values: [/a]}, {Field: path-pattern, Values: [/b]}]",
        "a rule has at most one condition of path-pattern",
    );
    let characters = "must be 1 to 128 of A-Z, a-z, 0-9 and _-.$/~\"'@:+&*?";
    condition("[{Field: path-pattern, Values: ['/a(b)']}]", &format!("path pattern \"/a(b)\" {characters}"));
    let long = format!("/{}", "a".repeat(128));
    condition(
        &format!("[{{Field: path-pattern, Values: [{long}]}}]"),
        &format!("path pattern \"{long}\" {characters}"),
    );
    for host in ["localhost", "127.0.0.1", "a.b1", "a_b.test"] {
        condition(
            &format!("[{{Field: host-header, Values: ['{host}']}}]"),
            &format!(
                "host \"{host}\" must be 1 to 128 of A-Z, a-z, 0-9 and -.*? with a dot, after the last of which are letters or wildcards"
            ),
        );
    }
    condition(
        "[{Field: http-request-method, HttpRequestMethodConfig: {Values: [get]}}]",
        "method \"get\" must be 1 to 40 of A-Z, - and _",
    );
}

#[test]
fn priorities_out_of_range_or_given_twice() {
    for priority in ["0", "50001", "first"] {
        let message = "Priority must be a number from 1 to 50000 (rule MultiRule)";
        refused("Priority: 20", &format!("Priority: {priority}"), &format!("Priority: {priority}"), message);
    }
    let template = BASIC.replacen("Priority: 20", "Priority: 10", 1);
    let stderr = stderr(&template, &["--function", &exec("Fn")]);
    assert!(stderr.contains("SingleRule has the same Priority (rule MultiRule)"), "{stderr}");
}

#[test]
fn more_than_a_hundred_rules() {
    let mut template = BASIC.to_owned();
    for number in 0..98 {
        write!(
            template,
            "
  Rule{number}:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: {}
      Conditions: [{{Field: path-pattern, Values: [/a]}}]
      Actions: [{{Type: forward, TargetGroupArn: !Ref Web}}]
",
            1000 + number
        )
        .expect("text can be written to");
    }
    let stderr = stderr(&template, &["--function", &exec("Fn")]);
    assert!(stderr.contains("at most 100 rules, this one has 101"), "{stderr}");
}

#[test]
fn actions_that_do_not_exist_or_are_malformed() {
    action("[{Type: reverse}]", "there is no action type \"reverse\"");
    for guard in ["authenticate-cognito", "authenticate-oidc", "jwt-validation"] {
        action(
            &format!("[{{Type: {guard}, Order: 1}}]"),
            &format!(
                "{guard} cannot be performed here: pass --allow-unauthenticated to let every request pass it"
            ),
        );
    }
    let forward = |groups: &str| format!("[{{Type: forward, ForwardConfig: {{TargetGroups: [{groups}]}}}}]");
    action(
        &forward(&["{TargetGroupArn: arn}"; 6].join(", ")),
        "an action has at most 5 target groups, this one has 6",
    );
    action(
        &forward("{TargetGroupArn: a}, {TargetGroupArn: a}"),
        "this target group is in the action already",
    );
    action(&forward("{TargetGroupArn: a, Weight: 1000}"), "Weight must be a number from 0 to 999");
    action(
        "[{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: a}], TargetGroupStickinessConfig: {Enabled: true}}}]",
        "DurationSeconds must be a number from 1 to 604800",
    );
    action("[{Type: forward}]", "a forward action needs a TargetGroupArn");
    action("[{Type: forward, TargetGroupArn: ''}]", "TargetGroupArn is empty");
    action("[]", "there is no action");
    action(
        "[{Type: fixed-response, FixedResponseConfig: {StatusCode: 301}}]",
        "StatusCode must be 2xx, 4xx or 5xx",
    );
    action(
        "[{Type: fixed-response, FixedResponseConfig: {StatusCode: 200, ContentType: image/png}}]",
        "ContentType must be one of text/plain, text/css, text/html, application/javascript, application/json",
    );
    action(
        "[{Type: forward, TargetGroupArn: !Ref Web}, {Type: forward, TargetGroupArn: !Ref Web}]",
        "only the last action may be forward, redirect or fixed-response",
    );
}

#[test]
fn redirects_that_are_malformed_or_lead_back() {
    let redirect = |parts: &str| format!("[{{Type: redirect, RedirectConfig: {{{parts}}}}}]");
    let moved = |parts: &str| redirect(&format!("StatusCode: HTTP_301, {parts}"));
    action("[{Type: redirect}]", "redirect needs a RedirectConfig");
    action(&redirect("StatusCode: 301"), "StatusCode must be HTTP_301 or HTTP_302");
    let looping = "this is a redirect loop: it must change the protocol, the host, the port or the path";
    action(&redirect("StatusCode: HTTP_301"), looping);
    action(&moved("Path: '/#{path}', Query: a=b"), looping);
    action(&moved("Protocol: FTP"), "Protocol must be HTTP, HTTPS or #{protocol}");
    action(&moved("Port: 0"), "Port must be a number from 1 to 65535 or #{port}");
    action(&moved("Host: ''"), "Host must be 1 to 128 characters");
    action(&moved("Path: a"), "Path must be 1 to 128 characters and begin with a slash");
    action(&moved("Query: '?a=b'"), "Query must be at most 128 characters, without a leading question mark");
    action(&moved("Host: '#{path}'"), "Host cannot contain #{path}");
    action(&moved("Path: '/#{query}'"), "Path cannot contain #{query}");
}

#[test]
fn transforms_that_are_malformed() {
    let transforms = |list: &str, message: &str| {
        let written = format!("Priority: 20\n      Transforms: {list}");
        refused("Priority: 20", &written, "Transforms", &format!("{message} (rule MultiRule)"));
    };
    let url = "{Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: a, Replace: b}]}}";
    transforms("[{Type: reverse}]", "there is no transform type \"reverse\"");
    transforms("[{Type: url-rewrite}]", "url-rewrite needs UrlRewriteConfig with one of Rewrites");
    transforms(&format!("[{url}, {url}]"), "a rule has at most one transform url-rewrite");
    transforms(&format!("[{}]", url.replace("Regex: a, ", "")), "Regex must be at most 1024 characters");
    transforms(
        &format!("[{}]", url.replace("Regex: a", "Regex: a++")),
        "Regex \"a++\": possessive quantifiers are not supported",
    );
    transforms(
        &format!("[{}]", url.replace("Replace: b", "Replace: $1")),
        "Replace \"$1\": Regex captures no $1",
    );
}

#[test]
fn values_that_cannot_be_resolved_where_routing_needs_them() {
    let old = "Actions: [{Type: forward, TargetGroupArn: !Ref Multi}]";
    let cidr = "Actions: [{Type: forward, TargetGroupArn: !Cidr [a]}]";
    refused(old, cidr, cidr, "intrinsic function Fn::Cidr is not supported yet");
    let absent = "Actions: [{Type: forward, TargetGroupArn: !Ref Absent}]";
    refused(old, absent, absent, "Absent is neither a parameter nor a resource that exists");
    let external = "Targets: [{Id: elsewhere}]";
    refused(
        "Targets: [{Id: !GetAtt Fn.Arn}]",
        external,
        external,
        "the target of Single is not the ARN of a function",
    );
}

#[test]
fn properties_that_would_change_the_routing() {
    let unknown = "Priority: 20\n      Nonsense: [{Type: url-rewrite}]";
    let message = "property Nonsense is not supported yet (rule MultiRule)";
    refused("Priority: 20", unknown, "Nonsense", message);
    let alb = "TargetType: alb, Targets: [{Id: !GetAtt Fn.Arn}]";
    let message = "target type \"alb\" is not supported yet (Single)";
    refused("TargetType: lambda, Targets: [{Id: !GetAtt Fn.Arn}]", alb, alb, message);
    let tcp = "Properties:\n      Protocol: SPDY\n      DefaultActions";
    let message = "protocol SPDY is not supported (listener Listener)";
    refused("Properties:\n      DefaultActions", tcp, "Protocol: SPDY", message);
}

#[test]
fn a_function_that_rules_forward_to_without_an_option() {
    let stderr = stderr(BASIC, &[]);
    assert_eq!(
        stderr,
        "local-alb: rules forward to functions without a --function: pass --function Fn=exec:PATH \
         (or an Invoke URL instead of exec:PATH)\n"
    );
}

#[test]
fn options_that_name_nothing_or_are_given_twice() {
    let function = exec("Fn");
    for (args, message) in [
        (vec!["--function", "Gn=exec:/bin/true"], "--function Gn: the template has nothing of this name"),
        (vec!["--function", "Fn=exec:/bin/true"], "--function Fn: this is given twice"),
        (vec!["--target", "Wab=http://127.0.0.1:1"], "--target Wab: the template has nothing of this name"),
        (
            vec!["--target", "Web=127.0.0.1:1"],
            "--target Web: 127.0.0.1:1 must be of the form http://HOST:PORT",
        ),
        (vec!["--target", "Web=http://a.test/path"], "must be of the form http://HOST:PORT"),
        (vec!["--target", "Web=https://a.test"], "https is not supported yet"),
        (
            vec!["--parameter", "Nope=1"],
            "--parameter Nope: the template template.yaml declares no such parameter",
        ),
        (
            vec!["--listener", "Nope"],
            "--listener Nope: there is no such listener; the template has: Listener",
        ),
    ] {
        let args = [&["--function", function.as_str()], &args[..]].concat();
        let stderr = stderr(BASIC, &args);
        assert!(stderr.contains(message), "{stderr}");
    }
    for path in ["exec:/nowhere/at/all", "exec:/", "exec:template.yaml"] {
        let stderr = stderr(BASIC, &["--function", &format!("Fn={path}")]);
        assert!(stderr.starts_with("--function Fn: "), "{stderr}");
    }
}

#[test]
fn templates_that_are_none() {
    for (template, message) in [
        ("", "template.yaml:1: the template is empty"),
        ("Resources:\n  A: [1\n  B: 2\n", "template.yaml:3: "),
        ("Resources: {}\n", "template.yaml:1: the template has no Resources"),
        (
            "Resources: {A: {Type: T}}\n",
            "the template has no resource of type AWS::ElasticLoadBalancingV2::Listener",
        ),
    ] {
        let stderr = stderr(template, &[]);
        assert!(stderr.contains(message), "{template:?}: {stderr}");
    }
}

#[test]
fn a_macro_that_may_stand_for_rules() {
    let template = format!("{BASIC}\n  Fn::Transform: {{Name: Rules}}\n");
    let stderr = stderr(&template, &["--function", &exec("Fn")]);
    assert!(stderr.contains(": Fn::Transform is not supported yet among the resources"), "{stderr}");
}

#[test]
fn what_routing_does_not_depend_on_is_not_its_concern() {
    let unrelated = "
  Distribution:
    Type: AWS::CloudFront::Distribution
    Condition: Nope
    Properties: {A: !Cidr [x], B: !GetAtt Nothing.Here, C: {'Fn::ForEach::X': []}}
  Unused:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: alb, Targets: [{Id: !Ref Nothing}]}
  OtherFunction: {Type: AWS::Serverless::Function, Properties: {Timeout: !Ref Nothing}}
";
    let template = format!("{BASIC}{unrelated}");
    let alb = Balancer::start(&template, &["--function", &exec("Fn")]);
    assert_eq!(alb.get("/single/echo").status, 200);
}
