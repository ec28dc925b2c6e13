//! Constructs of other people's templates, each combined with each other one.

use serde_json::{Value, json};

use super::templates;

/// A construct: what it adds to the sections of a template with a listener `L`, the options that it needs, and the row
/// of its rule, by priority.
#[derive(Clone, Copy, Default)]
struct Construct {
    name: &'static str,
    parameters: &'static str,
    conditions: &'static str,
    mappings: &'static str,
    resources: &'static str,
    options: &'static [&'static str],
    row: Option<(u32, &'static str)>,
}

const NONE: Construct = Construct {
    name: "",
    parameters: "",
    conditions: "",
    mappings: "",
    resources: "",
    options: &[],
    row: None,
};

const CONSTRUCTS: [Construct; 11] = [
    Construct {
        name: "a flow collection that closes at its key",
        resources: "  R1:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n      ListenerArn: !Ref L\n      \
                    Priority: 1\n      Conditions:\n        - Field: path-pattern\n          Values: [\n            \"/a1\", \
                    \"/b1\"\n          ]\n      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"201\"}}]\n",
        row: Some((1, "R1 path-pattern /a1 | /b1 fixed-response 201")),
        ..NONE
    },
    Construct {
        name: "five values in one condition",
        resources: "  R2: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 2, \
                    Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/a, /b, /c, /d, /e]}}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"202\"}}]}}\n",
        row: Some((2, "R2 path-pattern /a | /b | /c | /d | /e fixed-response 202")),
        ..NONE
    },
    Construct {
        name: "a wildcard as the last label of a host",
        resources: "  R3: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 3, \
                    Conditions: [{Field: host-header, Values: [\"api-*.*\"]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"203\"}}]}}\n",
        row: Some((3, "R3 host-header api-*.* fixed-response 203")),
        ..NONE
    },
    Construct {
        name: "a boolean of YAML 1.1",
        parameters: "  Https: {Type: String, Default: True, AllowedValues: [True, False]}\n",
        conditions: "  HasHttps: !Equals [!Ref Https, \"true\"]\n",
        resources: "  R4: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Condition: HasHttps, Properties: {ListenerArn: !Ref L, \
                    Priority: 4, Conditions: [{Field: path-pattern, Values: [/4]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"204\"}}]}}\n",
        row: Some((4, "R4 path-pattern /4 fixed-response 204")),
        ..NONE
    },
    Construct {
        name: "a duplicate key",
        mappings: "  Images:\n    eu-west-1: {Path: /none}\n    us-east-1: {Path: /5}\n    us-east-1: {Path: /five}\n",
        resources: "  R5: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 5, \
                    Conditions: [{Field: path-pattern, Values: [!FindInMap [Images, !Ref AWS::Region, Path]]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"205\"}}]}}\n",
        row: Some((5, "R5 path-pattern /five fixed-response 205")),
        ..NONE
    },
    Construct {
        name: "an authentication by attributes",
        resources: "  Pool: {Type: AWS::Cognito::UserPool}\n  \
                    R6: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 6, \
                    Conditions: [{Field: path-pattern, Values: [/6]}], Actions: [{Type: authenticate-cognito, Order: 1, \
                    AuthenticateCognitoConfig: {UserPoolArn: !GetAtt Pool.Arn}}, \
                    {Type: fixed-response, Order: 2, FixedResponseConfig: {StatusCode: \"206\"}}]}}\n",
        options: &["--allow-unauthenticated"],
        row: Some((6, "R6 path-pattern /6 fixed-response 206 (without authenticate-cognito)")),
        ..NONE
    },
    Construct {
        name: "a priority of a custom resource",
        resources: "  Prio: {Type: Custom::NextPriority, Properties: {ServiceToken: x}}\n  \
                    R7: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, \
                    Priority: !GetAtt Prio.Priority, Conditions: [{Field: path-pattern, Values: [/7]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"207\"}}]}}\n",
        options: &["--attribute=Prio.Priority=7"],
        row: Some((7, "R7 path-pattern /7 fixed-response 207")),
        ..NONE
    },
    Construct {
        name: "a function of another stack",
        parameters: "  FunctionArn: {Type: String}\n",
        resources: "  Tg8: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: lambda, Targets: [{Id: !Ref FunctionArn}]}}\n  \
                    R8: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 8, \
                    Conditions: [{Field: path-pattern, Values: [/8]}], Actions: [{Type: forward, TargetGroupArn: !Ref Tg8}]}}\n",
        row: Some((8, "R8 path-pattern /8 Tg8 (function FunctionArn)")),
        ..NONE
    },
    Construct {
        name: "a network load balancer",
        resources: "  Nlb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Type: network}}\n  \
                    NlbTg: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: alb, Port: 80, Protocol: TCP}}\n  \
                    NlbL: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Nlb, Port: 80, \
                    Protocol: TCP, DefaultActions: [{Type: forward, TargetGroupArn: !Ref NlbTg}]}}\n",
        ..NONE
    },
    Construct {
        name: "a nested stack of the CDK",
        resources: "  Child:\n    Type: AWS::CloudFormation::Stack\n    Metadata: {\"aws:asset:path\": child.json, \"aws:asset:property\": TemplateURL}\n    \
                    Properties: {TemplateURL: !Sub \"https://s3.${AWS::Region}.amazonaws.com/x.json\", Parameters: {Listener: !Ref L}}\n",
        row: Some((10, "Child/R10 path-pattern /10 fixed-response 210")),
        ..NONE
    },
    Construct {
        name: "a name that is a parameter without a value",
        parameters: "  Name: {Type: String}\n",
        resources: "  Tg11: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Name: !Ref Name, Port: 80, Protocol: HTTP}}\n  \
                    R11: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 11, \
                    Conditions: [{Field: path-pattern, Values: [/11]}], Actions: [{Type: forward, TargetGroupArn: !Ref Tg11}]}}\n",
        row: Some((11, "R11 path-pattern /11 Tg11")),
        ..NONE
    },
];

const CHILD: &str = r#"{"Parameters": {"Listener": {"Type": "String"}}, "Resources": {"R10": {"Type":
  "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"ListenerArn": {"Ref": "Listener"}, "Priority": 10,
  "Conditions": [{"Field": "path-pattern", "Values": ["/10"]}],
  "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "210"}}]}}}}"#;

/// The case of a template with two constructs.
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
    let mut rows: Vec<(u32, &str)> = [first.row, second.row].into_iter().flatten().collect();
    rows.sort_unstable();
    let mut rules: Vec<String> = rows.iter().map(|(priority, row)| format!("{priority} {row}")).collect();
    let options = [first.options, second.options].concat();
    rules.push("default fixed-response 404".to_owned());
    json!({
        "files": {"template.yaml": text.lines().collect::<Vec<_>>(), "child.json": CHILD.lines().collect::<Vec<_>>()},
        "options": options,
        "crlf": windows,
        "byte_order_mark": windows,
        "expect": {"rules": rules, "errors": []},
    })
}

#[test]
fn each_construct_is_read_beside_each_other_one() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (index, first) in CONSTRUCTS.iter().enumerate() {
        for second in &CONSTRUCTS[index + 1..] {
            for (first, second, windows) in [(first, second, false), (second, first, true)] {
                count += 1;
                let problem = templates::template(&case(*first, *second, windows));
                failures
                    .extend(problem.map(|problem| format!("{} with {}: {problem}", first.name, second.name)));
            }
        }
    }
    assert_eq!(count, 110);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
