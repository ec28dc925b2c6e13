//! Accepts events over a catalog, a ledger and a recorder.
//!
//! An event is accepted when the ledger holds it; only then is it counted for its user, so a user's counts never have
//! what the ledger does not. Counting has a marker of its own: where the ledger has an event already, it is counted
//! once more, which makes up for a count that the store of users did not take.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lockfill_dao::{
    BurstCounter, CatalogReader, EntryUser, EventLedger, EventRecord, EventRecorder, Written,
};
use lockfill_metrics::{Count, METRICS};
use lockfill_models::event::{EventClass, EventKind};
use lockfill_models::time::Buckets;
use tokio::time::Instant;

use crate::accepted_events::{self, Accepted};
use crate::bots::Bots;
use crate::bursts::{self, Burst, Counted, Reporter};
use crate::catalog_cache::{CatalogCache, CatalogUnavailable, FromCatalog};
use crate::claims::{ClaimedItem, Claims, TokenError};
use crate::event_rules::{self, EventRules, Judged};
use crate::events::{AcceptEvents, Client, EventError, EventOutcome, EventRecorded, ReportedEvent};
use crate::found_items::{self, Found};
use crate::ledger_entries;
use crate::sampling::SampledWarnings;
use crate::signing::SigningKeys;
use crate::tracking;
use crate::user_key::UserKeys;

/// The most events of a batch that are written at once.
const AT_ONCE_MAX: usize = 16;
/// How long after its beginning a batch still begins to ask its stores: a store that does not answer must not hold it
/// for as many rounds as it has.
const BATCH_ASKS_FOR: Duration = Duration::from_secs(1);

