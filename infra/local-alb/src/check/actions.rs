//! Warnings about actions that have no effect, or a surprising one.

use crate::routing::{Action, Redirect, RedirectSource, Rule, Table};

/// The warnings about the actions of a table.
pub(super) fn warnings(table: &Table) -> Vec<String> {
    table
        .rules
        .iter()
        .filter_map(|rule| Some(format!("rule {}: {}", rule.name, problem(table, rule)?)))
        .collect()
}

fn problem(table: &Table, rule: &Rule) -> Option<&'static str> {
    match &rule.action {
        Action::Forward(forward) if forward.groups.iter().all(|entry| entry.weight == 0) => {
            Some("all weights are 0, so it answers 503")
        }
        Action::Redirect(redirect) if is_loop(table, redirect) => {
            Some("it redirects to the URL of the request, again and again")
        }
        Action::Redirect(_) | Action::FixedResponse(_) if !rule.transforms.is_empty() => {
            Some("its transforms have no effect, because no target gets the request")
        }
        _ => None,
    }
}

/// Whether the redirect leads back to the same URL. AWS refuses only a redirect that leaves out all parts; this also
/// finds one that writes out the values of its own listener.
fn is_loop(table: &Table, redirect: &Redirect) -> bool {
    let protocol = if table.secure { "https" } else { "http" };
    let port = table.port.unwrap_or(if table.secure { 443 } else { 80 });
    // One request stands for all: the result does not depend on the request.
    let source = RedirectSource { protocol, host: "host.test", port, path: "/path", query: "" };
    let location = redirect.location(source);
    let target = location.split('?').next().unwrap_or_default();
    target == format!("{protocol}://host.test:{port}/path")
}
