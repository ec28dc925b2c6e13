//! The store: reads users' states, and counts events in them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lockfill_dao::{
    BurstCounter, Clock, DaoError, EventRecord, EventRecorder, Lending, LoanStore, Recorded, UserKey,
    UserStateReader,
};
use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::user_state::{Source, UserState};
use redis::Script;

use crate::address::{Address, InvalidRedisUrl};
use crate::call::Call;
use crate::known::known_key;
use crate::node::Node;
use crate::route::Route;
use crate::slots::slot_of;
use crate::state;

/// A state expires so long after the last event of a user who has come back. Only lifetime caps reach further back.
pub(crate) const STATE_SECONDS: u64 = 90 * 24 * 3_600;
/// The count of a minute is of use for that minute.
const BURST_SECONDS: u32 = 120;
pub(crate) const FIELDS_MAX: usize = 512;
pub(crate) const FIELDS_KEPT: usize = 448;
pub(crate) const COUNT: &str = include_str!("count.lua");
const LEND: &str = include_str!("lend.lua");

/// Users in Redis. See the crate's own documentation for the keys.
///
/// Callers share one store by reference or `Arc`. It works on a runtime of one thread.
pub struct RedisUsers {
    pub(crate) route: Arc<Route>,
    pub(crate) count: Script,
    lend: Script,
}

impl RedisUsers {
    /// A store at `redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, where `rediss` means TLS. The host
    /// is a single server, any node of a cluster, or a name for all nodes of a cluster. `deadline` limits each
    /// read and each event, connecting and one retry included. Nothing is sent before [`Self::connect`] or the
    /// first use.
    ///
    /// # Errors
    /// If the URL has another form, or asks for TLS on a system without root certificates. The error repeats
    /// nothing of the URL.
    pub fn new(url: &str, deadline: Duration) -> Result<Self, InvalidRedisUrl> {
        Self::with_clock(url, deadline, Clock::monotonic())
    }

    /// The same for an environment that may be frozen: ages of failures are measured by `now`, the wall clock,
    /// so that a freeze ends every pause.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn with_wall_clock(
        url: &str,
        deadline: Duration,
        now: fn() -> Timestamp,
    ) -> Result<Self, InvalidRedisUrl> {
        Self::with_clock(url, deadline, Clock::wall(now))
    }

    fn with_clock(url: &str, deadline: Duration, clock: Clock) -> Result<Self, InvalidRedisUrl> {
        let route = Arc::new(Route::new(Node::new(Address::parse(url)?, clock), deadline));
        Ok(Self { route, count: Script::new(COUNT), lend: Script::new(LEND) })
    }

    /// Connects before the first request. Connecting may take longer than the deadline of a request. After a
    /// failure the first request tries again.
    pub async fn connect(&self) {
        if let Err(reason) = self.route.warm().await {
            tracing::warn!(reason, "no connection to Redis yet: the first request will try again");
        }
    }
}

impl UserStateReader for RedisUsers {
    async fn load_all(&self, names: &[UserKey]) -> Result<Vec<UserState>, DaoError> {
        let call = |name| {
            let (mut fields, mut is_known) = (redis::cmd("HGETALL"), redis::cmd("EXISTS"));
            fields.arg(state_key(name));
            let slot = slot_of(name.as_str().as_bytes());
            is_known.arg(known_key(slot));
            // What is lost between the two questions is not known. The other way around it would be, and empty.
            Call::in_slot(slot, fields).and(is_known)
        };
        let calls: Vec<_> = names.iter().map(call).collect();
        let answers: Vec<(Vec<(String, String)>, bool)> = self.route.run_all(&calls).await?;
        let state = |(fields, is_known): &(Vec<_>, bool)| {
            let state = state::parse(fields)?;
            Ok(if *is_known { state } else { UserState { source: Source::Unknown, ..state } })
        };
        answers.iter().map(state).collect()
    }
}

