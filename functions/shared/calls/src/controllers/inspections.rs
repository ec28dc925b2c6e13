//! What a person asks the function `catalog` about an item or a screen.

use jiff::Timestamp;
use lockfill_catalog::Refusals;
use lockfill_http::{FieldError, FunctionError};
use lockfill_services::{InspectVersions, InspectionError, InspectionRequest, OpenedInspection};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::dto::compilation::BAD_INVOCATION;
use crate::dto::inspection::{Asked, AskedForecast, AskedItemDocument, Unusable};
use crate::dto::inspection_answer;

/// Answers questions.
#[derive(Debug)]
pub(super) struct Inspections<I> {
    service: I,
}

/// Why a question has no answer: wrong fields and rows are documents, and all else is an error of the function.
enum Failure {
    Document(Value),
    Error(FunctionError),
}

impl<I: InspectVersions> Inspections<I> {
    pub(super) const fn new(service: I) -> Self {
        Self { service }
    }

    /// Says why an item is not shown.
    pub(super) async fn why_not(
        &self,
        asked: Asked,
        item: AskedItemDocument,
        now: Timestamp,
    ) -> Result<Box<RawValue>, FunctionError> {
        let answer = async {
            let item = item.item().map_err(unusable)?;
            let opened = self.open(asked, now).await?;
            let answer = opened.why_not(&item).map_err(failure)?;
            Ok(inspection_answer::why_not(&answer))
        };
        written(answer.await)
    }

    /// Shows a screen.
    pub(super) async fn preview(&self, asked: Asked, now: Timestamp) -> Result<Box<RawValue>, FunctionError> {
        let answer = async {
            let opened = self.open(asked, now).await?;
            let answer = opened.preview().map_err(failure)?;
            Ok(inspection_answer::preview(&answer))
        };
        written(answer.await)
    }

    /// Says what sampled requests mean for an item.
    pub(super) async fn forecast(
        &self,
        asked: AskedForecast,
        now: Timestamp,
    ) -> Result<Box<RawValue>, FunctionError> {
        let answer = async {
            let request = asked.request().map_err(unusable)?;
            let answer = self.service.forecast(request, now).await.map_err(failure)?;
            Ok(inspection_answer::forecast(&answer))
        };
        written(answer.await)
    }

    async fn open(&self, asked: Asked, now: Timestamp) -> Result<OpenedInspection, Failure> {
        let request: InspectionRequest = asked.request(now.into()).map_err(unusable)?;
        self.service.open(request, now).await.map_err(failure)
    }
}

fn written(answer: Result<Value, Failure>) -> Result<Box<RawValue>, FunctionError> {
    let document = match answer {
        Ok(document) | Err(Failure::Document(document)) => document,
        Err(Failure::Error(error)) => return Err(error),
    };
    to_raw_value(&document).map_err(|_| FunctionError {
        error_type: "UnwritableAnswer",
        error_message: "the answer cannot be written: report this".to_owned(),
    })
}

fn unusable(unusable: Unusable) -> Failure {
    match unusable {
        Unusable::Parameters(errors) => wrong_fields(&errors),
        Unusable::Call(problem) => bad(format!("{problem}: send another call")),
    }
}

fn wrong_fields(errors: &[FieldError]) -> Failure {
    Failure::Document(json!({ "errors": errors }))
}

fn bad(error_message: String) -> Failure {
    Failure::Error(FunctionError { error_type: BAD_INVOCATION, error_message })
}

fn failure(error: InspectionError) -> Failure {
    let error_type = match error {
        InspectionError::UnknownUnit => {
            let detail = "is none of the units in these rows".to_owned();
            return wrong_fields(&[FieldError { field: "unit_id".to_owned(), detail }]);
        }
        InspectionError::Refused(refusals) => return Failure::Document(refused(&refusals)),
        InspectionError::UnreadableDraft(error) => return bad(format!("{error}: pack the rows anew")),
        InspectionError::UnknownVersion => "UnknownVersion",
        InspectionError::Store(_) => "StoreUnavailable",
    };
    Failure::Error(FunctionError { error_type, error_message: format!("{error}: ask again") })
}

fn refused(refusals: &Refusals) -> Value {
    json!({ "refusals": refusals.named(), "refusals_in_all": refusals.in_all() })
}
