//! Tracking events: what a device reports about a slot.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lockfill_dao::{CatalogReader, EventRecord, EventRecorder};
use lockfill_models::event::EventKind;
use lockfill_models::time::{Buckets, EpochSeconds};
use uuid::Uuid;

use crate::catalog_cache::{CatalogCache, CatalogUnavailable, FromCatalog};
use crate::claims::{ClaimedItem, Claims, TokenError};
use crate::found_items::{self, Found};
use crate::sampling::SampledWarnings;
use crate::signing::SigningKeys;
use crate::tracking;
use crate::user_key::UserKeys;

/// The result of an event that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventOutcome {
    /// The id of the allocation that made the link.
    pub request_id: Uuid,
    /// The landing page of a click; `None` for an impression.
    pub landing_url: Option<String>,
    /// Whether the event could not be counted.
    pub is_uncounted: bool,
    /// Whether the catalog could not be confirmed as the newest, or does not have the item, so that the event was not
    /// counted.
    pub is_catalog_stale: bool,
}

/// Why an event is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The token is invalid or expired.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The catalog does not have the clicked item any more, so there is no landing page.
    #[error("the item of this link is no longer published")]
    NoLandingPage,
    /// There is no catalog.
    #[error(transparent)]
    CatalogUnavailable(#[from] CatalogUnavailable),
}

/// Accepts events; the interface that controllers depend on. `now` is the instant of the request.
pub trait AcceptEvents: Send + Sync {
    /// Accepts an impression.
    ///
    /// # Errors
    /// If the token is invalid or expired, or there is no catalog that has the item.
    fn impression(
        &self,
        token: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<EventOutcome, EventError>> + Send;

    /// Accepts a click, and finds the landing page in the catalog.
    ///
    /// # Errors
    /// If the token is invalid or expired, the item is no longer published, or there is no catalog.
    fn click(
        &self,
        token: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<EventOutcome, EventError>> + Send;

    /// Whether pages of an origin may send events that need a preflight: whether any published unit lists it.
    ///
    /// # Errors
    /// If there is no catalog.
    fn allows_origin(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<FromCatalog<bool>, CatalogUnavailable>> + Send;

    /// Loads the catalog before the first request. A failure is logged; the first click tries again.
    fn warm(&self, now: Timestamp) -> impl Future<Output = ()> + Send;
}

/// Accepts events over a catalog and a recorder.
pub struct EventService<R, E> {
    catalog: CatalogCache<R>,
    recorder: E,
    keys: SigningKeys,
    warnings: SampledWarnings,
    user_keys: UserKeys,
}

impl<R, E> EventService<R, E> {
    /// A service over its stores. `keys` verify the tokens.
    pub fn new(catalog: CatalogCache<R>, recorder: E, keys: SigningKeys) -> Self {
        Self { catalog, recorder, keys, user_keys: UserKeys::plain(), warnings: SampledWarnings::default() }
    }

    /// The same, with how users are named. By default their names have no secret.
    #[must_use]
    pub fn naming_users(self, user_keys: UserKeys) -> Self {
        Self { user_keys, ..self }
    }
}

impl<R: CatalogReader + 'static, E: EventRecorder> AcceptEvents for EventService<R, E> {
    async fn impression(&self, token: &str, now: Timestamp) -> Result<EventOutcome, EventError> {
        let claims = tracking::verify(&self.keys, token, now.into())?;
        let is_named = matches!(claims.item, ClaimedItem::Named(_));
        // Nothing is counted without a user, and what is named needs no catalog.
        let found = if is_named || claims.user.is_none() {
            Found::without_catalog(&claims)
        } else {
            found_items::find(&self.catalog, &claims, now).await?
        };
        let is_counted = self.record(EventKind::Impression, &claims, &found, now).await;
        Ok(EventOutcome {
            request_id: claims.request_id,
            landing_url: None,
            is_uncounted: !is_counted,
            is_catalog_stale: found.is_catalog_stale,
        })
    }

    async fn click(&self, token: &str, now: Timestamp) -> Result<EventOutcome, EventError> {
        let claims = tracking::verify(&self.keys, token, now.into())?;
        let found = found_items::find(&self.catalog, &claims, now).await;
        // Without a catalog, what is named counts all the same.
        let without_catalog = Found::without_catalog(&claims);
        let counted = found.as_ref().unwrap_or(&without_catalog);
        let is_counted = self.record(EventKind::Click, &claims, counted, now).await;
        let found = found?;
        Ok(EventOutcome {
            request_id: claims.request_id,
            landing_url: Some(found.landing_url.ok_or(EventError::NoLandingPage)?),
            is_uncounted: !is_counted,
            is_catalog_stale: found.is_catalog_stale,
        })
    }

    async fn allows_origin(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> Result<FromCatalog<bool>, CatalogUnavailable> {
        self.catalog.allows_origin(origin, now).await
    }

    async fn warm(&self, now: Timestamp) {
        self.catalog.warm(now).await;
    }
}

impl<R: CatalogReader + 'static, E: EventRecorder> EventService<R, E> {
    /// Counts an event. `false` if the event should have been counted and the store of users did not take it.
    ///
    /// The durable ledger will be written here, before the counters: an accepted event is then durable, and the
    /// counters can be rebuilt. Until then an event that Redis does not take is lost.
    async fn record(&self, kind: EventKind, claims: &Claims, found: &Found, received_at: Timestamp) -> bool {
        // Under limit-ad-tracking the token has no user to count for.
        let Some(user) = &claims.user else { return true };
        let Some(item) = found.item.clone() else {
            if let Some(left_out) = self.warnings.next(received_at) {
                tracing::warn!(kind = kind.name(), left_out, "an event of an unknown item is not counted");
            }
            return true;
        };
        let Ok(zone) = TimeZone::get(&user.zone) else {
            tracing::error!(zone = user.zone, "a signed token names a zone that this version does not know");
            return false;
        };
        let now = EpochSeconds::from(received_at);
        let event = EventRecord {
            kind,
            user: self.user_keys.name_of_token(&user.key),
            slot_key: format!("{}:{}", claims.request_id, claims.position),
            item,
            occurred_at: now,
            buckets: Buckets::at(now, &zone),
            repeatable_for_seconds: u64::try_from(claims.expires_at - now.0).unwrap_or(0),
        };
        match self.recorder.record(&event).await {
            Ok(_) => true,
            Err(error) => {
                if let Some(left_out) = self.warnings.next(received_at) {
                    tracing::warn!(%error, kind = kind.name(), left_out, "an event could not be counted");
                }
                false
            }
        }
    }
}
