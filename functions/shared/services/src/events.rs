//! Events: what devices report back about a slot.

use std::sync::Arc;

use jiff::tz::TimeZone;
use lockfill_dao::{CatalogReader, EventRecord, EventRecorder, UserKey};
use lockfill_models::event::EventKind;
use lockfill_models::time::{Buckets, EpochSeconds};

use crate::tracking::{self, Claims};
use crate::{CatalogCache, CatalogUnavailable, Clock, SigningKeys, TokenError};

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventOutcome {
    /// Where a click leads; `None` for an impression.
    pub landing_url: Option<String>,
    /// Whether it could not be counted.
    pub is_uncounted: bool,
    /// Whether the catalog could not be confirmed.
    pub is_catalog_stale: bool,
}

/// Why an event is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The token is not good.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// What was tapped is no longer in the catalog, so there is nowhere to go.
    #[error("what this link led to is no longer published")]
    NoLandingPage,
    /// There is no catalog.
    #[error(transparent)]
    CatalogUnavailable(#[from] CatalogUnavailable),
}

/// Takes events.
pub struct EventService<R, E> {
    catalog: CatalogCache<R>,
    recorder: E,
    keys: SigningKeys,
    clock: Arc<dyn Clock>,
}

impl<R: CatalogReader + 'static, E: EventRecorder> EventService<R, E> {
    /// An event service over its stores.
    pub const fn new(
        catalog: CatalogCache<R>,
        recorder: E,
        keys: SigningKeys,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { catalog, recorder, keys, clock }
    }

    /// Loads the catalog before the first request, if the store lets it.
    pub async fn warm(&self) {
        self.catalog.warm().await;
    }

    /// Takes an impression.
    ///
    /// # Errors
    /// If the token is not good.
    pub async fn impression(&self, token: &str) -> Result<EventOutcome, EventError> {
        let now = self.clock.now().into();
        let claims = tracking::verify(&self.keys, token, now)?;
        let is_uncounted = !self.record(EventKind::Impression, claims, now).await;
        Ok(EventOutcome { landing_url: None, is_uncounted, is_catalog_stale: false })
    }

    /// Takes a click and says where it leads: to the landing page in the catalog, and nowhere else.
    ///
    /// # Errors
    /// If the token is not good, or what was tapped is no longer published.
    pub async fn click(&self, token: &str) -> Result<EventOutcome, EventError> {
        let now = self.clock.now().into();
        let claims = tracking::verify(&self.keys, token, now)?;
        let landing_id = claims.landing_id.clone();
        let (served, is_counted) =
            tokio::join!(self.catalog.get(), self.record(EventKind::Click, claims, now));
        let served = served?;
        let landing_url = served.catalog.landing_url(&landing_id).ok_or(EventError::NoLandingPage)?;
        Ok(EventOutcome {
            landing_url: Some(landing_url.to_owned()),
            is_uncounted: !is_counted,
            is_catalog_stale: served.is_stale,
        })
    }

    /// Counts an event; `false` if it should have been counted and could not be.
    ///
    /// The durable ledger will be written here, before the counters: accepted then means durable, and the
    /// counters can be rebuilt from it. Until then an event that Redis does not take is lost.
    async fn record(&self, kind: EventKind, claims: Claims, now: EpochSeconds) -> bool {
        // Under limit-ad-tracking there is nobody to count for.
        let Some(user) = claims.user else { return true };
        let Ok(zone) = TimeZone::get(&user.zone) else {
            tracing::error!(zone = user.zone, "a signed token names a zone that this version does not know");
            return false;
        };
        let event = EventRecord {
            kind,
            user: UserKey::from_digest(user.key),
            slot_key: format!("{}:{}", claims.request_id, claims.position),
            item: claims.item.into(),
            occurred_at: now,
            buckets: Buckets::at(now, &zone),
            repeatable_for_seconds: u64::try_from(claims.expires_at - now.0).unwrap_or(0),
        };
        match self.recorder.record(&event).await {
            Ok(_) => true,
            Err(error) => {
                tracing::warn!(%error, kind = kind.name(), "an event could not be counted");
                false
            }
        }
    }
}
