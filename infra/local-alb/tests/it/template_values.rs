//! Intrinsic functions, parameters and conditions.

use std::collections::HashMap;

use local_alb::template::{Data, Inputs, Template, Value};

const SECTIONS: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Name: {Type: String, Default: books}
  Empty: {Type: String, Default: ""}
  Missing: {Type: String}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path/in/store}
  Subnets: {Type: CommaDelimitedList, Default: "a, b,c"}
  Count: {Type: Number, Default: 010}
Mappings:
  ByRegion:
    us-east-1: {size: small, zones: [x, y]}
Conditions:
  Named: !Not [!Equals [!Ref Name, ""]]
  Unnamed: !Not [!Condition Named]
  Both: !And [!Condition Named, {"Condition": "Named"}]
  Either: {"Fn::Or": [{"Condition": "Unnamed"}, {"Fn::Equals": ["1", 1]}]}
  Loop: !Condition Pool
  Pool: !Not [!Condition Loop]
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {AutoPublishAlias: live}
  Plain:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: !Sub "${Name}-plain"}
  Alias:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Plain, Name: prod}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Join ["-", [!Ref AWS::StackName, books]]}
  Topic: {Type: AWS::SNS::Topic}
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Name: group-name}}
  Absent: {Type: AWS::SNS::Topic, Condition: Unnamed}
  Probe: {Type: Custom::Probe, Properties: {Value: PROBE}}
"#;

fn parse(expression: &str, inputs: Inputs) -> Template {
    Template::parse("t.yaml", &SECTIONS.replace("PROBE", expression), inputs).expect("a template")
}

fn probe(template: &Template) -> Result<Option<Value>, String> {
    let probe = template.resource("Probe").expect("no condition").expect("the probe");
    probe.value("Value").map_err(|error| error.to_string())
}

fn value(expression: &str) -> String {
    show(&probe(&parse(expression, Inputs::default())).expect("a value").expect("not AWS::NoValue"))
}

fn error(expression: &str) -> String {
    probe(&parse(expression, Inputs::default())).expect_err("it should not resolve")
}

