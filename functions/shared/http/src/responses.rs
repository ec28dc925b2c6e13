//! Builds answers.

use lambda_http::Body;
use lambda_http::http::{HeaderValue, Response, StatusCode, header};
use lockfill_services::{CatalogUnavailable, FromCatalog};
use serde::Serialize;

use crate::dto::json_writer::Form;

/// The header that names what has answered: `lambda`, `http`, or `django`.
pub(crate) const SERVED_BY: &str = "x-lockfill-served-by";
/// The header that names what was missing while answering.
pub(crate) const DEGRADED: &str = "x-lockfill-degraded";
/// The header that names the parameters of which something was ignored, joined by commas.
pub(crate) const IGNORED: &str = "x-lockfill-ignored";

/// The header that names the version of the table of gates that was decided on.
const GATES: &str = "x-lockfill-gates";
/// The header that says what became of an event.
pub(crate) const RECORDED: &str = "x-lockfill-recorded";

/// The space for a document: a little more than an answer of ten slots.
const DOCUMENT_BYTES: usize = 8 * 1024;

/// What was missing while answering: the user's state, a confirmed catalog, the ledger of events, or a confirmed table
/// of gates.
#[expect(clippy::struct_excessive_bools, reason = "four stores, each of which may be missing by itself")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Degraded {
    pub redis: bool,
    pub catalog: bool,
    pub ledger: bool,
    pub gates: bool,
}

impl Degraded {
    /// What was missing for what a catalog says.
    pub(crate) fn of_catalog<T>(said: &Result<FromCatalog<T>, CatalogUnavailable>) -> Self {
        Self { catalog: said.as_ref().map_or(true, |said| said.is_stale), ..Self::default() }
    }

    fn names(self) -> String {
        let parts = [
            ("redis", self.redis),
            ("catalog", self.catalog),
            ("ledger", self.ledger),
            ("gates", self.gates),
        ];
        parts
            .into_iter()
            .filter(|(_, is_missing)| *is_missing)
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// What was missing for one or the other.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self {
            redis: self.redis || other.redis,
            catalog: self.catalog || other.catalog,
            ledger: self.ledger || other.ledger,
            gates: self.gates || other.gates,
        }
    }

    /// Adds the header if anything was missing.
    pub(crate) fn mark(self, mut response: Response<Body>) -> Response<Body> {
        let names = self.names();
        if !names.is_empty() {
            response.headers_mut().insert(DEGRADED, value(&names));
        }
        response
    }
}

/// Adds the header that names the parameters of which something was ignored, if there are any.
pub(crate) fn mark_ignored(names: &str, mut response: Response<Body>) -> Response<Body> {
    if !names.is_empty() {
        response.headers_mut().insert(IGNORED, value(names));
    }
    response
}

/// Adds the header that says what became of an event.
pub(crate) fn mark_recorded(word: &'static str, mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(RECORDED, HeaderValue::from_static(word));
    response
}

/// Adds the header that names the version of the table of gates, if there is a table.
pub(crate) fn mark_gates(version: Option<u64>, mut response: Response<Body>) -> Response<Body> {
    if let Some(version) = version {
        response.headers_mut().insert(GATES, version.into());
    }
    response
}

/// An answer with a body. It must not be cached, because it is for one user and one minute.
pub(crate) fn with_body(status: StatusCode, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(SERVED_BY, HeaderValue::from_static("lambda"));
    response
}

/// A mark on an answer whose body is the JSON of a document as it stands between the quotes of a string.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IsQuoted;

/// An answer with a JSON document that was written in a form.
pub(crate) fn document(status: StatusCode, form: Form, document: Vec<u8>) -> Response<Body> {
    let mut response = with_body(status, "application/json", Body::Binary(document));
    if form == Form::Quoted {
        response.extensions_mut().insert(IsQuoted);
    }
    response
}

/// An answer without a body, not to be cached.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    // Not `Body::Empty`: a balancer takes the `null` that it becomes for a malformed answer.
    let mut response = with_body(status, "", Body::Text(String::new()));
    response.headers_mut().remove(header::CONTENT_TYPE);
    response
}

/// A JSON answer.
pub(crate) fn json(
    status: StatusCode,
    content_type: &'static str,
    document: &impl Serialize,
) -> Response<Body> {
    let mut text = Vec::with_capacity(DOCUMENT_BYTES);
    // The documents are structs of strings and numbers, so JSON can express them, and JSON is UTF-8.
    let written = serde_json::to_writer(&mut text, document);
    let text = written.ok().and_then(|()| String::from_utf8(text).ok()).unwrap_or_default();
    with_body(status, content_type, Body::Text(text))
}

/// A header value. The callers' texts are visible ASCII; another text would become an empty value.
pub(crate) fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
