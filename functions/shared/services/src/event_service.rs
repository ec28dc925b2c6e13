//! Accepts events over a catalog, a ledger and a recorder.
//!
//! An event is accepted when the ledger holds it; only then is it counted for its user, so a user's counts never have
//! what the ledger does not. Counting has a marker of its own: where the ledger has an event already, it is counted
//! once more, which makes up for a count that the store of users did not take.

use std::collections::HashSet;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lockfill_dao::{CatalogReader, EventLedger, EventRecord, EventRecorder, Written};
use lockfill_models::event::{EventClass, EventKind};
use lockfill_models::time::Buckets;

use crate::bots::Bots;
use crate::catalog_cache::{CatalogCache, CatalogUnavailable, FromCatalog};
use crate::claims::{ClaimedItem, Claims, TokenError};
use crate::event_rules::{self, EventRules, Judged};
use crate::events::{AcceptEvents, EventError, EventOutcome, EventRecorded, ReportedEvent};
use crate::found_items::{self, Found};
use crate::ledger_entries;
use crate::sampling::SampledWarnings;
use crate::signing::SigningKeys;
use crate::tracking;
use crate::user_key::UserKeys;

/// The most events of a batch that are written at once.
const AT_ONCE_MAX: usize = 16;

/// Accepts events over its stores.
pub struct EventService<R, L, E> {
    catalog: CatalogCache<R>,
    ledger: L,
    recorder: E,
    keys: SigningKeys,
    rules: EventRules,
    bots: Bots,
    warnings: SampledWarnings,
    user_keys: UserKeys,
}

impl<R, L, E> EventService<R, L, E> {
    /// A service over its stores. `keys` verify the tokens.
    pub fn new(catalog: CatalogCache<R>, ledger: L, recorder: E, keys: SigningKeys) -> Self {
        Self {
            catalog,
            ledger,
            recorder,
            keys,
            rules: EventRules::default(),
            bots: Bots::listed(),
            user_keys: UserKeys::plain(),
            warnings: SampledWarnings::default(),
        }
    }

    /// The same, with how users are named. By default their names have no secret.
    #[must_use]
    pub fn naming_users(self, user_keys: UserKeys) -> Self {
        Self { user_keys, ..self }
    }

    /// The same, with other thresholds.
    #[must_use]
    pub fn judging(self, rules: EventRules) -> Self {
        Self { rules, ..self }
    }
}

