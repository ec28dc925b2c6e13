//! The commands `routes`, `explain` and `check`.

use crate::support::balancer::Directory;

const SHOP: &str = r#"
Resources:
  BookFunction: {Type: AWS::Serverless::Function}
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref BookFunction, Principal: elasticloadbalancing.amazonaws.com, Action: lambda:InvokeFunction}
  BookGroup:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt BookFunction.Arn}]}
  WebGroup: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {Port: 80, DefaultActions: [{Type: forward, TargetGroupArn: !Ref WebGroup}]}
  Admin:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 5
      Conditions: [{Field: host-header, Values: [admin.shop.test]}, {Field: source-ip, SourceIpConfig: {Values: [10.0.0.0/8]}}]
      Actions: [{Type: redirect, RedirectConfig: {StatusCode: HTTP_301, Protocol: HTTPS, Port: "443"}}]
  Beta:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 10
      Conditions: [{Field: http-header, HttpHeaderConfig: {HttpHeaderName: X-Beta, RegexValues: ["^y"]}}]
      Actions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref BookGroup, Weight: 9}, {TargetGroupArn: !Ref WebGroup}]}}]
  Book:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 200
      Conditions: [{Field: path-pattern, Values: [/books, "/books/*"]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref BookGroup}]
      Transforms: [{Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: "^/books", Replace: "/v2"}]}}]
"#;

fn run(template: &str, subcommand: &str, args: &[&str]) -> (String, Option<i32>) {
    let directory = Directory::new();
    directory.write("template.yaml", template);
    directory.run(subcommand, args)
}

fn rule(name: &str, priority: u32, conditions: &str) -> String {
    format!(
        "  {name}:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n      ListenerArn: !Ref Listener\n      \
         Priority: {priority}\n      Conditions: {conditions}\n      \
         Actions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: 200, MessageBody: {name}}}}}]\n"
    )
}

