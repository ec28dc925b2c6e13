//! The names of listeners and functions of other stacks.

use crate::template::{Kind, LoadError, Node, Template};

/// The parameter, the export or the attribute that a node of `owner` refers to, or the ARN that it resolved to. None of
/// these needs a value. `template` is the outermost template.
///
/// # Errors
/// The error of resolving the node, if it refers to none of these.
pub(super) fn name(
    template: &Template,
    owner: &Template,
    node: &Node,
    arn: Result<Option<String>, LoadError>,
) -> Result<Option<String>, LoadError> {
    // A nested stack's parameter holds the passed value, or the error of resolving it.
    let outermost = std::ptr::eq(owner, template);
    let named = match &owner.branch(node)?.kind {
        Kind::Call(call, argument) if call == "Ref" && outermost => {
            argument.text().filter(|parameter| owner.has_parameter(parameter)).map(str::to_owned)
        }
        Kind::Call(call, argument) if call == "Fn::ImportValue" => {
            owner.resolve(argument)?.text().map(str::to_owned)
        }
        Kind::Call(call, argument) if call == "Fn::GetAtt" => owner.attribute_name(argument)?,
        _ => None,
    };
    match (arn, named) {
        // A nested stack got the ARN from a parameter of the outermost template: it is the same resource.
        (Ok(Some(arn)), named) => Ok(Some(template.holder_of(&arn).or(named).unwrap_or(arn))),
        (_, Some(named)) => Ok(Some(named)),
        (Err(error), None) => Err(error),
        (Ok(None), None) => Ok(None),
    }
}
