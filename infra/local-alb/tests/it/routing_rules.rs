//! Which rule answers which request.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderValue};
use local_alb::routing::{self, Options, RequestFacts, Table};
use local_alb::template::{Inputs, Template};

use crate::support::balancer::Balancer;

/// Rules, each with a fixed response that names it, on a listener whose default is `default`.
fn template(rules: &[(&str, u32, &str)]) -> String {
    let mut text = "
Conditions: {Yes: !Equals [a, a], No: !Equals [a, b]}
Resources:
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 200, MessageBody: default}}]
"
    .to_owned();
    for (name, priority, conditions) in rules {
        write!(
            text,
            "
  {name}:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: {priority}
      Conditions: {conditions}
      Actions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: 200, MessageBody: {name}}}}}]
"
        )
        .expect("text can be written to");
    }
    text
}

fn table(rules: &[(&str, u32, &str)]) -> Table {
    compile(&template(rules))
}

fn compile(text: &str) -> Table {
    let template = Template::parse("template.yaml", text, Inputs::default()).expect("a template");
    routing::load(&template, None, &Options::default()).expect("a table")
}

fn answer(table: &Table, method: &str, host: &str, path: &str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_str(host).expect("a host"));
    let facts = RequestFacts::new(method, path, &headers, IpAddr::V4(Ipv4Addr::LOCALHOST));
    table.route(&facts).expect("there is always a default").name.clone()
}

fn get(table: &Table, path: &str) -> String {
    answer(table, "GET", "app.test", path)
}

#[test]
fn the_lowest_priority_number_that_matches_wins_whatever_the_order_of_the_template() {
    let table = table(&[
        ("Wide", 50000, "[{Field: path-pattern, Values: ['/*']}]"),
        ("Narrow", 1, "[{Field: path-pattern, Values: [/a/b]}]"),
        ("Middle", 20, "[{Field: path-pattern, Values: [/a/*]}]"),
    ]);
    assert_eq!(get(&table, "/a/b"), "Narrow");
    assert_eq!(get(&table, "/a/c"), "Middle");
    assert_eq!(get(&table, "/b"), "Wide");
}

#[test]
fn what_no_rule_matches_is_for_the_default() {
    let table = table(&[("R", 1, "[{Field: path-pattern, Values: [/a]}]")]);
    assert_eq!(get(&table, "/a/"), "default");
    assert_eq!(get(&table, "/"), "default");
    assert_eq!(get(&compile(&template(&[])), "/"), "default");
}

#[test]
fn paths_are_case_sensitive_and_stars_cross_slashes() {
    let table = table(&[("R", 1, "[{Field: path-pattern, Values: ['/Img/*/x?.png']}]")]);
    assert_eq!(get(&table, "/Img/a/b/x1.png"), "R");
    for path in ["/img/a/x1.png", "/Img/a/x.png", "/Img/a/x12.png", "/Img/a/x1.PNG", "/Img/x1.png"] {
        assert_eq!(get(&table, path), "default", "{path}");
    }
}

