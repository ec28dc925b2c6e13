//! Actions: a location for each thing that can become of a request.

use std::fmt::Write as _;

use super::quote::{self, literal};
use super::transform;
use super::upstream::{Reach, Upstreams};
use crate::report;
use crate::routing::{Action, FixedResponse, Forward, Redirect, Rule, Stickiness, Table, TargetKind, fill};

/// Functions take no more, as on AWS.
const FUNCTION_BODY: &str = "1m";

/// Where requests go for which no group has any weight.
const NOWHERE: &str = "/alb/status-503";

/// What a rule adds to the configuration.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Maps and the like, outside of the server.
    pub(super) blocks: String,
    /// Locations of the server.
    pub(super) locations: String,
    /// The place of the rule, where it is not simply its name: a variable.
    pub(super) choice: Option<String>,
}

/// The places of a rule. `name` is the rule's in this file, `prefix` that of its variables.
///
/// # Errors
/// Why nginx cannot express the action.
pub(super) fn places(
    table: &Table,
    rule: &Rule,
    name: &str,
    prefix: &str,
    upstreams: &Upstreams,
) -> Result<Places, String> {
    let mut places = Places::default();
    match &rule.action {
        Action::FixedResponse(answer) => fixed(&mut places, answer, name),
        Action::Redirect(redirect) => go(&mut places, redirect, name, prefix),
        Action::Forward(forward) => {
            let whole = format!("/alb/{name}");
            let target = transform::blocks(&mut places, rule, name, prefix)?;
            send(&mut places, table, forward, (name, prefix), &target, upstreams);
            let any = forward.groups.iter().any(|entry| entry.weight > 0);
            if any && !rule.transforms.is_empty() {
                let choice = places.choice.take().unwrap_or(whole);
                places.choice = Some(format!("${prefix}_place"));
                let _ = writeln!(
                    places.blocks,
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
    places.locations = format!("\n    # {}\n{}", quote::comment(&title), places.locations);
    Ok(places)
}

/// The place for a status that the balancer gives by itself.
pub(super) fn status(status: u16) -> String {
    format!("    location = /alb/status-{status} {{\n        return {status};\n    }}\n")
}

fn fixed(places: &mut Places, answer: &FixedResponse, name: &str) {
    let FixedResponse { status, content_type, body } = answer;
    // Without any text nginx would put its own page there.
    let body = if body.is_empty() { "$alb_nothing".to_owned() } else { literal(body) };
    let _ = write!(
        places.locations,
        "    location = /alb/{name} {{\n        default_type \"{content_type}; charset=utf-8\";\n        \
         return {status} \"{body}\";\n    }}\n"
    );
}

fn go(places: &mut Places, redirect: &Redirect, name: &str, prefix: &str) {
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
            places.blocks,
            "map \"{query}\" ${prefix}_query {{\n    default \"?{query}\";\n    \"\" \"\";\n}}"
        );
        let _ = write!(location, "${prefix}_query");
    }
    let status = redirect.status;
    let _ = write!(
        places.locations,
        "    location = /alb/{name} {{\n        return {status} \"{location}\";\n    }}\n"
    );
}

/// A location for each target group, and the choice between them.
fn send(
    places: &mut Places,
    table: &Table,
    forward: &Forward,
    (name, prefix): (&str, &str),
    target: &str,
    upstreams: &Upstreams,
) {
    if let [only] = &forward.groups[..] {
        if only.weight == 0 {
            places.choice = Some(NOWHERE.to_owned());
        } else {
            location(places, table, only.group, name, target, None, upstreams);
        }
        return;
    }
    let place = |index: usize| format!("{name}-{index}");
    for (index, entry) in forward.groups.iter().enumerate() {
        location(places, table, entry.group, &place(index), target, forward.stickiness, upstreams);
    }
    let weighted: Vec<_> = forward.groups.iter().enumerate().filter(|(_, entry)| entry.weight > 0).collect();
    let total: u32 = weighted.iter().map(|(_, entry)| entry.weight).sum();
    let mut choice = format!("${prefix}_split");
    let Some(((last, _), others)) = weighted.split_last() else {
        places.choice = Some(NOWHERE.to_owned());
        return;
    };
    let _ = writeln!(places.blocks, "split_clients \"${{request_id}}{name}\" {choice} {{");
    for (index, entry) in others {
        let share = f64::from(entry.weight) * 100.0 / f64::from(total);
        let _ = writeln!(places.blocks, "    {share:.2}% /alb/{};", place(*index));
    }
    let _ = writeln!(places.blocks, "    * /alb/{};\n}}", place(*last));
    if forward.stickiness.is_some() {
        let again = format!("${prefix}_again");
        let _ = writeln!(places.blocks, "map $cookie_AWSALBTG {again} {{\n    default {choice};");
        for (index, entry) in forward.groups.iter().enumerate() {
            let _ =
                writeln!(places.blocks, "    \"~^{}$\" /alb/{};", upstreams.name(entry.group), place(index));
        }
        places.blocks.push_str("}\n");
        choice = again;
    }
    places.choice = Some(choice);
}

fn location(
    places: &mut Places,
    table: &Table,
    group: usize,
    name: &str,
    target: &str,
    stickiness: Option<Stickiness>,
    upstreams: &Upstreams,
) {
    let text = &mut places.locations;
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
