//! Properties that hold for every request and all rules.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName, HeaderValue};
use local_alb::routing::{self, Options, RequestFacts, Table};
use local_alb::template::{Inputs, Template};
use proptest::prelude::*;

/// A rule for each of these lists of conditions, by ascending priority.
fn table(rules: &[String]) -> Table {
    let fixed = "[{Type: fixed-response, FixedResponseConfig: {StatusCode: 200}}]";
    let mut text = format!(
        "Resources:\n  L: {{Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {{DefaultActions: {fixed}}}}}\n"
    );
    for (index, conditions) in rules.iter().enumerate() {
        writeln!(
            text,
            "  R{index}: {{Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {{ListenerArn: !Ref L, \
             Priority: {}, Conditions: {conditions}, Actions: {fixed}}}}}",
            index + 1
        )
        .expect("text can be written to");
    }
    let template = Template::parse("t.yaml", &text, Inputs::default()).expect("a template");
    routing::load(&template, None, &Options::default()).expect("a table")
}

fn route(table: &Table, method: &str, host: &str, target: &str, header: (&str, &str)) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_str(host).expect("a host"));
    let name: HeaderName = header.0.parse().expect("a name");
    headers.insert(name, HeaderValue::from_str(header.1).expect("a value"));
    let facts = RequestFacts::new(method, target, &headers, IpAddr::V4(Ipv4Addr::LOCALHOST));
    let rule = table.route(&facts).expect("there is always a default");
    let first =
        table.rules.iter().find(|rule| rule.conditions.iter().all(|condition| condition.matches(&facts)));
    assert_eq!(first.map(|rule| &rule.name), Some(&rule.name), "it must be the first that matches");
    rule.name.clone()
}

proptest! {
    #[test]
    fn hosts_headers_and_queries_have_no_case(
        host in "[ab]{1,2}\\.[ab]", header in "[ab]{1,3}", key in "[ab]", value in "[ab]{0,2}",
    ) {
        let table = table(&[
            "[{Field: host-header, Values: ['a*.a']}]".to_owned(),
            "[{Field: http-header, HttpHeaderConfig: {HttpHeaderName: X-Mark, Values: ['?b*']}}]".to_owned(),
            "[{Field: query-string, QueryStringConfig: {Values: [{Key: a, Value: 'b?'}, {Value: a}]}}]".to_owned(),
        ]);
        let target = format!("/?{key}={value}");
        let lower = route(&table, "GET", &host, &target, ("x-mark", &header));
        let upper = |text: &str| text.to_ascii_uppercase();
        let raised = route(&table, "GET", &upper(&host), &upper(&target), ("X-MARK", &upper(&header)));
        prop_assert_eq!(lower, raised);
    }

    #[test]
    fn paths_and_methods_have_one(path in "/[aA]{1,3}", method in "[gG][eE][tT]") {
        let table = table(&[
            format!("[{{Field: path-pattern, Values: ['{path}']}}]"),
            "[{Field: http-request-method, HttpRequestMethodConfig: {Values: [GET]}}]".to_owned(),
        ]);
        let answer = |method: &str, path: &str| route(&table, method, "a.a", path, ("x", "y"));
        prop_assert_eq!(answer(&method, &path), "R0");
        let other: String = path.chars().map(|c| if c == 'a' { 'A' } else if c == 'A' { 'a' } else { c }).collect();
        prop_assert_eq!(answer(&method, &other), if method == "GET" { "R1" } else { "default" });
    }

    #[test]
    fn the_port_and_the_query_change_nothing_where_they_are_not_asked_for(
        port in 1..=65535_u16, query in "[a-z=&%*?/]{0,12}",
    ) {
        let path = "{Field: path-pattern, Values: ['/a?c']}";
        let table = table(&[format!("[{path}, {{Field: host-header, Values: ['*.test']}}]")]);
        let target = format!("/abc?{query}");
        prop_assert_eq!(route(&table, "GET", &format!("x.test:{port}"), &target, ("x", "y")), "R0");
    }
}
