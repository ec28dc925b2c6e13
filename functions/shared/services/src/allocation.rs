//! Allocation in two steps: open what a decision depends on, then decide.
//!
//! A decision borrows from the catalog, so the caller holds the opened allocation for as long as it needs the
//! decision.

use std::sync::Arc;

use jiff::Timestamp;
use lockfill_catalog::Catalog;
use lockfill_dao::{CatalogReader, DaoError, LoanStore, UserKey, UserStateReader};
use lockfill_decision::{AllocationKind, Decision, Explained, GateColumns, Inputs, bounded, decide, survey};
use lockfill_metrics::{Distribution, Family, METRICS};
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::{Source, UserState};
use lockfill_models::vocabulary::Explain;
use uuid::Uuid;

use crate::allocation_request::AllocationRequest;
use crate::catalog_cache::{CatalogCache, CatalogUnavailable, FromCatalog, Served};
use crate::count_window::Answered;
use crate::counting::{Counter, Counts};
use crate::gates_cache::{GatesCache, ServedGates};
use crate::lending::lend;
use crate::sampling::SampledWarnings;
use crate::signing::SigningKeys;
use crate::slot_tokens::{self, SlotTokens, slot_tokens};
use crate::user_history::with_report;
use crate::user_key::UserKeys;

/// The result of an allocation.
#[derive(Debug)]
pub struct Allocation<'a> {
    /// The answer's id.
    pub request_id: Uuid,
    /// The version of the catalog that was decided on.
    pub catalog_version: u64,
    /// The decision.
    pub decision: Decision<'a>,
    /// One token for each slot, in order; `None` while debugging.
    pub tokens: Option<SlotTokens>,
    /// The reasons for items without a slot, if the request asks for them: of those that it names, or of the first ones.
    pub explained: Option<Vec<Explained>>,
    /// Whether the user's state could not be read, or was lost, although tracking is allowed.
    pub is_user_state_missing: bool,
    /// Whether the catalog could not be confirmed as the newest.
    pub is_catalog_stale: bool,
    /// The version of the table of gates that was decided on; `None` without a table.
    pub gates_version: Option<u64>,
    /// Whether the table of gates could not be confirmed as the newest.
    pub are_gates_stale: bool,
    /// The origins of pages that may read an answer for the unit.
    pub origins: &'a [String],
}

/// Why there is no allocation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// The catalog has no such unit.
    #[error("there is no unit {0:?}")]
    UnknownUnit(String),
    /// There is no catalog.
    #[error(transparent)]
    CatalogUnavailable(#[from] CatalogUnavailable),
}

/// Opens allocations; the interface that controllers depend on.
pub trait OpenAllocations: Send + Sync {
    /// Reads the catalog and the user's state side by side. `now` is the instant of the request.
    ///
    /// A user's state that cannot be read does not fail the allocation.
    ///
    /// # Errors
    /// If there is no catalog.
    fn open(
        &self,
        request: AllocationRequest,
        now: Timestamp,
    ) -> impl Future<Output = Result<OpenedAllocation, CatalogUnavailable>> + Send;

