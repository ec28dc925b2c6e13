//! Which rule answers a request: pure functions of a compiled table, without I/O.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>.

mod action;
mod attributes;
mod condition;
mod expression;
mod external;
mod facts;
mod groups;
mod health_check;
mod listener;
mod load;
mod network;
mod options;
mod pattern;
mod place;
mod response_headers;
mod table;
mod target_group;
mod transform;
mod unperformed;

pub(crate) use action::fill;
pub use action::{Action, FixedResponse, Forward, Redirect, RedirectSource, Stickiness, WeightedGroup};
pub use attributes::{BalancerAttributes, ForwardedFor};
pub use condition::{Condition, Matcher, Parameter};
pub use expression::Expression;
pub use facts::{RequestFacts, without_port};
pub use health_check::HealthCheck;
pub use listener::{Listener, choose, listeners, only_external};
pub use load::{RULES_MAX, compile, compile_all, load, no_macros};
pub use network::{is_network_group, left_out};
pub use options::{DefaultAction, Options, Protocol};
pub use pattern::{CaseRule, Pattern, Token};
pub use response_headers::ResponseHeaders;
pub use table::{Rule, Table};
pub use target_group::{TargetGroup, TargetKind};
pub(crate) use transform::Piece;
pub use transform::{Rewrite, Transforms};
pub use unperformed::unperformed;
