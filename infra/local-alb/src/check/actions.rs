//! Actions that do not do what they seem to.

use crate::routing::{Action, Redirect, RedirectSource, Rule, Table};

/// What there is to say about the actions of a table.
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
            Some("it redirects to the URL that it was asked for, over and over")
        }
        Action::Redirect(_) | Action::FixedResponse(_) if !rule.transforms.is_empty() => {
            Some("its transforms change nothing, because no target gets the request")
        }
        _ => None,
    }
}

/// Whether the redirect leads back to the listener, for all that the template says: AWS itself only looks at
/// what is left out.
fn is_loop(table: &Table, redirect: &Redirect) -> bool {
    let protocol = if table.secure { "https" } else { "http" };
    let port = table.port.unwrap_or(if table.secure { 443 } else { 80 });
    // Whatever the request was: this one stands for all.
    let source = RedirectSource { protocol, host: "host.test", port, path: "/path", query: "" };
    let location = redirect.location(source);
    let target = location.split('?').next().unwrap_or_default();
    target == format!("{protocol}://host.test:{port}/path")
}
