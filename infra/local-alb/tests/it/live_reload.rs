//! The template changes while it is served.

use std::path::Path;
use std::time::Duration;

use crate::support::balancer::{Balancer, Directory, bootstrap, exec};
use crate::support::client::Connection;
use crate::support::origin::Origin;
use crate::support::templates::{BASIC, with_function};
use crate::support::{eventually, proc};

fn start() -> Balancer {
    Balancer::start(BASIC, &["--function", &exec("Fn")])
}

/// [`BASIC`] with another status of its fixed response.
fn with_status(status: u16) -> String {
    BASIC.replace("\"418\"", &format!("\"{status}\""))
}

fn pid(connection: &mut Connection, target: &str) -> u64 {
    connection.request("GET", target, &[], b"").json()["pid"].as_u64().expect("a process id")
}

fn answers(alb: &Balancer, target: &str, status: u16) {
    eventually("the new answer", || (alb.get(target).status == status).then_some(()));
}

fn gone(pid: u64) {
    eventually("the end of the environment", || proc::state(pid).is_none().then_some(()));
}

#[test]
fn a_changed_rule_is_served_on_connections_that_are_open_already() {
    let alb = start();
    let mut connection = alb.connect();
    assert_eq!(connection.request("GET", "/fixed", &[], b"").status, 418);
    alb.directory.write("template.yaml", &with_status(410));
    let changed = || (connection.request("GET", "/fixed", &[], b"").status == 410).then_some(());
    eventually("the new answer", changed);
    alb.logged(&["local-alb: template.yaml changed"]);
    alb.logged(&["30  path-pattern /fixed -> fixed-response 410"]);
}

#[test]
fn an_invalid_template_is_told_of_in_one_line_and_what_was_served_goes_on() {
    let alb = start();
    alb.directory.write("template.yaml", &BASIC.replace("Priority: 10", "Priority: 0"));
    let line = alb.logged(&["Priority must be a number from 1 to 50000"]);
    assert!(line.starts_with("local-alb: template.yaml:"), "{line}");
    assert!(line.ends_with("; the rules of before are still served"), "{line}");
    assert_eq!(alb.get("/fixed").status, 418);
    alb.directory.write("template.yaml", "Resources: [");
    eventually("the second line", || (alb.log().len() >= 3).then_some(()));
    assert_eq!(alb.get("/fixed").status, 418);
    std::fs::remove_file(alb.directory.0.join("template.yaml")).expect("it is removed");
    alb.logged(&["template.yaml: cannot be read", "the rules of before are still served"]);
    alb.directory.write("template.yaml", &with_status(410));
    answers(&alb, "/fixed", 410);
}

#[test]
fn a_request_under_way_ends_with_the_rules_and_the_environment_of_its_arrival() {
    let alb = start();
    let mut connection = alb.connect();
    let before = pid(&mut connection, "/single/echo");
    connection.send_request("GET", "/single/sleep?ms=1500", &[], b"");
    std::thread::sleep(Duration::from_millis(100));
    let changed = with_function("Timeout: 9").replace("/single/*", "/other/*").replace("\"418\"", "\"410\"");
    alb.directory.write("template.yaml", &changed);
    answers(&alb, "/fixed", 410);
    let reply = connection.reply("GET");
    assert_eq!((reply.status, reply.json()["pid"].as_u64()), (200, Some(before)));
    gone(before);
    assert_eq!(connection.request("GET", "/single/echo", &[], b"").status, 503, "the rule is gone");
    assert_ne!(pid(&mut connection, "/other/echo"), before);
}

#[test]
fn environments_of_a_function_that_did_not_change_stay_warm() {
    let alb = start();
    let mut connection = alb.connect();
    let before = pid(&mut connection, "/single/echo");
    // Its lines move, its rules change, and it does not.
    alb.directory.write("template.yaml", &format!("# moved\n{}", with_status(410)));
    answers(&alb, "/fixed", 410);
    assert_eq!(pid(&mut connection, "/single/echo"), before);
}

#[test]
fn environments_of_a_function_that_changed_are_replaced_idle_ones_at_once() {
    let alb = start();
    let mut connection = alb.connect();
    let before = pid(&mut connection, "/single/echo");
    alb.directory.write("template.yaml", &with_function("Environment: {Variables: {SHELF: new}}"));
    alb.logged(&["local-alb: Fn has changed: its environments are replaced"]);
    gone(before);
    let reply = connection.request("GET", "/single/echo", &[], b"").json();
    assert_eq!((reply["count"].as_u64(), reply["environment"]["SHELF"].as_str()), (Some(1), Some("new")));
}

