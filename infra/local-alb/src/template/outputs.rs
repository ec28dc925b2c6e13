//! The outputs of nested stacks.

use super::document::Template;
use super::error::LoadError;
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
        let message =
            format!("the output {name} of {id} is not known: its template is not local, or not read yet");
        return Err(template.error(line, message));
    };
    let missing = || template.error(line, format!("{id} has no output {name}"));
    let declaration = child.entry("Outputs", name).ok_or_else(missing)?;
    if !child.exists(declaration)? {
        return Err(missing());
    }
    let value = child.resolve(declaration.get("Value").ok_or_else(missing)?)?;
    Ok(Value { line, data: value.data })
}
