//! Actions: a location for each.

use std::fmt::Write as _;

use super::quote::{self, literal};
use super::rule_text::RuleText;
use super::transform;
use super::upstream::{Reach, Upstreams};
use crate::report;
use crate::routing::{Action, FixedResponse, Forward, Redirect, Rule, Stickiness, Table, TargetKind, fill};

/// The most that a function takes, as on AWS.
const FUNCTION_BODY: &str = "1m";

/// The location for a forward action whose weights are all 0.
const NOWHERE: &str = "/alb/status-503";

/// Writes the action of a rule. `name` is the rule's name in the file, `prefix` begins the names of its variables.
///
/// # Errors
/// The reason for which nginx cannot express the action.
pub(super) fn write(
    table: &Table,
    rule: &Rule,
    name: &str,
    prefix: &str,
    upstreams: &Upstreams,
) -> Result<RuleText, String> {
    let mut rule_text = RuleText::default();
    match &rule.action {
        Action::FixedResponse(answer) | Action::Elsewhere(answer) => fixed(&mut rule_text, answer, name),
        Action::Redirect(redirect) => go(&mut rule_text, redirect, name, prefix),
        Action::Forward(forward) => {
            let whole = format!("/alb/{name}");
            let target = transform::blocks(&mut rule_text, rule, name, prefix)?;
            send(&mut rule_text, table, forward, (name, prefix), &target, upstreams);
            let any = forward.groups.iter().any(|entry| entry.weight > 0);
            if any && !rule.transforms.is_empty() {
                let choice = rule_text.choice.take().unwrap_or(whole);
                rule_text.choice = Some(format!("${prefix}_place"));
                let _ = writeln!(
                    rule_text.blocks,
                    "map ${prefix}_valid ${prefix}_place {{\n    default /alb/status-500;\n    1 {choice};\n}}"
                );
            }
        }
    }
    let action = report::action(rule, |index| report::group(table, index));
    let title = match rule.priority {
        Some(priority) => format!("{priority} {}: {action}", rule.name),
        None => format!("default: {action}"),
    };
    rule_text.locations = format!("\n    # {}\n{}", quote::comment(&title), rule_text.locations);
    Ok(rule_text)
}

/// The location for a status that the balancer itself answers.
pub(super) fn status(status: u16) -> String {
    format!("    location = /alb/status-{status} {{\n        return {status};\n    }}\n")
}

fn fixed(rule_text: &mut RuleText, answer: &FixedResponse, name: &str) {
    let FixedResponse { status, content_type, body } = answer;
    // For an empty text nginx would send its own page.
    let body = if body.is_empty() { "$alb_nothing".to_owned() } else { literal(body) };
    let _ = write!(
        rule_text.locations,
        "    location = /alb/{name} {{\n        default_type \"{content_type}; charset=utf-8\";\n        \
         return {status} \"{body}\";\n    }}\n"
    );
}

fn go(rule_text: &mut RuleText, redirect: &Redirect, name: &str, prefix: &str) {
    let values = [
        ("protocol", "$scheme"),
        ("host", "$alb_host"),
        ("port", "$server_port"),
        ("path", "$alb_path_rest"),
        ("query", "$alb_query"),
    ];
    let fill = |text: &str| fill(text, &values, literal);
    let [protocol, host, port, path, query] = redirect.parts().map(fill);
    let protocol = protocol.to_ascii_lowercase();
    let mut location = format!("{protocol}://{host}:{port}{path}");
    if !query.is_empty() {
        let _ = writeln!(
            rule_text.blocks,
            "map \"{query}\" ${prefix}_query {{\n    default \"?{query}\";\n    \"\" \"\";\n}}"
        );
        let _ = write!(location, "${prefix}_query");
    }
    let status = redirect.status;
    let _ = write!(
        rule_text.locations,
        "    location = /alb/{name} {{\n        return {status} \"{location}\";\n    }}\n"
    );
}

/// A location for each target group, and the choice between them.
fn send(
    rule_text: &mut RuleText,
    table: &Table,
    forward: &Forward,
    (name, prefix): (&str, &str),
    target: &str,
    upstreams: &Upstreams,
) {
    if let [only] = &forward.groups[..] {
        if only.weight == 0 {
            rule_text.choice = Some(NOWHERE.to_owned());
        } else {
            location(rule_text, table, only.group, name, target, None, upstreams);
        }
        return;
    }
    let place = |index: usize| format!("{name}-{index}");
    for (index, entry) in forward.groups.iter().enumerate() {
        location(rule_text, table, entry.group, &place(index), target, forward.stickiness, upstreams);
    }
    let weighted: Vec<_> = forward.groups.iter().enumerate().filter(|(_, entry)| entry.weight > 0).collect();
    let total: u32 = weighted.iter().map(|(_, entry)| entry.weight).sum();
    let mut choice = format!("${prefix}_split");
    let Some(((last, _), others)) = weighted.split_last() else {
        rule_text.choice = Some(NOWHERE.to_owned());
        return;
    };
    let _ = writeln!(rule_text.blocks, "split_clients \"${{request_id}}{name}\" {choice} {{");
    for (index, entry) in others {
        let share = f64::from(entry.weight) * 100.0 / f64::from(total);
        let _ = writeln!(rule_text.blocks, "    {share:.2}% /alb/{};", place(*index));
    }
    let _ = writeln!(rule_text.blocks, "    * /alb/{};\n}}", place(*last));
    if forward.stickiness.is_some() {
        let again = format!("${prefix}_again");
        let _ = writeln!(rule_text.blocks, "map $cookie_AWSALBTG {again} {{\n    default {choice};");
        for (index, entry) in forward.groups.iter().enumerate() {
            let _ = writeln!(
                rule_text.blocks,
                "    \"~^{}$\" /alb/{};",
                upstreams.name(entry.group),
                place(index)
            );
        }
        rule_text.blocks.push_str("}\n");
        choice = again;
    }
    rule_text.choice = Some(choice);
}

fn location(
    rule_text: &mut RuleText,
    table: &Table,
    group: usize,
    name: &str,
    target: &str,
    stickiness: Option<Stickiness>,
    upstreams: &Upstreams,
) {
    let text = &mut rule_text.locations;
    let _ = writeln!(text, "    location = /alb/{name} {{");
    let Reach::At(upstream) = upstreams.reach(group) else {
        text.push_str("        # No target: see the warning.\n        return 503;\n    }\n");
        return;
    };
    if matches!(table.groups[group].kind, TargetKind::Lambda(_)) {
        let _ = writeln!(text, "        client_max_body_size {FUNCTION_BODY};");
        // Functions speak no WebSocket. (`return` is the one safe thing in an `if`.)
        text.push_str("        if ($alb_upgrade) {\n            return 400;\n        }\n");
    } else {
        text.push_str("        client_max_body_size 0;\n        proxy_buffering off;\n");
        text.push_str("        proxy_request_buffering off;\n");
    }
    if let Some(stickiness) = stickiness {
        let cookie = format!("={upstream}; Max-Age={}; Path=/", stickiness.duration.as_secs());
        let _ = writeln!(text, "        add_header Set-Cookie \"AWSALBTG{cookie}\" always;");
        let _ = writeln!(
            text,
            "        add_header Set-Cookie \"AWSALBTGCORS{cookie}; SameSite=None; Secure\" always;"
        );
    }
    let _ = writeln!(text, "        proxy_pass http://{upstream}{target};\n    }}");
}
