//! The listener: connections, and for each request a rule and its action.

mod access_line;
mod access_log;
mod answers;
mod balancer;
mod classification;
mod client;
mod connection;
mod exchange;
mod forwarded;
mod guard;
mod lambda_target;
mod limits;
mod listener;
mod logged_path;
mod pipeline;
mod record;
mod tracked;

pub use access_log::AccessLog;
pub use balancer::{Balancer, Target};
pub use guard::{Inspection, inspect};
pub use listener::{Phase, serve};
