//! An Application Load Balancer on a development machine, as a SAM or `CloudFormation` template describes it.
//!
//! The layers, each of which knows only those before it:
//!
//! - [`system`]: the clock, random numbers, the environment and the terminal;
//! - [`template`]: the text of the template, and the values of its intrinsic functions;
//! - [`routing`]: the listener's rules, compiled, and the choice of one for a request (pure functions);
//! - [`forwarding`]: the changes of a request's headers for its target;
//! - [`lambda`] and [`http_target`]: the two kinds of targets;
//! - [`tls`]: the certificate of an HTTPS listener;
//! - [`server`]: connections, limits, and the way of a request through all of these;
//! - [`invoke_api`]: Lambda's Invoke API for the same functions;
//! - [`health`]: the health checks of targets;
//! - [`input`], [`serve`](mod@serve) and [`targets`]: the wiring of the command line and the
//!   template;
//! - [`report`], [`explain`](mod@explain) and [`check`](mod@check): the commands that only read the
//!   template;
//! - [`nginx`]: the routing as a configuration of nginx.

pub mod body;
pub mod check;
pub mod cli;
pub mod explain;
pub mod forwarding;
pub mod health;
pub mod http_target;
pub mod input;
pub mod invoke_api;
pub mod lambda;
pub mod nginx;
pub mod report;
pub mod routing;
pub mod serve;
pub mod server;
pub mod system;
pub mod targets;
pub mod template;
pub mod tls;
