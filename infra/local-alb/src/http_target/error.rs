//! Why a target gave no answer.

use std::error::Error;
use std::time::Duration;

use thiserror::Error;

/// Why a target gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TargetError {
    /// 502: no connection, or one that broke, or an answer that is no HTTP.
    #[error("{0}")]
    Failed(String),
    /// 504: no connection in 10 s.
    #[error("no connection within 10 seconds")]
    ConnectTimedOut,
    /// 408: the client stopped sending its body.
    #[error("the client was silent for longer than the idle timeout")]
    ClientIdle,
    /// 400: the client's body was broken off, or was not well formed.
    #[error("the client's body was broken off or malformed")]
    ClientBroken,
    /// 504: silence for longer than the idle timeout.
    #[error("no answer within {} seconds", .0.as_secs_f64())]
    Idle(Duration),
}

impl TargetError {
    /// A 502, with the causes. The text of the error alone names none of them.
    pub(super) fn of(error: &dyn Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        Self::Failed(text)
    }
}
