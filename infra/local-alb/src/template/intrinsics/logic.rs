//! `Fn::If` and the functions that conditions are made of.

use crate::template::error::LoadError;
use crate::template::node::{Kind, Node};
use crate::template::scope::Scope;
use crate::template::value::Value;

/// `Fn::If: [condition, then, else]`. Only the chosen branch is resolved.
pub(super) fn choose(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let parts = scope.arguments("Fn::If", argument, 3..=3)?;
    let branch = if named(scope, &parts[0])? { &parts[1] } else { &parts[2] };
    scope.resolve(branch)
}

/// The condition of this name in the section `Conditions`.
pub(in crate::template) fn named(scope: Scope<'_>, name: &Node) -> Result<bool, LoadError> {
    let Some(text) = name.text() else {
        return Err(scope.error(name.line, "a condition is named by text"));
    };
    match scope.template.entry("Conditions", text) {
        Some(node) => truth(scope.deeper(name.line)?, node),
        None => Err(scope.error(name.line, format!("there is no condition {text}"))),
    }
}

/// One of `Fn::And`, `Fn::Or`, `Fn::Not`, `Fn::Equals` and `Condition`.
pub(super) fn call(scope: Scope<'_>, name: &str, argument: &Node) -> Result<bool, LoadError> {
    match name {
        "Condition" => named(scope, argument),
        "Fn::Not" => Ok(!truth(scope, &scope.arguments(name, argument, 1..=1)?[0])?),
        "Fn::Equals" => {
            let parts = scope.arguments(name, argument, 2..=2)?;
            Ok(scope.resolve(&parts[0])?.data == scope.resolve(&parts[1])?.data)
        }
        _ => {
            let wanted = name == "Fn::Or";
            for part in scope.arguments(name, argument, 2..=10)? {
                if truth(scope, part)? == wanted {
                    return Ok(wanted);
                }
            }
            Ok(!wanted)
        }
    }
}

fn truth(scope: Scope<'_>, node: &Node) -> Result<bool, LoadError> {
    let scope = scope.deeper(node.line)?;
    match &node.kind {
        Kind::Call(name, argument) if is_logic(name) => call(scope, name, argument),
        Kind::Map(entries) => match &entries[..] {
            [(key, name)] if key == "Condition" => named(scope, name),
            _ => Err(not_a_condition(scope, node)),
        },
        Kind::Text(text) if text == "true" || text == "false" => Ok(text == "true"),
        _ => Err(not_a_condition(scope, node)),
    }
}

fn is_logic(name: &str) -> bool {
    matches!(name, "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" | "Condition")
}

fn not_a_condition(scope: Scope<'_>, node: &Node) -> LoadError {
    let what = match &node.kind {
        Kind::Call(name, _) => format!("{name} does not belong in a condition"),
        _ => "a condition is made of Fn::And, Fn::Or, Fn::Not, Fn::Equals and Condition".to_owned(),
    };
    scope.error(node.line, what)
}

/// Follows `Fn::If` to the node that it chooses, without resolving what is in there.
pub(in crate::template) fn branch<'n>(scope: Scope<'_>, node: &'n Node) -> Result<&'n Node, LoadError> {
    let mut node = node;
    while let Kind::Call(name, argument) = &node.kind
        && name == "Fn::If"
    {
        let parts = scope.arguments(name, argument, 3..=3)?;
        node = if named(scope, &parts[0])? { &parts[1] } else { &parts[2] };
    }
    Ok(node)
}
