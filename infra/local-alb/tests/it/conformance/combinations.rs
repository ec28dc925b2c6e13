//! Constructs of other people's templates, each combined with each other one.

use serde_json::{Value, json};

use super::constructs::{CONSTRUCTS, Construct};
use super::templates;

const CHILD: &str = r#"{"Parameters": {"Listener": {"Type": "String"}}, "Resources": {"R10": {"Type":
  "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"ListenerArn": {"Ref": "Listener"}, "Priority": 10,
  "Conditions": [{"Field": "path-pattern", "Values": ["/10"]}],
  "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "210"}}]}}}}"#;

const FRONT: &str = "Parameters: {Listener: {Type: String}}
Resources: {Alb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}}
Outputs:
  StackName: {Value: !Ref AWS::StackName}
  Listener: {Value: !Ref Listener, Export: {Name: !Sub \"${AWS::StackName}-Listener\"}}";

const SHOP: &str = "Parameters: {Prefix: {Type: String}}
Resources:
  R12: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: {\"Fn::ImportValue\": !Sub \"${Prefix}-Listener\"},
    Priority: 12, Conditions: [{Field: path-pattern, Values: [/12]}],
    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"212\"}}]}}";

/// The files and options of a template with two constructs.
fn case(first: Construct, second: Construct, windows: bool) -> Value {
    let section = |name: &str, part: fn(&Construct) -> &'static str| {
        let text = [part(&first), part(&second)].concat();
        if text.is_empty() { text } else { format!("{name}:\n{text}") }
    };
    let listener = "  L: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Port: 80, Protocol: HTTP, DefaultActions: \
                    [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"404\"}}]}}\n";
    let text = [
        section("Parameters", |construct| construct.parameters),
        section("Conditions", |construct| construct.conditions),
        section("Mappings", |construct| construct.mappings),
        format!("Resources:\n{listener}{}{}", first.resources, second.resources),
    ]
    .concat();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let options = [first.options, second.options].concat();
    json!({
        "files": {
            "template.yaml": lines(&text),
            "child.json": lines(CHILD),
            "front.yaml": lines(FRONT),
            "shop.yaml": lines(SHOP),
        },
        "options": options,
        "crlf": windows,
        "byte_order_mark": windows,
    })
}

/// The rows of `routes`: those of the listener `L`, then those of the constructs' listeners.
fn rows(first: Construct, second: Construct) -> Vec<String> {
    let mut rules: Vec<(u32, &str)> = [first.row, second.row].into_iter().flatten().collect();
    rules.sort_unstable();
    let mut rows: Vec<String> = rules.iter().map(|(priority, row)| format!("{priority} {row}")).collect();
    rows.push("default fixed-response 404".to_owned());
    let others = [first.listeners, second.listeners, first.external, second.external].concat();
    if !others.is_empty() {
        rows.insert(0, "L (HTTP 80)".to_owned());
    }
    for (heading, listed) in others {
        rows.extend([String::new(), heading.to_owned()]);
        rows.extend(listed.iter().map(|row| (*row).to_owned()));
    }
    rows
}

/// The difference between what is expected and what the commands say.
fn problem(first: Construct, second: Construct, windows: bool) -> Option<String> {
    let found = templates::found(&case(first, second, windows));
    let refused: Vec<&str> = [first.refused, second.refused].into_iter().flatten().collect();
    if !refused.is_empty() {
        let error = found["error"].as_str().unwrap_or_default();
        return (!refused.iter().any(|message| error.contains(message))).then(|| found.to_string());
    }
    if found["rules"] != json!(rows(first, second)) {
        return Some(found.to_string());
    }
    let all_said = |key: &str, expected: Vec<&str>| {
        let said = found[key].as_array().expect("a list");
        let is_said =
            |wanted: &&str| said.iter().any(|text| text.as_str().is_some_and(|text| text.ends_with(wanted)));
        said.len() == expected.len() && expected.iter().all(is_said)
    };
    let errors = all_said("errors", [first.errors, second.errors].concat());
    let warnings = all_said("warnings", [first.warnings, second.warnings].concat());
    (!(errors && warnings)).then(|| found.to_string())
}

#[test]
fn each_construct_is_read_beside_each_other_one() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (index, first) in CONSTRUCTS.iter().enumerate() {
        for second in &CONSTRUCTS[index + 1..] {
            for (first, second, windows) in [(first, second, false), (second, first, true)] {
                count += 1;
                let problem = problem(*first, *second, windows);
                failures
                    .extend(problem.map(|problem| format!("{} with {}: {problem}", first.name, second.name)));
            }
        }
    }
    assert_eq!(count, 506);
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}
