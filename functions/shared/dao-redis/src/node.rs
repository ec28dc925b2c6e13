//! One server, and the connection to it, which is kept for later requests and replaced when it is dead.
//!
//! Between two invocations a Lambda environment is frozen, for seconds or for hours. A freeze affects
//! connections in four ways, which this module and [`crate::route`] handle:
//!
//! * A connection died during the freeze and reports an error at its next use. It is replaced at once, and the
//!   operation is tried once more. Both attempts share one deadline.
//! * A connection died and reports nothing. It cannot be told from a slow server: the operation fails at its
//!   deadline, and the connection is not used again.
//! * Connecting takes longer than an operation may take. The attempt goes on in its own task, so that a later
//!   operation finds a connection. At most one attempt to a server runs at a time.
//! * An attempt to connect that began before the freeze may fail as soon as the environment wakes. An operation
//!   that only waited for such an attempt starts one more attempt.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::address::Address;
use crate::errors::reason;
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
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Option<Arc<Link>>,
    connecting: Option<watch::Receiver<Outcome>>,
}

impl Node {
    pub(crate) fn new(address: Address) -> Self {
        Self { address, state: Mutex::default() }
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
        let (attempt, is_own) = match self.link_or_attempt() {
            Ok(link) => return Ok(link),
            Err(attempt) => attempt,
        };
        match outcome(attempt).await {
            Err(_) if !is_own => match self.link_or_attempt() {
                Ok(link) => Ok(link),
                Err((attempt, _)) => outcome(attempt).await,
            },
            result => result,
        }
    }

    /// The connection; without one, the attempt to connect, and whether this call started the attempt.
    fn link_or_attempt(self: &Arc<Self>) -> Result<Arc<Link>, (watch::Receiver<Outcome>, bool)> {
        let mut state = lock(&self.state);
        if let Some(link) = state.link.as_ref().filter(|link| !link.is_finished()) {
            return Ok(Arc::clone(link));
        }
        state.link = None;
        if let Some(attempt) = &state.connecting {
            return Err((attempt.clone(), false));
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
            state.link = result.as_ref().ok().cloned();
            drop(state);
            // Every operation that waited may have reached its deadline.
            let _ = sender.send(Some(result));
        });
        Err((receiver, true))
    }

    /// Stops handing out a connection. Operations that use it already may still finish.
    pub(crate) fn discard(&self, link: &Arc<Link>) {
        let mut state = lock(&self.state);
        if state.link.as_ref().is_some_and(|current| Arc::ptr_eq(current, link)) {
            state.link = None;
        }
    }
}

async fn outcome(mut attempt: watch::Receiver<Outcome>) -> Result<Arc<Link>, String> {
    let given_up = || Err("the attempt to connect was given up".to_owned());
    match attempt.wait_for(Option::is_some).await {
        Ok(outcome) => outcome.clone().unwrap_or_else(given_up),
        Err(_) => given_up(),
    }
}
