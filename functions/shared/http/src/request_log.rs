//! The line of the log for a request: what was asked, which trace it belongs to, and the id of the answer.
//!
//! The line has no path, no query and no user: a path may hold a tracking link's token. With the answer's
//! `request_id` or the balancer's trace id, the lines of balancer, function and Django about one request are found.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lambda_http::http::{HeaderMap, Method, Response};
use lambda_http::{Body, Context, Request};
use tracing::Span;
use uuid::Uuid;

use crate::asked;
use crate::request_metrics::{self, text};
use crate::responses::{DEGRADED, IGNORED, RECORDED};
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
    /// The line of a request; without one, that of an invocation or connection that holds none.
    #[must_use]
    pub fn of(request: Option<&Request>) -> Self {
        let Some(request) = request else {
            return Self { method: NONE, operation: NONE, trace: NONE.to_owned() };
        };
        let trace = trace(request.headers()).unwrap_or(NONE).to_owned();
        let operation = routes::operation(asked::path(request)).unwrap_or(NONE);
        Self { method: method(request.method()), operation, trace }
    }

    /// The span of handling the request: every line of the log within it names the balancer's trace, and the invocation
    /// as the Lambda runtime's own span does. Without both there is nothing to name.
    #[must_use]
    pub fn span(&self, invocation: Option<&Context>) -> Span {
        let trace = Some(self.trace.as_str()).filter(|trace| *trace != NONE);
        if trace.is_none() && invocation.is_none() {
            return Span::none();
        }
        tracing::info_span!(
            "request",
            requestId = invocation.map(|invocation| invocation.request_id.as_str()),
            xrayTraceId = invocation.and_then(|invocation| invocation.xray_trace_id.as_deref()),
            trace
        )
    }

    /// Counts the answer, which took so long, and writes the line, unless `lines` has written enough of them.
    pub fn write(&self, answer: &Response<Body>, took: Duration, lines: &RequestLines, now: Timestamp) {
        if self.operation != routes::HEALTH_OPERATION {
            request_metrics::count(answer, took);
        }
        let Some(left_out) = lines.next(now, answer.status().is_server_error()) else { return };
        let mut buffer = Uuid::encode_buffer();
        let id = answer.extensions().get::<AnswerId>();
        let request_id = id.map_or(NONE, |id| id.0.as_hyphenated().encode_lower(&mut buffer));
        let Self { method, operation, trace } = self;
        // Names and words of ours, and no value of a client.
        let header = |name| text(answer.headers(), name);
        let (degraded, ignored, recorded) = (header(DEGRADED), header(IGNORED), header(RECORDED));
        let left_out = (left_out > 0).then_some(left_out);
        let status = answer.status().as_u16();
        tracing::info!(
            method, operation, status, trace, request_id, degraded, ignored, recorded, left_out, "answered"
        );
    }
}

/// Which lines of requests are written: so many a second, and those of failures.
#[derive(Debug)]
pub struct RequestLines {
    a_second_max: u32,
    state: Mutex<Written>,
}

/// What was written in a second.
#[derive(Debug)]
struct Written {
    second: i64,
    lines: u32,
    left_out: u64,
}

impl RequestLines {
    /// At most so many lines a second.
    #[must_use]
    pub const fn new(a_second_max: u32) -> Self {
        Self { a_second_max, state: Mutex::new(Written { second: 0, lines: 0, left_out: 0 }) }
    }

    /// Called once a request. Returns how many lines were left out since the last one that was written; `None` if this
    /// one is left out, too.
    fn next(&self, now: Timestamp, is_failure: bool) -> Option<u64> {
        let mut written = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if written.second != now.as_second() {
            (written.second, written.lines) = (now.as_second(), 0);
        }
        if written.lines >= self.a_second_max && !is_failure {
            written.left_out += 1;
            return None;
        }
        written.lines = written.lines.saturating_add(1);
        Some(std::mem::take(&mut written.left_out))
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
    use super::*;

    fn line(method: &str, path: &str, trace: &str) -> RequestLine {
        let request = lambda_http::http::Request::builder().method(method).uri(path).header(TRACE_ID, trace);
        RequestLine::of(Some(&request.body(Body::Empty).unwrap()))
    }

    #[test]
    fn lines_above_a_rate_are_left_out_and_counted_but_those_of_failures() {
        let lines = RequestLines::new(2);
        let at = |ms: i64| Timestamp::from_millisecond(1_780_000_000_000 + ms).unwrap();
        assert_eq!([0, 1, 2, 3].map(|ms| lines.next(at(ms), false)), [Some(0), Some(0), None, None]);
        assert_eq!(lines.next(at(999), true), Some(2));
        assert_eq!(lines.next(at(999), false), None);
        assert_eq!([1_000, 1_001, 1_002].map(|ms| lines.next(at(ms), false)), [Some(1), Some(0), None]);
        assert_eq!(lines.next(at(-5_000), false), Some(1), "the clock was set back");
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
