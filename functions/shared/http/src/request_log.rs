//! The line of the log for a request: what was asked, which trace it belongs to, and the id of the answer.
//!
//! The line has no path, no query and no user: a path may hold a tracking link's token. With the answer's
//! `request_id` or the balancer's trace id, the lines of balancer, function and Django about one request are found.

use lambda_http::http::{HeaderMap, Method, Response};
use lambda_http::{Body, Request};

use tracing::Span;
use uuid::Uuid;

use crate::asked;
use crate::routes;

/// The balancer's header, which names the trace.
const TRACE_ID: &str = "x-amzn-trace-id";
/// Stands for what a request or its answer does not have.
const NONE: &str = "-";

/// The id of an allocation in its answer, and in the answers to the events of its slots.
#[derive(Debug, Clone)]
pub(crate) struct AnswerId(pub Uuid);

impl AnswerId {
    /// Leaves the id with the answer, for the line of the log.
    pub(crate) fn mark(self, mut response: Response<Body>) -> Response<Body> {
        response.extensions_mut().insert(self);
        response
    }
}

/// What the line says about a request, taken before the request is handled.
#[derive(Debug)]
pub struct RequestLine {
    method: &'static str,
    operation: &'static str,
    trace: String,
}

impl RequestLine {
    /// The line of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let trace = trace(request.headers()).unwrap_or(NONE).to_owned();
        let operation = routes::operation(asked::path(request)).unwrap_or(NONE);
        Self { method: method(request.method()), operation, trace }
    }

    /// The line of an invocation or connection that holds no request.
    #[must_use]
    pub fn unreadable() -> Self {
        Self { method: NONE, operation: NONE, trace: NONE.to_owned() }
    }

    /// The span of handling the request: every line of the log within it names the trace. Without a trace there is
    /// nothing to name.
    #[must_use]
    pub fn span(&self) -> Span {
        if self.trace == NONE {
            return Span::none();
        }
        tracing::info_span!("request", trace = self.trace)
    }

    /// Writes the line.
    pub fn write(&self, answer: &Response<Body>) {
        let mut buffer = Uuid::encode_buffer();
        let id = answer.extensions().get::<AnswerId>();
        let request_id = id.map_or(NONE, |id| id.0.as_hyphenated().encode_lower(&mut buffer));
        let Self { method, operation, trace } = self;
        tracing::info!(method, operation, status = answer.status().as_u16(), trace, request_id, "answered");
    }
}

/// The balancer's own id of a request: `Self` where the client sent a `Root`, else `Root`.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html>.
fn trace(headers: &HeaderMap) -> Option<&str> {
    let fields = headers.get(TRACE_ID)?.to_str().ok()?;
    let field = |name| fields.split(';').find_map(|field| field.trim().strip_prefix(name));
    // Other forms are a client's text, which may be anything.
    field("Self=").or_else(|| field("Root=")).filter(|id| is_trace_id(id))
}

/// `1-<8 hex>-<24 hex>`.
fn is_trace_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.iter().map(|part| part.len()).eq([1, 8, 24]) && parts.iter().all(is_hex)
}

/// The method, if it is one of HTTP's: another one is a client's text.
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use lambda_http::RequestExt;

    use super::*;

    fn line(method: &str, path: &str, trace: &str) -> RequestLine {
        let request = lambda_http::http::Request::builder().method(method).uri(path).header(TRACE_ID, trace);
        RequestLine::of(&request.body(Body::Empty).unwrap().with_raw_http_path(path))
    }

    #[test]
    fn a_line_names_the_balancers_own_id_of_a_request() {
        let (own, sent) = ("1-67891233-abcdef012345678912345678", "1-00000000-000000000000000000000000");
        for (header, expected) in [
            (format!("Root={own}"), own),
            (format!("Self={own};Root={sent}"), own),
            (format!("Root={sent}; Self={own};CalledFrom=app"), own),
            ("Root=user@example.com".to_owned(), NONE),
            (format!("Root={own}user"), NONE),
            (String::new(), NONE),
        ] {
            assert_eq!(line("GET", "/", &header).trace, expected, "{header}");
        }
    }

    #[test]
    fn a_line_holds_nothing_that_a_client_made_up() {
        let link = line("GET", "/api/v1/events/click/k1.eyJyIjoi.c2ln", "");
        assert_eq!((link.method, link.operation), ("GET", "events/click"));
        let allocation = line("POST", "/api/v1/allocation/ads", "");
        assert_eq!((allocation.method, allocation.operation), ("POST", "allocation/ads"));
        let unknown = line("USER1", "/api/v1/users/u1", "");
        assert_eq!((unknown.method, unknown.operation), (NONE, NONE));
    }
}
