//! The line that Lambda writes after an invocation.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>, and for functions that log
//! in JSON <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html> (`platform.report`).

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::lambda::error::InvokeError;
use crate::template::FunctionSettings;

const MEGABYTE: u64 = 1024 * 1024;

/// An invocation that is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report<'a> {
    pub(super) function: &'a FunctionSettings,
    pub(super) request_id: &'a str,
    /// How long the start of the environment took, if this was its first invocation.
    pub(super) init: Option<Duration>,
    pub(super) duration: Duration,
    /// The most memory that the environment has used so far, in bytes.
    pub(super) memory: Option<u64>,
    pub(super) error: Option<&'a InvokeError>,
}

impl Report<'_> {
    /// The line; `None` if the function's `SystemLogLevel` excludes it. `now` is the time since the Unix epoch.
    pub(super) fn line(&self, now: Duration) -> Option<String> {
        if self.function.log_format.as_deref() != Some("JSON") {
            return Some(self.text());
        }
        (self.function.system_log_level.as_deref() != Some("WARN")).then(|| self.json(now))
    }

    /// Status and error type of a failure.
    fn failure(&self) -> Option<(&'static str, Option<&'static str>)> {
        match self.error? {
            InvokeError::TimedOut(_) => Some(("timeout", None)),
            InvokeError::OutOfMemory { .. } => Some(("error", Some("Runtime.OutOfMemory"))),
            InvokeError::Crashed(_) => Some(("error", Some("Runtime.ExitError"))),
            _ => Some(("error", None)),
        }
    }

    /// The billed milliseconds: rounded up, with the start.
    fn billed_ms(&self) -> u128 {
        (self.duration + self.init.unwrap_or_default()).as_micros().div_ceil(1000)
    }

    fn memory_mb(&self) -> Option<u64> {
        self.memory.map(|bytes| bytes.div_ceil(MEGABYTE))
    }

    fn text(&self) -> String {
        let mut line = format!(
            "REPORT RequestId: {}\tDuration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {} MB",
            self.request_id,
            milliseconds(self.duration),
            self.billed_ms(),
            self.function.memory_mb,
        );
        if let Some(memory) = self.memory_mb() {
            let _ = write!(line, "\tMax Memory Used: {memory} MB");
        }
        if let Some(init) = self.init {
            let _ = write!(line, "\tInit Duration: {:.2} ms", milliseconds(init));
        }
        if let Some((status, kind)) = self.failure() {
            let _ = write!(line, "\tStatus: {status}");
            if let Some(kind) = kind {
                let _ = write!(line, "\tError Type: {kind}");
            }
        }
        line
    }

    fn json(&self, now: Duration) -> String {
        let mut metrics = json!({
            "durationMs": rounded(self.duration),
            "billedDurationMs": u64::try_from(self.billed_ms()).unwrap_or(u64::MAX),
            "memorySizeMB": self.function.memory_mb,
        });
        if let Some(memory) = self.memory_mb() {
            metrics["maxMemoryUsedMB"] = memory.into();
        }
        if let Some(init) = self.init {
            metrics["initDurationMs"] = rounded(init).into();
        }
        let (status, kind) = self.failure().unwrap_or(("success", None));
        let mut record = json!({ "requestId": self.request_id, "metrics": metrics, "status": status });
        if let Some(kind) = kind {
            record["errorType"] = kind.into();
        }
        let time = Timestamp::from_millisecond(i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
        let time = time.unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        json!({ "time": time, "type": "platform.report", "record": record }).to_string()
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn rounded(duration: Duration) -> f64 {
    (milliseconds(duration) * 1000.0).round() / 1000.0
}
