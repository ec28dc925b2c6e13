//! `GET /api/v1/events/impression/{token}` (the pixel) and `GET /api/v1/events/click/{token}` (the redirect).

use lambda_http::http::{HeaderValue, Response, StatusCode, header};
use lambda_http::{Body, Request, RequestExt};
use lockfill_dao::{CatalogReader, EventRecorder};
use lockfill_models::event::EventKind;
use lockfill_services::{EventOutcome, EventService};

use super::health;
use crate::responses::{self, Degraded};
use crate::{Problem, routes};

/// A transparent GIF of one pixel (`GIF89a`).
const PIXEL: &[u8; 43] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\
    \x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Answers event requests.
pub struct Events<R, E> {
    service: EventService<R, E>,
}

impl<R: CatalogReader + 'static, E: EventRecorder> Events<R, E> {
    /// A controller over the service.
    pub const fn new(service: EventService<R, E>) -> Self {
        Self { service }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response<Body> {
        if let Some(answer) = health::answer(&request) {
            return answer;
        }
        self.take(&request).await.unwrap_or_else(Problem::into_response)
    }

    /// Makes ready for the first request.
    pub async fn warm(&self) {
        self.service.warm().await;
    }

    async fn take(&self, request: &Request) -> Result<Response<Body>, Problem> {
        let (kind, token) = routes::event(request.raw_http_path(), request.method())?;
        let outcome = match kind {
            EventKind::Impression => self.service.impression(token).await?,
            EventKind::Click => self.service.click(token).await?,
        };
        let degraded = Degraded { redis: outcome.is_uncounted, catalog: outcome.is_catalog_stale };
        Ok(degraded.mark(answer(&outcome)))
    }
}

fn answer(outcome: &EventOutcome) -> Response<Body> {
    match &outcome.landing_url {
        None => responses::with_body(StatusCode::OK, "image/gif", Body::Binary(PIXEL.to_vec())),
        Some(landing_url) => {
            let mut response =
                responses::with_body(StatusCode::FOUND, "text/plain", Body::Text(String::new()));
            let headers = response.headers_mut();
            headers.insert(header::LOCATION, responses::value(landing_url));
            // The landing page need not learn the token that led to it.
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            response
        }
    }
}
