//! Which rule answers a request: pure functions of a compiled table, without I/O.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>.

mod action;
mod attributes;
mod condition;
mod expression;
mod facts;
mod groups;
mod health_check;
mod listener;
mod load;
mod pattern;
mod target_group;
mod transform;

pub(crate) use action::fill;
pub use action::{Action, FixedResponse, Forward, Redirect, RedirectSource, Stickiness, WeightedGroup};
pub use attributes::{BalancerAttributes, ForwardedFor};
pub use condition::{Condition, Matcher, Parameter};
pub use expression::Expression;
pub use facts::{RequestFacts, without_port};
pub use health_check::HealthCheck;
pub use listener::{Listener, choose, listeners};
pub use load::{RULES_MAX, compile, compile_all, load, no_macros};
pub use pattern::{CaseRule, Pattern, Token};
pub use target_group::{TargetGroup, TargetKind};
pub(crate) use transform::Piece;
pub use transform::{Rewrite, Transforms};

/// What the command line says about the routing.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The names given by `--target`, of which one may be the parameter that holds an external group's ARN.
    pub stand_ins: Vec<String>,
    /// `--allow-unauthenticated`.
    pub allow_unauthenticated: bool,
}

/// A listener's rules, compiled.
#[derive(Debug, Clone)]
pub struct Table {
    /// The name of the listener.
    pub listener: String,
    /// The port of the template's listener. (Here it may listen on another.)
    pub port: Option<u16>,
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
    /// The types of the actions that would authenticate and are not performed here.
    pub unauthenticated: Vec<String>,
    /// What is done then.
    pub action: Action,
    /// What is changed on the way to a target.
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
    /// The first rule that matches. There always is one, because the default matches everything.
    #[must_use]
    pub fn route(&self, facts: &RequestFacts<'_>) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.matches(facts))
    }
}