#[test]
fn routes_shows_the_rules_in_columns() {
    let (text, status) = run(SHOP, "routes", &[]);
    let expected = "\
PRIORITY  RULE   CONDITIONS                                             ACTION
5         Admin  host-header admin.shop.test, source-ip 10.0.0.0/8      redirect 301 https://#{host}:443/#{path}?#{query}
10        Beta   http-header X-Beta regex ^y                            BookGroup (function BookFunction) weight 9 | WebGroup weight 1
200       Book   path-pattern /books | /books/*                         BookGroup (function BookFunction), url-rewrite ^/books => /v2
default                                                                 WebGroup
";
    let squeeze = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    assert_eq!(squeeze(&text), squeeze(expected));
    assert_eq!(status, Some(0));
    let starts: Vec<Option<usize>> = text
        .lines()
        .map(|line| ["ACTION", "redirect", "BookGroup", "WebGroup"].iter().find_map(|word| line.find(word)))
        .collect();
    assert!(starts.iter().all(|start| *start == starts[0]), "the columns are not aligned:\n{text}");
}

#[test]
fn explain_says_why_earlier_rules_do_not_match() {
    let args = ["GET", "http://shop.test/books/1?a=b", "-H", "X-Beta: no"];
    let (text, status) = run(SHOP, "explain", &args);
    let expected = "\
GET /books/1?a=b for host shop.test from 127.0.0.1
5    Admin  no   host-header: wanted admin.shop.test, found shop.test
10   Beta   no   http-header X-Beta: wanted regex ^y, found no
200  Book   yes  BookGroup (function BookFunction), url-rewrite ^/books => /v2
                 the target gets /v2/1?a=b
";
    assert_eq!((text.as_str(), status), (expected, Some(0)));
}

#[test]
fn explain_names_the_first_condition_that_does_not_hold_and_what_was_found() {
    let line = |args: &[&str], number: usize| {
        let (text, status) = run(SHOP, "explain", args);
        assert_eq!(status, Some(0), "{text}");
        text.lines().nth(number).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let admin = ["GET", "https://admin.shop.test/x?y"];
    assert_eq!(line(&admin, 1), "5 Admin no source-ip: wanted 10.0.0.0/8, found 127.0.0.1");
    assert_eq!(line(&admin, 2), "10 Beta no http-header X-Beta: wanted regex ^y, found nothing");
    assert_eq!(line(&admin, 4), "default yes WebGroup");
    let inside = [&admin[..], &["--source-ip", "10.1.2.3"]].concat();
    assert_eq!(line(&inside, 2), "Location: https://admin.shop.test:443/x?y");
    assert_eq!(
        line(&["GET", "/a", "-H", "Host: admin.shop.test", "--source-ip", "10.1.2.3"], 2),
        "Location: https://admin.shop.test:443/a"
    );
    for (args, message) in [
        (["GET", "nonsense"], "nonsense: this is neither a URL nor a path"),
        (["G T", "/"], "G T: this is not a method"),
        (["GET", "/"], ""),
    ] {
        let (text, _) = run(SHOP, "explain", &args);
        assert!(text.contains(message), "{text}");
    }
    let (text, status) = run(SHOP, "explain", &["GET", "/", "-H", "nonsense"]);
    assert_eq!((text.as_str(), status), ("nonsense: a header must be of the form NAME: VALUE\n", Some(2)));
}

#[test]
fn check_has_nothing_to_say_about_a_good_template() {
    assert_eq!(run(SHOP, "check", &[]), ("0 errors, 0 warnings (1 listener, 3 rules)\n".to_owned(), Some(0)));
}

#[test]
fn check_names_all_errors_and_fails() {
    let template = SHOP.replace("10.0.0.0/8", "10.0.0.0").replace("Priority: 200", "Priority: 0");
    let (text, status) = run(&template, "check", &[]);
    assert_eq!(status, Some(1));
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error: template.yaml:")).collect();
    assert_eq!(errors.len(), 2, "{text}");
    assert!(errors[0].ends_with("(rule Admin)") && errors[1].ends_with("(rule Book)"), "{text}");
    assert!(text.ends_with("2 errors, 0 warnings (1 listener, 3 rules)\n"), "{text}");
    let (text, status) = run("Resources: [", "check", &[]);
    assert_eq!(status, Some(1));
    assert!(text.starts_with("error: template.yaml:"), "{text}");
}

fn warned(template: &str, warning: &str) {
    let (text, status) = run(template, "check", &[]);
    assert_eq!(status, Some(0), "{text}");
    assert_eq!(
        text,
        format!(
            "warning: {warning}\n0 errors, 1 warning (1 listener, {} rules)\n",
            template.matches("ListenerRule\n").count()
        )
    );
}

#[test]
fn check_warns_of_rules_that_can_never_match() {
    for (conditions, taken) in [
        ("[{Field: path-pattern, Values: ['/books/new/*']}]", true),
        ("[{Field: path-pattern, Values: ['/books/?'], }, {Field: host-header, Values: [a.test]}]", true),
        ("[{Field: path-pattern, Values: ['/books/a', '/books']}]", true),
        ("[{Field: path-pattern, Values: ['/books/a', '/other']}]", false),
        ("[{Field: path-pattern, RegexValues: ['^/books/']}]", false),
        ("[{Field: host-header, Values: [admin.shop.test]}]", false),
        (
            "[{Field: host-header, Values: [ADMIN.shop.test]}, {Field: source-ip, SourceIpConfig: {Values: [10.9.0.0/16]}}]",
            false,
        ),
        ("[{Field: http-header, HttpHeaderConfig: {HttpHeaderName: x-beta, Values: [yes]}}]", false),
    ] {
        let template = format!("{SHOP}{}", rule("Late", 300, conditions));
        let (text, _) = run(&template, "check", &[]);
        let warned = text.contains(
            "warning: rule Late (priority 300) can never match: rule Book (priority 200) comes first",
        );
        assert_eq!(warned, taken, "{conditions}: {text}");
    }
    let by_others = "rule Late (priority 300) can never match: rule Admin (priority 5) comes first and takes all its requests";
    warned(
        &format!(
            "{SHOP}{}",
            rule(
                "Late",
                300,
                "[{Field: host-header, Values: [ADMIN.shop.test]}, {Field: source-ip, SourceIpConfig: {Values: [10.9.0.0/16]}}]"
            )
        ),
        by_others,
    );
    warned(
        &format!("{SHOP}{}", rule("All", 300, "[{Field: path-pattern, Values: ['/*']}]")),
        "the default rule can never match: rule All (priority 300) comes first and takes all its requests",
    );
}

#[test]
fn check_warns_of_rules_that_several_others_together_take_everything_from() {
    let early = |name: &str, priority: u32, path: &str| {
        rule(name, priority, &format!("[{{Field: path-pattern, Values: ['{path}']}}]"))
    };
    let (one, two) = (early("One", 20, "/new/*"), early("Two", 30, "/old/?"));
    let late = rule(
        "Late",
        300,
        "[{Field: path-pattern, Values: ['/new/a', '/old/b']}, {Field: host-header, Values: [a.test]}]",
    );
    warned(
        &format!("{SHOP}{one}{two}{late}"),
        "rule Late (priority 300) can never match: rule One (priority 20) and rule Two (priority 30) come first and together take all its requests",
    );
    let (text, _) = run(&format!("{SHOP}{one}{late}"), "check", &[]);
    assert!(text.starts_with("0 errors, 0 warnings"), "half of it is left: {text}");
}

#[test]
fn check_warns_of_target_groups_that_only_dead_rules_forward_to() {
    let old = "  Old: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}\n";
    let dead = rule("Dead", 300, "[{Field: path-pattern, Values: ['/books/old']}]");
    let dead = dead.replace(
        "{Type: fixed-response, FixedResponseConfig: {StatusCode: 200, MessageBody: Dead}}",
        "{Type: forward, TargetGroupArn: !Ref Old}",
    );
    let (text, _) = run(&format!("{SHOP}{old}{dead}"), "check", &[]);
    assert!(text.contains("warning: rule Dead (priority 300) can never match: rule Book"), "{text}");
    let line = "warning: target group Old gets no request: only rules that can never match forward to it\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn check_warns_of_lambda_groups_without_a_function() {
    let (text, _) =
        run(&SHOP.replace("Targets: [{Id: !GetAtt BookFunction.Arn}]", "Targets: []"), "check", &[]);
    assert!(text.contains("warning: target group BookGroup has no target, so it answers 503\n"), "{text}");
}

#[test]
fn check_warns_of_overlaps_in_which_neither_rule_is_the_wider_one() {
    warned(
        &format!("{SHOP}{}", rule("Reviews", 300, "[{Field: path-pattern, Values: ['*/reviews']}]")),
        "rule Book (priority 200) and rule Reviews (priority 300) both match path-pattern /books/reviews: the first one takes it",
    );
    let wider = format!("{SHOP}{}", rule("Wide", 300, "[{Field: path-pattern, Values: ['/b*']}]"));
    assert!(
        run(&wider, "check", &[]).0.starts_with("0 errors, 0 warnings"),
        "a narrow rule before a wide one is as it should be"
    );
}

