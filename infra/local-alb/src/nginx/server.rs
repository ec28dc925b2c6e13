//! A listener: the choice of a rule, and the server with the locations.

use std::fmt::Write as _;
use std::path::Path;

use super::rule_text::RuleText;
use super::upstream::Upstreams;
use super::{action, condition, quote, transform};
use crate::routing::{BalancerAttributes, ForwardedFor, Rule, Table};
use crate::template::LoadError;

/// How a listener is served.
#[derive(Debug)]
pub(super) struct Listening<'a> {
    /// The value of the `listen` directive.
    pub(super) address: String,
    /// Certificate and key of an HTTPS listener.
    pub(super) tls: Option<(&'a Path, &'a Path)>,
}

/// The configuration of one listener. `prefix` begins the names of its variables.
///
/// # Errors
/// A construct that nginx cannot express, with its rule.
pub(super) fn write(
    table: &Table,
    prefix: &str,
    listening: &Listening<'_>,
    upstreams: &Upstreams,
) -> Result<String, LoadError> {
    let mut text = format!("\n# Listener {}\n\n", quote::comment(&table.listener));
    let mut locations = String::new();
    let mut choices: Vec<(String, String)> = Vec::new();
    let mut hosts: Vec<(String, String)> = Vec::new();
    for rule in &table.rules {
        let name = name(rule);
        let own = format!("{prefix}_{}", name.replace('-', "_"));
        let failed = |message| LoadError::of(format!("rule {}", rule.name), message);
        conditions(&mut text, rule, &own).map_err(failed)?;
        let rule_text = action::write(table, rule, &name, &own, upstreams).map_err(failed)?;
        let RuleText { blocks, locations: more, choice } = rule_text;
        text.push_str(&blocks);
        locations.push_str(&more);
        choices.push((name.clone(), choice.unwrap_or_else(|| format!("/alb/{name}"))));
        if rule.transforms.host.is_some() {
            hosts.push((name, transform::host_variable(&own)));
        }
    }
    selection(&mut text, table, prefix, &choices);
    sent(&mut text, prefix, &table.attributes, &hosts);
    server(&mut text, table, prefix, listening, &locations);
    Ok(text)
}

/// The rule's name in this file, short enough for nginx's tables.
fn name(rule: &Rule) -> String {
    rule.priority.map_or_else(|| "default".to_owned(), |priority| format!("rule-{priority}"))
}

/// A variable for each condition, and one that is 1 if all of them hold.
fn conditions(text: &mut String, rule: &Rule, prefix: &str) -> Result<(), String> {
    if rule.conditions.is_empty() {
        return Ok(());
    }
    let mut all = String::new();
    for (index, condition) in rule.conditions.iter().enumerate() {
        let variable = format!("{prefix}_if_{index}");
        text.push_str(&condition::block(condition, &variable)?);
        let _ = write!(all, "${variable}");
    }
    let ones = "1".repeat(rule.conditions.len());
    let _ = writeln!(text, "map {all} ${prefix} {{\n    default 0;\n    {ones} 1;\n}}\n");
    Ok(())
}

/// The first rule whose variable is 1, and where its requests go.
fn selection(text: &mut String, table: &Table, prefix: &str, choices: &[(String, String)]) {
    let rules: Vec<&Rule> = table.rules.iter().filter(|rule| rule.priority.is_some()).collect();
    let variable = |rule: &&Rule| format!("${prefix}_{}", name(rule).replace('-', "_"));
    let all: String = rules.iter().map(variable).collect();
    text.push_str("# The rules in their order: the first one that holds takes the request.\n");
    // A map needs a source, also for a listener without rules.
    let _ = writeln!(text, "map \"$alb_nothing{all}\" ${prefix}_rule {{\n    default default;");
    for (index, rule) in rules.iter().enumerate() {
        let _ = writeln!(text, "    \"~^.{{{index}}}1\" {};", name(rule));
    }
    let _ = writeln!(text, "}}\nmap ${prefix}_rule ${prefix}_place {{");
    for (name, choice) in choices {
        let _ = writeln!(text, "    {name} {choice};");
    }
    let _ = writeln!(text, "}}\nmap $alb_refused ${prefix}_location {{\n    default $alb_refused;");
    let _ = writeln!(text, "    \"\" ${prefix}_place;\n}}");
}

