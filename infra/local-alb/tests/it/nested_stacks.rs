//! Nested stacks, and parameters from `samconfig.toml`.

use crate::support::balancer::{Balancer, Directory, exec};

/// The listener and the wiring; the functions and their rules are nested.
const PARENT: &str = "
Parameters: {Greeting: {Type: String, Default: hello}}
Resources:
  Books:
    Type: AWS::Serverless::Application
    Properties:
      Location: nested/books.yaml
      Parameters: {Listener: !Ref Listener, Path: !Sub '${Greeting}/*', Zones: [a, b]}
  Orders:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: nested/books.yaml
      Parameters: {Listener: !GetAtt Books.Outputs.Listener, Path: orders/*, Unknowable: !GetAtt Database.Endpoint}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: forward, TargetGroupArn: !GetAtt Orders.Outputs.Group}]}
";

const CHILD: &str = "
Parameters:
  Listener: {Type: String}
  Path: {Type: String}
  Zones: {Type: CommaDelimitedList, Default: 'c,d'}
  Unknowable: {Type: String, Default: x}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 10
      Environment: {Variables: {ZONE: !Select [1, !Ref Zones], STACK: !Ref AWS::StackName, DATABASE: !Ref Unknowable}}
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Fn.Arn}]}
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: !If [Orders, 20, 10]
      Conditions: [{Field: path-pattern, Values: [!Sub '/${Path}']}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Group}]
Conditions: {Orders: !Equals [!Ref Path, orders/*]}
Outputs:
  Group: {Value: !Ref Group}
  Listener: {Value: !Ref Listener}
";

fn directory(parent: &str) -> Directory {
    let directory = Directory::new();
    std::fs::create_dir(directory.0.join("nested")).expect("a directory");
    directory.write("nested/books.yaml", CHILD);
    directory.write("template.yaml", parent);
    directory
}

fn start(directory: Directory, args: &[&str]) -> Balancer {
    let (books, orders) = (exec("Books/Fn"), exec("Orders/Fn"));
    let common = ["--listen", "127.0.0.1:0", "--function", &books, "--function", &orders];
    Balancer::start_in(directory, &[&common, args].concat())
}

#[test]
fn functions_groups_and_rules_of_nested_stacks_are_served() {
    let alb = start(directory(PARENT), &[]);
    alb.logged(&["template.yaml:13: Database is not a resource", ": DATABASE is not set"]);
    for (path, zone, stack) in [
        ("/hello/echo", "b", "local-Books"),
        ("/orders/echo", "d", "local-Orders"),
        ("/echo", "d", "local-Orders"),
    ] {
        let answer = alb.get(path).json();
        assert_eq!(answer["environment"]["ZONE"], zone, "{path}: {answer}");
        assert_eq!(answer["environment"]["STACK"], stack, "{path}");
    }
    alb.logged(&["GET /hello/echo rule=Books/Rule target=Books/Group 200"]);
}

#[test]
fn what_is_wrong_in_a_nested_stack_is_said_with_its_file() {
    for (parent, child, message) in [
        (
            PARENT.to_owned(),
            CHILD.replace("path-pattern", "path"),
            "nested/books.yaml:21: there is no condition field \"path\" (rule Books/Rule)\n",
        ),
        (
            PARENT.replace("books.yaml", "none.yaml"),
            CHILD.to_owned(),
            "template.yaml:7: nested/none.yaml cannot be read: ",
        ),
        (
            PARENT.replace("Zones: [a, b]", "Zone: a"),
            CHILD.to_owned(),
            "template.yaml:8: nested/books.yaml declares no parameter Zone\n",
        ),
        (
            PARENT.replace("Outputs.Group", "Outputs.Nope"),
            CHILD.to_owned(),
            "template.yaml:16: Orders has no output Nope\n",
        ),
        (
            PARENT.replace("Books.Outputs.Listener", "Orders.Outputs.Listener"),
            CHILD.to_owned(),
            "the output Listener of Orders is not known",
        ),
        (
            PARENT.to_owned(),
            CHILD.replace("books.yaml", "").replace(
                "Resources:",
                "Resources:\n  Me: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: books.yaml}}",
            ),
            "does one nest itself?\n",
        ),
    ] {
        let directory = directory(&parent);
        directory.write("nested/books.yaml", &child);
        let (text, status) = directory.run("routes", &[]);
        assert_eq!(status, Some(2), "{text}");
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn a_stack_whose_template_is_elsewhere_is_warned_of_and_only_its_outputs_are_missed() {
    let remote =
        PARENT.replace("TemplateURL: nested/books.yaml", "TemplateURL: https://example.com/books.yaml");
    let directory = directory(&remote);
    let (text, _) = directory.run("routes", &[]);
    assert!(text.contains("template.yaml:16: the output Group of Orders is not known"), "{text}");
    let fixed = "Type: fixed-response, FixedResponseConfig: {StatusCode: 200}";
    directory.write(
        "template.yaml",
        &remote.replace("Type: forward, TargetGroupArn: !GetAtt Orders.Outputs.Group", fixed),
    );
    let (text, status) = directory.run("check", &[]);
    assert_eq!(status, Some(0), "{text}");
    assert!(
        text.contains("warning: nested stack Orders has no local template (TemplateURL is https://example.com/books.yaml): its resources are not read\n"),
        "{text}"
    );
}

#[test]
fn parameters_come_from_samconfig_where_an_option_says_so() {
    let directory = directory(PARENT);
    directory.write(
        "samconfig.toml",
        "version = 0.1
[default.deploy.parameters]
parameter_overrides = 'Greeting=hi Elsewhere=x'
[prod.global.parameters]
stack_name = 'shop'
[prod.deploy.parameters]
parameter_overrides = ['Greeting=good day']
",
    );
    directory.write("other.toml", "[prod.deploy.parameters]\nparameter_overrides = 'Greeting=moin'\n");
    let row = |args: &[&str]| {
        let (text, status) = directory.run("routes", args);
        assert_eq!(status, Some(0), "{text}");
        text.lines().nth(1).expect("a rule").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let rule = |path: &str| format!("10 Books/Rule path-pattern {path} Books/Group (function Books/Fn)");
    assert_eq!(row(&[]), rule("/hello/*"), "it is not read unasked");
    assert_eq!(row(&["--config-env", "default"]), rule("/hi/*"));
    assert_eq!(row(&["--config-env", "prod", "--config-file", "other.toml"]), rule("/moin/*"));
    assert_eq!(row(&["--config-env", "prod", "--parameter", "Greeting=ciao"]), rule("/ciao/*"));
    let (text, status) = directory.run("check", &["--config-env", "default"]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("parameter Elsewhere of the configuration file is not in the template"), "{text}");
    let (text, status) = directory.run("routes", &["--config-env", "test"]);
    assert_eq!((text.as_str(), status), ("samconfig.toml: there is no environment test\n", Some(2)));
}
