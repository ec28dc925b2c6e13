//! Rules that others keep from ever matching, and rules whose order decides.

use crate::routing::{Action, Condition, Rule, Table};

/// What there is to say about the rules of a table.
pub(super) fn warnings(table: &Table) -> Vec<String> {
    let mut warnings = Vec::new();
    for (index, rule) in table.rules.iter().enumerate() {
        let earlier = &table.rules[..index];
        if let Some(taker) = earlier.iter().find(|taker| covers(taker, rule)) {
            let (name, taker) = (called(rule), called(taker));
            warnings.push(format!(
                "{name} can never match: {taker} comes first and takes all that it would take"
            ));
            continue;
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
    warnings
}

fn called(rule: &Rule) -> String {
    match rule.priority {
        Some(priority) => format!("rule {} (priority {priority})", rule.name),
        None => "the default rule".to_owned(),
    }
}

/// Whether every request that matches `narrow` matches `wide`.
fn covers(wide: &Rule, narrow: &Rule) -> bool {
    wide.conditions.iter().all(|condition| {
        condition.is_everything() || narrow.conditions.iter().any(|other| condition.covers(other))
    })
}

/// Whether it matters which of the two answers.
fn differ(a: &Rule, b: &Rule) -> bool {
    match (&a.action, &b.action) {
        (Action::Forward(a), Action::Forward(b)) => a.groups != b.groups,
        (Action::Redirect(a), Action::Redirect(b)) => a != b,
        (Action::FixedResponse(a), Action::FixedResponse(b)) => a != b,
        _ => true,
    }
}

/// A request that both rules match, where that is not what one expects. A narrow rule before a wide one is
/// how rules are meant to be written, and rules on different things (a host, a path) overlap nearly always;
/// what is worth knowing is two rules on the same things, of which neither is the wider one.
fn overlap(first: &Rule, second: &Rule) -> Option<String> {
    let subjects = |rule: &Rule| -> Vec<String> {
        let mut subjects: Vec<_> = rule.conditions.iter().map(Condition::subject).collect();
        subjects.sort();
        subjects
    };
    if covers(second, first) || subjects(first) != subjects(second) {
        return None;
    }
    let mut examples = Vec::new();
    for condition in &first.conditions {
        let other = second.conditions.iter().find(|other| other.subject() == condition.subject())?;
        examples.push(format!("{} {}", condition.subject(), condition.common(other)?));
    }
    (!examples.is_empty()).then(|| examples.join(", "))
}
