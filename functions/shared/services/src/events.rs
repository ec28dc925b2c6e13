//! Tracking events: what a device reports about a slot, and what becomes of it.

use jiff::Timestamp;
use lockfill_models::event::EventKind;
use uuid::Uuid;

use crate::catalog_cache::{CatalogUnavailable, FromCatalog};
use crate::claims::TokenError;
use crate::client_address::ClientAddress;

/// A report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportedEvent<'a> {
    /// Impression or click.
    pub kind: EventKind,
    /// The slot's token.
    pub token: &'a str,
    /// When the event happened, in epoch seconds, if the device says so.
    pub happened_at: Option<i64>,
    /// What is known about the client.
    pub client: Client<'a>,
}

/// What is known about the client of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Client<'a> {
    /// The client's own name of itself; empty if it has none.
    pub user_agent: &'a [u8],
    /// Whether the client says that no person has followed the link yet.
    pub is_prefetch: bool,
    /// Where the client is; `None` if that is not known.
    pub address: Option<ClientAddress>,
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of the answer, and any may be beside any other"
)]
pub struct EventOutcome {
    /// The id of the allocation that made the link; `None` if the token is not one of ours.
    pub request_id: Option<Uuid>,
    /// What the ledger did with it.
    pub recorded: EventRecorded,
    /// Why it was refused, or could not be recorded.
    pub error: Option<EventError>,
    /// The landing page of a click, if the catalog has one.
    pub landing_url: Option<String>,
    /// Whether the device's time of the event was replaced by now.
    pub is_time_ignored: bool,
    /// Whether the event should have been counted for the user and could not be.
    pub is_uncounted: bool,
    /// Whether the catalog could not be confirmed as the newest, or does not have the item, so that the event was not
    /// counted for the user.
    pub is_catalog_stale: bool,
    /// Whether the ledger did not take the event, or was not asked for want of time.
    pub is_ledger_missing: bool,
}

impl EventOutcome {
    /// Why the event could not be recorded, or is refused: also of one that would have been refused after it had been
    /// recorded.
    #[must_use]
    pub const fn reason(&self) -> Option<EventError> {
        if self.is_ledger_missing { Some(EventError::LedgerUnavailable) } else { self.error }
    }
}

/// What the ledger did with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventRecorded {
    /// The event is recorded, for the first time.
    Yes,
    /// The event was recorded before.
    Repeated,
    /// The event is recorded as one that does not count.
    Invalid,
    /// The event is not recorded, and may be sent again.
    No,
    /// The event is none, and must not be sent again.
    Refused,
}

impl EventRecorded {
    /// The word for it in answers and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Repeated => "repeated",
            Self::Invalid => "invalid",
            Self::No => "no",
            Self::Refused => "refused",
        }
    }
}

/// Why an event is refused or not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The token is invalid or expired. One that expired lately is recorded all the same.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// There is no catalog, so it is not known what the event is about.
    #[error(transparent)]
    CatalogUnavailable(#[from] CatalogUnavailable),
    /// The ledger did not confirm the event.
    #[error("the ledger is unavailable")]
    LedgerUnavailable,
}

/// Accepts events; the interface that controllers depend on. `now` is the instant of the request.
pub trait AcceptEvents: Send + Sync {
    /// Accepts one event.
    fn accept(&self, event: ReportedEvent<'_>, now: Timestamp) -> impl Future<Output = EventOutcome> + Send;

    /// Accepts events side by side; the outcomes are in the order of the reports. Of several reports of one event the
    /// first is recorded first; where it is not recorded, neither are the others. Stores are asked for a second: what
    /// has not begun by then is not recorded.
    fn accept_all(
        &self,
        events: &[ReportedEvent<'_>],
        now: Timestamp,
    ) -> impl Future<Output = Vec<EventOutcome>> + Send;

    /// Whether pages of an origin may send events that need a preflight: whether any published unit lists it.
    ///
    /// # Errors
    /// If there is no catalog.
    fn allows_origin(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<FromCatalog<bool>, CatalogUnavailable>> + Send;

    /// Loads the catalog before the first request. A failure is logged; the first event tries again.
    fn warm(&self, now: Timestamp) -> impl Future<Output = ()> + Send;

    /// Goes on with the load of a newer catalog, for some milliseconds between an answer and the next request.
    fn catch_up(&self) -> impl Future<Output = ()> + Send;
}
