//! From a listener of a template to a [`Table`].

use super::action::{Action, Actions, FixedResponse, Forward};
use super::condition::Condition;
use super::groups::Groups;
use super::listener::{self, Listener};
use super::options::{DefaultAction, Options};
use super::place::Place;
use super::response_headers::ResponseHeaders;
use super::table::{Rule, Table};
use super::transform::Transforms;
use crate::template::{Data, LoadError, Resource, Template, Value};

/// The supported properties of a rule. Another property could change the routing, so it is an error.
const RULE_PROPERTIES: [&str; 5] = ["Actions", "Conditions", "ListenerArn", "Priority", "Transforms"];

/// Quotas: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>.
pub const RULES_MAX: usize = 100;
const VALUES_PER_RULE_MAX: usize = 5;
const WILDCARDS_PER_RULE_MAX: usize = 5;

/// Compiles the rules of a listener. `listener` names it where the template has several.
///
/// # Errors
/// A construct that the routing depends on and that this program does not support, with its line.
pub fn load(template: &Template, listener: Option<&str>, options: &Options) -> Result<Table, LoadError> {
    no_macros(template)?;
    compile(template, &listener::choose(template, listener)?, options)
}

/// Compiles the rules of a listener.
///
/// # Errors
/// As [`load`].
pub fn compile(template: &Template, listener: &Listener<'_>, options: &Options) -> Result<Table, LoadError> {
    compile_all(template, listener, options).map_err(|mut errors| errors.swap_remove(0))
}

