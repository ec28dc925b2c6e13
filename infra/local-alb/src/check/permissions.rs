//! Functions that the balancer lacks the permission to invoke.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>.

use crate::routing::{Table, TargetKind};
use crate::template::{LoadError, Resource, Template};

const PERMISSION: &str = "AWS::Lambda::Permission";
const PRINCIPAL: &str = "elasticloadbalancing.amazonaws.com";

/// A warning for each function in a target group that no permission covers.
pub(super) fn warnings(template: &Template, tables: &[Table]) -> Result<Vec<String>, LoadError> {
    let mut allowed = Vec::new();
    for permission in template.resources_of(PERMISSION)? {
        // Permissions of other principals, and the conditions of a permission, are not checked.
        if permission.text("Principal").is_ok_and(|principal| principal.as_deref() == Some(PRINCIPAL)) {
            allowed.extend(permission.text("FunctionName")?);
        }
    }
    let mut warnings: Vec<String> = Vec::new();
    for group in tables.iter().flat_map(|table| &table.groups) {
        let (TargetKind::Lambda(Some(id)), Some(target)) = (&group.kind, &group.target) else { continue };
        let Some(function) = template.find(id)? else { continue };
        let name = function.reference()?;
        let wanted = qualifier(target);
        let own: Vec<&String> = allowed.iter().filter(|allowed| names(allowed, &name)).collect();
        if own.iter().any(|allowed| qualifier(allowed) == wanted) {
            continue;
        }
        let problem = match (own.first(), wanted) {
            (None, _) => format!("no {PERMISSION} allows {PRINCIPAL} to invoke it"),
            (Some(_), Some(alias)) => {
                format!("the {PERMISSION} is not for the alias {alias}, which is the target")
            }
            (Some(_), None) => {
                format!("the {PERMISSION} is for an alias, and the target is the function itself")
            }
        };
        let warning = place(&function, &format!("function {id}: {problem}"));
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    Ok(warnings)
}

fn place(function: &Resource<'_>, message: &str) -> String {
    function.error(function.node.line, message).to_string()
}

/// The version or the alias at the end of a function's name, partial ARN or ARN.
fn qualifier(function: &str) -> Option<&str> {
    parts(function).1
}

fn names(function: &str, name: &str) -> bool {
    parts(function).0 == name
}

fn parts(function: &str) -> (&str, Option<&str>) {
    let name = function.rsplit_once("function:").map_or(function, |(_, name)| name);
    name.split_once(':').map_or((name, None), |(name, qualifier)| (name, Some(qualifier)))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn functions_are_named_in_four_ways() {
        for (text, expected) in [
            ("books", ("books", None)),
            ("books:live", ("books", Some("live"))),
            ("123456789012:function:books", ("books", None)),
            ("arn:aws:lambda:us-east-1:123456789012:function:books:live", ("books", Some("live"))),
        ] {
            assert_eq!(parts(text), expected);
        }
    }
}
