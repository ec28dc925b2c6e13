//! One operation that is let through to a server, and what the server's health learns from it.

use std::sync::{Arc, Mutex};

use redis::RedisError;

use crate::errors::{is_dead, is_misplaced, is_sick};
use crate::health::Entry;
use crate::link::Link;
use crate::locking::lock;
use crate::node::Node;

/// The right to ask a server once. Dropping the last reference lets the next probe through.
pub(crate) struct Admission {
    node: Arc<Node>,
    entry: Entry,
    link: Mutex<Option<Arc<Link>>>,
}

impl Admission {
    /// `None` if the server is sick and it is too early for a probe.
    pub(crate) fn to(node: &Arc<Node>) -> Option<Self> {
        let entry = node.admit()?;
        Some(Self { node: Arc::clone(node), entry, link: Mutex::default() })
    }

    /// The connection to the server.
    ///
    /// # Errors
    /// A short reason, without the address, if there is no connection.
    pub(crate) async fn link(&self) -> Result<Arc<Link>, String> {
        let result = self.node.link().await;
        match &result {
            Ok(link) => *lock(&self.link) = Some(Arc::clone(link)),
            Err(_) => self.node.failed(self.entry),
        }
        result
    }

    /// The server, or the connection, has answered on a link.
    pub(crate) fn answered(&self, link: &Arc<Link>, error: Option<&RedisError>) {
        let Some(error) = error.filter(|error| is_sick(error)) else {
            link.set_refused(false);
            return self.node.answered();
        };
        if is_dead(error) {
            self.node.discard(link);
        } else if is_misplaced(error) {
            link.set_refused(true);
        }
        self.node.failed(self.entry);
    }

    /// The deadline has come before an answer.
    pub(crate) fn late(&self) {
        if let Some(link) = &*lock(&self.link) {
            link.suspect();
        }
        self.node.failed(self.entry);
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if self.entry == Entry::Probe {
            self.node.end_probe();
        }
    }
}
