//! `Fn::FindInMap`, `Fn::GetAZs` and `Fn::ImportValue`.

use crate::template::error::LoadError;
use crate::template::node::Node;
use crate::template::scope::Scope;
use crate::template::value::{Data, Value};

/// `Fn::FindInMap: [map, top key, second key]`, with `DefaultValue` as the fourth (a language extension).
pub(super) fn find_in_map(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let parts = scope.arguments("Fn::FindInMap", argument, 3..=4)?;
    let map = scope.text("Fn::FindInMap", &parts[0])?;
    let top = scope.text("Fn::FindInMap", &parts[1])?;
    let second = scope.text("Fn::FindInMap", &parts[2])?;
    let found = scope.template.entry("Mappings", &map).and_then(|node| node.get(&top)?.get(&second));
    match (found, parts.get(3).and_then(|node| node.get("DefaultValue"))) {
        (Some(node), _) | (None, Some(node)) => scope.resolve(node),
        (None, None) => {
            Err(scope.error(argument.line, format!("Fn::FindInMap: {map}.{top}.{second} is not in Mappings")))
        }
    }
}

/// `Fn::GetAZs`: three zones, `a` to `c`, for every region.
pub(super) fn get_azs(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let given = scope.resolve(argument)?;
    let region = given.text().filter(|text| !text.is_empty());
    let region = region.map_or_else(|| scope.template.region(), str::to_owned);
    let zone = |letter| Value::text_at(argument.line, format!("{region}{letter}"));
    Ok(Value { line: argument.line, data: Data::List(['a', 'b', 'c'].map(zone).to_vec()) })
}

/// `Fn::ImportValue`: another stack's export, whose value `--import` gives.
pub(super) fn import_value(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let name = scope.text("Fn::ImportValue", argument)?;
    match scope.template.import(&name) {
        Some(text) => Ok(Value::text_at(argument.line, text)),
        None => Err(scope.error(
            argument.line,
            format!("Fn::ImportValue: the export \"{name}\" has no value: pass --import {name}=VALUE"),
        )),
    }
}