impl BurstCounter for RedisUsers {
    async fn add_events(&self, minute: i64, events: &[(UserKey, u64)]) -> Result<Vec<u64>, DaoError> {
        let call = |(name, number): &(UserKey, u64)| {
            let key = format!("lockfill:{{{name}}}:burst:{minute}");
            let (mut add, mut expire) = (redis::cmd("INCRBY"), redis::cmd("EXPIRE"));
            add.arg(&key).arg(*number);
            expire.arg(&key).arg(BURST_SECONDS);
            Call::in_slot(slot_of(name.as_str().as_bytes()), add).and(expire)
        };
        let calls: Vec<_> = events.iter().map(call).collect();
        let counts: Vec<(u64, u8)> = self.route.run_all(&calls).await?;
        Ok(counts.into_iter().map(|(count, _)| count).collect())
    }
}

impl EventRecorder for RedisUsers {
    async fn record(&self, event: &EventRecord) -> Result<Recorded, DaoError> {
        let slot = slot_of(event.user.as_str().as_bytes());
        let user = &event.user;
        let keys = [state_key(user), marker_key(event), known_key(slot), unknown_key(user), loans_key(user)];
        let call = Call::script(slot, (&self.count, COUNT), &keys, |command| {
            // Redis refuses a marker that lives for no time.
            command.arg(event.repeatable_for_seconds.max(1)).arg(STATE_SECONDS).arg(event.occurred_at.0);
            for buckets in [&event.buckets, &event.arrived] {
                command.arg(&[buckets.minute, buckets.hour, buckets.day, buckets.week]);
            }
            command.arg(FIELDS_MAX).arg(FIELDS_KEPT).arg(fields(event));
        });
        let counted: u8 = self.route.run(&call).await?;
        Ok(if counted == 1 { Recorded::Counted } else { Recorded::Repeated })
    }
}

impl LoanStore for RedisUsers {
    async fn lend(&self, user: &UserKey, lending: &Lending) -> Result<Vec<String>, DaoError> {
        let slot = slot_of(user.as_str().as_bytes());
        let call = Call::script(slot, (&self.lend, LEND), &[loans_key(user)], |command| {
            command
                .arg(format!("{:016x}", lending.borrower))
                .arg(lending.now.0)
                .arg(u8::from(lending.is_noted));
            for loan in &lending.loans {
                command.arg(&loan.slot_key).arg(loan.until.0).arg(&loan.line_item_id);
            }
        });
        self.route.run(&call).await
    }
}

impl fmt::Debug for RedisUsers {
    /// Leaves the address out, because it may hold a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RedisUsers").finish_non_exhaustive()
    }
}

pub(crate) fn state_key(user: &UserKey) -> String {
    ["lockfill:{", user.as_str(), "}:state"].concat()
}

pub(crate) fn marker_key(event: &EventRecord) -> String {
    format!("lockfill:{{{}}}:{}:{}", event.user, event.kind.name(), event.slot_key)
}

/// The list of what was counted while the user's history is not known.
pub(crate) fn unknown_key(user: &UserKey) -> String {
    format!("lockfill:{{{user}}}:unknown")
}

/// What the user's devices were lent.
pub(crate) fn loans_key(user: &UserKey) -> String {
    format!("lockfill:{{{user}}}:loans")
}

/// The fields of the hash in which an event is counted.
pub(crate) fn fields(event: &EventRecord) -> Vec<String> {
    match (event.kind, &event.item) {
        (EventKind::Impression, ShownItem::Ad { line_item_id, campaign_id, advertiser_id }) => {
            vec![format!("l:{line_item_id}"), format!("c:{campaign_id}"), format!("a:{advertiser_id}")]
        }
        (EventKind::Impression, ShownItem::Content { content_id }) => vec![format!("t:{content_id}")],
        (
            EventKind::Click,
            ShownItem::Ad { line_item_id: id, .. } | ShownItem::Content { content_id: id },
        ) => {
            vec![format!("k:{id}")]
        }
    }
}
