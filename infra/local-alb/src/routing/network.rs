//! Listeners and target groups of network and gateway load balancers, which may stand beside those of application load
//! balancers. They are left out.

use crate::template::{LoadError, Resource, Template};

pub(super) const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
pub(super) const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const PROTOCOLS: [&str; 7] = ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE"];

/// Whether a listener is of a network or gateway load balancer, by its protocol or the type of its balancer.
pub(super) fn is_listener(template: &Template, listener: &Resource<'_>) -> Result<bool, LoadError> {
    if has_protocol(listener) {
        return Ok(true);
    }
    let Ok(Some(arn)) = listener.text("LoadBalancerArn") else { return Ok(false) };
    for balancer in template.resources_of(LOAD_BALANCER)? {
        if balancer.reference()? == arn {
            let kind = balancer.text("Type").ok().flatten();
            return Ok(matches!(kind.as_deref(), Some("network" | "gateway")));
        }
    }
    Ok(false)
}

/// Whether a target group is of a network or gateway load balancer.
#[must_use]
pub fn is_network_group(group: &Resource<'_>) -> bool {
    has_protocol(group)
}

fn has_protocol(resource: &Resource<'_>) -> bool {
    let protocol = resource.text("Protocol").ok().flatten();
    protocol.is_some_and(|protocol| PROTOCOLS.contains(&protocol.as_str()))
}

/// A warning for each listener that is left out.
///
/// # Errors
/// A listener or a balancer whose condition cannot be evaluated.
pub fn left_out(template: &Template) -> Result<Vec<String>, LoadError> {
    let mut warnings = Vec::new();
    for listener in template.resources_of(LISTENER)? {
        if is_listener(template, &listener)? {
            let path = listener.path();
            let message = format!("listener {path} is not of an application load balancer: it is left out");
            warnings.push(listener.error(listener.node.line, message).to_string());
        }
    }
    Ok(warnings)
}
