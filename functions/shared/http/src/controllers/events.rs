//! `GET /api/v1/events/impression/{token}` (the pixel) and `GET /api/v1/events/click/{token}` (the redirect), and both as
//! a POST, which is what `navigator.sendBeacon` sends; and `POST /api/v1/events`, a batch of them.
//!
//! A beacon is counted like a GET, and its body is not read. Its page never sees the answer, so the answer is empty and
//! allows no origin; neither does a pixel need one. A batch names no unit whose pages could read its answer, so it is
//! for apps and servers: its preflight is refused.

use jiff::Timestamp;
use lambda_http::http::{HeaderValue, Method, Response, StatusCode, header};
use lambda_http::{Body, Request};
use lockfill_models::event::EventKind;
use lockfill_services::{AcceptEvents, EventError, EventOutcome, EventRecorded, ReportedEvent};

use super::health;
use crate::asked;
use crate::cors;
use crate::dto::event_batch::{self, BatchAnswer};
use crate::dto::reported_event::{self, AT};
use crate::problem::Problem;
use crate::request_log::AnswerId;
use crate::responses::{self, Degraded};
use crate::routes;

/// A transparent GIF of one pixel (`GIF89a`).
const PIXEL: &[u8; 43] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\
    \x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Answers the requests of tracking links, and batches of events.
pub struct Events<S> {
    service: S,
}

impl<S: AcceptEvents> Events<S> {
    /// A controller over the service.
    pub const fn new(service: S) -> Self {
        Self { service }
    }

    /// Answers one request that arrived at `now`.
    pub async fn handle(&self, request: Request, now: Timestamp) -> Response<Body> {
        if let Some(answer) = health::answer(&request) {
            return answer;
        }
        self.answer(&request, now).await.unwrap_or_else(Problem::into_response)
    }

    /// Prepares the service for the first request.
    pub async fn warm(&self, now: Timestamp) {
        self.service.warm(now).await;
    }

    /// Goes on with what requests must not wait for, for some milliseconds between an answer and the next request.
    pub async fn catch_up(&self) {
        self.service.catch_up().await;
    }

    async fn answer(&self, request: &Request, now: Timestamp) -> Result<Response<Body>, Problem> {
        let is_batch = routes::is_batch(asked::path(request));
        let link = if is_batch { None } else { Some(routes::event(asked::path(request))?) };
        if let Some(origin) = cors::preflight_origin(request) {
            if is_batch {
                return Err(Problem::origin_not_allowed());
            }
            return Ok(cors::answer_preflight(&origin, self.service.allows_origin(&origin, now).await));
        }
        match link {
            Some((kind, token)) => {
                routes::require_method(request.method())?;
                Ok(self.accept(kind, token, request, now).await)
            }
            None if *request.method() == Method::POST => self.accept_batch(request, now).await,
            None => Err(Problem::method_not_allowed(routes::BATCH_METHODS)),
        }
    }

    async fn accept(
        &self,
        kind: EventKind,
        token: &str,
        request: &Request,
        now: Timestamp,
    ) -> Response<Body> {
        let user_agent = reported_event::user_agent(request.headers());
        let client = reported_event::client(request.headers(), &user_agent);
        let (happened_at, is_ignored) = reported_event::happened_at(request);
        let outcome = self.service.accept(ReportedEvent { kind, token, happened_at, client }, now).await;
        let answer = marked(&outcome, answer(kind, &outcome, request.method()));
        let is_refused = outcome.recorded == EventRecorded::Refused;
        let ignored = if !is_refused && (is_ignored || outcome.is_time_ignored) { AT } else { "" };
        let answer = responses::mark_ignored(ignored, answer);
        match outcome.request_id {
            Some(request_id) => AnswerId(request_id).mark(answer),
            None => answer,
        }
    }

    async fn accept_batch(&self, request: &Request, now: Timestamp) -> Result<Response<Body>, Problem> {
        let events = event_batch::read(request.body())?;
        let user_agent = reported_event::user_agent(request.headers());
        let client = reported_event::client(request.headers(), &user_agent);
        let reported: Vec<_> = events
            .iter()
            .map(|event| ReportedEvent {
                kind: event.kind,
                token: &event.token,
                happened_at: event.happened_at,
                client,
            })
            .collect();
        let outcomes = self.service.accept_all(&reported, now).await;
        // A client that has to send all of them again needs no list.
        if let Some(first) = outcomes.first().filter(|_| all_are_unrecorded(&outcomes)) {
            let error = first.reason().unwrap_or(EventError::LedgerUnavailable);
            return Ok(marked(first, Problem::from(error).into_response()));
        }
        let missing = outcomes.iter().map(degraded).fold(Degraded::default(), Degraded::or);
        let answer =
            responses::json(StatusCode::OK, "application/json", &BatchAnswer::of(&events, &outcomes));
        Ok(missing.mark(answer))
    }
}

fn all_are_unrecorded(outcomes: &[EventOutcome]) -> bool {
    outcomes.iter().all(|outcome| outcome.recorded == EventRecorded::No)
}

fn degraded(outcome: &EventOutcome) -> Degraded {
    Degraded {
        redis: outcome.is_uncounted,
        catalog: outcome.is_catalog_stale,
        ledger: outcome.is_ledger_missing,
        gates: false,
    }
}

/// The answer with the headers that say what became of the event.
fn marked(outcome: &EventOutcome, answer: Response<Body>) -> Response<Body> {
    let answer = degraded(outcome).mark(answer);
    if outcome.recorded == EventRecorded::Refused {
        return answer;
    }
    responses::mark_recorded(outcome.recorded.name(), answer)
}

fn answer(kind: EventKind, outcome: &EventOutcome, method: &Method) -> Response<Body> {
    match (outcome.error, kind, &outcome.landing_url) {
        // A person who has clicked is led on, whatever the ledger did.
        (None | Some(EventError::LedgerUnavailable), EventKind::Click, Some(landing_url)) => {
            if *method == Method::POST {
                responses::empty(StatusCode::NO_CONTENT)
            } else {
                redirect(landing_url)
            }
        }
        (None | Some(EventError::LedgerUnavailable), EventKind::Click, None) => {
            Problem::no_landing_page().into_response()
        }
        (Some(error), _, _) => Problem::from(error).into_response(),
        (None, EventKind::Impression, _) if *method == Method::POST => {
            responses::empty(StatusCode::NO_CONTENT)
        }
        (None, EventKind::Impression, _) => {
            responses::with_body(StatusCode::OK, "image/gif", Body::Binary(PIXEL.to_vec()))
        }
    }
}

fn redirect(landing_url: &str) -> Response<Body> {
    let mut response = responses::with_body(StatusCode::FOUND, "text/plain", Body::Text(String::new()));
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, responses::value(landing_url));
    // The browser does not send the token to the landing page.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
