//! Constructs of other people's templates, for templates with two of them.

/// A construct: what it adds to the sections of a template with a listener `L`, the options that it needs, and the row
/// of its rule, by priority.
#[derive(Clone, Copy)]
pub struct Construct {
    pub name: &'static str,
    pub parameters: &'static str,
    pub conditions: &'static str,
    pub mappings: &'static str,
    pub resources: &'static str,
    pub options: &'static [&'static str],
    pub row: Option<(u32, &'static str)>,
    /// Its own listeners: the heading of each, and its rows.
    pub listeners: &'static [(&'static str, &'static [&'static str])],
    /// Those of other stacks, likewise.
    pub external: &'static [(&'static str, &'static [&'static str])],
    /// The errors of `check`, without the places.
    pub errors: &'static [&'static str],
    /// The warnings of `check`, without the places.
    pub warnings: &'static [&'static str],
    /// The error with which the template is refused, without its place.
    pub refused: Option<&'static str>,
}

const NONE: Construct = Construct {
    name: "",
    parameters: "",
    conditions: "",
    mappings: "",
    resources: "",
    options: &[],
    row: None,
    listeners: &[],
    external: &[],
    errors: &[],
    warnings: &[],
    refused: None,
};

pub const CONSTRUCTS: [Construct; 23] = [
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
        warnings: &["key \"us-east-1\" is given twice: the last one is used"],
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
        warnings: &["listener NlbL is not of an application load balancer: it is left out"],
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
    Construct {
        name: "an export of one nested stack that another one imports",
        resources: "  Shop12: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: shop.yaml, \
                    Parameters: {Prefix: !GetAtt Front12.Outputs.StackName}}}\n  \
                    Front12: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: front.yaml, Parameters: {Listener: !Ref L}}}\n",
        row: Some((12, "Shop12/R12 path-pattern /12 fixed-response 212")),
        ..NONE
    },
    Construct {
        name: "a listener of another stack",
        parameters: "  Listener13: {Type: String}\n",
        resources: "  R13: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref Listener13, Priority: 13, \
                    Conditions: [{Field: path-pattern, Values: [\"*\"]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"213\"}}]}}\n",
        external: &[(
            "Listener13",
            &["13 R13 path-pattern * fixed-response 213", "default (in another stack)"],
        )],
        ..NONE
    },
    Construct {
        name: "a listener of a custom resource whose default is stated",
        resources: "  Env: {Type: Custom::Environment, Properties: {ServiceToken: x}}\n  \
                    R14: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !GetAtt Env.ListenerArn, Priority: 14, \
                    Conditions: [{Field: path-pattern, Values: [/14]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"214\"}}]}}\n",
        options: &["--listener-default=Env.ListenerArn=404", "--listener-protocol=Env.ListenerArn=HTTPS"],
        external: &[(
            "Env.ListenerArn (HTTPS)",
            &["14 R14 path-pattern /14 fixed-response 214", "default fixed-response 404"],
        )],
        ..NONE
    },
    Construct {
        name: "settings that are not performed",
        resources: "  Tg15: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 443, Protocol: HTTPS, ProtocolVersion: GRPC, \
                    TargetGroupAttributes: [{Key: stickiness.enabled, Value: \"true\"}]}}\n  \
                    R15: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 15, \
                    Conditions: [{Field: path-pattern, Values: [/15]}], Actions: [{Type: forward, TargetGroupArn: !Ref Tg15}]}}\n",
        row: Some((15, "R15 path-pattern /15 Tg15")),
        warnings: &[
            "Tg15: Protocol HTTPS: its targets get plain HTTP here",
            "Tg15: ProtocolVersion GRPC: its targets get HTTP/1.1 here, so calls of gRPC fail",
            "Tg15: stickiness.enabled: clients are not kept with a target here",
        ],
        ..NONE
    },
    Construct {
        name: "a parameter with allowed values",
        parameters: "  Stage16: {Type: String, Default: dev, AllowedValues: [dev, production]}\n",
        conditions: "  IsProduction16: !Equals [!Ref Stage16, production]\n",
        resources: "  R16: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 16, \
                    Conditions: [{Field: path-pattern, Values: [/16]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: !If [IsProduction16, \"216\", \"516\"]}}]}}\n",
        options: &["--parameter=Stage16=production"],
        row: Some((16, "R16 path-pattern /16 fixed-response 216")),
        ..NONE
    },
    Construct {
        name: "a value that is not allowed",
        parameters: "  Stage17: {Type: String, Default: dev, AllowedValues: [dev, production]}\n",
        resources: "  R17: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 17, \
                    Conditions: [{Field: path-pattern, Values: [!Sub \"/${Stage17}\"]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"217\"}}]}}\n",
        options: &["--parameter=Stage17=porduction"],
        refused: Some("parameter Stage17 cannot be \"porduction\": AllowedValues are dev, production"),
        ..NONE
    },
    Construct {
        name: "parameters without values",
        parameters: "  Path18: {Type: String}\n  Prio18: {Type: Number}\n",
        resources: "  R18: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: !Ref Prio18, \
                    Conditions: [{Field: path-pattern, Values: [!Ref Path18]}], \
                    Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: \"218\"}}]}}\n",
        refused: Some("2 parameters have no value: pass --parameter Path18=VALUE --parameter Prio18=VALUE"),
        ..NONE
    },
    Construct {
        name: "a nested stack in S3",
        resources: "  Remote19: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: \"https://s3.amazonaws.com/bucket/front.yaml\"}}\n",
        warnings: &[
            "nested stack Remote19 has no local template (TemplateURL is https://s3.amazonaws.com/bucket/front.yaml): \
             its resources are not read",
        ],
        ..NONE
    },
    Construct {
        name: "an output of a nested stack in S3",
        resources: "  Remote20: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: \"https://s3.amazonaws.com/bucket/shop.yaml\"}}\n  \
                    R20: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 20, \
                    Conditions: [{Field: path-pattern, Values: [/20]}], \
                    Actions: [{Type: forward, TargetGroupArn: !GetAtt Remote20.Outputs.Group}]}}\n",
        refused: Some(
            "the output Group of Remote20 is not known: TemplateURL is https://s3.amazonaws.com/bucket/shop.yaml",
        ),
        ..NONE
    },
    Construct {
        name: "a target group of two load balancers",
        resources: "  LbA21: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}\n  \
                    LbB21: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}\n  \
                    Tg21: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80, Protocol: HTTP, VpcId: v}}\n  \
                    LA21: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref LbA21, Port: 80, \
                    Protocol: HTTP, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Tg21}]}}\n  \
                    LB21: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref LbB21, Port: 81, \
                    Protocol: HTTP, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Tg21}]}}\n",
        listeners: &[("LA21 (HTTP 80)", &["default Tg21"]), ("LB21 (HTTP 81)", &["default Tg21"])],
        errors: &[
            "target group Tg21: load balancers LbA21 and LbB21 use it: AWS allows one for each target group",
        ],
        ..NONE
    },
    Construct {
        name: "a quoted text that continues at the column of its key",
        resources: "  R22:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n      ListenerArn: !Ref L\n      \
                    Priority: \"22\"\n      Conditions: [{Field: path-pattern, Values: [/22]}]\n      Actions: [{Type: fixed-response, \
                    FixedResponseConfig: {StatusCode: \"222\"}}]\n    Metadata:\n      Note: \"one\n      two\"\n",
        row: Some((22, "R22 path-pattern /22 fixed-response 222")),
        ..NONE
    },
    Construct {
        name: "a target group of another stack",
        resources: "  R23: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 23, \
                    Conditions: [{Field: path-pattern, Values: [/23]}], \
                    Actions: [{Type: forward, TargetGroupArn: !ImportValue shop-web}]}}\n",
        options: &["--target=shop-web=http://127.0.0.1:8000"],
        row: Some((23, "R23 path-pattern /23 shop-web (another stack's)")),
        ..NONE
    },
];
