//! The environment that functions run in.

use serde_json::{Map, Value};

use crate::support::balancer::{Balancer, Directory, bootstrap, exec, refuse};
use crate::support::templates::{BASIC, with_function};

const TEMPLATE_VARIABLES: &str = "MemorySize: 256, Handler: h, FunctionName: real-name, Environment: {Variables: {A: template, B: template, \
     SECRET: '{{resolve:ssm:/x}}', ENDPOINT: !GetAtt Web.LoadBalancerArns}}";

fn environment(alb: &Balancer) -> Map<String, Value> {
    alb.get("/single/echo").json()["environment"].as_object().expect("variables").clone()
}

#[test]
fn a_function_gets_the_reserved_variables_and_nothing_of_the_parents_but_credentials_and_endpoints() {
    let inherited = [
        ("HOME", "/home/somebody"),
        ("AWS_PROFILE", "production"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
    ];
    let alb =
        Balancer::start_with(&with_function(TEMPLATE_VARIABLES), &["--function", &exec("Fn")], &inherited);
    let reply = alb.get("/single/echo").json();
    let variables = &reply["environment"];
    for (name, value) in [
        ("AWS_LAMBDA_FUNCTION_NAME", "real-name"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/real-name"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
        ("_HANDLER", "h"),
        ("TZ", ":UTC"),
        ("LANG", "en_US.UTF-8"),
        ("A", "template"),
        ("SECRET", "{{resolve:ssm:/x}}"),
    ] {
        assert_eq!(variables[name], value, "{name}");
    }
    let stream = variables["AWS_LAMBDA_LOG_STREAM_NAME"].as_str().expect("a name");
    assert!(stream.starts_with("local/[$LATEST]"), "{stream}");
    let root = bootstrap().parent().expect("a directory").canonicalize().expect("a path");
    assert_eq!(variables["LAMBDA_TASK_ROOT"], root.display().to_string());
    assert_eq!(reply["directory"], root.display().to_string());
    for name in ["HOME", "AWS_PROFILE", "AWS_SECRET_ACCESS_KEY"] {
        assert_eq!(variables.get(name), None, "{name}");
    }
}

#[test]
fn the_region_is_a_pseudo_parameter() {
    let alb =
        Balancer::start(BASIC, &["--function", &exec("Fn"), "--parameter", "AWS::Region=ap-northeast-2"]);
    let reply = alb.get("/single/echo").json();
    assert_eq!(reply["environment"]["AWS_REGION"], "ap-northeast-2");
    let arn = reply["payload"]["requestContext"]["elb"]["targetGroupArn"].as_str().expect("an ARN");
    assert!(arn.starts_with("arn:aws:elasticloadbalancing:ap-northeast-2:"), "{arn}");
}

#[test]
fn the_env_vars_file_overrides_the_template_and_adds_to_it() {
    let directory = Directory::new();
    let file = directory.write(
        "env.json",
        r#"{"Parameters": {"A": "all", "B": "all", "NEW": 7}, "Fn": {"B": "own", "ENDPOINT": "given",
            "AWS_LAMBDA_FUNCTION_NAME": "no"}, "Elsewhere": {"C": "x"}}"#,
    );
    let alb = Balancer::start(
        &with_function(TEMPLATE_VARIABLES),
        &["--function", &exec("Fn"), "--env-vars", &file],
    );
    let variables = environment(&alb);
    for (name, value) in [
        ("A", "all"),
        ("B", "own"),
        ("NEW", "7"),
        ("ENDPOINT", "given"),
        ("AWS_LAMBDA_FUNCTION_NAME", "real-name"),
    ] {
        assert_eq!(variables[name], value, "{name}");
    }
    assert_eq!(variables.get("C"), None);
    alb.logged(&["env.json: the template has no function Elsewhere"]);
    assert!(!alb.log().iter().any(|line| line.contains("ENDPOINT")), "it is given after all");
}

#[test]
fn a_variable_that_only_aws_knows_is_left_out_with_a_warning() {
    let alb = Balancer::start(&with_function(TEMPLATE_VARIABLES), &["--function", &exec("Fn")]);
    alb.logged(&["template.yaml:", "LoadBalancerArns of Web", "ENDPOINT is not set"]);
    assert_eq!(environment(&alb).get("ENDPOINT"), None);
}

#[test]
fn globals_are_merged_as_sam_does() {
    let globals = "
Globals:
  Function:
    Timeout: 1
    MemorySize: 512
    LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: INFO}
    Environment: {Variables: {A: global, B: global, C: !Ref 'AWS::NoValue'}}
Resources:";
    let template = with_function(
        "MemorySize: 1024, LoggingConfig: {ApplicationLogLevel: DEBUG}, Environment: {Variables: {B: own}}",
    )
    .replacen("\nResources:", globals, 1);
    let alb = Balancer::start(&template, &["--function", &exec("Fn")]);
    let variables = environment(&alb);
    assert_eq!((variables["A"].as_str(), variables["B"].as_str()), (Some("global"), Some("own")));
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "1024");
    assert_eq!(variables["AWS_LAMBDA_LOG_FORMAT"], "JSON");
    assert_eq!(variables["AWS_LAMBDA_LOG_LEVEL"], "DEBUG");
    assert_eq!(variables.get("C"), None);
    assert_eq!(alb.get("/single/sleep?ms=20000").status, 502, "the timeout is the global one");
}

#[test]
fn a_bad_env_vars_file_is_refused_with_its_place() {
    let directory = Directory::new();
    let broken = directory.write("broken.json", "{\n\"Fn\": {,}}");
    let wrong = directory.write("wrong.json", r#"{"Fn": {"LIST": []}}"#);
    for (file, message) in [
        (broken.as_str(), "broken.json:2: "),
        (wrong.as_str(), "wrong.json: Fn.LIST must be text"),
        ("missing.json", "missing.json: cannot be read"),
    ] {
        let output = refuse(BASIC, &["--function", &exec("Fn"), "--env-vars", file]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains(message), "{stderr}");
    }
}
