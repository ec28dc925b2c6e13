//! `Fn::ForEach`: loops are expanded before the template is used.

use crate::support::balancer::Directory;

const HEAD: &str = "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Shelves: {Type: CommaDelimitedList, Default: 'Fiction,Poetry'}
Mappings:
  Priorities: {Fiction: {Value: '10'}, Poetry: {Value: '20'}}
";
const LISTENER: &str = "
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]}
";
const LOOP: &str = "
  Fn::ForEach::Shelf:
    - Name
    - !Ref Shelves
    - ${Name}Function: {Type: AWS::Serverless::Function}
      ${Name}Group:
        Type: AWS::ElasticLoadBalancingV2::TargetGroup
        Properties: {TargetType: lambda, Targets: [{Id: !GetAtt '${Name}Function.Arn'}]}
      ${Name}Rule:
        Type: AWS::ElasticLoadBalancingV2::ListenerRule
        Properties:
          ListenerArn: !Ref Listener
          Priority: !FindInMap [Priorities, !Ref Name, Value]
          Conditions: [{Field: path-pattern, Values: [!Sub '/${Name}/*']}]
          Actions: [{Type: forward, TargetGroupArn: !Ref '${Name}Group'}]
";

/// What a command says about a template of these parts, without the spaces of its columns.
fn said(command: &str, parts: &[&str], options: &[&str]) -> String {
    let directory = Directory::new();
    directory.write("template.yaml", parts.concat().trim_start());
    let (text, _) = directory.run(command, options);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

fn routes(parts: &[&str], options: &[&str]) -> String {
    said("routes", parts, options)
}

#[test]
fn a_loop_makes_functions_groups_and_rules_of_a_parameter() {
    let text = routes(&[HEAD, "Resources:\n", LISTENER, LOOP], &[]);
    assert!(
        text.contains(
            "10 FictionRule path-pattern /Fiction/* FictionGroup (function FictionFunction)\n\
             20 PoetryRule path-pattern /Poetry/* PoetryGroup (function PoetryFunction)\n"
        ),
        "{text}"
    );
    let text = routes(&[HEAD, "Resources:\n", LISTENER, LOOP], &["--parameter", "Shelves=Poetry"]);
    assert!(text.contains("20 PoetryRule") && !text.contains("Fiction"), "{text}");
}

#[test]
fn a_loop_may_be_all_that_there_is() {
    let both = "Resources:
  Fn::ForEach::Door:
    - Door
    - [Front, Back]
    - ${Door}Listener:
        Type: AWS::ElasticLoadBalancingV2::Listener
        Properties: {DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]}
";
    let text = routes(&[HEAD, both], &[]);
    assert!(text.contains("FrontListener") && text.contains("BackListener"), "{text}");
}

#[test]
fn loops_may_be_nested_and_an_inner_list_may_name_the_outer_value() {
    let nested = "
  Fn::ForEach::Outer:
    - A
    - ['1', '2']
    - Fn::ForEach::Inner:
        - B
        - ['3', !Sub '4${A}']
        - Rule${A}x${B}:
            Type: AWS::ElasticLoadBalancingV2::ListenerRule
            Properties:
              ListenerArn: !Ref Listener
              Priority: ${A}${B}
              Conditions: [{Field: path-pattern, Values: ['/${A}/&{B}']}]
              Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '200'}}]
";
    let text = routes(&[HEAD, "Resources:\n", LISTENER, nested], &[]);
    let rules: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(" path-pattern"))
        .map(|(head, _)| head)
        .collect();
    assert_eq!(rules, ["13 Rule1x3", "23 Rule2x3", "141 Rule1x41", "242 Rule2x42"]);
}

#[test]
fn an_ampersand_leaves_letters_and_digits_of_a_value() {
    let hosts = "
  Fn::ForEach::Host:
    - Host
    - [a.shop.test, b-shop.test]
    - Rule&{Host}:
        Type: AWS::ElasticLoadBalancingV2::ListenerRule
        Properties:
          ListenerArn: !Ref Listener
          Priority: !If ['IsA&{Host}', '1', '2']
          Conditions: [{Field: host-header, Values: [!Ref Host]}]
          Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '200'}}]
