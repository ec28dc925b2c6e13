//! Translates the SDK's errors into [`DaoError`]. A text says what happened, and repeats nothing of a request or
//! an answer.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use lockfill_dao::DaoError;

/// The store's name in errors.
pub const STORE: &str = "DynamoDB";

/// The store did not answer, or answered with a refusal.
pub fn unavailable<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> DaoError {
    let reason = match error {
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "no connection in time".to_owned(),
        SdkError::DispatchFailure(failure) if failure.is_io() => "the connection failed".to_owned(),
        SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) => {
            "the request could not be sent: are region and credentials set?".to_owned()
        }
        SdkError::ServiceError(answer) => match answer.err().code() {
            Some("ResourceNotFoundException") => "there is no such table".to_owned(),
            Some(code) => format!("it answered {code}"),
            None if answer.raw().status().is_success() => "its answer could not be read".to_owned(),
            None => format!("it answered status {}", answer.raw().status().as_u16()),
        },
        _ => "its answer could not be read".to_owned(),
    };
    DaoError::Unavailable { store: STORE, reason }
}

/// The store holds something that cannot be read, or refuses to hold something.
pub fn malformed(reason: impl Into<String>) -> DaoError {
    DaoError::Malformed { store: STORE, reason: reason.into() }
}
