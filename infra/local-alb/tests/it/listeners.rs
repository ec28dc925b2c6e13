//! Several listeners, and listeners of other stacks.

use crate::support::balancer::{Balancer, Directory, exec};
use crate::support::client::Connection;
use crate::support::origin::Origin;
use crate::support::templates::BASIC;

const TWO: &str = "
Resources:
  Public:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 200, MessageBody: public}}]}
  Internal:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 200, MessageBody: internal}}]}
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Internal
      Priority: 1
      Conditions: [{Field: path-pattern, Values: [/rule]}]
      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 200, MessageBody: rule}}]
";

/// A rule on a listener that another stack has.
fn elsewhere(listener: &str) -> String {
    format!(
        "
Parameters: {{ListenerArn: {{Type: String}}, Defaulted: {{Type: String, Default: arn:x}}}}
Resources:
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: {listener}
      Priority: 1
      Conditions: [{{Field: path-pattern, Values: [/rule]}}]
      Actions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: 200, MessageBody: rule}}}}]
"
    )
}

fn directory(template: &str) -> Directory {
    let directory = Directory::new();
    directory.write("template.yaml", template);
    directory
}

fn get(port: u16, path: &str) -> String {
    Connection::open(port).request("GET", path, &[], b"").text()
}

#[test]
fn several_listeners_are_all_served_on_free_ports() {
    let alb = Balancer::start_in(directory(TWO), &[]);
    let (public, internal) = (alb.port_of("Public"), alb.port_of("Internal"));
    assert_eq!([get(public, "/"), get(public, "/rule")], ["public", "public"]);
    assert_eq!([get(internal, "/"), get(internal, "/rule")], ["internal", "rule"]);
}

#[test]
fn listeners_that_are_named_are_served_where_it_is_said() {
    let alb = Balancer::start_in(directory(TWO), &["--listen", "Internal=127.0.0.1:0"]);
    assert_eq!(get(alb.port, "/rule"), "rule");
    assert_eq!(
        alb.printed.lock().expect("the lines").iter().filter(|line| line.contains("listening")).count(),
        1
    );
    let both = ["--listen", "Internal=127.0.0.1:0", "--listen", "Public=127.0.0.1:0"];
    let alb = Balancer::start_in(directory(TWO), &both);
    assert_eq!(get(alb.port_of("Internal"), "/"), "internal");
    assert_eq!(get(alb.port_of("Public"), "/"), "public");
    let alb = Balancer::start(TWO, &["--listener", "Public"]);
    assert_eq!(get(alb.port, "/"), "public");
}

