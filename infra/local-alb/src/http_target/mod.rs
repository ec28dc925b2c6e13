//! HTTP targets: requests and answers pass through, streaming in both directions.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>
//! (which failure is which status).

mod connections;
mod error;
mod group;
mod health;
mod idle;
mod target;
mod upgrade;

pub use error::TargetError;
pub use group::{HttpGroup, Member, Turn};
pub use health::{CHECKER, Health};
pub use target::HttpTarget;
pub use upgrade::is_websocket;
