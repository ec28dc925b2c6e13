//! The listeners of a template, with their rules.

use std::fmt::Write as _;

use super::attributes::BalancerAttributes;
use super::network::{LISTENER, LOAD_BALANCER};
use super::options::{Options, Protocol};
use super::{external, network};
use crate::template::{LoadError, Resource, Template};

const LISTENER_RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";

/// A listener and the rules on it.
#[derive(Debug, Clone)]
pub struct Listener<'t> {
    /// Its logical id. For a listener of another stack the parameter or the export that holds its ARN, or the ARN.
    pub name: String,
    /// Its declaration; `None` if it is in another stack.
    pub resource: Option<Resource<'t>>,
    /// Its rules in the order of the file.
    pub rules: Vec<Resource<'t>>,
}

/// All listeners: those of the template, then those of other stacks that it has rules for.
///
/// # Errors
/// A rule or a listener whose condition or ARN cannot be resolved.
pub fn listeners(template: &Template) -> Result<Vec<Listener<'_>>, LoadError> {
    let mut listeners = Vec::new();
    let mut arns = Vec::new();
    for resource in template.resources_of(LISTENER)? {
        if network::is_listener(template, &resource)? {
            continue;
        }
        arns.push(resource.reference()?);
        listeners.push(Listener { name: resource.path(), resource: Some(resource), rules: Vec::new() });
    }
    for rule in template.resources_of(LISTENER_RULE)? {
        let Some(node) = rule.property("ListenerArn") else {
            let message = format!("the rule has no ListenerArn (rule {})", rule.path());
            return Err(rule.error(rule.node.line, message));
        };
        let arn = rule.text("ListenerArn");
        let own = arn.as_ref().ok().and_then(|arn| arns.iter().position(|own| Some(own) == arn.as_ref()));
        if let Some(index) = own {
            listeners[index].rules.push(rule);
            continue;
        }
        let empty = || rule.error(node.line, format!("ListenerArn is empty (rule {})", rule.path()));
        let name = external::name(template, rule.template, node, arn)?.ok_or_else(empty)?;
        let known = |listener: &&mut Listener<'_>| listener.resource.is_none() && listener.name == name;
        match listeners.iter_mut().find(known) {
            Some(listener) => listener.rules.push(rule),
            None => listeners.push(Listener { name, resource: None, rules: vec![rule] }),
        }
    }
    Ok(listeners)
}

/// The listener of this name, or the only one.
///
/// # Errors
/// No such listener, none at all, or several and no name.
pub fn choose<'t>(template: &'t Template, wanted: Option<&str>) -> Result<Listener<'t>, LoadError> {
    let mut listeners = listeners(template)?;
    let names = listeners.iter().map(|listener| listener.name.clone()).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        listeners.retain(|listener| listener.name == wanted);
        let message = format!("there is no such listener; the template has: {names}");
        return listeners.pop().ok_or_else(|| LoadError::of(format!("--listener {wanted}"), message));
    }
    match (listeners.pop(), listeners.is_empty()) {
        (Some(listener), true) => Ok(listener),
        (Some(listener), false) => {
            let message = format!("there are several listeners ({names}): pass --listener LOGICAL_ID");
            Err(listener.error(message))
        }
        (None, _) => {
            let mut message = format!("the template has no resource of type {LISTENER}");
            let unread = template.unread_stacks();
            if !unread.is_empty() {
                let _ = write!(message, "; these nested stacks are not read: {}", unread.join(", "));
            }
            Err(template.error(1, message))
        }
    }
}

/// Refuses options that state the protocol or the default action of a listener that is not one of another stack.
///
/// # Errors
/// There is such an option.
pub fn only_external(listeners: &[Listener<'_>], options: &Options) -> Result<(), LoadError> {
    let protocols = options.protocols.keys().map(|name| ("--listener-protocol", name));
    let defaults = options.defaults.keys().map(|name| ("--listener-default", name));
    for (option, name) in protocols.chain(defaults) {
        let problem = match listeners.iter().find(|listener| listener.name == *name) {
            Some(listener) if listener.resource.is_none() => continue,
            Some(_) => "the listener is in the template, which says this itself".to_owned(),
            None => {
                let external = listeners.iter().filter(|listener| listener.resource.is_none());
                let names: Vec<&str> = external.map(|listener| listener.name.as_str()).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                format!("there is no such listener of another stack; the template has rules for: {names}")
            }
        };
        return Err(LoadError::of(format!("{option} {name}"), problem));
    }
    Ok(())
}

impl Listener<'_> {
    /// An error where the listener, or the first rule on it, is declared.
    pub fn error(&self, message: impl Into<String>) -> LoadError {
        match self.resource.as_ref().or(self.rules.first()) {
            Some(resource) => resource.error(resource.node.line, message),
            None => LoadError::of(&self.name, message),
        }
    }

    /// Whether the listener speaks HTTPS, as the template or, for one of another stack, the command line says.
    pub(super) fn is_https(&self, options: &Options) -> Result<bool, LoadError> {
        let Some(resource) = &self.resource else {
            return Ok(options.protocols.get(&self.name) == Some(&Protocol::Https));
        };
        match resource.text("Protocol")?.as_deref() {
            None | Some("HTTP") => Ok(false),
            Some("HTTPS") => Ok(true),
            Some(other) => {
                let line = resource.property("Protocol").map_or(resource.node.line, |node| node.line);
                let message = format!("protocol {other} is not supported (listener {})", self.name);
                Err(resource.error(line, message))
            }
        }
    }

    /// The port of the template.
    pub(super) fn port(&self) -> Option<u16> {
        self.resource?.text("Port").ok()??.parse().ok()
    }

    /// The load balancer: its logical id, or its ARN if it is in another stack.
    #[must_use]
    pub fn balancer(&self, template: &Template) -> Option<String> {
        let arn = self.resource?.text("LoadBalancerArn").ok()??;
        let balancers = template.resources_of(LOAD_BALANCER).ok()?;
        let own = balancers.iter().find(|balancer| balancer.reference().is_ok_and(|own| own == arn));
        Some(own.map_or(arn, Resource::path))
    }

    /// The attributes of the balancer, if that is in the template too.
    pub(super) fn attributes(&self, template: &Template) -> Result<BalancerAttributes, LoadError> {
        // An ARN that cannot be resolved belongs to a balancer of another stack.
        let Some(Ok(Some(arn))) = self.resource.map(|listener| listener.text("LoadBalancerArn")) else {
            return Ok(BalancerAttributes::default());
        };
        for balancer in template.resources_of(LOAD_BALANCER)? {
            if balancer.reference()? == arn {
                return BalancerAttributes::read(&balancer);
            }
        }
        Ok(BalancerAttributes::default())
    }
}
