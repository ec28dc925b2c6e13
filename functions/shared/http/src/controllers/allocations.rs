//! `GET` and `POST /api/v1/allocation/{ads,contents,lockscreen}`.

use jiff::Timestamp;
use lambda_http::http::{HeaderMap, Response, StatusCode, header};
use lambda_http::{Body, Request, RequestExt};
use lockfill_decision::AllocationKind;
use lockfill_services::{AllocationRequest, DebugToken, OpenAllocations};
use uuid::Uuid;

use super::health;
use crate::dto::links::LinkBase;
use crate::dto::parameters::Parameters;
use crate::dto::{allocation_request, allocation_response};
use crate::problem::Problem;
use crate::request_log::AnswerId;
use crate::responses::{self, Degraded};
use crate::routes;

/// Answers the requests of one kind of allocation.
pub struct Allocations<S> {
    kind: AllocationKind,
    service: S,
    links: LinkBase,
    debug_token: Option<DebugToken>,
}

impl<S: OpenAllocations> Allocations<S> {
    /// A controller over the service. Without a debug token, debugging is off.
    pub const fn new(
        kind: AllocationKind,
        service: S,
        links: LinkBase,
        debug_token: Option<DebugToken>,
    ) -> Self {
        Self { kind, service, links, debug_token }
    }

    /// Answers one request that arrived at `now`.
    pub async fn handle(&self, request: Request, now: Timestamp) -> Response<Body> {
        if let Some(answer) = health::answer(&request) {
            return answer;
        }
        self.allocate(&request, now).await.unwrap_or_else(Problem::into_response)
    }

    /// Prepares the service for the first request.
    pub async fn warm(&self, now: Timestamp) {
        self.service.warm(now).await;
    }

    async fn allocate(&self, request: &Request, now: Timestamp) -> Result<Response<Body>, Problem> {
        let kind = routes::allocation(request.raw_http_path(), request.method())?;
        if kind != self.kind {
            return Err(Problem::no_such_path());
        }
        let opened = self.service.open(self.read(kind, request, now)?, now).await?;
        let allocation = opened.decide()?;
        let document = allocation_response::present(&allocation, &self.links);
        let degraded =
            Degraded { redis: allocation.is_user_state_missing, catalog: allocation.is_catalog_stale };
        let answer = degraded.mark(responses::json(StatusCode::OK, "application/json", &document));
        Ok(AnswerId(allocation.request_id.to_owned()).mark(answer))
    }

    /// Reads and checks the parameters.
    fn read(
        &self,
        kind: AllocationKind,
        request: &Request,
        now: Timestamp,
    ) -> Result<AllocationRequest, Problem> {
        let parameters = Parameters::read(request)?;
        if allocation_request::asks_for_debugging(&parameters) && !self.may_debug(request.headers()) {
            return Err(Problem::debugging_unauthorized());
        }
        let (query, debugging) = allocation_request::parse(&parameters, now.into())?;
        Ok(AllocationRequest { kind, query, request_id: Uuid::now_v7().to_string(), debugging })
    }

    /// Whether a client has sent the debug token as a bearer token.
    fn may_debug(&self, headers: &HeaderMap) -> bool {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        match (&self.debug_token, bearer) {
            (Some(token), Some((_, candidate))) => token.matches(candidate.trim()),
            _ => false,
        }
    }
}
