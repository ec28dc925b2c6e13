//! `GET /api/v1/events/impression/{token}` (the pixel) and `GET /api/v1/events/click/{token}` (the redirect), and both as
//! a POST, which is what `navigator.sendBeacon` sends.
//!
//! A beacon is counted like a GET, and its body is not read. Its page never sees the answer, so the answer is empty and
//! allows no origin; neither does a pixel need one.

use jiff::Timestamp;
use lambda_http::http::{HeaderValue, Method, Response, StatusCode, header};
use lambda_http::{Body, Request, RequestExt};
use lockfill_models::event::EventKind;
use lockfill_services::{AcceptEvents, EventOutcome};

use super::health;
use crate::cors;
use crate::problem::Problem;
use crate::request_log::AnswerId;
use crate::responses::{self, Degraded};
use crate::routes;

/// A transparent GIF of one pixel (`GIF89a`).
const PIXEL: &[u8; 43] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\
    \x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Answers the requests of tracking links.
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
        self.accept(&request, now).await.unwrap_or_else(Problem::into_response)
    }

    /// Prepares the service for the first request.
    pub async fn warm(&self, now: Timestamp) {
        self.service.warm(now).await;
    }

    async fn accept(&self, request: &Request, now: Timestamp) -> Result<Response<Body>, Problem> {
        let (kind, token) = routes::event(request.raw_http_path())?;
        if let Some(origin) = cors::preflight_origin(request) {
            return Ok(cors::answer_preflight(&origin, self.service.allows_origin(&origin, now).await));
        }
        routes::require_method(request.method())?;
        let outcome = match kind {
            EventKind::Impression => self.service.impression(token, now).await?,
            EventKind::Click => self.service.click(token, now).await?,
        };
        let degraded = Degraded { redis: outcome.is_uncounted, catalog: outcome.is_catalog_stale };
        let answer = degraded.mark(answer(&outcome, request.method()));
        Ok(AnswerId(outcome.request_id).mark(answer))
    }
}

fn answer(outcome: &EventOutcome, method: &Method) -> Response<Body> {
    if *method == Method::POST {
        return responses::empty(StatusCode::NO_CONTENT);
    }
    match &outcome.landing_url {
        None => responses::with_body(StatusCode::OK, "image/gif", Body::Binary(PIXEL.to_vec())),
        Some(landing_url) => {
            let mut response =
                responses::with_body(StatusCode::FOUND, "text/plain", Body::Text(String::new()));
            let headers = response.headers_mut();
            headers.insert(header::LOCATION, responses::value(landing_url));
            // The browser does not send the token to the landing page.
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            response
        }
    }
}
