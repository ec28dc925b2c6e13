//! Rules that never match because of earlier rules, and pairs of rules whose order decides.

use crate::routing::{Action, Condition, Rule, Table, TargetKind};

/// The warnings about the rules of a table.
pub(super) fn warnings(table: &Table) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut reached = vec![false; table.groups.len()];
    for (index, rule) in table.rules.iter().enumerate() {
        if matches!(rule.action, Action::Elsewhere(_)) {
            continue;
        }
        let earlier = &table.rules[..index];
        if let Some(takers) = takers(earlier, rule) {
            let names: Vec<_> = takers.iter().map(|taker| called(taker)).collect();
            let (comes, takes) = if names.len() > 1 { ("come", "together take") } else { ("comes", "takes") };
            warnings.push(format!(
                "{} can never match: {} {comes} first and {takes} all its requests",
                called(rule),
                names.join(" and ")
            ));
            continue;
        }
        if let Action::Forward(forward) = &rule.action {
            // A weight of 0 is intended: it takes a group out of service for a while.
            forward.groups.iter().for_each(|entry| reached[entry.group] = true);
        }
        let takes_all = rule.priority.is_some() && rule.conditions.iter().all(Condition::is_everything);
        for other in earlier.iter().filter(|other| !takes_all && differ(other, rule)) {
            if let Some(example) = overlap(other, rule) {
                warnings.push(format!(
                    "{} and {} both match {example}: the first one takes it",
                    called(other),
                    called(rule)
                ));
            }
        }
    }
    for (group, reached) in table.groups.iter().zip(reached) {
        if !reached {
            let problem = "gets no request: only rules that can never match forward to it";
            warnings.push(format!("target group {} {problem}", group.id));
        }
        if group.kind == TargetKind::Lambda(None) {
            warnings.push(format!("target group {} has no target, so it answers 503", group.id));
        }
    }
    warnings
}

/// The earlier rules that take all requests of a rule: one of them, or several together.
fn takers<'t>(earlier: &'t [Rule], rule: &Rule) -> Option<Vec<&'t Rule>> {
    if let Some(taker) = earlier.iter().find(|taker| includes(&taker.conditions, &rule.conditions)) {
        return Some(vec![taker]);
    }
    let mut takers: Vec<&Rule> = Vec::new();
    for narrow in alternatives(&rule.conditions) {
        let taker = earlier.iter().find(|taker| includes(&taker.conditions, &narrow))?;
        if !takers.iter().any(|other| std::ptr::eq(*other, taker)) {
            takers.push(taker);
        }
    }
    Some(takers)
}

/// The requests of a rule in parts: its conditions with one value each, in all combinations. A rule has at most
/// five values, so there are few.
fn alternatives(conditions: &[Condition]) -> Vec<Vec<Condition>> {
    let mut parts = vec![Vec::new()];
    for condition in conditions {
        let values = condition.alternatives();
        parts = parts
            .iter()
            .flat_map(|part| {
                values.iter().map(move |value| [&part[..], std::slice::from_ref(value)].concat())
            })
            .collect();
    }
    parts
}

fn called(rule: &Rule) -> String {
    match rule.priority {
        Some(priority) => format!("rule {} (priority {priority})", rule.name),
        None => "the default rule".to_owned(),
    }
}

/// Whether every request that matches `narrow` matches `wide`.
fn includes(wide: &[Condition], narrow: &[Condition]) -> bool {
    wide.iter()
        .all(|condition| condition.is_everything() || narrow.iter().any(|other| condition.includes(other)))
}

/// Whether the two rules answer differently.
fn differ(a: &Rule, b: &Rule) -> bool {
    match (&a.action, &b.action) {
        (Action::Forward(a), Action::Forward(b)) => a.groups != b.groups,
        (Action::Redirect(a), Action::Redirect(b)) => a != b,
        (Action::FixedResponse(a), Action::FixedResponse(b)) => a != b,
        _ => true,
    }
}

/// A request that both rules match, for two rules with conditions on the same fields of which neither is the wider
/// one. A narrow rule before a wide one is the usual way to write rules, and rules on different fields (a host, a path)
/// overlap nearly always: those pairs give no example.
fn overlap(first: &Rule, second: &Rule) -> Option<String> {
    let subjects = |rule: &Rule| -> Vec<String> {
        let mut subjects: Vec<_> = rule.conditions.iter().map(Condition::subject).collect();
        subjects.sort();
        subjects
    };
    if includes(&second.conditions, &first.conditions) || subjects(first) != subjects(second) {
        return None;
    }
    let mut examples = Vec::new();
    for condition in &first.conditions {
        let other = second.conditions.iter().find(|other| other.subject() == condition.subject())?;
        examples.push(format!("{} {}", condition.subject(), condition.common(other)?));
    }
    (!examples.is_empty()).then(|| examples.join(", "))
}
