//! The function `catalog`: operations on versions, called by their publisher. A call is the payload of an invocation,
//! and no request of a client.

use std::time::Instant;

use jiff::Timestamp;
use lockfill_http::FunctionError;
use lockfill_metrics::{Count, Distribution, METRICS};
use lockfill_services::{CompilationError, CompileVersions, InspectVersions};
use serde_json::value::{RawValue, to_raw_value};

use super::inspections::Inspections;
use crate::dto::compilation::{BAD_INVOCATION, CatalogCall, CompileAnswer};

/// Executes operations on versions.
#[derive(Debug)]
pub struct Catalogs<S, I> {
    service: S,
    inspections: Inspections<I>,
}

impl<S: CompileVersions, I: InspectVersions> Catalogs<S, I> {
    /// A controller over a service that compiles and one that inspects.
    pub const fn new(service: S, inspections: I) -> Self {
        Self { service, inspections: Inspections::new(inspections) }
    }

    /// Executes the call in an invocation payload that arrived at `now`.
    ///
    /// # Errors
    /// If there is no verdict on the rows: the payload is no call, the rows are not there, or the store failed.
    pub async fn invoke(&self, payload: &str, now: Timestamp) -> Result<Box<RawValue>, FunctionError> {
        let answer = match serde_json::from_str(payload) {
            Ok(CatalogCall::Compile { version, digest }) => self.compile(version, &digest).await,
            // Boxed, because the futures around it would all be as large.
            Ok(CatalogCall::WhyNot { asked, item }) => {
                Box::pin(self.inspections.why_not(asked, item, now)).await
            }
            Ok(CatalogCall::Forecast(asked)) => Box::pin(self.inspections.forecast(asked, now)).await,
            Ok(CatalogCall::Preview { asked }) => Box::pin(self.inspections.preview(asked, now)).await,
            Err(_) => {
                let message = "the payload is not {\"operation\":\"compile\",\"version\":N,\"digest\":\"HEX\"} \
                               nor a why_not, a preview or a forecast: send such a document";
                METRICS.count(Count::CompilationFailed, 1);
                Err(FunctionError { error_type: BAD_INVOCATION, error_message: message.to_owned() })
            }
        };
        if let Err(FunctionError { error_type, error_message }) = &answer {
            tracing::warn!(error_type, error_message, "no verdict");
        }
        answer
    }

    async fn compile(&self, version: u64, digest: &str) -> Result<Box<RawValue>, FunctionError> {
        let began = Instant::now();
        let written = self.service.compile(version, digest).await;
        METRICS.time(Distribution::CompilationTime, began.elapsed());
        let answer = match &written {
            Ok(compilation) => CompileAnswer::compiled(version, digest, compilation),
            Err(CompilationError::Refused(refusals)) => {
                METRICS.count(Count::RowsRefused, 1);
                tracing::warn!(version, refused = refusals.in_all(), "rows are refused");
                CompileAnswer::refused(refusals)
            }
            Err(error) => {
                METRICS.count(Count::CompilationFailed, 1);
                return Err(failure(error));
            }
        };
        METRICS.count(Count::Compilations, 1);
        to_raw_value(&answer).map_err(|_| FunctionError {
            error_type: "UnwritableAnswer",
            error_message: "the answer cannot be written: report this".to_owned(),
        })
    }
}

/// What is wrong and what to do, as the publication's failure says it.
fn failure(error: &CompilationError) -> FunctionError {
    let (error_type, what_to_do) = match error {
        CompilationError::Invalid(_) => (BAD_INVOCATION, "send another call"),
        CompilationError::UnknownVersion(_) => {
            ("UnknownVersion", "write the rows and their manifest first, and name their digest")
        }
        CompilationError::Torn(_) => ("TornVersion", "publish anew"),
        CompilationError::Refused(_) | CompilationError::StoreUnavailable(_) => {
            ("StoreUnavailable", "publish again when the store answers")
        }
    };
    FunctionError { error_type, error_message: format!("{error}: {what_to_do}") }
}