impl<R, L, E> AcceptEvents for EventService<R, L, E>
where
    R: CatalogReader + 'static,
    L: EventLedger,
    E: EventRecorder,
{
    async fn accept(&self, event: ReportedEvent<'_>, now: Timestamp) -> EventOutcome {
        let claims = self.claims(&event, now);
        self.accept_claims(&event, claims.as_ref(), now).await
    }

    async fn accept_all(&self, events: &[ReportedEvent<'_>], now: Timestamp) -> Vec<EventOutcome> {
        let claims: Vec<_> = events.iter().map(|event| self.claims(event, now)).collect();
        let mut seen = HashSet::new();
        let mut is_first = |index: usize| {
            let claims = claims[index].as_ref();
            claims.is_err()
                || claims.is_ok_and(|it| seen.insert((it.request_id, it.position, events[index].kind)))
        };
        let (firsts, others): (Vec<_>, Vec<_>) = (0..events.len()).partition(|index| is_first(*index));
        let accepted = async |index: usize| {
            (index, self.accept_claims(&events[index], claims[index].as_ref(), now).await)
        };
        let mut outcomes: Vec<_> =
            stream::iter(firsts.into_iter().map(&accepted)).buffered(AT_ONCE_MAX).collect().await;
        for index in others {
            outcomes.push(accepted(index).await);
        }
        outcomes.sort_unstable_by_key(|(index, _)| *index);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
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

impl<R, L, E> EventService<R, L, E>
where
    R: CatalogReader + 'static,
    L: EventLedger,
    E: EventRecorder,
{
    /// The claims of an event that may be recorded.
    fn claims(&self, event: &ReportedEvent<'_>, now: Timestamp) -> Result<Claims, TokenError> {
        let claims = tracking::verify(&self.keys, event.token)?;
        if EventRules::is_recorded(&claims, now.into()) { Ok(claims) } else { Err(TokenError::Expired) }
    }

    async fn accept_claims(
        &self,
        event: &ReportedEvent<'_>,
        claims: Result<&Claims, &TokenError>,
        now: Timestamp,
    ) -> EventOutcome {
        let claims = match claims {
            Ok(claims) => claims,
            Err(&error) => return refused(event.kind, error),
        };
        let (found, missing) = match found_items::find(&self.catalog, claims, now).await {
            Ok(found) => (found, None),
            Err(error) => (Found::without_catalog(claims), Some(error)),
        };
        let is_named = matches!(claims.item, ClaimedItem::Named(_));
        let (happened_at, is_time_ignored) = event_rules::happened_at(claims, event.happened_at, now.into());
        let mut outcome = EventOutcome {
            request_id: Some(claims.request_id),
            recorded: EventRecorded::No,
            error: None,
            landing_url: None,
            is_time_ignored,
            is_uncounted: false,
            is_catalog_stale: found.is_catalog_stale,
        };
        // Without a catalog it is not known what the event is about. What is named counts all the same, and for what
        // does not count it does not matter.
        if let Some(error) = missing.filter(|_| !is_named && !claims.is_expired(now.into())) {
            log(event.kind, "unknown", outcome.recorded);
            return EventOutcome { error: Some(error.into()), ..outcome };
        }
        let judged = Judged {
            kind: event.kind,
            claims,
            found: &found,
            client: event.client,
            happened_at,
            now: now.into(),
        };
        self.record(&judged, now, &mut outcome).await;
        if claims.is_expired(now.into()) {
            return EventOutcome { error: Some(TokenError::Expired.into()), ..outcome };
        }
        // A click needs the catalog for its landing page, whatever the ledger did.
        let is_click = event.kind == EventKind::Click;
        if let Some(error) = missing.filter(|_| is_click) {
            outcome.error = Some(error.into());
        }
        outcome.landing_url = found.landing_url.filter(|_| is_click);
        outcome
    }

    /// Writes an event into the ledger, and counts it.
    async fn record(&self, judged: &Judged<'_>, now: Timestamp, outcome: &mut EventOutcome) {
        let class = self.rules.class(judged, &self.bots);
        let claims = judged.claims;
        let user_key = claims.user.as_ref().map(|user| self.user_keys.name_of_token(&user.key));
        let entry = ledger_entries::entry(judged, class, self.rules.keep_until(claims), user_key);
        let written = self.ledger.write(&entry).await;
        outcome.recorded = match (&written, class) {
            (Err(_), _) => EventRecorded::No,
            (Ok(_), class) if class != EventClass::Valid => EventRecorded::Invalid,
            (Ok(Written::New), _) => EventRecorded::Yes,
            (Ok(Written::Repeated), _) => EventRecorded::Repeated,
        };
        match outcome.recorded {
            EventRecorded::No | EventRecorded::Invalid => log(judged.kind, class.name(), outcome.recorded),
            EventRecorded::Yes | EventRecorded::Repeated => {
                outcome.is_uncounted = !self.count(judged, now).await;
            }
            EventRecorded::Refused => {}
        }
        if let Err(error) = written {
            outcome.error = Some(EventError::LedgerUnavailable);
            if let Some(left_out) = self.warnings.next(now) {
                tracing::warn!(%error, left_out, "an event could not be recorded");
            }
        }
    }

    /// Counts an event for its user. `false` if it should have been counted and the store of users did not take it.
    async fn count(&self, judged: &Judged<'_>, received_at: Timestamp) -> bool {
        let Judged { kind, claims, found, happened_at, now, .. } = *judged;
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
        let event = EventRecord {
            kind,
            user: self.user_keys.name_of_token(&user.key),
            slot_key: format!("{}:{}", claims.request_id, claims.position),
            item,
            occurred_at: happened_at,
            buckets: Buckets::at(happened_at, &zone),
            arrived: Buckets::at(now, &zone),
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

fn refused(kind: EventKind, error: TokenError) -> EventOutcome {
    let class = match error {
        TokenError::Invalid => "forged",
        TokenError::Expired => "expired",
    };
    log(kind, class, EventRecorded::Refused);
    EventOutcome {
        request_id: None,
        recorded: EventRecorded::Refused,
        error: Some(error.into()),
        landing_url: None,
        is_time_ignored: false,
        is_uncounted: false,
        is_catalog_stale: false,
    }
}

/// The line of an event that does not count. Metrics are made of these lines.
fn log(kind: EventKind, class: &str, recorded: EventRecorded) {
    tracing::info!(
        metric = "events",
        kind = kind.name(),
        class,
        recorded = recorded.name(),
        "an event does not count"
    );
}