#[test]
fn no_other_character_of_a_path_pattern_is_special() {
    let table = table(&[("R", 1, r#"[{Field: path-pattern, Values: ["/a.b+$~:@&'\"_-"]}]"#)]);
    assert_eq!(get(&table, "/a.b+$~:@&'\"_-"), "R");
    assert_eq!(get(&table, "/axb+$~:@&'\"_-"), "default");
}

#[test]
fn dot_segments_are_resolved_before_matching_and_double_slashes_are_not() {
    let table = table(&[("R", 1, "[{Field: path-pattern, Values: ['/admin/*']}]")]);
    assert_eq!(get(&table, "/public/../admin/x"), "R");
    assert_eq!(get(&table, "/./admin/x"), "R");
    assert_eq!(get(&table, "/admin/../public"), "default");
    assert_eq!(get(&table, "//admin/x"), "default");
    assert_eq!(get(&table, "/admin//x"), "R");
}

#[test]
fn hosts_are_compared_without_case_and_without_the_port() {
    let table = table(&[("R", 1, "[{Field: host-header, Values: ['*.Example.com']}]")]);
    for host in ["www.example.com", "WWW.EXAMPLE.COM", "a.b.example.com:8080"] {
        assert_eq!(answer(&table, "GET", host, "/"), "R", "{host}");
    }
    for host in ["example.com", "www.example.com.evil.test", "www.example.org"] {
        assert_eq!(answer(&table, "GET", host, "/"), "default", "{host}");
    }
}

#[test]
fn methods_are_exact_and_case_sensitive() {
    let condition = "[{Field: http-request-method, HttpRequestMethodConfig: {Values: [GET, PURGE-ALL]}}]";
    let table = table(&[("R", 1, condition)]);
    assert_eq!(answer(&table, "GET", "a.test", "/"), "R");
    assert_eq!(answer(&table, "PURGE-ALL", "a.test", "/"), "R");
    for method in ["HEAD", "get", "POST", "GETX"] {
        assert_eq!(answer(&table, method, "a.test", "/"), "default", "{method}");
    }
}

#[test]
fn conditions_are_all_needed_and_values_are_alternatives() {
    let table = table(&[(
        "R",
        1,
        "[{Field: path-pattern, Values: [/a, /b]}, {Field: host-header, Values: [x.test]},
          {Field: http-request-method, HttpRequestMethodConfig: {Values: [GET]}}]",
    )]);
    assert_eq!(answer(&table, "GET", "x.test", "/a"), "R");
    assert_eq!(answer(&table, "GET", "x.test", "/b"), "R");
    for (method, host, path) in [("POST", "x.test", "/a"), ("GET", "y.test", "/a"), ("GET", "x.test", "/c")] {
        assert_eq!(answer(&table, method, host, path), "default", "{method} {host} {path}");
    }
}

#[test]
fn the_old_and_the_typed_form_mean_the_same() {
    for conditions in [
        "[{Field: path-pattern, Values: [/a]}, {Field: host-header, Values: [x.test]}]",
        "[{Field: path-pattern, PathPatternConfig: {Values: [/a]}},
          {Field: host-header, HostHeaderConfig: {Values: [x.test]}}]",
    ] {
        let table = table(&[("R", 1, conditions)]);
        assert_eq!(answer(&table, "GET", "x.test", "/a"), "R");
        assert_eq!(answer(&table, "GET", "x.test", "/b"), "default");
    }
}

#[test]
fn a_whole_list_of_conditions_may_hang_on_an_if() {
    let lists = "[{Field: path-pattern, Values: [/yes]}], [{Field: path-pattern, Values: [/no]}]";
    let table = table(&[
        ("A", 1, &format!("!If [Yes, {lists}]")),
        ("B", 2, &format!("!If [No, {lists}]")),
        ("C", 3, "[{Field: path-pattern, Values: [/c]}, !If [No, {Field: nonsense}, !Ref AWS::NoValue]]"),
    ]);
    assert_eq!(get(&table, "/yes"), "A");
    assert_eq!(get(&table, "/no"), "B");
    assert_eq!(get(&table, "/c"), "C");
}

#[test]
fn a_rule_whose_condition_is_false_does_not_exist() {
    let text = template(&[("Here", 1, "[{Field: path-pattern, Values: [/a]}]")]);
    let table = compile(&text.replace("  Here:\n", "  Here:\n    Condition: No\n"));
    assert_eq!(get(&table, "/a"), "default");
}

#[test]
fn rules_of_another_listener_are_not_its_business() {
    let two = "
  Other:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 200}}]}
";
    let text = template(&[("R", 1, "[{Field: path-pattern, Values: [/a]}]")]);
    let text = text.replace("ListenerArn: !Ref Listener", "ListenerArn: !GetAtt Other.ListenerArn") + two;
    let template = Template::parse("template.yaml", &text, Inputs::default()).expect("a template");
    let first = routing::load(&template, Some("Listener"), &Options::default()).expect("a table");
    let second = routing::load(&template, Some("Other"), &Options::default()).expect("a table");
    assert_eq!(get(&first, "/a"), "default");
    assert_eq!(get(&second, "/a"), "R");
    let error = routing::load(&template, None, &Options::default()).expect_err("it cannot know which");
    assert!(error.to_string().contains("several listeners (Listener, Other): pass --listener"), "{error}");
}

#[test]
fn over_a_socket_the_query_is_no_part_of_the_path_and_the_port_none_of_the_host() {
    let alb = Balancer::start(
        &template(&[
            ("Path", 1, "[{Field: path-pattern, Values: [/a]}]"),
            ("Host", 2, "[{Field: host-header, Values: [shop.test]}]"),
            ("Method", 3, "[{Field: http-request-method, HttpRequestMethodConfig: {Values: [PURGE]}}]"),
        ]),
        &[],
    );
    let ask = |method: &str, target: &str, host: &str| {
        alb.connect().request(method, target, &[&format!("Host: {host}")], b"").text()
    };
    assert_eq!(ask("GET", "/a?x=/b", "app.test"), "Path");
    assert_eq!(ask("GET", "/b?x=/a", "app.test"), "default");
    assert_eq!(ask("GET", "/b", "SHOP.test:99"), "Host");
    assert_eq!(ask("PURGE", "/b", "app.test"), "Method");
    assert_eq!(ask("GET", "http://other.test/a", "app.test"), "Path");
}

#[test]
fn a_forward_config_with_one_group_is_a_simple_forward() {
    let text = "
Resources:
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions:
        - Type: forward
          Order: 1
          ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Group, Weight: 1}]}
";
    let table = compile(text);
    assert_eq!(table.groups.len(), 1);
    assert_eq!(table.groups[0].id, "Group");
}
