//! One line per request.

use std::sync::Arc;
use std::time::Instant;

use crate::edge;
use crate::http_target::Turn;

/// The line of a request, written when it is answered, or dropped because the client is gone.
///
/// The query is never in it: that is where personal data is.
#[derive(Debug)]
pub struct AccessLine {
    began: Instant,
    method: String,
    path: String,
    rule: String,
    target: String,
    status: u16,
    /// Held until all of the answer has been written: so long the target is at work on it.
    turn: Option<Arc<Turn>>,
}

impl AccessLine {
    /// A request has come.
    #[must_use]
    pub fn begin(method: &str, path: &str) -> Self {
        let dash = || "-".to_owned();
        // 460 is the balancer's own number for a client that went away.
        Self {
            began: Instant::now(),
            method: method.to_owned(),
            path: path.to_owned(),
            rule: dash(),
            target: dash(),
            status: 460,
            turn: None,
        }
    }

    /// A rule has been found.
    pub fn routed(&mut self, rule: &str, target: &str) {
        rule.clone_into(&mut self.rule);
        target.clone_into(&mut self.target);
    }

    /// A target has been chosen.
    pub fn turn(&mut self, turn: Turn) -> Arc<Turn> {
        Arc::clone(self.turn.insert(Arc::new(turn)))
    }

    /// The answer is there.
    pub fn answered(&mut self, status: u16) {
        self.status = status;
    }
}

impl Drop for AccessLine {
    fn drop(&mut self) {
        let Self { method, path, rule, target, status, .. } = self;
        let milliseconds = self.began.elapsed().as_millis();
        edge::log(&format!("{method} {path} rule={rule} target={target} {status} {milliseconds}ms"));
    }
}
