//! Problem documents: the answers to requests that cannot be served (RFC 9457).

use lambda_http::Body;
use lambda_http::http::{HeaderValue, Response, StatusCode};
use lockfill_services::{AllocationError, CatalogUnavailable, EventError, TokenError};
use serde::Serialize;

use crate::responses;

/// One answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    header: Option<(&'static str, &'static str)>,
}

/// What is wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The parameter.
    pub field: String,
    /// What it must be.
    pub detail: String,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, title, detail: detail.into(), errors: Vec::new(), header: None }
    }

    /// 400: some parameters are not what they must be; all of them are named.
    #[must_use]
    pub fn invalid_parameters(errors: Vec<FieldError>) -> Self {
        let names: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        let detail = format!("These parameters are not valid: {}.", names.join(", "));
        let problem = Self::new(StatusCode::BAD_REQUEST, "invalid-parameters", "Invalid parameters", detail);
        Self { errors, ..problem }
    }

    /// What is wrong with parameters, one by one; none where the problem is another one.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// 400: one parameter is not what it must be.
    #[must_use]
    pub fn invalid_parameter(field: &str, detail: impl Into<String>) -> Self {
        Self::invalid_parameters(vec![FieldError { field: field.to_owned(), detail: detail.into() }])
    }

    /// 400: the body as a whole cannot be read.
    #[must_use]
    pub fn invalid_body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid-body", "Invalid body", detail)
    }

    /// 400: the invocation payload, or the bytes of a connection, hold no request.
    #[must_use]
    pub fn unreadable_request() -> Self {
        let detail = "Path, query, headers and body do not make a request together.";
        Self::new(StatusCode::BAD_REQUEST, "unreadable-request", "Unreadable request", detail)
    }

    /// 408: the body did not come in time.
    #[must_use]
    pub fn body_too_slow() -> Self {
        let detail = "The body did not arrive in time.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "Body too slow", detail)
    }

    /// 413: the body is larger than a function takes.
    #[must_use]
    pub fn body_too_large() -> Self {
        let detail = "The body must be at most 1 MiB.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "Body too large", detail)
    }

    /// 413: the body is larger than a batch of events may be.
    #[must_use]
    pub fn batch_too_large() -> Self {
        let detail = "The body of a batch must be at most 64 KiB.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "Body too large", detail)
    }

    /// 410: the catalog does not have the clicked item any more.
    #[must_use]
    pub fn no_landing_page() -> Self {
        let detail = "What this link led to is no longer published.";
        Self::new(StatusCode::GONE, "no-landing-page", "No landing page", detail)
    }

    /// 401: debugging without the token for it.
    #[must_use]
    pub fn debugging_unauthorized() -> Self {
        let detail = "The parameters explain and now need the debug token as a bearer token.";
        let problem = Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Unauthorized", detail);
        Self { header: Some(("www-authenticate", "Bearer")), ..problem }
    }

    /// 403: a preflight for a page of an origin that no unit lists.
    #[must_use]
    pub fn origin_not_allowed() -> Self {
        let detail = "No published unit lists this origin.";
        Self::new(StatusCode::FORBIDDEN, "origin-not-allowed", "Origin not allowed", detail)
    }

    /// Whether the client could have asked otherwise.
    #[must_use]
    pub fn is_clients(&self) -> bool {
        self.status.is_client_error()
    }

    /// 404: no operation has this path.
    #[must_use]
    pub fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", "There is nothing at this path.")
    }

    /// 405: not with this method.
    #[must_use]
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        let detail = format!("This path answers {allowed}.");
        let problem =
            Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed", detail);
        Self { header: Some(("allow", allowed)), ..problem }
    }

    /// The kind of the problem: the last part of its type.
    pub(crate) const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The problem as an answer.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let document = Document {
            r#type: format!("urn:lockfill:problem:{}", self.kind),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
        };
        let mut response = responses::json(self.status, "application/problem+json", &document);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl From<AllocationError> for Problem {
    fn from(error: AllocationError) -> Self {
        match error {
            AllocationError::UnknownUnit(_) => {
                let detail = "No unit of the published catalog has this unit_id.";
                Self::new(StatusCode::NOT_FOUND, "unknown-unit", "Unknown unit", detail)
            }
            AllocationError::CatalogUnavailable(error) => error.into(),
        }
    }
}

impl From<EventError> for Problem {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Token(TokenError::Invalid) => {
                let detail = "The token in the path is not one that was handed out here.";
                Self::new(StatusCode::BAD_REQUEST, "invalid-token", "Invalid token", detail)
            }
            EventError::Token(TokenError::Expired) => {
                let detail = "The token in the path is too old to be counted.";
                Self::new(StatusCode::GONE, "expired-token", "Expired token", detail)
            }
            EventError::CatalogUnavailable(error) => error.into(),
            EventError::LedgerUnavailable => {
                let detail = "The event could not be recorded. Send it again in some seconds.";
                let (kind, title) = ("ledger-unavailable", "Ledger unavailable");
                let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, title, detail);
                Self { header: Some(("retry-after", "5")), ..problem }
            }
        }
    }
}

impl From<CatalogUnavailable> for Problem {
    fn from(_: CatalogUnavailable) -> Self {
        let detail = "No catalog could be loaded yet. Try again in a second.";
        let problem =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "catalog-unavailable", "Catalog unavailable", detail);
        Self { header: Some(("retry-after", "1")), ..problem }
    }
}
