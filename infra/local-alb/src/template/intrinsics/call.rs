//! A function by its name.

use super::{logic, lookup, reference, text};
use crate::template::document::Template;
use crate::template::error::LoadError;
use crate::template::node::Node;
use crate::template::scope::Scope;
use crate::template::value::Value;

/// Calls a function. See [`Functions`](crate::template::document::Functions).
pub(in crate::template) fn call(
    template: &Template,
    depth: u8,
    name: &str,
    argument: &Node,
    line: usize,
) -> Result<Value, LoadError> {
    let scope = Scope { template, depth };
    match name {
        "Ref" => reference::reference(scope, argument),
        "Fn::GetAtt" => reference::get_att(scope, argument),
        "Fn::Sub" => text::sub(scope, argument),
        "Fn::Join" => text::join(scope, argument),
        "Fn::Split" => text::split(scope, argument),
        "Fn::Select" => text::select(scope, argument),
        "Fn::Base64" => text::base64(scope, argument),
        "Fn::Length" => text::length(scope, argument),
        "Fn::FindInMap" => lookup::find_in_map(scope, argument),
        "Fn::GetAZs" => lookup::get_azs(scope, argument),
        "Fn::ImportValue" => lookup::import_value(scope, argument),
        "Fn::If" => logic::choose(scope, argument),
        "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" | "Condition" => {
            let truth = logic::call(scope, name, argument)?;
            Ok(Value::text_at(line, truth.to_string()))
        }
        _ => Err(scope.error(line, format!("intrinsic function {name} is not supported yet"))),
    }
}
