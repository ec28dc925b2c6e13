//! Which rule answers a request: pure functions of a compiled table, without I/O.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>.

mod action;
mod attributes;
mod condition;
mod facts;
mod health_check;
mod load;
mod pattern;
mod target_group;

pub use action::{Action, FixedResponse};
pub use attributes::{BalancerAttributes, ForwardedFor};
pub use condition::Condition;
pub use facts::{RequestFacts, without_port};
pub use health_check::HealthCheck;
pub use load::load;
pub use pattern::Pattern;
pub use target_group::{TargetGroup, TargetKind};

/// A listener's rules, compiled.
#[derive(Debug, Clone)]
pub struct Table {
    /// The rules by ascending priority. The last one is the default: it has no priority and no condition.
    pub rules: Vec<Rule>,
    /// The target groups that the rules forward to.
    pub groups: Vec<TargetGroup>,
    /// The attributes of the balancer that the listener belongs to.
    pub attributes: BalancerAttributes,
    /// Whether the template's listener speaks HTTPS.
    pub secure: bool,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The logical id, or `default`.
    pub name: String,
    /// 1 to 50000; `None` for the default.
    pub priority: Option<u32>,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// What is done then.
    pub action: Action,
}

impl Rule {
    /// Whether the rule matches a request.
    #[must_use]
    pub fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        self.conditions.iter().all(|condition| condition.matches(facts))
    }
}

impl Table {
    /// The first rule that matches. There always is one, because the default matches everything.
    #[must_use]
    pub fn route(&self, facts: &RequestFacts<'_>) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.matches(facts))
    }
}
