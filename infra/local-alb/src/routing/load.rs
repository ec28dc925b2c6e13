//! From a template to a [`Table`].

use super::action::Action;
use super::attributes::BalancerAttributes;
use super::condition::Condition;
use super::target_group::TargetGroup;
use super::{Rule, Table};
use crate::template::{LoadError, Resource, Template};

const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const LISTENER_RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";
const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
/// The properties of a rule that are understood. Another one could change the routing.
const RULE_PROPERTIES: [&str; 4] = ["Actions", "Conditions", "ListenerArn", "Priority"];

/// Quotas: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>.
const RULES_MAX: usize = 100;
const VALUES_PER_RULE_MAX: usize = 5;
const WILDCARDS_PER_RULE_MAX: usize = 5;

/// Where an error belongs: the template and a rule (or listener) of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) template: &'a Template,
    pub(super) rule: &'a str,
}

impl Place<'_> {
    pub(super) fn error(self, line: usize, message: impl std::fmt::Display) -> LoadError {
        self.template.error(line, format!("{message} (rule {})", self.rule))
    }
}

/// The target groups met so far.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    template: &'a Template,
    stand_ins: &'a [String],
    found: Vec<TargetGroup>,
}

impl Groups<'_> {
    /// The index of the group of this ARN.
    pub(super) fn index_of(&mut self, arn: &str) -> Result<usize, LoadError> {
        if let Some(index) = self.found.iter().position(|group| group.arn == arn) {
            return Ok(index);
        }
        let group = self.read(arn)?;
        self.found.push(group);
        Ok(self.found.len() - 1)
    }

    fn read(&self, arn: &str) -> Result<TargetGroup, LoadError> {
        for resource in self.template.resources_of(TARGET_GROUP)? {
            if self.template.reference(resource.id)? == arn {
                return TargetGroup::read(self.template, &resource, arn);
            }
        }
        for name in self.stand_ins {
            if self.template.has_parameter(name)
                && self.template.reference(name).is_ok_and(|value| value == arn)
            {
                return Ok(TargetGroup::external(name, arn));
            }
        }
        Ok(TargetGroup::external(arn, arn))
    }
}

/// Compiles the rules of a listener. `listener` names it where the template has several; `stand_ins` are
/// the names given by `--target`, of which one may be the parameter that holds an external group's ARN.
///
/// # Errors
/// Whatever the routing depends on and this program does not understand, with its line.
pub fn load(template: &Template, listener: Option<&str>, stand_ins: &[String]) -> Result<Table, LoadError> {
    no_macros(template)?;
    let listener = choose(template, listener)?;
    let mut groups = Groups { template, stand_ins, found: Vec::new() };
    let mut rules: Vec<Rule> = Vec::new();
    for resource in template.resources_of(LISTENER_RULE)? {
        if belongs(template, &resource, &listener)? {
            rules.push(rule(template, &resource, &mut groups)?);
        }
    }
    if rules.len() > RULES_MAX {
        let message = format!("a balancer has at most {RULES_MAX} rules, this one has {}", rules.len());
        return Err(template.error(listener.node.line, message));
    }
    rules.sort_by_key(|rule| rule.priority);
    unique_priorities(template, &rules)?;
    let place = Place { template, rule: "default" };
    let secure = is_https(template, &listener)?;
    let actions = listener
        .value(template, "DefaultActions")?
        .ok_or_else(|| place.error(listener.node.line, "the listener has no DefaultActions"))?;
    let action = Action::read(place, &actions, &mut groups)?;
    rules.push(Rule { name: "default".to_owned(), priority: None, conditions: Vec::new(), action });
    Ok(Table { rules, groups: groups.found, attributes: attributes(template, &listener)?, secure })
}

/// `Fn::ForEach::...` and `Fn::Transform` among the resources may stand for rules, which would be missing.
fn no_macros(template: &Template) -> Result<(), LoadError> {
    match template.section("Resources").iter().find(|(name, _)| name.starts_with("Fn::")) {
        Some((name, node)) => {
            Err(template.error(node.line, format!("{name} is not supported yet among the resources")))
        }
        None => Ok(()),
    }
}

fn choose<'t>(template: &'t Template, wanted: Option<&str>) -> Result<Resource<'t>, LoadError> {
    let mut listeners = template.resources_of(LISTENER)?;
    let names = listeners.iter().map(|listener| listener.id).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        listeners.retain(|listener| listener.id == wanted);
        let found = listeners.pop();
        let message = format!("there is no such listener; the template has: {names}");
        return found.ok_or_else(|| LoadError::of(format!("--listener {wanted}"), message));
    }
    match (listeners.pop(), listeners.is_empty()) {
        (Some(listener), true) => Ok(listener),
        (Some(listener), false) => {
            let message = format!("there are several listeners ({names}): pass --listener LOGICAL_ID");
            Err(template.error(listener.node.line, message))
        }
        (None, _) => Err(template.error(1, format!("the template has no resource of type {LISTENER}"))),
    }
}

