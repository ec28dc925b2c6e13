//! Why a function gave no answer.

use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;

/// Why a function gave no answer. For the client all of these are a 502.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvokeError {
    /// `ReservedConcurrentExecutions` are all busy.
    #[error("throttled: {0} executions are reserved and busy")]
    Throttled(usize),
    /// The queue for an environment is full.
    #[error("too many requests wait for an environment")]
    QueueFull,
    /// The function ended or failed before it asked for its first invocation.
    #[error("init failed: {0}")]
    Init(String),
    /// The function's process ended during the invocation.
    #[error("the runtime exited: {0}")]
    Crashed(String),
    /// The invocation took longer than the function's `Timeout`.
    #[error("task timed out after {:.2} seconds", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The environment used more than the function's `MemorySize`.
    #[error(
        "Runtime.OutOfMemory: {used_mb} MB used, and MemorySize is {limit_mb} MB: \
         the runtime exited with error: signal: killed"
    )]
    OutOfMemory {
        /// The memory in use, in megabytes.
        used_mb: u64,
        /// The limit, in megabytes.
        limit_mb: u32,
    },
    /// The function reported an error: its whole document.
    #[error("function error: {}", excerpt(.0))]
    Function(Bytes),
    /// The Invoke URL does not answer.
    #[error("cannot invoke: {0}")]
    Unreachable(String),
}

/// The beginning of an error document, for the log.
pub(super) fn excerpt(document: &[u8]) -> String {
    String::from_utf8_lossy(&document[..document.len().min(500)]).into_owned()
}
