//! Rules as text: a line each for `serve`, a table for `routes`.

use std::fmt::Write as _;

use crate::cli::RoutesArgs;
use crate::input::Input;
use crate::routing::{self, Action, Rule, Table, TargetKind};
use crate::template::{FilesRead, LoadError};

/// The command `routes`.
///
/// # Errors
/// A template that cannot be read.
pub fn routes(args: &RoutesArgs) -> Result<String, LoadError> {
    let input = Input::read(&args.template, &[], &FilesRead::default())?;
    let listeners = input.listeners(args.template.listener.as_deref())?;
    let mut text = String::new();
    for listener in &listeners {
        let table = routing::compile(&input.template, listener, &input.options)?;
        if listeners.len() > 1 {
            let _ = writeln!(text, "{}{}", if text.is_empty() { "" } else { "\n" }, heading(&table));
        }
        text.push_str(&aligned(&table));
    }
    Ok(text)
}

/// A listener's name, with its protocol and port where the template has them.
fn heading(table: &Table) -> String {
    let protocol = if table.secure { "HTTPS" } else { "HTTP" };
    match table.port {
        Some(port) => format!("{} ({protocol} {port})", table.listener),
        None if table.secure => format!("{} (HTTPS)", table.listener),
        None => table.listener.clone(),
    }
}

/// The rules of a table in columns.
fn aligned(table: &Table) -> String {
    let mut rows = vec![["PRIORITY", "RULE", "CONDITIONS", "ACTION"].map(str::to_owned).to_vec()];
    for rule in &table.rules {
        // The first column has the default's name.
        let name = if rule.priority.is_some() { rule.name.clone() } else { String::new() };
        rows.push(vec![priority(rule), name, conditions(rule), action(rule, |index| group(table, index))]);
    }
    columns(&rows)
}

/// Rows in aligned columns. The last column is not padded.
#[must_use]
pub fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let widths: Vec<usize> =
        (0..count).map(|column| cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The rules as `serve` prints them, with the descriptions of their targets.
#[must_use]
pub fn lines(table: &Table, targets: &[String]) -> String {
    let mut text = String::new();
    for rule in &table.rules {
        let (priority, conditions) = (priority(rule), conditions(rule));
        let action = action(rule, |index| targets.get(index).cloned().unwrap_or_default());
        let space = if conditions.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{priority:>9}  {conditions}{space}-> {action}");
    }
    text
}

fn priority(rule: &Rule) -> String {
    rule.priority.map_or_else(|| "default".to_owned(), |priority| priority.to_string())
}

fn conditions(rule: &Rule) -> String {
    rule.conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The action of a rule, with the names that `group` gives to target groups.
pub fn action(rule: &Rule, group: impl Fn(usize) -> String) -> String {
    let mut text = match &rule.action {
        Action::Forward(forward) => forward.describe(group),
        action => action.to_string(),
    };
    if !rule.transforms.is_empty() {
        let _ = write!(text, ", {}", rule.transforms);
    }
    for kind in &rule.unauthenticated {
        let _ = write!(text, " (without {kind})");
    }
    text
}

/// A target group's name, with its function where it has one.
#[must_use]
pub fn group(table: &Table, index: usize) -> String {
    let Some(group) = table.groups.get(index) else { return String::new() };
    match &group.kind {
        TargetKind::Lambda(Some(function)) => format!("{} (function {function})", group.id),
        TargetKind::Lambda(None) => format!("{} (no target)", group.id),
        TargetKind::Address => group.id.clone(),
        TargetKind::External => format!("{} (another stack's)", group.id),
    }
}
