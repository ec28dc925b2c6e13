//! A request for a Lambda target.

use std::time::Duration;

use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::header::{EXPECT, HeaderMap, SERVER, UPGRADE};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use super::answers;
use super::record::Record;
use crate::body::{self, Body, Refused};
use crate::forwarding::trace_id::TRACE_ID;
use crate::lambda::payload::{self, PayloadSource};
use crate::lambda::response::{self, LambdaResponse};
use crate::lambda::{Function, InvokeError, PAYLOAD_MAX};
use crate::routing::TargetGroup;
use crate::system;

/// The terms of the client's connection, read before the hop-by-hop headers are removed, and its idle timeout.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionTerms {
    upgrades: bool,
    waits: bool,
    idle: Duration,
}

impl ConnectionTerms {
    pub(super) fn of(head: &Parts, idle: Duration) -> Self {
        let says = |headers: &HeaderMap, name, word: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.is_some_and(|value| value.to_ascii_lowercase().contains(word))
        };
        Self {
            upgrades: says(&head.headers, UPGRADE, "websocket"),
            waits: says(&head.headers, EXPECT, "100-continue"),
            idle,
        }
    }
}

/// Makes an invocation payload of the request, invokes the function, and makes a response of its document.
pub(super) async fn answer(
    function: &Function,
    group: &TargetGroup,
    request: Request<Incoming>,
    terms: ConnectionTerms,
    record: &mut Record,
) -> Response<Body> {
    if terms.upgrades {
        return answers::error(400);
    }
    let (head, body) = request.into_parts();
    let body = match body::collect(body, PAYLOAD_MAX, terms.idle, terms.waits).await {
        Ok(body) => body,
        Err(Refused::TooLarge) => {
            record.failed("LambdaRequestTooLarge");
            return answers::error(413);
        }
        Err(Refused::Broken) => return answers::error(400),
        Err(Refused::Silent) => return answers::error(408),
    };
    let source = PayloadSource {
        group_arn: &group.arn,
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        body: &body,
        multi_value: group.multi_value_headers,
    };
    let Ok(payload) = payload::encode(&source) else { return answers::error(500) };
    let trace_id = head.headers.get(TRACE_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
    record.invoked();
    let document = match function.invoke(payload, trace_id).await {
        Ok(document) => document,
        Err(error) => {
            system::log(&format!("local-alb: {}: {error}", function.id));
            record.failed(reason(&error));
            return answers::error(502);
        }
    };
    match response::parse(&document, group.multi_value_headers) {
        Ok(parsed) => {
            record.target_answered(parsed.status.as_u16());
            respond(parsed, group)
        }
        Err(malformed) => {
            system::log(&format!("local-alb: {}: {malformed}", group.id));
            let large = document.len() > PAYLOAD_MAX;
            record.failed(if large { "LambdaResponseTooLarge" } else { "LambdaInvalidResponse" });
            answers::error(502)
        }
    }
}

/// The reason codes of the access log.
fn reason(error: &InvokeError) -> &'static str {
    match error {
        InvokeError::Throttled(_) | InvokeError::QueueFull => "LambdaThrottling",
        InvokeError::Unreachable(_) => "LambdaServiceException",
        InvokeError::Init(_)
        | InvokeError::Crashed(_)
        | InvokeError::TimedOut(_)
        | InvokeError::OutOfMemory { .. }
        | InvokeError::Function(_) => "LambdaUnhandled",
    }
}

fn respond(parsed: LambdaResponse, group: &TargetGroup) -> Response<Body> {
    if parsed.ignored_headers {
        let (single, multi) = ("headers", "multiValueHeaders");
        let (read, ignored) = if group.multi_value_headers { (multi, single) } else { (single, multi) };
        system::log(&format!("local-alb: {}: only {read} are read, {ignored} are ignored", group.id));
    }
    let bodiless = matches!(parsed.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let mut response = Response::new(if bodiless { body::empty() } else { body::full(parsed.body) });
    *response.status_mut() = parsed.status;
    *response.headers_mut() = parsed.headers;
    response.headers_mut().entry(SERVER).or_insert(answers::SERVER_NAME);
    if let Some(phrase) = parsed.reason.and_then(|reason| ReasonPhrase::try_from(reason).ok()) {
        response.extensions_mut().insert(phrase);
    }
    response
}