";
    let conditions = "Conditions:
  Fn::ForEach::IsA: [Host, [a.shop.test, b-shop.test], {'IsA&{Host}': !Equals [!Ref Host, a.shop.test]}]
";
    let text = routes(&[HEAD, conditions, "Resources:\n", LISTENER, hosts], &[]);
    assert!(text.contains("1 Ruleashoptest host-header a.shop.test"), "{text}");
    assert!(text.contains("2 Rulebshoptest host-header b-shop.test"), "{text}");
}

#[test]
fn what_is_wrong_with_a_loop_is_said_with_its_line() {
    let rule = "{'Rule${X}': {Type: T}}";
    for (loops, message) in [
        ("  Fn::ForEach::L: [X, [a]]\n", "it takes an identifier, a list and a part of the template"),
        (&format!("  Fn::ForEach::L: [X, a, {rule}]\n"), "it goes through a list"),
        (&format!("  Fn::ForEach::L: [X, [[a]], {rule}]\n"), "its list must be one of texts"),
        (&format!("  Fn::ForEach::L: [[X], [a], {rule}]\n"), "its identifier must be text"),
        ("  Fn::ForEach::L: [X, [a, b], {Rule: {Type: T}}]\n", "Rule is made twice: is ${X} in it?"),
        (&format!("  Fn::ForEach::L: [X, [a, a], {rule}]\n"), "Rulea is made twice"),
        (&format!("  Rulea: {{Type: T}}\n  Fn::ForEach::L: [X, [a], {rule}]\n"), "Rulea is given twice"),
        (&format!("  Fn::ForEach::L: [X, [a.b], {rule}]\n"), "Rulea.b is not a logical id"),
        (&format!("  Fn::ForEach::L: [X, !Ref Nothing, {rule}]\n"), "Nothing is neither a parameter"),
    ] {
        let text = routes(&[HEAD, "Resources:\n", LISTENER, loops], &[]);
        assert!(text.starts_with("template.yaml:") && text.contains(message), "{loops}: {text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
    let without = HEAD.replace("AWS::LanguageExtensions, ", "");
    let text = routes(&[&without, "Resources:\n", LISTENER, LOOP], &[]);
    assert!(
        text.contains("Fn::ForEach::Shelf: the template must have the transform AWS::LanguageExtensions"),
        "{text}"
    );
}

#[test]
fn loops_that_multiply_beyond_reason_are_refused() {
    let ten = "['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']";
    let mut body =
        "{'R${A}${B}${C}${D}${E}': {Type: T, Properties: {A: [1, 2, 3, 4, 5, 6, 7, 8]}}}".to_owned();
    for identifier in ["E", "D", "C", "B", "A"] {
        body = format!("{{'Fn::ForEach::{identifier}': [{identifier}, {ten}, {body}]}}");
    }
    let text = routes(&[HEAD, "Resources: ", &body], &[]);
    assert!(text.contains("it makes more than 200000 nodes"), "{text}");
}

#[test]
fn a_loop_whose_list_only_aws_knows_is_an_error_only_where_it_matters() {
    let unknown = "
  Topic:
    Type: AWS::SNS::Topic
    Properties: {Fn::ForEach::Tag: [Name, !GetAtt Other.Names, {'${Name}': a}]}
";
    let text = routes(&[HEAD, "Resources:\n", LISTENER, LOOP, unknown], &[]);
    assert!(text.contains("10 FictionRule"), "{text}");
    let inside = "
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 1
      Conditions: [{Field: path-pattern, Values: ['/a']}]
      Actions: [{Type: fixed-response, Fn::ForEach::Tag: [Name, !GetAtt Other.Names, {'${Name}': a}]}]
";
    let text = routes(&[HEAD, "Resources:\n", LISTENER, inside], &[]);
    assert!(text.contains("Fn::ForEach::Tag cannot be expanded here"), "{text}");
}

#[test]
fn a_list_has_a_length() {
    let rule = "
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: {Fn::Length: !Ref Shelves}
      Conditions: [{Field: path-pattern, Values: ['/a']}]
      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '200'}}]
";
    let text = routes(&[HEAD, "Resources:\n", LISTENER, rule], &["--parameter", "Shelves=a,b,c"]);
    assert!(text.contains("3 Rule path-pattern /a"), "{text}");
}
