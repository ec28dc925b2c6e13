//! `Ref` and `Fn::GetAtt`.

use crate::template::document::Template;
use crate::template::error::LoadError;
use crate::template::node::Node;
use crate::template::resource::Resource;
use crate::template::scope::Scope;
use crate::template::value::{Data, Value};
use crate::template::{arn, outputs};

/// `Ref`: a parameter's value, a resource's name or ARN, or `AWS::NoValue`.
pub(super) fn reference(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let Some(name) = argument.text() else {
        return Err(scope.error(argument.line, "Ref takes a name"));
    };
    by_name(scope, name, argument.line)
}

pub(super) fn by_name(scope: Scope<'_>, name: &str, line: usize) -> Result<Value, LoadError> {
    if name == "AWS::NoValue" {
        return Ok(Value { line, data: Data::Null });
    }
    if let Some(value) = scope.template.parameter(name, line) {
        return value;
    }
    if let Some(resource) = scope.template.resource(name)? {
        return Ok(Value::text_at(line, scope.template.physical_id(&resource)?));
    }
    if let Some(text) = generated(scope, name)? {
        return Ok(Value::text_at(line, text));
    }
    Err(scope.error(line, format!("{name} is neither a parameter nor a resource that exists")))
}

/// The resources that SAM generates for a function with `AutoPublishAlias`: `!Ref Function.Alias` and `.Version`.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html>
fn generated(scope: Scope<'_>, name: &str) -> Result<Option<String>, LoadError> {
    let Some((function, what)) = name.split_once('.') else { return Ok(None) };
    let Some(resource) = scope.template.resource(function)? else { return Ok(None) };
    let Some(alias) = scope.template.auto_publish_alias(&resource)? else { return Ok(None) };
    let arn = function_arn(scope, &resource)?;
    Ok(match what {
        "Alias" => Some(format!("{arn}:{alias}")),
        "Version" => Some(format!("{arn}:1")),
        _ => None,
    })
}

/// `Fn::GetAtt`, as `Resource.Attribute` or `[Resource, Attribute]`.
pub(super) fn get_att(scope: Scope<'_>, argument: &Node) -> Result<Value, LoadError> {
    let (resource, attribute) = attribute_parts(scope, argument)?;
    attribute_of(scope, &resource, &attribute, argument.line)
}

impl Template {
    /// The path and the attribute that an argument of `Fn::GetAtt` names, if there is such a resource.
    ///
    /// # Errors
    /// A malformed argument, or a condition that cannot be evaluated.
    pub fn attribute_name(&self, argument: &Node) -> Result<Option<String>, LoadError> {
        let (resource, attribute) = attribute_parts(Scope::new(self), argument)?;
        let resource = self.resource(&resource)?;
        Ok(resource.map(|resource| format!("{}.{attribute}", resource.path())))
    }
}

fn attribute_parts(scope: Scope<'_>, argument: &Node) -> Result<(String, String), LoadError> {
    let parts = match argument.items() {
        Some([resource, attribute]) => {
            Some((scope.text("Fn::GetAtt", resource)?, scope.text("Fn::GetAtt", attribute)?))
        }
        Some(_) => None,
        None => {
            argument.text().and_then(|text| text.split_once('.')).map(|(a, b)| (a.to_owned(), b.to_owned()))
        }
    };
    parts.ok_or_else(|| scope.error(argument.line, "Fn::GetAtt takes RESOURCE.ATTRIBUTE"))
}

pub(super) fn attribute_of(
    scope: Scope<'_>,
    id: &str,
    attribute: &str,
    line: usize,
) -> Result<Value, LoadError> {
    let Some(resource) = scope.template.resource(id)? else {
        return Err(scope.error(line, format!("{id} is not a resource that exists")));
    };
    if let Some(output) = attribute.strip_prefix("Outputs.")
        && outputs::is_stack(resource.kind)
    {
        return outputs::output(scope.template, id, output, line);
    }
    if let Some(text) = scope.template.given_attribute(id, attribute) {
        return Ok(Value::text_at(line, text));
    }
    let text = match (resource.kind, attribute) {
        ("AWS::Serverless::Function" | "AWS::Lambda::Function", "Arn") => function_arn(scope, &resource)?,
        ("AWS::ElasticLoadBalancingV2::Listener", "ListenerArn")
        | ("AWS::ElasticLoadBalancingV2::ListenerRule", "RuleArn")
        | ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupArn")
        | ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerArn")
        | ("AWS::Lambda::Alias", "AliasArn")
        | ("AWS::Lambda::Version", "FunctionArn") => scope.template.physical_id(&resource)?,
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "DNSName") => {
            arn::dns_name(scope.template, &resource.path())
        }
        _ => {
            let kind = resource.kind;
            let message = format!(
                "only AWS knows the attribute {attribute} of {id} ({kind}): pass --attribute {}.{attribute}=VALUE",
                resource.path()
            );
            return Err(scope.error(line, message));
        }
    };
    Ok(Value::text_at(line, text))
}

fn function_arn(scope: Scope<'_>, resource: &Resource<'_>) -> Result<String, LoadError> {
    Ok(arn::function(scope.template, &scope.template.physical_id(resource)?))
}
