//! `GET` and `POST /api/v1/allocation/{ads,contents,lockscreen}`.

use lambda_http::http::{HeaderMap, Response, StatusCode, header};
use lambda_http::{Body, Request, RequestExt};
use lockfill_dao::CatalogReader;
use lockfill_dao::UserStateReader;
use lockfill_decision::AllocationKind;
use lockfill_models::time::EpochSeconds;
use lockfill_services::{AllocationRequest, AllocationService, DebugToken};
use uuid::Uuid;

use super::health;
use crate::dto::parameters::Parameters;
use crate::dto::{allocation_request, allocation_response};
use crate::responses::{self, Degraded};
use crate::{LinkBase, Problem, routes};

/// Answers allocation requests.
pub struct Allocations<R, U> {
    serves: AllocationKind,
    service: AllocationService<R, U>,
    links: LinkBase,
    debug_token: Option<DebugToken>,
}

impl<R: CatalogReader + 'static, U: UserStateReader> Allocations<R, U> {
    /// A controller that answers one kind of allocation. Without a debug token, debugging is off.
    pub const fn new(
        serves: AllocationKind,
        service: AllocationService<R, U>,
        links: LinkBase,
        debug_token: Option<DebugToken>,
    ) -> Self {
        Self { serves, service, links, debug_token }
    }

    /// Answers one request received at `now`.
    pub async fn handle(&self, request: Request, now: EpochSeconds) -> Response<Body> {
        if let Some(answer) = health::answer(&request) {
            return answer;
        }
        self.allocate(&request, now).await.unwrap_or_else(Problem::into_response)
    }

    /// Makes ready for the first request.
    pub async fn warm(&self) {
        self.service.warm().await;
    }

    async fn allocate(&self, request: &Request, now: EpochSeconds) -> Result<Response<Body>, Problem> {
        let kind = routes::allocation(request.raw_http_path(), request.method())?;
        if kind != self.serves {
            return Err(Problem::no_such_path());
        }
        let parameters = Parameters::read(request)?;
        let may_debug = self.may_debug(request.headers());
        if allocation_request::asks_for_debugging(&parameters) && !may_debug {
            return Err(Problem::debugging_unauthorized());
        }
        let (query, debugging) = allocation_request::parse(&parameters, now)?;
        let request = AllocationRequest { kind, query, request_id: Uuid::now_v7().to_string(), debugging };
        Ok(self.answer(&request).await?)
    }

    async fn answer(
        &self,
        request: &AllocationRequest,
    ) -> Result<Response<Body>, lockfill_services::AllocationError> {
        self.service
            .allocate(request, |allocation| {
                let document = allocation_response::present(allocation, &self.links);
                let degraded = Degraded {
                    redis: allocation.is_user_state_missing,
                    catalog: allocation.is_catalog_stale,
                };
                degraded.mark(responses::json(StatusCode::OK, "application/json", &document))
            })
            .await
    }

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
