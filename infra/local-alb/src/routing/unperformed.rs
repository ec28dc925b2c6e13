//! Settings that change what a client or a target sees on AWS, and that are not performed here: a warning for each.

use super::network::{self, LISTENER};
use crate::template::{LoadError, Resource, Template};

const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// The warnings for all resources of a template.
///
/// # Errors
/// A resource whose condition cannot be evaluated.
pub fn unperformed(template: &Template) -> Result<Vec<String>, LoadError> {
    let mut warnings = Vec::new();
    for listener in template.resources_of(LISTENER)? {
        if network::is_listener(template, &listener)? {
            continue;
        }
        for (key, _) in attributes(&listener, "ListenerAttributes") {
            if key.starts_with("routing.http.request.") {
                warnings.push(warning(
                    &listener,
                    &format!("{key}: the headers of requests are not renamed here"),
                ));
            }
        }
    }
    for group in template.resources_of(TARGET_GROUP)? {
        if network::is_network_group(&group) {
            continue;
        }
        let text = |property: &str| group.text(property).ok().flatten();
        if text("Protocol").as_deref() == Some("HTTPS") {
            warnings.push(warning(&group, "Protocol HTTPS: its targets get plain HTTP here"));
        }
        match text("ProtocolVersion").as_deref() {
            Some("GRPC") => {
                let problem = "ProtocolVersion GRPC: its targets get HTTP/1.1 here, so calls of gRPC fail";
                warnings.push(warning(&group, problem));
            }
            Some("HTTP2") => {
                warnings.push(warning(&group, "ProtocolVersion HTTP2: its targets get HTTP/1.1 here"));
            }
            _ => {}
        }
        if is_true(&attributes(&group, "TargetGroupAttributes"), "stickiness.enabled") {
            warnings.push(warning(&group, "stickiness.enabled: clients are not kept with a target here"));
        }
    }
    Ok(warnings)
}

fn warning(resource: &Resource<'_>, problem: &str) -> String {
    resource.error(resource.node.line, format!("{}: {problem}", resource.path())).to_string()
}

fn is_true(attributes: &[(String, String)], key: &str) -> bool {
    attributes.iter().any(|(name, value)| name == key && value.eq_ignore_ascii_case("true"))
}

/// The attributes whose keys and values are known.
fn attributes(resource: &Resource<'_>, property: &str) -> Vec<(String, String)> {
    let template = resource.template;
    let list = resource.property(property).and_then(|list| template.branch(list).ok());
    let items = list.and_then(|list| list.items()).unwrap_or_default();
    let text = |node| template.resolve(node).ok()?.text().map(str::to_owned);
    let pair = |item| {
        let item = template.branch(item).ok()?;
        Some((text(item.get("Key")?)?, text(item.get("Value")?)?))
    };
    items.iter().filter_map(pair).collect()
}
