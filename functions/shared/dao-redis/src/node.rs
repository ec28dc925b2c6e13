//! One server, and the connection to it, which is kept for later requests and replaced when it is dead.
//!
//! Between two invocations a Lambda environment is frozen, for seconds or for hours. A freeze affects
//! connections in four ways, which this module and [`crate::route`] handle:
//!
//! * A connection died during the freeze and reports an error at its next use. It is replaced at once, and the
//!   operation is tried once more. Both attempts share one deadline.
//! * A connection died and reports nothing. It cannot be told from a slow server: the operation fails at its
//!   deadline. The next operation uses another connection, unless bytes have come meanwhile.
//! * Connecting takes longer than an operation may take. The attempt goes on in its own task, so that a later
//!   operation finds a connection. At most one attempt to a server runs at a time.
//! * An attempt to connect that began before the freeze may fail as soon as the environment wakes. An operation
//!   that only waited for such an attempt starts one more attempt.
//!
//! [`Health`] decides which operations may ask the server, and when it may be connected to.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockfill_dao::Clock;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::address::Address;
use crate::errors::reason;
use crate::health::{Entry, Health, Line};
use crate::link::Link;
use crate::locking::lock;
use crate::slots::Endpoint;

/// The longest attempt to connect. TCP repeats a lost packet after a second, so a new attempt is more likely to
/// succeed than waiting longer.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// The result of an attempt to connect; `None` while the attempt runs.
type Outcome = Option<Result<Arc<Link>, String>>;

/// One server, and the link to it if there is one.
pub(crate) struct Node {
    address: Address,
    clock: Clock,
    /// Makes pauses differ between environments.
    chance: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Option<Arc<Link>>,
    connecting: Option<watch::Receiver<Outcome>>,
    health: Health,
}

/// Where the connection comes from.
enum Source {
    /// It is there.
    Link(Arc<Link>),
    /// An attempt to connect, and whether this call started the attempt.
    Attempt(watch::Receiver<Outcome>, bool),
    /// There is none, and it is too early for another attempt.
    Nothing,
}

impl Node {
    pub(crate) fn new(address: Address, clock: Clock) -> Self {
        Self { address, clock, chance: RandomState::new(), state: Mutex::default() }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) fn is_at(&self, endpoint: &Endpoint) -> bool {
        self.address.endpoint() == endpoint
    }

    /// The connection, which is made if there is none.
    ///
    /// An attempt to connect ends by itself, possibly later than the caller's deadline.
    ///
    /// # Errors
    /// A short reason, without the address, if there is no connection.
    pub(crate) async fn link(self: &Arc<Self>) -> Result<Arc<Link>, String> {
        let early = || Err("it failed a moment ago".to_owned());
        let (attempt, is_own) = match self.source() {
            Source::Link(link) => return Ok(link),
            Source::Nothing => return early(),
            Source::Attempt(attempt, is_own) => (attempt, is_own),
        };
        match outcome(attempt).await {
            Err(_) if !is_own => match self.source() {
                Source::Link(link) => Ok(link),
                Source::Nothing => early(),
                Source::Attempt(attempt, _) => outcome(attempt).await,
            },
            result => result,
        }
    }

    /// The connection; without one that is sound, the attempt to connect if there may be one.
    fn source(self: &Arc<Self>) -> Source {
        let now_ms = self.clock.now_ms();
        let mut state = lock(&self.state);
        let link = state.usable();
        let is_sound = link.as_ref().is_some_and(|link| !link.is_doubtful());
        match (link, &state.connecting) {
            (Some(link), _) if is_sound => return Source::Link(link),
            (_, Some(attempt)) => return Source::Attempt(attempt.clone(), false),
            _ if state.health.may_connect(now_ms) => state.health.connecting(now_ms),
            (Some(link), None) => return Source::Link(link),
            (None, None) => return Source::Nothing,
        }
        let (sender, receiver) = watch::channel(None);
        state.connecting = Some(receiver.clone());
        let node = Arc::clone(self);
        tokio::spawn(async move {
            let result = match timeout(CONNECT_TIMEOUT, node.address.connect()).await {
                Ok(Ok(link)) => Ok(Arc::new(link)),
                Ok(Err(error)) => Err(reason(&error)),
                Err(_) => Err("no connection in time".to_owned()),
            };
            let mut state = lock(&node.state);
            state.connecting = None;
            if result.is_ok() {
                state.health.connected();
            }
            // A link that is only doubtful may recover.
            state.link = result.as_ref().ok().cloned().or_else(|| state.usable());
            drop(state);
            // Every operation that waited may have reached its deadline.
            let _ = sender.send(Some(result));
        });
        Source::Attempt(receiver, true)
    }

    /// Lets an operation through to the server, unless the server is sick. [`Self::end_probe`] must follow a probe.
    pub(crate) fn admit(&self) -> Option<Entry> {
        let mut state = lock(&self.state);
        let line = match (state.usable(), &state.connecting) {
            (Some(link), None) if link.is_doubtful() => Line::Doubtful,
            (None, None) => Line::Missing,
            _ => Line::Sound,
        };
        state.health.admit(self.clock.now_ms(), line)
    }

    pub(crate) fn end_probe(&self) {
        lock(&self.state).health.end_probe();
    }

    /// The server has answered in time.
    pub(crate) fn answered(&self) {
        lock(&self.state).health.answered();
    }

    /// The server has not answered, or has answered that it does not serve.
    pub(crate) fn failed(&self, entry: Entry) {
        let now_ms = self.clock.now_ms();
        lock(&self.state).health.failed(now_ms, entry, self.chance.hash_one(now_ms));
    }

    /// Stops handing out a connection. Operations that use it already may still finish.
    pub(crate) fn discard(&self, link: &Arc<Link>) {
        let mut state = lock(&self.state);
        if state.link.as_ref().is_some_and(|current| Arc::ptr_eq(current, link)) {
            state.link = None;
        }
    }
}

impl State {
    /// The link, unless its connection has ended.
    fn usable(&self) -> Option<Arc<Link>> {
        self.link.as_ref().filter(|link| !link.is_finished()).cloned()
    }
}

async fn outcome(mut attempt: watch::Receiver<Outcome>) -> Result<Arc<Link>, String> {
    let given_up = || Err("the attempt to connect was given up".to_owned());
    match attempt.wait_for(Option::is_some).await {
        Ok(outcome) => outcome.clone().unwrap_or_else(given_up),
        Err(_) => given_up(),
    }
}
