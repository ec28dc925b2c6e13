//! Templates that the tests share.

/// A function `Fn` behind a single-value and a multi-value target group, and a web server for the rest.
pub const BASIC: &str = r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Timeout: 10}
  Single:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Fn.Arn}]}
  Multi:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: lambda
      TargetGroupAttributes: [{Key: lambda.multi_value_headers.enabled, Value: true}]
      Targets: [{Id: !GetAtt Fn.Arn}]
  Web:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, Protocol: HTTP, Port: 80}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Web}]
  SingleRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 10
      Conditions: [{Field: path-pattern, Values: ["/single/*"]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Single}]
  MultiRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 20
      Conditions: [{Field: path-pattern, Values: ["/multi/*"]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Multi}]
  FixedRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 30
      Conditions: [{Field: path-pattern, Values: ["/fixed"]}]
      Actions:
        - Type: fixed-response
          FixedResponseConfig: {StatusCode: "418", ContentType: application/json, MessageBody: '{"tea":true}'}
"#;

/// [`BASIC`] with other properties of the function.
pub fn with_function(properties: &str) -> String {
    BASIC.replace("Properties: {Timeout: 10}", &format!("Properties: {{{properties}}}"))
}

/// A web target group alone, on a balancer with these attributes.
pub fn web(attributes: &[(&str, &str)]) -> String {
    let list: Vec<String> =
        attributes.iter().map(|(key, value)| format!("{{Key: {key}, Value: {value}}}")).collect();
    format!(
        "
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {{LoadBalancerAttributes: [{}]}}
  Web:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {{TargetType: instance}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{{Type: forward, TargetGroupArn: !Ref Web}}]
",
        list.join(", ")
    )
}

/// A web target group alone, with these properties.
pub fn web_group(properties: &str) -> String {
    web(&[]).replace("{TargetType: instance}", &format!("{{TargetType: instance, {properties}}}"))
}
