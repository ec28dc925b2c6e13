//! The function `pacing`: called each minute by a schedule, and by operators. A call is the payload of an invocation,
//! and no request of a client.

use jiff::Timestamp;
use lockfill_accounting::{RollUpError, RollUpLedger};
use lockfill_http::FunctionError;
use lockfill_metrics::{Count, Gauge, METRICS};
use serde_json::value::{RawValue, to_raw_value};

use crate::dto::pacing::{PacingAnswer, PacingCall, Span};

/// Rolls up the ledger when it is called.
#[derive(Debug)]
pub struct Pacings<S> {
    service: S,
}

impl<S: RollUpLedger> Pacings<S> {
    /// A controller over the service.
    pub const fn new(service: S) -> Self {
        Self { service }
    }

    /// Executes the call in an invocation payload.
    ///
    /// # Errors
    /// If the payload is no call, or a store failed.
    pub async fn invoke(&self, payload: &str, now: Timestamp) -> Result<Box<RawValue>, FunctionError> {
        let answer = self.answer(payload, now).await;
        if let Err(FunctionError { error_type, error_message }) = &answer {
            METRICS.count(Count::PacingFailed, 1);
            tracing::warn!(error_type, error_message, "the run ended early");
        }
        answer
    }

    async fn answer(&self, payload: &str, now: Timestamp) -> Result<Box<RawValue>, FunctionError> {
        let call = PacingCall::read(payload).ok_or_else(|| bad(UNKNOWN_CALL))?;
        let answer = match call.rebuild {
            None => self.service.run(now).await.map(|rolled| {
                METRICS.count(Count::PacingRuns, 1);
                METRICS.set(Gauge::RollUpAge, rolled.until.0);
                PacingAnswer::from(rolled)
            }),
            Some(Span { from, until }) if from < until => {
                self.service.rebuild(from, until, now).await.map(PacingAnswer::from)
            }
            Some(_) => return Err(bad("until must be after from")),
        };
        let answer = match answer {
            Err(RollUpError::Busy) => Ok(PacingAnswer::Busy { is_busy: true }),
            answer => answer,
        };
        let answer = answer.map_err(|error| failure(&error))?;
        to_raw_value(&answer).map_err(|_| FunctionError {
            error_type: "UnwritableAnswer",
            error_message: "the answer cannot be written: report this".to_owned(),
        })
    }
}

const UNKNOWN_CALL: &str = "the payload is not {} or {\"rebuild\":{\"from\":\"2026-11-22T00:00:00Z\",\"until\":..}}: \
                            send such a document";

fn bad(problem: &str) -> FunctionError {
    FunctionError { error_type: "BadInvocation", error_message: problem.to_owned() }
}

/// What is wrong and what to do.
fn failure(error: &RollUpError) -> FunctionError {
    let (error_type, what_to_do) = match error {
        RollUpError::Damaged(_) => ("DamagedRollUps", "rebuild them from the ledger"),
        RollUpError::StoreUnavailable(_) => ("StoreUnavailable", "the next run goes on"),
        RollUpError::Terms(..) => ("UnreadableTerms", "publish anew"),
        RollUpError::Busy | RollUpError::LeaseLost => ("LeaseLost", "the next run goes on"),
    };
    FunctionError { error_type, error_message: format!("{error}: {what_to_do}") }
}