#[test]
fn a_program_that_is_built_anew_replaces_its_environments() {
    let directory = Directory::new();
    let program = directory.0.join("bootstrap");
    std::fs::copy(bootstrap(), &program).expect("a copy");
    let spec = format!("Fn=exec:{}", program.display());
    let alb = Balancer::start(BASIC, &["--function", &spec]);
    let mut connection = alb.connect();
    let before = pid(&mut connection, "/single/echo");
    replace(&program);
    alb.logged(&["bootstrap changed"]);
    gone(before);
    assert_ne!(pid(&mut connection, "/single/echo"), before);
}

/// As a build does: the running program cannot be written to, so there is a new file of the same name.
fn replace(program: &Path) {
    let new = program.with_extension("new");
    std::fs::copy(program, &new).expect("a copy");
    std::fs::rename(new, program).expect("it is replaced");
}

const SECOND_LISTENER: &str = "
  Second:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {DefaultActions: [{Type: forward, TargetGroupArn: !Ref Single}]}
";

#[test]
fn new_listeners_open_and_removed_ones_let_requests_under_way_end() {
    let alb = start();
    alb.directory.write("template.yaml", &format!("{BASIC}{SECOND_LISTENER}"));
    let line = alb.logged(&["local-alb: listening on http://127.0.0.1:", " (Second)"]);
    let port = line.split_once("127.0.0.1:").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    let port = port.expect("a port");
    let mut connection = Connection::open(port);
    let mut idle = Connection::open(port);
    assert_eq!(idle.request("GET", "/echo", &[], b"").status, 200);
    connection.send_request("GET", "/sleep?ms=3000", &[], b"");
    std::thread::sleep(Duration::from_millis(100));
    alb.directory.write("template.yaml", BASIC);
    alb.logged(&["no longer listening on", "(Second)"]);
    assert!(idle.is_closed(), "a connection without a request is closed");
    let refused = || std::net::TcpStream::connect(("127.0.0.1", port)).is_err().then_some(());
    eventually("the end of the listener", refused);
    assert_eq!(connection.reply("GET").status, 200, "longer than the end of the program would wait");
    assert_eq!(alb.get("/fixed").status, 418, "the other one goes on");
}

#[test]
fn listeners_that_the_command_line_names_come_and_go_with_the_template() {
    let directory = Directory::new();
    let both = format!("{BASIC}{SECOND_LISTENER}");
    directory.write("template.yaml", &both);
    let function = exec("Fn");
    let listen = ["--listen", "Listener=127.0.0.1:0", "--listen", "Second=127.0.0.1:0"];
    let alb = Balancer::start_in(directory, &[&listen[..], &["--function", &function]].concat());
    alb.directory.write("template.yaml", BASIC);
    alb.logged(&["no longer listening on", "(Second)"]);
    alb.directory.write("template.yaml", &both);
    alb.logged(&["listening on http://127.0.0.1:", " (Second)"]);
}