#[test]
fn check_warns_of_functions_that_the_balancer_may_not_invoke() {
    let permission =
        SHOP.find("  Permission:").expect("the permission")..SHOP.find("  BookGroup:").expect("the group");
    let mut without = SHOP.to_owned();
    without.replace_range(permission, "");
    warned(
        &without,
        "template.yaml:3: function BookFunction: no AWS::Lambda::Permission allows elasticloadbalancing.amazonaws.com to invoke it",
    );
    let alias = SHOP
        .replace(
            "{Type: AWS::Serverless::Function}",
            "{Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}",
        )
        .replace("!GetAtt BookFunction.Arn", "!Ref BookFunction.Alias");
    warned(
        &alias,
        "template.yaml:3: function BookFunction: the AWS::Lambda::Permission is not for the alias live, which is the target",
    );
    let both = alias.replace("FunctionName: !Ref BookFunction,", "FunctionName: !Ref BookFunction.Alias,");
    assert!(run(&both, "check", &[]).0.starts_with("0 errors, 0 warnings"));
    let other =
        SHOP.replace("Principal: elasticloadbalancing.amazonaws.com", "Principal: events.amazonaws.com");
    assert!(run(&other, "check", &[]).0.contains("no AWS::Lambda::Permission"));
}

#[test]
fn check_warns_of_target_groups_that_get_nothing() {
    let unused = format!("{SHOP}  Old: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup}}\n");
    let line = unused.lines().count();
    warned(&unused, &format!("template.yaml:{line}: no rule forwards to target group Old"));
    let weightless = SHOP
        .replace("Weight: 9", "Weight: 0")
        .replace("{TargetGroupArn: !Ref WebGroup}", "{TargetGroupArn: !Ref WebGroup, Weight: 0}");
    warned(&weightless, "rule Beta: all weights are 0, so it answers 503");
}

#[test]
fn check_warns_of_actions_that_do_not_do_what_they_seem_to() {
    warned(
        &SHOP.replace("Protocol: HTTPS, Port: \"443\"", "Protocol: HTTP, Port: \"80\""),
        "rule Admin: it redirects to the URL of the request, again and again",
    );
    let transform =
        "Transforms: [{Type: url-rewrite, UrlRewriteConfig: {Rewrites: [{Regex: a, Replace: b}]}}]";
    warned(
        &SHOP.replace("      Priority: 5\n", &format!("      Priority: 5\n      {transform}\n")),
        "rule Admin: its transforms have no effect, because no target gets the request",
    );
}