/// Compiles the rules of a listener, and goes on after an error to find them all.
///
/// # Errors
/// All errors that were found, at least one.
pub fn compile_all(
    template: &Template,
    listener: &Listener<'_>,
    options: &Options,
) -> Result<Table, Vec<LoadError>> {
    let mut errors = Vec::new();
    let mut groups = Groups::new(template, options);
    let mut rules: Vec<(Rule, &Resource<'_>)> = Vec::new();
    for resource in &listener.rules {
        match rule(resource, &mut groups) {
            Ok(rule) => rules.push((rule, resource)),
            Err(error) => errors.push(error),
        }
    }
    let count = listener.rules.len();
    if count > RULES_MAX {
        errors
            .push(listener.error(format!("a balancer has at most {RULES_MAX} rules, this one has {count}")));
    }
    rules.sort_by_key(|(rule, _)| rule.priority);
    errors.extend(same_priority(&rules));
    let mut rules: Vec<Rule> = rules.into_iter().map(|(rule, _)| rule).collect();
    match default_rule(listener, &mut groups) {
        Ok(rule) => rules.push(rule),
        Err(error) => errors.push(error),
    }
    let response_headers = listener.resource.as_ref().map(ResponseHeaders::read).transpose();
    let response_headers = response_headers.map_err(|error| errors.push(error)).ok().flatten();
    match (listener.attributes(template), listener.is_https(options)) {
        (Ok(attributes), Ok(secure)) if errors.is_empty() => Ok(Table {
            response_headers: response_headers.unwrap_or_default(),
            listener: listener.name.clone(),
            port: listener.port(),
            rules,
            groups: groups.found,
            attributes,
            secure,
        }),
        (attributes, secure) => {
            errors.extend(attributes.err().into_iter().chain(secure.err()));
            Err(joined(errors, listener))
        }
    }
}

/// The errors, with one in place of all about parameters without a value: it names every parameter that the rules of the
/// listener need.
fn joined(mut errors: Vec<LoadError>, listener: &Listener<'_>) -> Vec<LoadError> {
    let Some(first) = errors.iter().position(|error| error.missing_parameter().is_some()) else {
        return errors;
    };
    let mut missing: Vec<String> = Vec::new();
    let declared = listener.resource.iter().map(|resource| (resource, "DefaultActions"));
    let rules = listener.rules.iter().flat_map(|rule| RULE_PROPERTIES.map(|property| (rule, property)));
    for (resource, property) in declared.chain(rules.filter(|(_, property)| *property != "ListenerArn")) {
        let Some(node) = resource.property(property) else { continue };
        let found = resource.template.missing_parameters(&node.without(&AUTHENTICATION));
        missing.extend(found.into_iter().filter(|name| !missing.contains(name)).collect::<Vec<_>>());
    }
    if missing.len() > 1 {
        let options: Vec<String> = missing.iter().map(|name| format!("--parameter {name}=VALUE")).collect();
        let message = format!("{} parameters have no value: pass {}", missing.len(), options.join(" "));
        errors[first] = listener.error(message);
        let mut index = 0;
        errors.retain(|error| {
            index += 1;
            index - 1 == first || error.missing_parameter().is_none()
        });
    }
    errors
}

/// Refuses `Fn::Transform` among the resources: it may make rules, which would be missing.
///
/// # Errors
/// There is such a macro.
pub fn no_macros(template: &Template) -> Result<(), LoadError> {
    match template.section("Resources").iter().find(|(name, _)| name.starts_with("Fn::")) {
        Some((name, node)) => {
            Err(template.error(node.line, format!("{name} is not supported yet among the resources")))
        }
        None => Ok(()),
    }
}

/// The settings of actions that authenticate. These are not performed here, so their settings are not resolved.
const AUTHENTICATION: [&str; 3] =
    ["AuthenticateCognitoConfig", "AuthenticateOidcConfig", "JwtValidationConfig"];

/// The actions of a rule or a listener, if it has any.
fn actions_of(resource: &Resource<'_>, property: &str) -> Result<Option<Value>, LoadError> {
    let Some(node) = resource.property(property) else { return Ok(None) };
    let value = resource.template.resolve(&node.without(&AUTHENTICATION))?;
    Ok((value.data != Data::Null).then_some(value))
}

fn default_rule(listener: &Listener<'_>, groups: &mut Groups<'_>) -> Result<Rule, LoadError> {
    let rule = |actions: Actions| Rule {
        name: "default".to_owned(),
        priority: None,
        conditions: Vec::new(),
        unauthenticated: actions.skipped,
        action: actions.last,
        transforms: Transforms::default(),
    };
    let Some(resource) = listener.resource else {
        let last = match groups.options.defaults.get(&listener.name) {
            None => Action::Elsewhere(FixedResponse::unknown_default(&listener.name)),
            Some(DefaultAction::FixedResponse(status)) => {
                Action::FixedResponse(FixedResponse::of_status(*status))
            }
            Some(DefaultAction::Forward(group)) => Action::Forward(Forward::to(groups.index_of_name(group)?)),
        };
        return Ok(rule(Actions { skipped: Vec::new(), last }));
    };
    let place = Place { template: resource.template, rule: "default" };
    let missing = || place.error(resource.node.line, "the listener has no DefaultActions");
    let actions = actions_of(&resource, "DefaultActions")?.ok_or_else(missing)?;
    Actions::read(place, &actions, groups).map(rule)
}

fn rule(resource: &Resource<'_>, groups: &mut Groups<'_>) -> Result<Rule, LoadError> {
    let name = resource.path();
    let place = Place { template: resource.template, rule: &name };
    for (name, node) in resource.properties() {
        if !RULE_PROPERTIES.contains(&name.as_str()) {
            return Err(place.error(node.line, format!("property {name} is not supported yet")));
        }
    }
    let priority = resource.text("Priority")?.and_then(|text| text.parse::<u32>().ok());
    let Some(priority) = priority.filter(|priority| (1..=50_000).contains(priority)) else {
        let line = resource.property("Priority").map_or(resource.node.line, |node| node.line);
        return Err(place.error(line, "Priority must be a number from 1 to 50000"));
    };
    let missing = |what: &str| place.error(resource.node.line, format!("the rule has no {what}"));
    let list = resource.value("Conditions")?.ok_or_else(|| missing("Conditions"))?;
    let conditions = conditions(place, &list)?;
    let actions = actions_of(resource, "Actions")?.ok_or_else(|| missing("Actions"))?;
    let actions = Actions::read(place, &actions, groups)?;
    let transforms = resource.value("Transforms")?;
    let transforms = transforms.map(|list| Transforms::read(place, &list)).transpose()?;
    Ok(Rule {
        priority: Some(priority),
        conditions,
        unauthenticated: actions.skipped,
        action: actions.last,
        transforms: transforms.unwrap_or_default(),
        name,
    })
}

fn conditions(place: Place<'_>, list: &Value) -> Result<Vec<Condition>, LoadError> {
    let mut conditions: Vec<Condition> = Vec::new();
    for item in list.items() {
        let condition = Condition::read(place, item)?;
        let again = conditions.iter().any(|other| other.field() == condition.field());
        if again && !condition.may_repeat() {
            let message = format!("a rule has at most one condition of {}", condition.field());
            return Err(place.error(item.line, message));
        }
        conditions.push(condition);
    }
    if conditions.is_empty() {
        return Err(place.error(list.line, "the rule has no Conditions"));
    }
    let values: usize = conditions.iter().map(|condition| condition.values().len()).sum();
    if values > VALUES_PER_RULE_MAX {
        let message = format!("a rule has at most {VALUES_PER_RULE_MAX} values, this one has {values}");
        return Err(place.error(list.line, message));
    }
    let wildcards: usize = conditions.iter().map(Condition::wildcards).sum();
    if wildcards > WILDCARDS_PER_RULE_MAX {
        let message =
            format!("a rule has at most {WILDCARDS_PER_RULE_MAX} wildcards, this one has {wildcards}");
        return Err(place.error(list.line, message));
    }
    Ok(conditions)
}

/// An error for each rule with the priority of another. The rules are sorted by priority.
fn same_priority(rules: &[(Rule, &Resource<'_>)]) -> Vec<LoadError> {
    let same = rules.windows(2).filter(|pair| pair[0].0.priority == pair[1].0.priority);
    let error = |pair: &[(Rule, &Resource<'_>)]| {
        let (rule, resource) = &pair[1];
        let place = Place { template: resource.template, rule: &rule.name };
        place.error(resource.node.line, format!("{} has the same Priority", pair[0].0.name))
    };
    same.map(error).collect()
}
