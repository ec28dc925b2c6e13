//! `fixed-response`: an answer that the template holds.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html>.

use super::super::place::Place;
use crate::template::{LoadError, Value};

const CONTENT_TYPES: [&str; 5] =
    ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
const BODY_LENGTH_MAX: usize = 1024;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedResponse {
    /// 2xx, 4xx or 5xx.
    pub status: u16,
    /// `text/plain` unless the template says otherwise.
    pub content_type: String,
    /// The body, at most 1024 bytes.
    pub body: String,
}

impl FixedResponse {
    /// The answer in place of the default action of a listener that is in another stack.
    pub(in crate::routing) fn unknown_default(listener: &str) -> Self {
        let body =
            format!("local-alb: no rule matches, and the default action of {listener} is in another stack\n");
        Self { status: 503, content_type: CONTENT_TYPES[0].to_owned(), body }
    }

    /// A status without a body.
    pub(in crate::routing) fn of_status(status: u16) -> Self {
        Self { status, content_type: CONTENT_TYPES[0].to_owned(), body: String::new() }
    }

    pub(super) fn read(place: Place<'_>, action: &Value) -> Result<Self, LoadError> {
        let Some(config) = action.get("FixedResponseConfig") else {
            return Err(place.error(action.line, "fixed-response needs a FixedResponseConfig"));
        };
        let code = config.get("StatusCode").and_then(Value::text).and_then(|text| text.parse::<u16>().ok());
        let Some(status) = code.filter(|code| matches!(code, 200..=299 | 400..=599)) else {
            return Err(place.error(config.line, "StatusCode must be 2xx, 4xx or 5xx"));
        };
        let content_type = config.get("ContentType").and_then(Value::text).unwrap_or(CONTENT_TYPES[0]);
        if !CONTENT_TYPES.contains(&content_type) {
            let message = format!("ContentType must be one of {}", CONTENT_TYPES.join(", "));
            return Err(place.error(config.line, message));
        }
        let body = config.get("MessageBody").and_then(Value::text).unwrap_or_default();
        if body.len() > BODY_LENGTH_MAX {
            return Err(place.error(config.line, "MessageBody may have 1024 characters"));
        }
        Ok(Self { status, content_type: content_type.to_owned(), body: body.to_owned() })
    }
}
