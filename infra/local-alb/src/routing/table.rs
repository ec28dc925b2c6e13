//! A listener's rules, compiled, and the choice of one for a request.

use super::action::Action;
use super::attributes::BalancerAttributes;
use super::condition::Condition;
use super::facts::RequestFacts;
use super::response_headers::ResponseHeaders;
use super::target_group::TargetGroup;
use super::transform::Transforms;

/// A listener's rules, compiled.
#[derive(Debug, Clone)]
pub struct Table {
    /// The name of the listener.
    pub listener: String,
    /// The port of the template's listener. The local listener may have another.
    pub port: Option<u16>,
    /// The rules by ascending priority. The last one is the default: it has no priority and no condition.
    pub rules: Vec<Rule>,
    /// The target groups that the rules forward to.
    pub groups: Vec<TargetGroup>,
    /// The attributes of the balancer that the listener belongs to.
    pub attributes: BalancerAttributes,
    /// The changes of the listener's responses.
    pub response_headers: ResponseHeaders,
    /// Whether the template's listener speaks HTTPS.
    pub secure: bool,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The logical id, or `default`.
    pub name: String,
    /// 1 to 50000; `None` for the default rule.
    pub priority: Option<u32>,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// The types of the authenticating actions, which are not performed here.
    pub unauthenticated: Vec<String>,
    /// The action of the rule.
    pub action: Action,
    /// The transforms of the request for a target.
    pub transforms: Transforms,
}

impl Rule {
    /// Whether the rule matches a request.
    #[must_use]
    pub fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        self.conditions.iter().all(|condition| condition.matches(facts))
    }
}

impl Table {
    /// The first rule that matches. The default rule matches every request.
    #[must_use]
    pub fn route(&self, facts: &RequestFacts<'_>) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.matches(facts))
    }
}
