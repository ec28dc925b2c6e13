//! The command line, for a stranger.

use std::process::{Command, Output};

use crate::support::balancer::{Balancer, Directory, PROGRAM, exec};
use crate::support::origin::Origin;
use crate::support::templates::BASIC;

fn run(args: &[&str]) -> Output {
    Command::new(PROGRAM).args(args).output().expect("the program runs")
}

#[test]
fn help_shows_every_option_and_an_example() {
    let output = run(&["serve", "--help"]);
    assert!(output.status.success());
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for option in [
        "--template",
        "--parameter",
        "--import",
        "--env-vars",
        "--listen ",
        "--listener",
        "--listener-protocol",
        "--listener-default",
        "--function",
        "--target",
        "--access-log",
        "--health-checks",
        "--health-check-interval",
        "--plain-http",
        "--tls-cert",
        "--tls-key",
        "--max-environments",
        "--no-freeze",
        "--no-reload",
        "--config-env",
        "--config-file",
        "--allow-unauthenticated",
        "Example:",
        "exec:",
        "/2015-03-31/functions/",
        include_str!("../../examples/handlers/python/bootstrap").lines().last().expect("a line"),
        "examples/handlers/node/bootstrap",
    ] {
        assert!(help.contains(option), "{option} is not in:\n{help}");
    }
    assert!(!String::from_utf8_lossy(&run(&["--help"]).stdout).contains("become-environment"));
}

#[test]
fn an_option_of_the_wrong_form_is_explained() {
    for args in [["--function", "Fn"], ["--target", "=x"], ["--listen", "8080"], ["--max-environments", "0"]]
    {
        let output = run(&["serve", "--template", "t.yaml", args[0], args[1]]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(args[0]), "{args:?}");
    }
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let directory = Directory::new();
    let template = directory.write("template.yaml", BASIC);
    let output = run(&["serve", "--template", &template, "--function", &exec("Fn"), "--listen", &address]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains(&format!("--listen {address}: ")), "{stderr}");
}

#[test]
fn a_group_of_another_stack_gets_its_target_by_the_parameter_that_holds_its_arn() {
    let template = BASIC.replacen(
        "\nResources:",
        "
Parameters:
  WebArn: {Type: String}
  OptionalArn: {Type: String, Default: ''}
Conditions:
  Own: !Equals [!Ref OptionalArn, '']
Resources:",
        1,
    );
    let origin = Origin::ok();
    let function = exec("Fn");
    let default = "DefaultActions: [{Type: forward, TargetGroupArn: !Ref Web}]";
    let by_parameter = "DefaultActions: [{Type: forward, TargetGroupArn: !Ref WebArn}]";
    let by_choice =
        "DefaultActions: [{Type: forward, TargetGroupArn: !If [Own, !Ref Web, !Ref OptionalArn]}]";
    for (action, args) in [
        (by_parameter, vec!["--target".to_owned(), origin.target("WebArn")]),
        (
            by_parameter,
            vec!["--parameter".into(), "WebArn=arn:x".into(), "--target".into(), origin.target("WebArn")],
        ),
        (by_choice, vec!["--target".to_owned(), origin.target("Web")]),
        (
            by_choice,
            vec![
                "--parameter".into(),
                "OptionalArn=arn:x".into(),
                "--target".into(),
                origin.target("OptionalArn"),
            ],
        ),
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).chain(["--function", &function]).collect();
        let alb = Balancer::start(&template.replace(default, action), &args);
        assert_eq!(alb.get("/").status, 200, "{args:?}");
    }
    let alb = Balancer::start(
        &template.replace(default, by_choice),
        &["--parameter", "OptionalArn=arn:x", "--function", &function],
    );
    assert_eq!(alb.get("/").status, 503);
    alb.logged(&[
        "target group OptionalArn answers 503",
        "it is of another stack: pass --target OptionalArn=URL",
    ]);
}

#[test]
fn a_group_of_another_stack_gets_its_target_by_the_export_that_has_no_value() {
    let default = "DefaultActions: [{Type: forward, TargetGroupArn: !Ref Web}]";
    let origin = Origin::ok();
    let function = exec("Fn");
    for import in ["!ImportValue shop-web", "!ImportValue {'Fn::Sub': '${AWS::StackName}-web'}"] {
        let name = if import.contains("Sub") { "local-web" } else { "shop-web" };
        let action = format!("DefaultActions: [{{Type: forward, TargetGroupArn: {import}}}]");
        let template = BASIC.replace(default, &action);
        assert_ne!(template, BASIC, "the default action is another one");
        let alb = Balancer::start(&template, &["--function", &function, "--target", &origin.target(name)]);
        assert_eq!(alb.get("/").text(), "ok", "{import}");
        let (text, status) = alb.directory.run("routes", &["--target", &origin.target(name)]);
        assert_eq!(status, Some(0), "{text}");
        assert!(text.contains(&format!("{name} (another stack's)")), "{text}");
        let (text, status) = alb.directory.run("routes", &[]);
        assert_eq!(status, Some(2), "{text}");
        assert!(text.contains(&format!("--import {name}=VALUE")), "{text}");
    }
}

#[test]
fn what_is_given_and_not_used_is_warned_of() {
    let template = format!("{BASIC}\n  Idle: {{Type: AWS::Serverless::Function}}\n");
    let alb = Balancer::start(&template, &["--function", &exec("Fn"), "--function", "Idle=exec:/bin/true"]);
    alb.logged(&["--function Idle is not used"]);
}

#[test]
fn an_https_listener_is_served_as_plain_http_on_demand() {
    let secure = "Properties:\n      Protocol: HTTPS\n      DefaultActions";
    let template = BASIC.replacen("Properties:\n      DefaultActions", secure, 1);
    let alb = Balancer::start(&template, &["--function", &exec("Fn"), "--plain-http"]);
    alb.logged(&["served as plain HTTP"]);
    assert_eq!(alb.get("/single/echo").json()["payload"]["headers"]["x-forwarded-proto"], "http");
}

#[test]
fn the_template_is_template_yaml_unless_an_option_names_another() {
    let directory = Directory::new();
    directory.write("template.yaml", BASIC);
    directory.write("other.yaml", &BASIC.replace("Priority: 10", "Priority: 77"));
    let rows = |args: &[&str]| {
        let output = Command::new(PROGRAM).current_dir(&directory.0).args(args).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(rows(&["routes"]).contains("\n10 "), "{}", rows(&["routes"]));
    assert!(rows(&["routes", "-t", "other.yaml"]).contains("\n77 "));
    assert!(rows(&["routes", "other.yaml"]).contains("\n77 "));
    assert_eq!(rows(&["routes", "other.yaml", "-t", "template.yaml"]), "", "one of the two only");
}

#[test]
fn a_program_without_exec_gets_a_hint() {
    let output = crate::support::balancer::refuse(BASIC, &["--function", "Fn=run.sh"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text, "--function Fn: run.sh is not a URL: for a program pass --function Fn=exec:run.sh\n");
}
