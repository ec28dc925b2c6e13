//! The function `catalog`: operations on versions, called by their publisher. A call is the payload of an invocation,
//! and no request of a client.

use lambda_http::http::Response;
use lambda_http::{Body, Request};
use lockfill_metrics::{Count, METRICS};
use lockfill_services::{CompilationError, CompileVersions};
use serde_json::value::{RawValue, to_raw_value};

use super::invocations;
use crate::dto::compilation::{CatalogCall, CompileAnswer, FunctionError};

const BAD_INVOCATION: &str = "BadInvocation";

/// Executes operations on versions.
#[derive(Debug)]
pub struct Catalogs<S> {
    service: S,
}

impl<S: CompileVersions> Catalogs<S> {
    /// A controller over the service.
    pub const fn new(service: S) -> Self {
        Self { service }
    }

    /// Executes the call in an invocation payload.
    ///
    /// # Errors
    /// If there is no verdict on the rows: the payload is no call, the rows are not there, or the store failed.
    pub async fn invoke(&self, payload: &str) -> Result<Box<RawValue>, FunctionError> {
        let answer = self.answer(payload).await;
        if let Err(FunctionError { error_type, error_message }) = &answer {
            METRICS.count(Count::CompilationFailed, 1);
            tracing::warn!(error_type, error_message, "no verdict");
        }
        answer
    }

    async fn answer(&self, payload: &str) -> Result<Box<RawValue>, FunctionError> {
        match serde_json::from_str(payload) {
            Ok(CatalogCall::Compile { version, digest }) => self.compile(version, &digest).await,
            Err(_) => {
                let message = "the payload is not {\"operation\":\"compile\",\"version\":N,\"digest\":\"HEX\"}: \
                               send such a document";
                Err(FunctionError { error_type: BAD_INVOCATION, error_message: message.to_owned() })
            }
        }
    }

    /// Answers a plain HTTP request as the Invoke API does, where there is no Lambda.
    pub async fn handle(&self, request: Request) -> Response<Body> {
        invocations::handle(&request, async |payload: &str| self.invoke(payload).await).await
    }

    async fn compile(&self, version: u64, digest: &str) -> Result<Box<RawValue>, FunctionError> {
        let written = self.service.compile(version, digest).await;
        let answer = match &written {
            Ok(compilation) => CompileAnswer::compiled(version, digest, compilation),
            Err(CompilationError::Refused(refusals)) => {
                METRICS.count(Count::RowsRefused, 1);
                tracing::warn!(version, refused = refusals.in_all(), "rows are refused");
                CompileAnswer::refused(refusals)
            }
            Err(error) => return Err(failure(error)),
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
