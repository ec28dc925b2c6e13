//! Allocation: what there is, what the user has seen, and the decision over both.

use std::sync::Arc;

use lockfill_catalog::{Catalog, Unit};
use lockfill_dao::UserStateReader;
use lockfill_dao::{CatalogReader, UserKey};
use lockfill_decision::{AllocationKind, Decision, Explained, Inputs, Slot, decide};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::{Source, UserState};

use crate::tracking::{self, ClaimedItem, ClaimedUser, Claims};
use crate::user_key::user_key;
use crate::{CatalogCache, CatalogUnavailable, Clock, SigningKeys};

/// How long after its slate a token still counts: devices report late.
const TOKEN_GRACE_SECONDS: i64 = 7 * 24 * 3_600;

/// One allocation to be made.
#[derive(Debug)]
pub struct AllocationRequest {
    /// Which of the three.
    pub kind: AllocationKind,
    /// What is asked.
    pub query: Query,
    /// The answer's name, unique.
    pub request_id: String,
    /// Set when somebody who may asks why, or what if: nothing is tracked then.
    pub debugging: Option<Debugging>,
}

/// What somebody who debugs asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Debugging {
    /// The reason for every item that is not shown.
    pub explain: bool,
    /// Another instant than now.
    pub now: Option<EpochSeconds>,
}

/// An allocation, as whoever presents it needs it.
#[derive(Debug)]
pub struct Allocation<'a> {
    /// The answer's name.
    pub request_id: &'a str,
    /// The version decided on.
    pub catalog_version: u64,
    /// The decision.
    pub decision: &'a Decision<'a>,
    /// One token per slot, in order; none while debugging.
    pub tokens: Option<Vec<String>>,
    /// Why items are not shown, if asked.
    pub explained: Option<Vec<Explained>>,
    /// Whether the user's state should have been read and could not.
    pub is_user_state_missing: bool,
    /// Whether the catalog could not be confirmed.
    pub is_catalog_stale: bool,
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

/// Allocates.
pub struct AllocationService<R, U> {
    catalog: CatalogCache<R>,
    users: U,
    keys: SigningKeys,
    clock: Arc<dyn Clock>,
}

impl<R: CatalogReader + 'static, U: UserStateReader> AllocationService<R, U> {
    /// An allocation service over its stores.
    pub const fn new(catalog: CatalogCache<R>, users: U, keys: SigningKeys, clock: Arc<dyn Clock>) -> Self {
        Self { catalog, users, keys, clock }
    }

    /// Decides, and hands the allocation to `present` while the catalog is at hand.
    ///
    /// # Errors
    /// If the unit is unknown, or there is no catalog.
    pub async fn allocate<T>(
        &self,
        request: &AllocationRequest,
        present: impl FnOnce(&Allocation<'_>) -> T,
    ) -> Result<T, AllocationError> {
        let query = &request.query;
        let user = (!query.limit_ad_tracking).then(|| user_key(&query.user_id));
        let (served, stored) = tokio::join!(self.catalog.get(), self.load(user.as_ref()));
        let served = served?;
        let catalog = &*served.catalog;
        let unit = catalog
            .unit(&query.unit_id)
            .ok_or_else(|| AllocationError::UnknownUnit(query.unit_id.to_string()))?;

        let debugging = request.debugging.unwrap_or_default();
        let now = debugging.now.unwrap_or_else(|| self.clock.now().into());
        let is_user_state_missing = user.is_some() && stored.is_none();
        let state = stored.unwrap_or_else(|| reported(catalog, unit, query, now));
        // Nobody computes the pacing table yet, so every gate is open.
        let gates = Gates::default();
        let inputs = Inputs { catalog, unit, query, state: &state, gates: &gates, now };
        let mut explained = debugging.explain.then(Vec::new);
        let decision = match &mut explained {
            Some(explained) => decide(request.kind, &inputs, explained),
            None => decide(request.kind, &inputs, &mut ()),
        };
        let tokens =
            request.debugging.is_none().then(|| self.tokens(request, unit, user.as_ref(), &decision));
        Ok(present(&Allocation {
            request_id: &request.request_id,
            catalog_version: catalog.version(),
            decision: &decision,
            tokens,
            explained,
            is_user_state_missing,
            is_catalog_stale: served.is_stale,
        }))
    }

    /// Loads the catalog before the first request, if the store lets it.
    pub async fn warm(&self) {
        self.catalog.warm().await;
    }

    async fn load(&self, user: Option<&UserKey>) -> Option<UserState> {
        match self.users.load(user?).await {
            Ok(state) => Some(state),
            Err(error) => {
                tracing::warn!(%error, "allocating without the user's state");
                None
            }
        }
    }

    fn tokens(
        &self,
        request: &AllocationRequest,
        unit: &Unit,
        user: Option<&UserKey>,
        decision: &Decision<'_>,
    ) -> Vec<String> {
        let zone = request.query.time_zone.as_ref().unwrap_or(&unit.time_zone);
        let user = user.map(|user| ClaimedUser {
            key: user.to_string(),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        });
        let expires_at = decision.valid_until.0 + TOKEN_GRACE_SECONDS;
        let token = |(index, slot): (usize, &Slot<'_>)| {
            let (item, landing_id) = claimed(slot);
            let claims = Claims {
                request_id: request.request_id.clone(),
                position: index + 1,
                item,
                landing_id,
                user: user.clone(),
                expires_at,
            };
            tracking::sign(&self.keys, &claims)
        };
        decision.slots.iter().enumerate().map(token).collect()
    }
}

/// The state where none may be or could be read: what the device reports, if it does.
fn reported(catalog: &Catalog, unit: &Unit, query: &Query, now: EpochSeconds) -> UserState {
    let Some(shown) = &query.shown else {
        return UserState { source: Source::Unknown, ..UserState::default() };
    };
    let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
    UserState::reported(shown, now.floor_to_minute(), zone, |item_id| {
        let campaign = &catalog.line_item(item_id)?.campaign;
        Some((campaign.id.as_str(), campaign.advertiser.id.as_str()))
    })
}

fn claimed(slot: &Slot<'_>) -> (ClaimedItem, String) {
    match slot {
        Slot::Ad(slot) => {
            let campaign = &slot.line_item.campaign;
            let item = ClaimedItem::Ad(
                slot.line_item.id.clone(),
                campaign.id.clone(),
                campaign.advertiser.id.clone(),
            );
            (item, slot.creative.id.clone())
        }
        Slot::Content(slot) => (ClaimedItem::Content(slot.content.id.clone()), slot.content.id.clone()),
    }
}
