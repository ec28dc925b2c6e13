//! The ledger of events in a table of its own.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use jiff::Timestamp;
use lockfill_dao::{Clock, DaoError, EventLedger, LedgerEntry, Written};

use crate::catalog::DynamoDbCatalog;
use crate::client;
use crate::errors::{STORE, unavailable};
use crate::ledger_health::{Entry, LedgerHealth};
use crate::ledger_layout::ledger_item;
use crate::sending;

/// How long a write may take, its retry included. A write that is repeated because its answer was lost finds its own
/// entry, and changes nothing.
const WRITE_DEADLINE: Duration = Duration::from_secs(1);

/// The ledger. The crate's documentation has the table's layout.
pub struct DynamoDbLedger {
    client: Client,
    table: String,
    clock: Clock,
    /// Makes pauses differ between environments.
    chance: RandomState,
    health: Mutex<LedgerHealth>,
}

impl DynamoDbLedger {
    /// A ledger beside a catalog: both use the same connections. Nothing is sent before the first write.
    #[must_use]
    pub fn beside(catalog: &DynamoDbCatalog, table: &str) -> Self {
        Self {
            client: catalog.client.clone(),
            table: table.to_owned(),
            clock: Clock::monotonic(),
            chance: RandomState::new(),
            health: Mutex::default(),
        }
    }

    /// The same for an environment that may be frozen: the ages of failures are measured by `now`, the wall clock, so
    /// that a freeze ends every pause.
    #[must_use]
    pub fn by_wall_clock(self, now: fn() -> Timestamp) -> Self {
        Self { clock: Clock::wall(now), ..self }
    }

    fn admit(&self) -> Option<Admission<'_>> {
        let entry = self.health().admit(self.clock.now_ms())?;
        Some(Admission { ledger: self, entry })
    }

    /// Also after a panic of an earlier holder: none leaves the state half written.
    fn health(&self) -> MutexGuard<'_, LedgerHealth> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn put(&self, entry: &LedgerEntry) -> Result<Written, PutError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(ledger_item(entry)));
        let put = put.condition_expression("attribute_not_exists(pk)");
        let written = sending::put_within(put, client::for_requests(WRITE_DEADLINE)).await;
        let Err(error) = written else { return Ok(Written::New) };
        let is_there = |error: &PutItemError| error.is_conditional_check_failed_exception();
        if error.as_service_error().is_some_and(is_there) { Ok(Written::Repeated) } else { Err(error) }
    }
}

type PutError = SdkError<PutItemError>;

impl fmt::Debug for DynamoDbLedger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DynamoDbLedger").field("table", &self.table).finish_non_exhaustive()
    }
}

impl EventLedger for DynamoDbLedger {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        let Some(admission) = self.admit() else {
            let reason = "it failed a moment ago, and is not asked".to_owned();
            return Err(DaoError::Unavailable { store: STORE, reason });
        };
        let written = self.put(entry).await;
        admission.learn(written.as_ref().err());
        written.map_err(|error| unavailable(&error))
    }
}

/// The right to ask the table once. Dropping it lets the next probe through.
struct Admission<'l> {
    ledger: &'l DynamoDbLedger,
    entry: Entry,
}

impl Admission<'_> {
    fn learn(&self, error: Option<&PutError>) {
        let now_ms = self.ledger.clock.now_ms();
        let mut health = self.ledger.health();
        if error.is_some_and(is_without_answer) {
            health.failed(now_ms, self.entry, self.ledger.chance.hash_one(now_ms));
        } else {
            health.answered();
        }
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.ledger.health().ended(self.entry);
    }
}

/// Whether the table has not answered. A throttled key says nothing about others.
fn is_without_answer(error: &PutError) -> bool {
    match error {
        SdkError::TimeoutError(_) => true,
        SdkError::DispatchFailure(failure) => !failure.is_user(),
        _ => false,
    }
}
