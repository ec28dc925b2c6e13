//! Lambda targets: the event, the invocation, the response.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>.

pub mod environment;
pub mod event;
mod invoke_url;
pub mod response;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderValue, USER_AGENT};
use thiserror::Error;

pub use invoke_url::InvokeUrl;

use crate::routing::TargetGroup;
use environment::Pool;
use event::EventSource;

/// Request bodies and response documents beyond this many bytes are refused (1 MB).
pub const PAYLOAD_MAX: usize = 1024 * 1024;

/// Why a function gave no answer. For the client all of these are a 502.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvokeError {
    /// `ReservedConcurrentExecutions` are all busy.
    #[error("throttled: {0} executions are reserved and busy")]
    Throttled(usize),
    /// More requests wait for an environment than this program keeps.
    #[error("too many requests wait for an environment")]
    QueueFull,
    /// The function did not get as far as asking for its first event.
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
        /// What was used, in megabytes.
        used_mb: u64,
        /// What may be.
        limit_mb: u32,
    },
    /// The function reported an error.
    #[error("function error: {0}")]
    Function(String),
    /// The Invoke URL does not answer.
    #[error("cannot invoke: {0}")]
    Unreachable(String),
}

/// A function and the way to invoke it.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its logical id.
    pub id: String,
    /// The way to invoke it.
    pub backend: Backend,
}

/// The ways to invoke a function.
#[derive(Debug, Clone)]
pub enum Backend {
    /// Behind an Invoke URL.
    Url(Box<InvokeUrl>),
    /// In execution environments of our own.
    Exec(Arc<Pool>),
}

impl Function {
    /// Invokes the function as a health check of its group does: the status.
    ///
    /// # Errors
    /// What a request would be a 502 for.
    pub async fn probe(&self, group: &TargetGroup, user_agent: &'static str) -> Result<u16, String> {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(user_agent));
        let source = EventSource {
            group_arn: &group.arn,
            method: "GET",
            path: &group.health_check.path,
            query: "",
            headers: &headers,
            body: &Bytes::new(),
            multi_value: group.multi_value_headers,
        };
        let event = event::encode(&source).map_err(|error| error.to_string())?;
        let document = self.invoke(event, "").await.map_err(|error| error.to_string())?;
        let parsed =
            response::parse(&document, group.multi_value_headers).map_err(|error| error.to_string())?;
        Ok(parsed.status.as_u16())
    }

    /// Invokes the function with an event and gives its response document.
    ///
    /// # Errors
    /// Whatever kept the function from answering.
    pub async fn invoke(&self, event: Bytes, trace_id: &str) -> Result<Bytes, InvokeError> {
        match &self.backend {
            Backend::Url(url) => url.invoke(event).await,
            Backend::Exec(pool) => pool.invoke(event, trace_id).await,
        }
    }
}