    /// Whether pages of an origin may ask at all: whether any published unit lists it.
    ///
    /// # Errors
    /// If there is no catalog.
    fn allows_origin(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<FromCatalog<bool>, CatalogUnavailable>> + Send;

    /// The origins of pages that may read an answer for a unit; none if the unit is not known.
    ///
    /// # Errors
    /// If there is no catalog.
    fn origins_of(
        &self,
        unit_id: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<FromCatalog<Vec<String>>, CatalogUnavailable>> + Send;

    /// Loads the catalog before the first request. A failure is logged; the first request tries again.
    fn warm(&self, now: Timestamp) -> impl Future<Output = ()> + Send;

    /// Goes on with the load of a newer catalog, for some milliseconds between an answer and the next request.
    fn catch_up(&self) -> impl Future<Output = ()> + Send;

    /// Writes what was counted and not written yet, before the environment ends.
    fn flush(&self, now: Timestamp) -> impl Future<Output = ()> + Send;
}

/// Opens allocations over a catalog and a store of users.
pub struct AllocationService<R, U> {
    catalog: CatalogCache<R>,
    users: U,
    keys: Arc<SigningKeys>,
    warnings: SampledWarnings,
    /// Which requests are surveyed: one in ten seconds.
    surveys: SampledWarnings,
    user_keys: UserKeys,
    gates: Option<GatesCache>,
    counts: Option<Counts>,
}

impl<R, U> AllocationService<R, U> {
    /// A service over its stores. `keys` sign the tracking tokens.
    pub fn new(catalog: CatalogCache<R>, users: U, keys: SigningKeys) -> Self {
        Self {
            catalog,
            users,
            keys: Arc::new(keys),
            user_keys: UserKeys::plain(),
            warnings: SampledWarnings::default(),
            surveys: SampledWarnings::default(),
            gates: None,
            counts: None,
        }
    }

    /// The same, held back by tables of gates. By default every gate is open.
    #[must_use]
    pub fn gated(self, gates: GatesCache) -> Self {
        Self { gates: Some(gates), ..self }
    }

    /// The same, counting what it answers. By default nothing is counted.
    #[must_use]
    pub fn counting(self, counts: Counts) -> Self {
        Self { counts: Some(counts), ..self }
    }

    /// The same, with how users are named. By default their names have no secret.
    #[must_use]
    pub fn naming_users(self, user_keys: UserKeys) -> Self {
        Self { user_keys, ..self }
    }
}

impl<R: CatalogReader + 'static, U: UserStateReader + LoanStore> AllocationService<R, U> {
    /// The gates; all are open where no table is configured.
    async fn gates(&self, now: Timestamp) -> ServedGates {
        match &self.gates {
            Some(gates) => gates.get(now).await,
            None => ServedGates::default(),
        }
    }

    async fn flush_if_due(&self, now: Timestamp) {
        if let Some(counts) = &self.counts {
            counts.flush_if_due(now).await;
        }
    }

    fn warn(&self, error: &DaoError, now: Timestamp) {
        if let Some(left_out) = self.warnings.next(now) {
            tracing::warn!(%error, left_out, "allocating without the user's state");
        }
    }

    /// The state of a user with these names, added up; an unknown one if there is no name, or if one cannot be read.
    async fn load(&self, names: &[UserKey], now: Timestamp) -> UserState {
        if names.is_empty() {
            return UserState::default();
        }
        let states = match self.users.load_all(names).await {
            Ok(states) => states,
            Err(error) => {
                self.warn(&error, now);
                return UserState::default();
            }
        };
        let state = states.into_iter().reduce(|mut state, earlier| {
            state.merge(&earlier);
            state
        });
        let state = state.unwrap_or_default();
        if state.source == Source::Unknown
            && let Some(left_out) = self.warnings.next(now)
        {
            tracing::warn!(left_out, "the user's state was lost, and is not known until it is rebuilt");
        }
        state
    }
}

impl<R: CatalogReader + 'static, U: UserStateReader + LoanStore> OpenAllocations for AllocationService<R, U> {
    async fn open(
        &self,
        request: AllocationRequest,
        now: Timestamp,
    ) -> Result<OpenedAllocation, CatalogUnavailable> {
        let query = &request.query;
        let names = if query.limit_ad_tracking { Vec::new() } else { self.user_keys.names(&query.user_id) };
        let (served, state, gates, ()) = tokio::join!(
            self.catalog.get(now),
            self.load(&names, now),
            self.gates(now),
            self.flush_if_due(now)
        );
        let served = served?;
        let decided_at = request.debugging.as_ref().and_then(|debugging| debugging.now);
        let decided_at = decided_at.unwrap_or_else(|| now.into());
        let gate_columns =
            self.gates.as_ref().and_then(|cache| cache.columns(&gates, &served.catalog, decided_at));
        let mut is_user_state_missing = !names.is_empty() && state.source == Source::Unknown;
        let user = names.into_iter().next();
        let mut state = with_report(state, query, &served.catalog, decided_at);
        let lender = served.catalog.unit(&query.unit_id).filter(|unit| unit.lends_to_devices);
        if let Some((user, unit)) = user.as_ref().zip(lender).filter(|_| !is_user_state_missing) {
            let inputs = Inputs {
                catalog: &served.catalog,
                unit,
                query,
                state: &state,
                gates: &gates.gates,
                gate_columns: gate_columns.as_deref(),
                now: decided_at,
            };
            match lend(&self.users, user, &request, &inputs).await {
                Ok(lent) => state = lent,
                Err(error) => {
                    self.warn(&error, now);
                    is_user_state_missing = true;
                }
            }
        }
        Ok(OpenedAllocation {
            is_catalog_stale: served.is_stale,
            is_user_state_missing,
            state,
            catalog: served.catalog,
            user,
            gates,
            gate_columns,
            now: decided_at,
            counter: self.counts.as_ref().map(|counts| (counts.counter(), now)),
            keys: Arc::clone(&self.keys),
            is_surveyed: request.debugging.is_none() && self.surveys.next(now).is_some(),
            request,
        })
    }