/// The headers that targets get and that depend on the balancer's attributes.
fn sent(text: &mut String, prefix: &str, attributes: &BalancerAttributes, hosts: &[(String, String)]) {
    let keep = attributes.preserve_host_header;
    let port = if keep { "$alb_port_sent" } else { "$alb_port_own" };
    let _ = writeln!(text, "map ${prefix}_rule ${prefix}_sent_host {{");
    let _ = writeln!(text, "    default {};", if keep { "$http_host" } else { "\"$alb_host$alb_port_own\"" });
    for (name, host) in hosts {
        let _ = writeln!(text, "    {name} \"{host}{port}\";");
    }
    text.push_str("}\n");
    if !keep {
        // A request of HTTP/1.0 may have no host.
        let _ = writeln!(
            text,
            "map $http_host ${prefix}_host {{\n    default ${prefix}_sent_host;\n    \"\" \"\";\n}}"
        );
    }
}

fn server(text: &mut String, table: &Table, prefix: &str, listening: &Listening<'_>, locations: &str) {
    let attributes = &table.attributes;
    let idle = attributes.idle_timeout.as_secs();
    let _ = writeln!(text, "\nserver {{\n    listen {};\n    server_name _;", listening.address);
    if let Some((certificate, key)) = listening.tls {
        for (directive, path) in [("ssl_certificate", certificate), ("ssl_certificate_key", key)] {
            let _ = writeln!(text, "    {directive} {};", quote::plain(&path.display().to_string()));
        }
    }
    // nginx's own formats have queries and whole paths.
    text.push_str("    access_log off;\n    large_client_header_buffers 4 16k;\n    gzip off;\n");
    for directive in [
        "keepalive_timeout",
        "client_header_timeout",
        "client_body_timeout",
        "send_timeout",
        "proxy_read_timeout",
        "proxy_send_timeout",
    ] {
        let _ = writeln!(text, "    {directive} {idle}s;");
    }
    text.push_str("    proxy_connect_timeout 10s;\n    proxy_http_version 1.1;\n    proxy_redirect off;\n");
    text.push_str("    proxy_pass_header Server;\n    proxy_pass_header Date;\n");
    // A balancer does not act on these headers of a target.
    text.push_str("    proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate\n");
    text.push_str("        X-Accel-Buffering X-Accel-Charset;\n");
    let host = if attributes.preserve_host_header { "sent_host" } else { "host" };
    let forwarded_for = match (attributes.forwarded_for, attributes.client_port) {
        (ForwardedFor::Append, false) => "$proxy_add_x_forwarded_for",
        (ForwardedFor::Append, true) => "$alb_forwarded_for_port",
        (ForwardedFor::Preserve, _) => "$http_x_forwarded_for",
        (ForwardedFor::Remove, _) => "\"\"",
    };
    let _ = writeln!(text, "    proxy_set_header Host ${prefix}_{host};");
    let _ = writeln!(text, "    proxy_set_header X-Forwarded-For {forwarded_for};");
    for header in [
        "X-Forwarded-Proto $scheme",
        "X-Forwarded-Port $server_port",
        "X-Amzn-Trace-Id $alb_trace_id",
        "Connection $alb_connection",
        "Upgrade $alb_upgrade",
        "Trailer \"\"",
        "Proxy-Connection \"\"",
        "Proxy-Authorization \"\"",
    ] {
        let _ = writeln!(text, "    proxy_set_header {header};");
    }
    let _ = writeln!(text, "\n    set $alb_rule ${prefix}_rule;");
    let _ = writeln!(text, "    rewrite ^ ${prefix}_location last;");
    text.push_str(locations);
    text.push_str("\n    # What the balancer answers by itself.\n");
    for status in [400, 463, 500, 503] {
        text.push_str(&action::status(status));
    }
    text.push_str("}\n");
}
