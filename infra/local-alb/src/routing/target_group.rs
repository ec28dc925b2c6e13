//! Target groups that a rule forwards to.

use super::health_check::HealthCheck;
use super::{attributes, external};
use crate::template::{LoadError, Node, Resource, Template, Value};

const MULTI_VALUE: &str = "lambda.multi_value_headers.enabled";
const ALGORITHM: &str = "load_balancing.algorithm.type";

/// A target group.
#[derive(Debug, Clone)]
pub struct TargetGroup {
    /// The logical id. For a group of another stack the parameter that holds its ARN, or the ARN.
    pub id: String,
    /// The ARN, generated for a group of the template.
    pub arn: String,
    /// The kind of its targets.
    pub kind: TargetKind,
    /// The ARN of the function, or of its alias, that a Lambda group holds.
    pub target: Option<String>,
    /// `lambda.multi_value_headers.enabled`.
    pub multi_value_headers: bool,
    /// `load_balancing.algorithm.type` is `least_outstanding_requests`; else it is round robin.
    pub least_outstanding: bool,
    /// How the targets are checked.
    pub health_check: HealthCheck,
}

/// Where the targets of a group are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetKind {
    /// A function, by its logical id or, if it is of another stack, by what holds its ARN; `None` if nothing is
    /// registered.
    Lambda(Option<String>),
    /// `instance` or `ip`: HTTP servers, whose URLs the command line gives.
    Address,
    /// A group of another stack. Its targets are not known; HTTP servers are assumed.
    External,
}

impl TargetGroup {
    pub(super) fn read(template: &Template, resource: &Resource<'_>, arn: &str) -> Result<Self, LoadError> {
        let mut target = None;
        let kind = match resource.text("TargetType")?.as_deref() {
            Some("lambda") => {
                let found = function(template, resource)?;
                target = found.as_ref().map(|(_, arn)| arn.clone());
                TargetKind::Lambda(found.map(|(id, _)| id))
            }
            None | Some("instance" | "ip") => TargetKind::Address,
            Some(other) => {
                let line = resource.property("TargetType").map_or(resource.node.line, |node| node.line);
                let message = format!("target type \"{other}\" is not supported yet ({})", resource.path());
                return Err(resource.error(line, message));
            }
        };
        let attributes = attributes::read(resource, "TargetGroupAttributes", &[MULTI_VALUE, ALGORITHM])?;
        let is =
            |key: &str, text: &str| attributes.get(key).is_some_and(|value| value.eq_ignore_ascii_case(text));
        let lambda = matches!(kind, TargetKind::Lambda(_));
        Ok(Self {
            id: resource.path(),
            arn: arn.to_owned(),
            kind,
            target,
            multi_value_headers: is(MULTI_VALUE, "true"),
            least_outstanding: is(ALGORITHM, "least_outstanding_requests"),
            health_check: HealthCheck::read(resource, lambda)?,
        })
    }

    pub(super) fn external(id: &str, arn: &str) -> Self {
        Self {
            id: id.to_owned(),
            arn: arn.to_owned(),
            kind: TargetKind::External,
            target: None,
            multi_value_headers: false,
            least_outstanding: false,
            health_check: HealthCheck::default_of(false),
        }
    }
}

/// The function that a Lambda target group holds, and the ARN that names it. A function of another stack has the name
/// of what holds its ARN.
fn function(template: &Template, group: &Resource<'_>) -> Result<Option<(String, String)>, LoadError> {
    let targets = match group.value("Targets") {
        Ok(Some(targets)) => targets,
        Ok(None) => return Ok(None),
        // The ARN may be of another stack.
        Err(error) => {
            let Some(node) = id_of_target(group)? else { return Err(error) };
            let name = external::name(template, group.template, node, Err(error))?;
            return Ok(name.map(|name| (name.clone(), name)));
        }
    };
    let target = match targets.items() {
        [] => return Ok(None),
        [target] => target,
        [_, second, ..] => {
            let message = format!("a Lambda target group has one target ({})", group.path());
            return Err(group.error(second.line, message));
        }
    };
    let id = target.get("Id");
    let arn = id.and_then(Value::text).unwrap_or_default();
    if let Some(function) = template.function_of_arn(arn)? {
        return Ok(Some((function.path(), arn.to_owned())));
    }
    let name = match id_of_target(group)? {
        Some(node) if is_arn(arn) => {
            external::name(template, group.template, node, Ok(Some(arn.to_owned())))?
        }
        _ => None,
    };
    if let Some(name) = name {
        return Ok(Some((name, arn.to_owned())));
    }
    let line = id.map_or(target.line, |id| id.line);
    let message = format!("the target of {} is not the ARN of a function", group.path());
    Err(group.error(line, message))
}

/// Whether a text is an ARN, or a reference to one that only AWS resolves.
fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") || text.starts_with("{{resolve:")
}

/// The unresolved `Id` of a group's only target.
fn id_of_target<'t>(group: &Resource<'t>) -> Result<Option<&'t Node>, LoadError> {
    let Some(list) = group.property("Targets") else { return Ok(None) };
    let Some([target]) = group.template.branch(list)?.items() else { return Ok(None) };
    Ok(group.template.branch(target)?.get("Id"))
}
