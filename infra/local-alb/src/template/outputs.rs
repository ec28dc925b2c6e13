//! The outputs of nested stacks.

use std::collections::HashMap;

use super::document::Template;
use super::error::LoadError;
use super::node::Node;
use super::value::Value;

/// The types of nested stacks, and the property of each that says where the template is.
pub(super) const KINDS: [(&str, &str); 2] =
    [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// Whether resources of this type are nested stacks.
pub(super) fn is_stack(kind: &str) -> bool {
    KINDS.iter().any(|(name, _)| *name == kind)
}

/// An output of a nested stack.
pub(super) fn output(template: &Template, id: &str, name: &str, line: usize) -> Result<Value, LoadError> {
    let Some(child) = template.child(id) else {
        let path = format!("{}{id}", template.prefix);
        let unread = template.unread.iter().find(|stack| stack.path == path);
        let reason = unread.map_or("it is not read yet", |stack| &stack.reason);
        return Err(template.error(line, format!("the output {name} of {id} is not known: {reason}")));
    };
    let missing = || template.error(line, format!("{id} has no output {name}"));
    let declaration = child.entry("Outputs", name).ok_or_else(missing)?;
    if !child.exists(declaration)? {
        return Err(missing());
    }
    let value = child.resolve(declaration.get("Value").ok_or_else(missing)?)?;
    Ok(Value { line, data: value.data })
}

impl Template {
    /// The exports of all nested stacks whose values are known.
    pub(super) fn nested_exports(&self) -> HashMap<String, String> {
        let mut exports = HashMap::new();
        for (_, child) in &self.children {
            for (_, output) in child.section("Outputs") {
                exports.extend(child.export(output));
            }
            exports.extend(child.nested_exports());
        }
        exports
    }

    /// The name and the value of an output that is exported.
    fn export(&self, output: &Node) -> Option<(String, String)> {
        let name = output.get("Export")?.get("Name")?;
        if !self.exists(output).ok()? {
            return None;
        }
        let text = |node: &Node| self.resolve(node).ok()?.text().map(str::to_owned);
        Some((text(name)?, text(output.get("Value")?)?))
    }
}
