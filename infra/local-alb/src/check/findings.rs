//! The command, and what it finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{actions, permissions, reach};
use crate::cli::RoutesArgs;
use crate::input::Input;
use crate::routing::{self, Options, Table};
use crate::template::{FilesRead, LoadError, Template};

const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// The errors and warnings of a template.
#[derive(Debug, Default)]
pub struct Findings {
    /// Reasons for which AWS or this program refuses the template.
    pub errors: Vec<LoadError>,
    /// Constructs that AWS accepts, and that are most likely mistakes.
    pub warnings: Vec<String>,
    /// The numbers of listeners and rules.
    seen: (usize, usize),
}

/// The command.
#[must_use]
pub fn check(args: &RoutesArgs) -> Findings {
    let mut findings = Findings::default();
    let read = Input::read(&args.template, &[], &FilesRead::default());
    let listeners = read.as_ref().map_err(Clone::clone);
    let listeners = listeners.and_then(|input| {
        let listeners = input.listeners(args.template.listener.as_deref())?;
        Ok((input, listeners))
    });
    let (input, listeners) = match listeners {
        Ok(both) => both,
        Err(error) => {
            findings.errors.push(error);
            return findings;
        }
    };
    findings.warnings.extend(input.warnings.iter().cloned());
    // A rule that authenticates is not a mistake of the template.
    let options = Options { allow_unauthenticated: true, ..input.options.clone() };
    let mut tables = Vec::new();
    for listener in &listeners {
        findings.seen.0 += 1;
        findings.seen.1 += listener.rules.len();
        match routing::compile_all(&input.template, listener, &options) {
            Ok(table) => tables.push(table),
            Err(errors) => findings.errors.extend(errors),
        }
    }
    if findings.seen.1 > routing::RULES_MAX {
        let message = format!(
            "all listeners together have {} rules; a balancer has at most {}",
            findings.seen.1,
            routing::RULES_MAX
        );
        findings.warnings.push(message);
    }
    for table in &tables {
        findings.warnings.extend(reach::warnings(table));
        findings.warnings.extend(actions::warnings(table));
    }
    findings.errors.extend(shared_groups(&input.template, &listeners, &tables));
    if let Err(error) = rest(&input.template, &tables, &listeners, args, &mut findings.warnings) {
        findings.errors.push(error);
    }
    findings
}

/// An error for each target group of several load balancers: AWS allows one.
fn shared_groups(
    template: &Template,
    listeners: &[routing::Listener<'_>],
    tables: &[Table],
) -> Vec<LoadError> {
    let mut users: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for table in tables {
        let listener = listeners.iter().find(|listener| listener.name == table.listener);
        let Some(balancer) = listener.and_then(|listener| listener.balancer(template)) else { continue };
        for group in &table.groups {
            users.entry(&group.id).or_default().insert(balancer.clone());
        }
    }
    let shared = users.into_iter().filter(|(_, balancers)| balancers.len() > 1);
    let error = |(group, balancers): (&str, BTreeSet<String>)| {
        let names = balancers.into_iter().collect::<Vec<_>>().join(" and ");
        let message = format!("load balancers {names} use it: AWS allows one for each target group");
        LoadError::of(format!("target group {group}"), message)
    };
    shared.map(error).collect()
}

/// The checks over all listeners together. They are left out if `--listener` names one.
fn rest(
    template: &Template,
    tables: &[Table],
    listeners: &[routing::Listener<'_>],
    args: &RoutesArgs,
    warnings: &mut Vec<String>,
) -> Result<(), LoadError> {
    warnings.extend(permissions::warnings(template, tables)?);
    if tables.len() < listeners.len() || args.template.listener.is_some() {
        return Ok(());
    }
    for group in template.resources_of(TARGET_GROUP)? {
        if routing::is_network_group(&group) {
            continue;
        }
        let path = group.path();
        if !tables.iter().flat_map(|table| &table.groups).any(|found| found.id == path) {
            let message = group.error(group.node.line, format!("no rule forwards to target group {path}"));
            warnings.push(message.to_string());
        }
    }
    Ok(())
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "error: {error}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        writeln!(
            f,
            "{}, {} ({}, {})",
            count(self.errors.len(), "error"),
            count(self.warnings.len(), "warning"),
            count(self.seen.0, "listener"),
            count(self.seen.1, "rule"),
        )
    }
}