fn belongs(template: &Template, rule: &Resource<'_>, listener: &Resource<'_>) -> Result<bool, LoadError> {
    let Some(arn) = rule.text(template, "ListenerArn")? else {
        let place = Place { template, rule: rule.id };
        return Err(place.error(rule.node.line, "the rule has no ListenerArn"));
    };
    Ok(template.reference(listener.id)? == arn)
}

fn rule(template: &Template, resource: &Resource<'_>, groups: &mut Groups<'_>) -> Result<Rule, LoadError> {
    let place = Place { template, rule: resource.id };
    for (name, node) in resource.properties() {
        if !RULE_PROPERTIES.contains(&name.as_str()) {
            return Err(place.error(node.line, format!("property {name} is not supported yet")));
        }
    }
    let priority = resource.text(template, "Priority")?.and_then(|text| text.parse::<u32>().ok());
    let Some(priority) = priority.filter(|priority| (1..=50_000).contains(priority)) else {
        let line = resource.property("Priority").map_or(resource.node.line, |node| node.line);
        return Err(place.error(line, "Priority must be a number from 1 to 50000"));
    };
    let missing = |what: &str| place.error(resource.node.line, format!("the rule has no {what}"));
    let list = resource.value(template, "Conditions")?.ok_or_else(|| missing("Conditions"))?;
    let mut conditions = Vec::new();
    for item in list.items() {
        let condition = Condition::read(place, item)?;
        if conditions.iter().any(|other: &Condition| other.field() == condition.field()) {
            let message = format!("a rule has at most one condition of {}", condition.field());
            return Err(place.error(item.line, message));
        }
        conditions.push(condition);
    }
    if conditions.is_empty() {
        return Err(place.error(list.line, "the rule has no Conditions"));
    }
    limits(place, list.line, &conditions)?;
    let actions = resource.value(template, "Actions")?.ok_or_else(|| missing("Actions"))?;
    let action = Action::read(place, &actions, groups)?;
    Ok(Rule { name: resource.id.to_owned(), priority: Some(priority), conditions, action })
}

fn limits(place: Place<'_>, line: usize, conditions: &[Condition]) -> Result<(), LoadError> {
    let values: usize = conditions.iter().map(|condition| condition.values().len()).sum();
    if values > VALUES_PER_RULE_MAX {
        return Err(place.error(line, format!("a rule has at most 5 values, this one has {values}")));
    }
    let wildcards: usize = conditions.iter().map(Condition::wildcards).sum();
    if wildcards > WILDCARDS_PER_RULE_MAX {
        return Err(place.error(line, format!("a rule has at most 5 wildcards, this one has {wildcards}")));
    }
    Ok(())
}

fn unique_priorities(template: &Template, rules: &[Rule]) -> Result<(), LoadError> {
    for pair in rules.windows(2) {
        if pair[0].priority == pair[1].priority {
            let line = template.resource(&pair[1].name)?.map_or(1, |resource| resource.node.line);
            let place = Place { template, rule: &pair[1].name };
            return Err(place.error(line, format!("{} has the same Priority", pair[0].name)));
        }
    }
    Ok(())
}

/// A listener of another kind of balancer has no rules that are understood here.
fn is_https(template: &Template, listener: &Resource<'_>) -> Result<bool, LoadError> {
    match listener.text(template, "Protocol")?.as_deref() {
        None | Some("HTTP") => Ok(false),
        Some("HTTPS") => Ok(true),
        Some(other) => {
            let line = listener.property("Protocol").map_or(listener.node.line, |node| node.line);
            Err(template.error(line, format!("protocol {other} is not supported (listener {})", listener.id)))
        }
    }
}

/// The attributes of the balancer, if that is in the template too.
fn attributes(template: &Template, listener: &Resource<'_>) -> Result<BalancerAttributes, LoadError> {
    // An ARN that is a parameter without a value says nothing that is needed here.
    let Ok(Some(arn)) = listener.text(template, "LoadBalancerArn") else {
        return Ok(BalancerAttributes::default());
    };
    for balancer in template.resources_of(LOAD_BALANCER)? {
        if template.reference(balancer.id)? == arn {
            return BalancerAttributes::read(template, &balancer);
        }
    }
    Ok(BalancerAttributes::default())
}