#[test]
fn a_lone_listener_may_change_its_name_and_its_protocol_and_stays_where_it_is() {
    let alb = start();
    let renamed = with_status(410).replace("Listener:\n", "Door:\n").replace("!Ref Listener", "!Ref Door");
    alb.directory.write("template.yaml", &renamed);
    answers(&alb, "/fixed", 410);
    let secure = renamed.replace("      DefaultActions", "      Protocol: HTTPS\n      DefaultActions");
    alb.directory.write("template.yaml", &secure);
    alb.logged(&["listening on https://127.0.0.1:", &alb.port.to_string()]);
    let mut connection = alb.connect();
    connection.send(b"GET /fixed HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(!connection.line().starts_with("HTTP/"), "that is no TLS");
}

#[test]
fn nested_templates_and_variables_belong_to_the_template() {
    let directory = Directory::new();
    let parent = "
Resources:
  Shop:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: shop.yaml}
";
    directory.write("template.yaml", parent);
    directory.write("shop.yaml", BASIC);
    directory.write("variables.json", "{}");
    let function = format!("Shop/Fn=exec:{}", bootstrap().display());
    let options = ["--listen", "127.0.0.1:0", "--function", &function, "--env-vars", "variables.json"];
    let alb = Balancer::start_in(directory, &options);
    assert_eq!(alb.get("/fixed").status, 418);
    alb.directory.write("shop.yaml", &with_status(410));
    answers(&alb, "/fixed", 410);
    alb.directory.write("variables.json", r#"{"Shop/Fn": {"SHELF": "top"}}"#);
    let shelf = || alb.get("/single/echo").json()["environment"]["SHELF"].as_str().map(str::to_owned);
    assert_eq!(eventually("the variable", shelf), "top");
    alb.logged(&["local-alb: variables.json changed"]);
}

#[test]
fn a_nested_template_that_was_missing_is_waited_for() {
    let alb = start();
    let nested = "  Shop:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: shop.yaml}\n";
    alb.directory.write("template.yaml", &format!("{}{nested}", with_status(410)));
    alb.logged(&["shop.yaml cannot be read", "the rules of before are still served"]);
    assert_eq!(alb.get("/fixed").status, 418);
    alb.directory.write("shop.yaml", "Resources: {Topic: {Type: AWS::SNS::Topic}}");
    answers(&alb, "/fixed", 410);
}

#[test]
fn parameters_of_samconfig_belong_to_the_template() {
    let directory = Directory::new();
    let template =
        format!("Parameters: {{Status: {{Type: String}}}}\n{}", BASIC.replace("\"418\"", "!Ref Status"));
    directory.write("template.yaml", template.trim_start());
    let config = |status: u16| format!("[dev.deploy.parameters]\nparameter_overrides = 'Status={status}'\n");
    directory.write("samconfig.toml", &config(418));
    let options = ["--listen", "127.0.0.1:0", "--function", &exec("Fn"), "--config-env", "dev"];
    let alb = Balancer::start_in(directory, &options);
    assert_eq!(alb.get("/fixed").status, 418);
    alb.directory.write("samconfig.toml", &config(410));
    answers(&alb, "/fixed", 410);
}

#[test]
fn no_request_is_lost_while_the_rules_change_again_and_again() {
    let origin = Origin::ok();
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--target", &origin.target("Web")]);
    std::thread::scope(|scope| {
        let clients: Vec<_> = ["/fixed", "/single/echo", "/web"]
            .map(|target| {
                let alb = &alb;
                scope.spawn(move || {
                    let mut connection = alb.connect();
                    let mut statuses = std::collections::BTreeSet::new();
                    loop {
                        let status = connection.request("GET", target, &[], b"").status;
                        statuses.insert(status);
                        if alb.log().iter().any(|line| line.contains("fixed-response 404")) {
                            return statuses;
                        }
                    }
                })
            })
            .into_iter()
            .collect();
        for status in [410, 418, 410, 404] {
            alb.directory.write("template.yaml", &with_status(status));
            answers(&alb, "/fixed", status);
        }
        let statuses: Vec<_> = clients.into_iter().map(|client| client.join().expect("answers")).collect();
        assert!(statuses[0].iter().all(|status| [404, 410, 418].contains(status)), "{statuses:?}");
        assert_eq!(statuses[1].iter().collect::<Vec<_>>(), [&200]);
        assert_eq!(statuses[2].iter().collect::<Vec<_>>(), [&200]);
    });
}

#[test]
fn a_change_that_changes_nothing_says_so() {
    let alb = start();
    alb.directory.write("template.yaml", &format!("{BASIC}# a comment\n"));
    alb.logged(&["local-alb: template.yaml changed, and the routing stays the same"]);
}

#[test]
fn what_the_template_has_lost_since_the_start_is_not_missed() {
    let alb = start();
    let (head, _) = BASIC.split_once("  SingleRule:").expect("the rules");
    let without = head.replace("Targets: [{Id: !GetAtt Fn.Arn}]", "Targets: []");
    let without =
        without.replace("  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {Timeout: 10}\n", "");
    alb.directory.write("template.yaml", &without);
    answers(&alb, "/fixed", 503);
    alb.logged(&["local-alb: --function Fn is not used: no rule forwards to it"]);
}

#[test]
fn nothing_is_reloaded_if_that_is_not_wanted() {
    let alb = Balancer::start(BASIC, &["--function", &exec("Fn"), "--no-reload"]);
    alb.directory.write("template.yaml", &with_status(410));
    std::thread::sleep(Duration::from_millis(1200));
    assert_eq!(alb.get("/fixed").status, 418);
}
