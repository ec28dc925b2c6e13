//! One connection to one node, kept for the requests to come, and replaced when it is dead.
//!
//! Between two invocations a Lambda environment is frozen, for seconds or for hours. What that does to
//! connections, and what is done about it here and by [`crate::route`]:
//!
//! * A connection that died meanwhile and says so when it is used is replaced at once, and the operation
//!   tried once more: all of it within one deadline.
//! * One that died silently is not told from a slow server. The operation fails at its deadline, and the
//!   connection is not used again.
//! * Connecting may take longer than an operation may. It goes on by itself then, so that a later operation
//!   finds a connection; there is never more than one attempt at a time.
//! * An attempt that slept through a freeze may fail as soon as it wakes. An operation that has only been
//!   waiting for such an attempt makes one of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::errors::reason;
use crate::slots::Endpoint;
use crate::stream::Address;

/// How long one attempt to connect may take. A lost packet is sent again after a second, so a new attempt is
/// the better chance by then.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// A connection, and the task that moves its bytes.
pub(crate) struct Link {
    connection: MultiplexedConnection,
    driver: JoinHandle<()>,
}

impl Link {
    pub(crate) fn new(
        connection: MultiplexedConnection,
        driver: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self { connection, driver: tokio::spawn(driver) }
    }

    /// A handle of the connection, which many may use at once.
    pub(crate) fn connection(&self) -> MultiplexedConnection {
        self.connection.clone()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The library's own task would otherwise wait for answers that nobody wants any more.
        self.driver.abort();
    }
}

/// What came of an attempt to connect; nothing as long as it goes on.
type Outcome = Option<Result<Arc<Link>, String>>;

/// A server, and the link to it.
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

    /// The connection, made if need be; else in a few words why there is none. An attempt to connect has an end
    /// of its own, which may be later than the caller wants to wait.
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

    /// The connection, or else the attempt to make one and whether it was begun just now.
    fn link_or_attempt(self: &Arc<Self>) -> Result<Arc<Link>, (watch::Receiver<Outcome>, bool)> {
        let mut state = lock(&self.state);
        if let Some(link) = state.link.as_ref().filter(|link| !link.driver.is_finished()) {
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
            // Whoever waited may have run out of time.
            let _ = sender.send(Some(result));
        });
        Err((receiver, true))
    }

    /// Stops using a connection. Operations that are under way on it may still come to their end.
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

/// A lock whose holder panicked holds nothing half-written here.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