#[test]
fn options_that_do_not_say_which_listener_is_meant() {
    for (args, message) in [
        (
            vec!["--listen", "127.0.0.1:0"],
            "there are several listeners (Public, Internal): pass --listener LOGICAL_ID, or --listen LISTENER=ADDR",
        ),
        (
            vec!["--listen", "127.0.0.1:0", "--listen", "Public=127.0.0.1:0"],
            "--listen: several of them must be of the form LISTENER=ADDR",
        ),
        (
            vec!["--listen", "Nope=127.0.0.1:0"],
            "--listen Nope: there is no such listener; the template has: Public, Internal",
        ),
    ] {
        let (text, status) = directory(TWO).run("serve", &args);
        assert_eq!(status, Some(2));
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn rules_on_a_listener_of_another_stack_are_served_and_its_default_is_a_503_that_says_so() {
    for (listener, name, args) in [
        ("!Ref ListenerArn", "ListenerArn", vec![]),
        ("!Ref ListenerArn", "ListenerArn", vec!["--parameter", "ListenerArn=arn:aws:x"]),
        ("!Ref Defaulted", "Defaulted", vec!["--listener", "Defaulted"]),
        ("!ImportValue shop-listener", "shop-listener", vec![]),
        ("!ImportValue shop-listener", "shop-listener", vec!["--import", "shop-listener=arn:aws:x"]),
        ("arn:aws:literal", "arn:aws:literal", vec![]),
    ] {
        let alb = Balancer::start(&elsewhere(listener), &args);
        assert_eq!(alb.get("/rule").text(), "rule", "{listener}");
        let reply = alb.get("/");
        assert_eq!((reply.status, reply.header("server")), (503, "local-alb"));
        let text =
            format!("local-alb: no rule matches, and the default action of {name} is in another stack\n");
        assert_eq!(reply.text(), text);
    }
    let (text, status) = directory(&elsewhere("!Ref ListenerArn")).run("routes", &["--listener", "Nope"]);
    let message = "--listener Nope: there is no such listener; the template has: ListenerArn\n";
    assert_eq!((text.as_str(), status), (message, Some(2)));
}

#[test]
fn the_protocol_and_the_default_of_a_listener_of_another_stack_are_stated_by_options() {
    let origin = Origin::ok();
    let target = origin.target("Web");
    for (listener, name) in [
        ("!Ref ListenerArn", "ListenerArn"),
        ("!ImportValue shop-listener", "shop-listener"),
        ("arn:aws:literal", "arn:aws:literal"),
    ] {
        let group = format!("{name}=Web");
        let alb = Balancer::start(&elsewhere(listener), &["--listener-default", &group, "--target", &target]);
        assert_eq!([alb.get("/rule").text(), alb.get("/").text()], ["rule", "ok"], "{listener}");
        let status = format!("{name}=404");
        let alb = Balancer::start(&elsewhere(listener), &["--listener-default", &status]);
        let reply = alb.get("/");
        assert_eq!((reply.status, reply.header("server")), (404, "awselb/2.0"), "{listener}");
    }
    let https = ["--listener-protocol", "ListenerArn=HTTPS", "--listen", "127.0.0.1:0"];
    let alb = Balancer::start_in(directory(&elsewhere("!Ref ListenerArn")), &https);
    let printed = alb.printed.lock().expect("the lines").join("\n");
    assert!(printed.starts_with("local-alb: listening on https://127.0.0.1:"), "{printed}");
}

#[test]
fn what_is_stated_of_a_listener_must_be_possible_and_not_in_the_template() {
    for (template, option, value, message) in [
        (
            TWO,
            "--listener-default",
            "Public=404",
            "--listener-default Public: the listener is in the template",
        ),
        (
            TWO,
            "--listener-protocol",
            "Nope=HTTP",
            "--listener-protocol Nope: there is no such listener of another stack; the template has rules for: none",
        ),
        (
            &elsewhere("!Ref ListenerArn"),
            "--listener-default",
            "Nope=404",
            "the template has rules for: ListenerArn\n",
        ),
        (TWO, "--listener-default", "L=302", "a status must be 2xx, 4xx or 5xx"),
        (TWO, "--listener-default", "L=", "it needs a status or a target group"),
        (TWO, "--listener-protocol", "L=TLS", "the protocol must be HTTP or HTTPS"),
    ] {
        let (text, status) = directory(template).run("routes", &[option, value]);
        assert_eq!(status, Some(2), "{value}");
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn a_rule_whose_listener_cannot_be_told_is_an_error() {
    let (text, status) = directory(&elsewhere("!GetAtt Nothing.ListenerArn")).run("routes", &[]);
    assert_eq!(
        (text.as_str(), status),
        ("template.yaml:7: Nothing is not a resource that exists\n", Some(2))
    );
}

#[test]
fn a_function_of_another_stack_is_served_with_a_warning_about_its_settings() {
    let template =
        BASIC.replacen("Targets: [{Id: !GetAtt Fn.Arn}]", "Targets: [{Id: !ImportValue books}]", 1);
    let (own, external) = (exec("Fn"), exec("books"));
    let alb = Balancer::start(&template, &["--function", &own, "--function", &external]);
    alb.logged(&["function books is of another stack", "15 minutes and 10240 MB are used"]);
    let answer = alb.get("/single/echo");
    assert_eq!(answer.json()["environment"]["AWS_LAMBDA_FUNCTION_NAME"], "books");
}