fn show(value: &Value) -> String {
    match &value.data {
        Data::Null => "null".to_owned(),
        Data::Text(text) => text.clone(),
        Data::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
        Data::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}={}", show(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

#[test]
fn ref_gives_parameters_names_and_arns() {
    for (expression, expected) in [
        ("!Ref Name", "books"),
        ("!Ref Subnets", "[a,b,c]"),
        ("!Ref Count", "010"),
        ("!Ref Fn", "Fn"),
        ("!Ref Plain", "books-plain"),
        ("!Ref Alias", "arn:aws:lambda:us-east-1:123456789012:function:books-plain:prod"),
        ("!Ref Fn.Alias", "arn:aws:lambda:us-east-1:123456789012:function:Fn:live"),
        ("!Ref Fn.Version", "arn:aws:lambda:us-east-1:123456789012:function:Fn:1"),
        ("!Ref Table", "local-books"),
        ("!Ref Topic", "Topic"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref AWS::NotificationARNs", "[]"),
        ("{Ref: Name}", "books"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn made_up_arns_are_the_same_every_time() {
    let arn = value("!Ref Group");
    let prefix = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/group-name/";
    assert_eq!(arn.strip_prefix(prefix).map(str::len), Some(16), "{arn}");
    assert_eq!(value("!GetAtt Group.TargetGroupArn"), arn);
    assert_eq!(value("!Ref Group"), arn);
}

#[test]
fn get_att_gives_arns_in_all_its_notations() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:books-plain";
    for expression in [
        "!GetAtt Plain.Arn",
        "!GetAtt [Plain, Arn]",
        "{'Fn::GetAtt': [Plain, Arn]}",
        "{'Fn::GetAtt': Plain.Arn}",
    ] {
        assert_eq!(value(expression), arn, "{expression}");
    }
}

#[test]
fn sub_replaces_names_attributes_and_its_own_variables() {
    for (expression, expected) in [
        ("!Sub '${Name}/${AWS::Region}/x'", "books/us-east-1/x"),
        (
            "!Sub '${Fn.Arn}:${Fn.Alias}'",
            "arn:aws:lambda:us-east-1:123456789012:function:Fn:arn:aws:lambda:us-east-1:123456789012:function:Fn:live",
        ),
        ("!Sub ['${A}-${Name}', {A: !Ref Count}]", "010-books"),
        ("!Sub ['${Name}', {Name: shadow}]", "shadow"),
        ("!Sub '${!Literal} $Name $${Name} }'", "${Literal} $Name $books }"),
        ("{'Fn::Sub': 'arn:${AWS::Partition}:x'}", "arn:aws:x"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn texts_and_lists_are_joined_split_selected_and_encoded() {
    for (expression, expected) in [
        ("!Join [',', [a, !Ref Name, !Ref AWS::NoValue]]", "a,books"),
        ("!Join ['', !Ref Subnets]", "abc"),
        ("!Split ['|', 'a||b']", "[a,,b]"),
        ("!Select [1, !Ref Subnets]", "b"),
        ("!Select ['5', !Split [':', !GetAtt Fn.Arn]]", "function"),
        ("!Base64 abc", "YWJj"),
        ("!GetAZs ''", "[us-east-1a,us-east-1b,us-east-1c]"),
        ("!Select [0, !GetAZs {Ref: 'AWS::Region'}]", "us-east-1a"),
        ("!FindInMap [ByRegion, !Ref AWS::Region, size]", "small"),
        ("!FindInMap [ByRegion, us-east-1, zones]", "[x,y]"),
        ("!FindInMap [ByRegion, elsewhere, size, {DefaultValue: none}]", "none"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn conditions_are_evaluated_and_only_the_chosen_branch_is_resolved() {
    for (expression, expected) in [
        ("!If [Named, then, !Ref Nothing]", "then"),
        ("!If [Unnamed, !Nonsense x, else]", "else"),
        ("!If [Both, then, else]", "then"),
        ("!If [Either, then, else]", "then"),
        ("!If [Named, !If [Unnamed, a, b], c]", "b"),
        ("{a: !If [Named, !Ref AWS::NoValue, x], b: 1}", "{b=1}"),
        ("[!If [Named, !Ref AWS::NoValue, x], y]", "[y]"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
    assert_eq!(probe(&parse("!If [Named, !Ref AWS::NoValue, x]", Inputs::default())), Ok(None));
}

#[test]
fn parameters_and_imports_are_given_on_the_command_line() {
    let pairs = |list: &[(&str, &str)]| -> HashMap<String, String> {
        list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let inputs = Inputs {
        parameters: pairs(&[
            ("Missing", "here"),
            ("Name", ""),
            ("Stored", "v"),
            ("AWS::StackName", "mine"),
            ("Subnets", "x,y"),
        ]),
        imports: pairs(&[("mine-Export", "imported")]),
        stand_ins: Vec::new(),
        ..Inputs::default()
    };
    let expression = "[!Ref Missing, !If [Named, a, b], !Ref Stored, !Ref Table, !ImportValue {'Fn::Sub': '${AWS::StackName}-Export'}, !Select [1, !Ref Subnets]]";
    let found = probe(&parse(expression, inputs)).expect("a value").expect("a list");
    assert_eq!(show(&found), "[here,b,v,mine-books,imported,y]");
}

#[test]
fn what_cannot_be_known_is_an_error_with_its_line() {
    for (expression, message) in [
        ("!Ref Missing", "parameter Missing has no value: pass --parameter Missing=VALUE"),
        ("!Ref Stored", "parameter Stored has no value"),
        ("!Ref Nothing", "Nothing is neither a parameter nor a resource that exists"),
        ("!Ref Absent", "Absent is neither a parameter nor a resource that exists"),
        ("!GetAtt Absent.Arn", "Absent is not a resource that exists"),
        ("!GetAtt Topic.TopicName", "only AWS knows the attribute TopicName of Topic (AWS::SNS::Topic)"),
        ("!ImportValue x", "the export \"x\" has no value: pass --import x=VALUE"),
        ("!Cidr [a, b, c]", "intrinsic function Fn::Cidr is not supported yet"),
        ("{'Fn::Transform': {Name: x}}", "intrinsic function Fn::Transform is not supported yet"),
        ("!If [Nope, a, b]", "there is no condition Nope"),
        ("!If [Named, a]", "Fn::If takes a list of 3 values"),
        ("!Select [9, !Ref Subnets]", "there is no item 9"),
        ("!FindInMap [ByRegion, nowhere, size]", "ByRegion.nowhere.size is not in Mappings"),
        ("!Sub '${Name'", "a ${ without its }"),
        ("!Sub '${Nope}'", "Nope is neither a parameter"),
        ("!Join [',', [{a: b}]]", "Fn::Join joins texts"),
    ] {
        let error = error(expression);
        let line = SECTIONS.lines().position(|line| line.contains("PROBE")).expect("the probe") + 1;
        assert!(
            error.starts_with(&format!("t.yaml:{line}: ")) && error.contains(message),
            "{expression}: {error}"
        );
    }
}

#[test]
fn a_condition_that_refers_to_itself_is_an_error_and_not_an_endless_loop() {
    let error = error("!If [Loop, a, b]");
    assert!(error.starts_with("t.yaml:") && error.contains("refers to itself"), "{error}");
}

#[test]
fn json_templates_are_read_too() {
    let text = "{\n\t\"Parameters\": {\"P\": {\"Type\": \"String\", \"Default\": \"a\\u00e9\\/b\"}},\n\
        \t\"Resources\": {\n\t\t\"R\": {\"Type\": \"T\", \"Properties\": {\"V\": {\"Fn::Join\": [\":\", [{\"Ref\": \"P\"}, 1.10, true]]},\n\
        \t\t\t\"E\": {\"Fn::Nope\": 1}}}\n\t}\n}\n";
    let template = Template::parse("t.json", text, Inputs::default()).expect("a template");
    let resource = template.resource("R").expect("no condition").expect("a resource");
    let value = resource.value("V").expect("a value").expect("a value");
    assert_eq!(show(&value), "aé/b:1.10:true");
    let error = resource.value("E").expect_err("an unknown function");
    assert!(error.to_string().starts_with("t.json:5: "), "{error}");
}

#[test]
fn anchors_and_merges_are_followed() {
    let text = "
X: &shared {A: 1, B: 2}
Y: &other {B: 3, C: 4}
Resources:
  R:
    Type: T
    Properties:
      V: {<<: *shared, B: 3}
      W: *shared
      U: {<<: [*shared, *other], D: 5}
      T: {&key C: 6, E: *key, *key : 7}
";
    let template = Template::parse("t.yaml", text, Inputs::default()).expect("a template");
    let resource = template.resource("R").expect("no condition").expect("a resource");
    let show = |name: &str| show(&resource.value(name).expect("a value").expect("a value"));
    assert_eq!(show("V"), "{B=3,A=1}");
    assert_eq!(show("W"), "{A=1,B=2}");
    assert_eq!(show("U"), "{D=5,A=1,B=2,C=4}", "the first map wins");
    assert_eq!(show("T"), "{C=7,E=C}", "a key may have an anchor, and be an alias");
    let text = text.replace("[*shared, *other]", "[*shared, text]");
    let error = Template::parse("t.yaml", &text, Inputs::default()).expect_err("it cannot be merged");
    assert_eq!(error.to_string(), "t.yaml:10: << takes a map or a list of maps");
}