    async fn allows_origin(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> Result<FromCatalog<bool>, CatalogUnavailable> {
        self.catalog.allows_origin(origin, now).await
    }

    async fn origins_of(
        &self,
        unit_id: &str,
        now: Timestamp,
    ) -> Result<FromCatalog<Vec<String>>, CatalogUnavailable> {
        let Served { catalog, is_stale } = self.catalog.get(now).await?;
        let value = catalog.unit(unit_id).map(|unit| unit.origins.clone()).unwrap_or_default();
        Ok(FromCatalog { value, is_stale })
    }

    async fn warm(&self, now: Timestamp) {
        let gates = async {
            if let Some(gates) = &self.gates {
                gates.warm(now).await;
            }
        };
        tokio::join!(self.catalog.warm(now), gates);
    }

    async fn catch_up(&self) {
        self.catalog.catch_up().await;
    }

    async fn flush(&self, now: Timestamp) {
        if let Some(counts) = &self.counts {
            counts.flush(now).await;
        }
    }
}

/// All that one decision depends on.
#[derive(Debug)]
pub struct OpenedAllocation {
    request: AllocationRequest,
    catalog: Arc<Catalog>,
    is_catalog_stale: bool,
    /// `None` under limit-ad-tracking.
    user: Option<UserKey>,
    is_user_state_missing: bool,
    state: UserState,
    gates: ServedGates,
    gate_columns: Option<Arc<GateColumns>>,
    now: EpochSeconds,
    /// What counts the answer, and the instant of the request.
    counter: Option<(Counter, Timestamp)>,
    keys: Arc<SigningKeys>,
    is_surveyed: bool,
}

impl OpenedAllocation {
    /// Decides. The allocation borrows from what was opened.
    ///
    /// # Errors
    /// [`AllocationError::UnknownUnit`] if the catalog does not have the request's unit.
    pub fn decide(&self) -> Result<Allocation<'_>, AllocationError> {
        let Self { request, catalog, state, gates, now, .. } = self;
        let query = &request.query;
        let unit = catalog
            .unit(&query.unit_id)
            .ok_or_else(|| AllocationError::UnknownUnit(query.unit_id.to_string()))?;
        let inputs = Inputs {
            catalog,
            unit,
            query,
            state,
            gates: &gates.gates,
            gate_columns: self.gate_columns.as_deref(),
            now: *now,
        };
        let explain = request.debugging.as_ref().map(|debugging| &debugging.explain);
        let (decision, explained) = match explain {
            None | Some(Explain::Nothing) => (decide(request.kind, &inputs, &mut ()), None),
            Some(explain) => {
                let mut explained = Vec::new();
                let decision = decide(request.kind, &inputs, &mut explained);
                (decision, Some(bounded(explained, explain)))
            }
        };
        if self.is_surveyed {
            note_survey(request.kind, &inputs);
        }
        let is_tracked = request.debugging.is_none();
        if is_tracked && let Some((counter, received_at)) = &self.counter {
            let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
            let answered =
                Answered { kind: request.kind, query, state, now: *now, zone, decision: &decision };
            counter.add(&answered, *received_at);
        }
        let tokens = is_tracked.then(|| {
            let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
            let user = self.user.as_ref().map(|user| (user, zone));
            let answer = slot_tokens::Answer {
                request_id: request.request_id,
                unit_id: &unit.id,
                catalog_version: catalog.version(),
                user,
            };
            slot_tokens(&self.keys, &answer, &decision)
        });
        Ok(Allocation {
            request_id: request.request_id,
            catalog_version: catalog.version(),
            decision,
            tokens,
            explained,
            is_user_state_missing: self.is_user_state_missing,
            is_catalog_stale: self.is_catalog_stale,
            gates_version: gates.version,
            are_gates_stale: gates.are_stale,
            origins: &unit.origins,
        })
    }
}

fn note_survey(kind: AllocationKind, inputs: &Inputs<'_, '_>) {
    let survey = survey(kind, inputs);
    METRICS.number(Distribution::Survivors, survey.survivors as u64);
    for (rule, items) in survey.rejections.iter() {
        METRICS.count_by(Family::Rejections, rule, items as u64);
    }
}
