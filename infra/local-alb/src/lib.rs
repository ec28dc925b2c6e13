//! An Application Load Balancer on a development machine, as a SAM or `CloudFormation` template describes it.
//!
//! The layers, each of which knows only those before it:
//!
//! - [`template`]: what is written in the template, and what its intrinsic functions make of it;
//! - [`routing`]: the listener's rules, compiled, and the choice of one for a request (pure functions);
//! - [`forwarding`]: what the balancer changes in a request's headers;
//! - [`lambda`] and [`http_target`]: the two kinds of targets;
//! - [`tls`]: the certificate of an HTTPS listener;
//! - [`server`]: connections, limits, and the way of a request through all of these;
//! - [`health`]: the checks that tell which targets answer as they should;
//! - [`input`], [`serve`](mod@serve) and [`targets`]: where the command line and the template are wired
//!   together;
//! - [`report`], [`explain`](mod@explain) and [`check`](mod@check): what can be said about the routing without
//!   serving it;
//! - [`nginx`]: the routing in the words of another program.

pub mod body;
pub mod check;
pub mod cli;
pub mod explain;
pub mod forwarding;
pub mod health;
pub mod http_target;
pub mod input;
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
