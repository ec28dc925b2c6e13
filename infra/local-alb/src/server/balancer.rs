//! What a listener answers with: its rules and their targets.

use std::sync::Arc;

use super::access_log::AccessLog;
use crate::http_target::HttpGroup;
use crate::lambda::Function;
use crate::routing::Table;
use crate::tls::Tls;

/// The target of a target group's requests.
#[derive(Debug, Clone)]
pub enum Target {
    /// To a function.
    Lambda(Function),
    /// To HTTP servers.
    Http(HttpGroup),
    /// Nowhere: no target is registered.
    None,
}

/// A listener's rules, and a target for each of its target groups.
///
/// It never changes. A reload gives the listener a new one; a request is answered by the one at its arrival.
#[derive(Debug)]
pub struct Balancer {
    /// The rules.
    pub table: Table,
    /// The targets, in the order of the table's groups.
    pub targets: Vec<Target>,
    /// The TLS of new connections; `None` for plain HTTP.
    pub tls: Option<Tls>,
    /// The access log, if there is one.
    pub access_log: Option<Arc<AccessLog>>,
    /// Chooses between weighted target groups: a number below the one it gets.
    pub random: fn(u32) -> u32,
}
