//! `GET` and `POST /api/v1/allocation/{ads,contents,lockscreen}`.

use jiff::Timestamp;
use lambda_http::http::{HeaderMap, Response, StatusCode, header};
use lambda_http::{Body, Request};
use lockfill_decision::AllocationKind;
use lockfill_metrics::{Count, Family, METRICS};
use lockfill_services::{Allocation, AllocationRequest, DebugToken, OpenAllocations};

use super::health;
use crate::asked;
use crate::cors;
use crate::dto::allocation_request::Parsed;
use crate::dto::links::LinkBase;
use crate::dto::parameters::Parameters;
use crate::dto::{allocation_request, allocation_response};
use crate::problem::Problem;
use crate::request_id::RequestIds;
use crate::request_log::AnswerId;
use crate::responses::{self, Degraded};
use crate::routes;

/// Answers the requests of one kind of allocation.
pub struct Allocations<S> {
    kind: AllocationKind,
    service: S,
    links: LinkBase,
    debug_token: Option<DebugToken>,
    ids: RequestIds,
}

impl<S: OpenAllocations> Allocations<S> {
    /// A controller over the service. Without a debug token, debugging is off.
    pub fn new(kind: AllocationKind, service: S, links: LinkBase, debug_token: Option<DebugToken>) -> Self {
        Self { kind, service, links, debug_token, ids: RequestIds::default() }
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

    /// Writes what was counted and not written yet, before the environment ends.
    pub async fn flush(&self, now: Timestamp) {
        self.service.flush(now).await;
    }

    async fn answer(&self, request: &Request, now: Timestamp) -> Result<Response<Body>, Problem> {
        if routes::allocation(asked::path(request))? != self.kind {
            return Err(Problem::no_such_path());
        }
        if let Some(origin) = cors::preflight_origin(request) {
            return Ok(cors::answer_preflight(&origin, self.service.allows_origin(&origin, now).await));
        }
        routes::require_method(request.method())?;
        let parameters = Parameters::read(request)?;
        match self.allocate(&parameters, request, now).await {
            Ok(answer) => Ok(answer),
            Err(problem) => Ok(self.refuse(problem, &parameters, request.headers(), now).await),
        }
    }

    /// The problem as an answer that the pages of its unit may read.
    async fn refuse(
        &self,
        problem: Problem,
        parameters: &Parameters<'_>,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Response<Body> {
        let unit_id = allocation_request::unit_id(parameters).filter(|_| problem.is_clients());
        let response = problem.into_response();
        let Some(unit_id) = unit_id else { return response };
        let origins = self.service.origins_of(unit_id, now).await;
        let response = Degraded::of_catalog(&origins).mark(response);
        let listed = origins.map_or_else(|_| Vec::new(), |origins| origins.value);
        cors::mark(&listed, headers, response)
    }

    async fn allocate(
        &self,
        parameters: &Parameters<'_>,
        request: &Request,
        now: Timestamp,
    ) -> Result<Response<Body>, Problem> {
        let (headers, form) = (request.headers(), asked::form(request));
        let (asked, ignored) = self.read(parameters, headers, now)?;
        let opened = self.service.open(asked, now).await?;
        let allocation = opened.decide()?;
        let document = allocation_response::document(&allocation, &self.links, form);
        let degraded = Degraded {
            redis: allocation.is_user_state_missing,
            catalog: allocation.is_catalog_stale,
            gates: allocation.are_gates_stale,
            ..Degraded::default()
        };
        count(&allocation);
        let response = degraded.mark(responses::document(StatusCode::OK, form, document));
        let response = responses::mark_gates(allocation.gates_version, response);
        let response = responses::mark_ignored(&ignored, response);
        let response = cors::mark(allocation.origins, headers, response);
        Ok(AnswerId(allocation.request_id).mark(response))
    }

    /// Reads and checks the parameters; names those of which something is ignored, joined by commas.
    fn read(
        &self,
        parameters: &Parameters<'_>,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<(AllocationRequest, String), Problem> {
        if allocation_request::asks_for_debugging(parameters) && !self.may_debug(headers) {
            return Err(Problem::debugging_unauthorized());
        }
        let Parsed { query, debugging, ignored } = allocation_request::parse(parameters, now.into())?;
        let asked = AllocationRequest { kind: self.kind, query, request_id: self.ids.next(now), debugging };
        Ok((asked, ignored.join(",")))
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

/// Counts an allocation by its outcome. Those of debugging clients are not counted.
fn count(allocation: &Allocation<'_>) {
    if allocation.tokens.is_none() {
        return;
    }
    let decision = &allocation.decision;
    match decision.no_fill_reason() {
        None => METRICS.count(Count::Filled, 1),
        Some(reason) => {
            METRICS.count(Count::NoFill, 1);
            METRICS.count_by(Family::NoFillReasons, reason, 1);
        }
    }
    METRICS.count(Count::Slots, decision.slots.len() as u64);
}
