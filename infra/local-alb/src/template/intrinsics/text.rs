//! `Fn::Sub`, `Fn::Join`, `Fn::Split`, `Fn::Select`, `Fn::Length` and `Fn::Base64`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::reference;
use crate::template::error::LoadError;
use crate::template::node::Node;
use crate::template::scope::Scope;
use crate::template::value::{Data, Value};

/// `Fn::Sub`: a text, or a text and a mapping of its variables. `${!Name}` stands for `${Name}` itself.
pub(super) fn sub(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let (text, variables) = match argument.items() {
        Some([text, variables]) => (text, variables.entries()),
        Some(_) => return Err(scope.error(argument.line, "Fn::Sub takes a text, or a text and a mapping")),
        None => (argument, &[][..]),
    };
    let Some(source) = text.text() else {
        return Err(scope.error(text.line, "Fn::Sub takes a text, or a text and a mapping"));
    };
    let mut result = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else {
            return Err(scope.error(text.line, "Fn::Sub: a ${ without its }"));
        };
        result.push_str(before);
        if let Some(literal) = name.strip_prefix('!') {
            result.extend(["${", literal, "}"]);
        } else {
            result.push_str(&variable(scope, name.trim(), variables, text.line)?);
        }
        rest = tail;
    }
    result.push_str(rest);
    Ok(Value::text_at(argument.line, result))
}

fn variable(
    scope: Scope<'_>,
    name: &str,
    variables: &[(String, Node)],
    line: usize,
) -> Result<String, LoadError> {
    let value = if let Some((_, node)) = variables.iter().find(|(key, _)| key == name) {
        scope.resolve(node)?
    } else {
        let by_name = reference::by_name(scope, name, line);
        match (by_name, name.split_once('.')) {
            // A dot usually means an attribute, but `Function.Alias` is a `Ref`, so that goes first.
            (Err(_), Some((resource, attribute))) => {
                reference::attribute_of(scope, resource, attribute, line)?
            }
            (by_name, _) => by_name?,
        }
    };
    match value.data {
        Data::Text(text) => Ok(text),
        _ => Err(scope.error(line, format!("Fn::Sub: ${{{name}}} is not text"))),
    }
}

/// `Fn::Join: [delimiter, [values]]`.
pub(super) fn join(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let parts = scope.arguments("Fn::Join", argument, 2..=2)?;
    let delimiter = scope.text("Fn::Join", &parts[0])?;
    let list = scope.resolve(&parts[1])?;
    let mut texts = Vec::new();
    for item in list.items() {
        match item.text() {
            Some(text) => texts.push(text),
            None => return Err(scope.error(item.line, "Fn::Join joins texts")),
        }
    }
    Ok(Value::text_at(argument.line, texts.join(&delimiter)))
}

/// `Fn::Split: [delimiter, text]`.
pub(super) fn split(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let parts = scope.arguments("Fn::Split", argument, 2..=2)?;
    let delimiter = scope.text("Fn::Split", &parts[0])?;
    let source = scope.text("Fn::Split", &parts[1])?;
    if delimiter.is_empty() {
        return Err(scope.error(argument.line, "Fn::Split needs a delimiter"));
    }
    let items = source.split(&delimiter).map(|item| Value::text_at(argument.line, item)).collect();
    Ok(Value { line: argument.line, data: Data::List(items) })
}

/// `Fn::Select: [index, [values]]`.
pub(super) fn select(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let parts = scope.arguments("Fn::Select", argument, 2..=2)?;
    let index = scope.text("Fn::Select", &parts[0])?;
    let list = scope.resolve(&parts[1])?;
    let item = index.parse::<usize>().ok().and_then(|index| list.items().get(index));
    item.cloned().ok_or_else(|| scope.error(argument.line, format!("Fn::Select: there is no item {index}")))
}

/// `Fn::Base64`.
pub(super) fn base64(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let text = scope.text("Fn::Base64", argument)?;
    Ok(Value::text_at(argument.line, STANDARD.encode(text)))
}

/// `Fn::Length`: how many items a list has.
pub(super) fn length(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    match scope.resolve(argument)?.data {
        Data::List(items) => Ok(Value::text_at(argument.line, items.len().to_string())),
        _ => Err(scope.error(argument.line, "Fn::Length takes a list")),
    }
}