/// Accepts events over its stores.
pub struct EventService<R, L, E> {
    catalog: CatalogCache<R>,
    ledger: L,
    recorder: E,
    keys: SigningKeys,
    rules: EventRules,
    bots: Bots,
    ledger_warnings: SampledWarnings,
    count_warnings: SampledWarnings,
    unknown_warnings: SampledWarnings,
    burst_warnings: SampledWarnings,
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
            ledger_warnings: SampledWarnings::default(),
            count_warnings: SampledWarnings::default(),
            unknown_warnings: SampledWarnings::default(),
            burst_warnings: SampledWarnings::default(),
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
    E: EventRecorder + BurstCounter,
{
    async fn accept(&self, event: ReportedEvent<'_>, now: Timestamp) -> EventOutcome {
        let began = Instant::now();
        let claims = [self.claims(&event, now)];
        let bursts = self.bursts(&claims, event.client, now).await;
        let accepted = self.accept_claims((&event, bursts[0]), claims[0].as_ref(), (began, now)).await;
        accepted_events::count([(event.kind, &accepted)]);
        accepted.outcome
    }

    async fn accept_all(&self, events: &[ReportedEvent<'_>], now: Timestamp) -> Vec<EventOutcome> {
        let began = Instant::now();
        let claims: Vec<_> = events.iter().map(|event| self.claims(event, now)).collect();
        let client = events.first().map(|event| event.client).unwrap_or_default();
        let bursts = self.bursts(&claims, client, now).await;
        let first_of = accepted_events::firsts(events, &claims);
        let (firsts, others): (Vec<_>, Vec<_>) =
            (0..events.len()).partition(|&index| first_of[index] == index);
        let accept = async |index: usize| match &claims[index] {
            Ok(claims) if began.elapsed() >= BATCH_ASKS_FOR => Accepted::late(&events[index], claims, now),
            claims => {
                self.accept_claims((&events[index], bursts[index]), claims.as_ref(), (began, now)).await
            }
        };
        let accepted_of = async |index: usize| (index, accept(index).await);
        let mut accepted: BTreeMap<usize, Accepted> =
            stream::iter(firsts.into_iter().map(&accepted_of)).buffered(AT_ONCE_MAX).collect().await;
        for index in others {
            let first = &accepted[&first_of[index]];
            let own = if first.outcome.recorded == EventRecorded::No {
                first.at_another_time(&events[index], claims[index].as_ref(), now)
            } else {
                accept(index).await
            };
            accepted.insert(index, own);
        }
        accepted_events::count(events.iter().map(|event| event.kind).zip(accepted.values()));
        accepted.into_values().map(|accepted| accepted.outcome).collect()
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

    async fn catch_up(&self) {
        self.catalog.catch_up().await;
    }
}

impl<R, L, E> EventService<R, L, E>
where
    R: CatalogReader + 'static,
    L: EventLedger,
    E: EventRecorder + BurstCounter,
{
    /// The claims of an event that may be recorded.
    fn claims(&self, event: &ReportedEvent<'_>, now: Timestamp) -> Result<Claims, TokenError> {
        let claims = tracking::verify(&self.keys, event.token)?;
        if EventRules::is_recorded(&claims, now.into()) { Ok(claims) } else { Err(TokenError::Expired) }
    }

    /// Whether each event of a request is one of a burst. All events of a request have one client.
    async fn bursts(
        &self,
        claims: &[Result<Claims, TokenError>],
        client: Client<'_>,
        now: Timestamp,
    ) -> Vec<Burst> {
        let reporter = |claims: &Result<Claims, TokenError>| match claims
            .as_ref()
            .ok()
            .filter(|claims| !claims.is_expired(now.into()))
        {
            None => Reporter::None,
            Some(claims) => claims
                .user
                .as_ref()
                .map_or(Reporter::Stranger, |user| Reporter::User(self.user_keys.name_of_token(&user.key))),
        };
        let reporters: Vec<_> = claims.iter().map(reporter).collect();
        let address = client.address.map(|address| bursts::address_name(&self.keys, address, now));
        let counted = Counted::of(
            (self.rules.user_events_max, self.rules.address_events_max),
            &reporters,
            address.as_ref(),
        );
        match counted.judge(&self.recorder, now).await {
            Ok(bursts) => bursts,
            Err(error) => {
                let bursts = counted.unchecked();
                let events = bursts.iter().filter(|burst| **burst == Burst::Unchecked).count();
                METRICS.count(Count::BurstsUnchecked, events as u64);
                if let Some(left_out) = self.burst_warnings.next(now) {
                    tracing::warn!(%error, left_out, "events could not be checked for bursts");
                }
                bursts
            }
        }
    }

    /// Accepts an event of a request that began to be answered at one instant of the monotonic clock, and arrived at
    /// another of the wall clock.
    async fn accept_claims(
        &self,
        (event, burst): (&ReportedEvent<'_>, Burst),
        claims: Result<&Claims, &TokenError>,
        (began, now): (Instant, Timestamp),
    ) -> Accepted {
        let claims = match claims {
            Ok(claims) => claims,
            Err(&error) => return Accepted::refused(error),
        };
        let (found, missing) = match found_items::find(&self.catalog, claims, (began, now)).await {
            Ok(found) => (found, None),
            Err(error) => (Found::without_catalog(claims), Some(error)),
        };
        let is_named = matches!(claims.item, ClaimedItem::Named(_));
        let (happened_at, is_time_ignored) = event_rules::happened_at(claims, event.happened_at, now.into());
        let mut outcome = accepted_events::unrecorded(Some(claims), is_time_ignored);
        outcome.is_catalog_stale = found.is_catalog_stale;
        // Without a catalog it is not known what the event is about. What is named counts all the same, and for what
        // does not count it does not matter.
        if let Some(error) = missing.filter(|_| !is_named && !claims.is_expired(now.into())) {
            outcome.error = Some(error.into());
            return Accepted { outcome, class: Some(accepted_events::UNKNOWN) };
        }
        let judged = Judged {
            kind: event.kind,
            claims,
            found: &found,
            client: event.client,
            happened_at,
            now: now.into(),
            burst,
        };
        let class = self.record(&judged, now, &mut outcome).await;
        let is_click = event.kind == EventKind::Click;
        if claims.is_expired(now.into()) {
            outcome.error = Some(TokenError::Expired.into());
        } else if is_click {
            // A click needs the catalog for its landing page, whatever the ledger did.
            outcome.error = missing.map(EventError::from).or(outcome.error);
            outcome.landing_url = found.landing_url;
        }
        Accepted { outcome, class }
    }

    /// Writes an event into the ledger, and counts it. Returns its class if it does not count.
    async fn record(
        &self,
        judged: &Judged<'_>,
        now: Timestamp,
        outcome: &mut EventOutcome,
    ) -> Option<&'static str> {
        let class = self.rules.class(judged, &self.bots);
        let claims = judged.claims;
        let user_key = claims.user.as_ref().map(|user| self.user_keys.name_of_token(&user.key));
        let entry = ledger_entries::entry(judged, class, self.rules.keep_until(claims), user_key);
        let written = match self.ledger.write(&entry).await {
            Ok(written) => written,
            Err(error) => {
                outcome.is_ledger_missing = true;
                outcome.error = Some(EventError::LedgerUnavailable);
                if let Some(left_out) = self.ledger_warnings.next(now) {
                    tracing::warn!(%error, left_out, "an event could not be recorded");
                }
                return Some(class.name());
            }
        };
        outcome.recorded = match (class, written) {
            (EventClass::Valid, Written::New) => EventRecorded::Yes,
            (EventClass::Valid, Written::Repeated) => EventRecorded::Repeated,
            _ => EventRecorded::Invalid,
        };
        if class != EventClass::Valid {
            return Some(class.name());
        }
        outcome.is_uncounted = !self.count(judged, entry.user, now).await;
        None
    }

    /// Counts an event for the user of its entry. `false` if it should have been counted and the store of users did not
    /// take it.
    async fn count(&self, judged: &Judged<'_>, user: Option<EntryUser>, received_at: Timestamp) -> bool {
        let Judged { kind, claims, found, happened_at, now, .. } = *judged;
        // Under limit-ad-tracking the token has no user to count for.
        let Some(user) = user else { return true };
        let Some(item) = found.item.clone() else {
            if let Some(left_out) = self.unknown_warnings.next(received_at) {
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
            user: user.key,
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
                if let Some(left_out) = self.count_warnings.next(received_at) {
                    tracing::warn!(%error, kind = kind.name(), left_out, "an event could not be counted");
                }
                false
            }
        }
    }
}
