//! One connection, kept for the requests to come, and replaced when it is dead.
//!
//! Between two invocations a Lambda environment is frozen, for seconds or for hours. What that does to
//! connections, and what is done about it:
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

use lockfill_dao::DaoError;
use redis::RedisError;
use redis::aio::MultiplexedConnection;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::errors::{is_dead, is_misplaced, reason, translate, unavailable};
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
}

impl Drop for Link {
    fn drop(&mut self) {
        // The library's own task would otherwise wait for answers that nobody wants any more.
        self.driver.abort();
    }
}

/// What came of an attempt to connect; nothing as long as it goes on.
type Outcome = Option<Result<Arc<Link>, String>>;

/// Keeps a link.
pub(crate) struct Links {
    address: Address,
    deadline: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Option<Arc<Link>>,
    connecting: Option<watch::Receiver<Outcome>>,
}

impl Links {
    pub(crate) fn new(address: Address, deadline: Duration) -> Self {
        Self { address, deadline, state: Mutex::default() }
    }

    /// Connects if there is no connection, and takes as long as an attempt may take.
    pub(crate) async fn warm(self: &Arc<Self>) -> Result<(), String> {
        self.link().await.map(drop)
    }

    /// Does something with a connection, within the deadline. It may be done twice: the answer to the first
    /// time may have been lost with its connection.
    pub(crate) async fn run<T, F>(
        self: &Arc<Self>,
        operation: impl Fn(MultiplexedConnection) -> F + Sync,
    ) -> Result<T, DaoError>
    where
        F: Future<Output = Result<T, RedisError>> + Send,
    {
        let used = Mutex::new(None);
        let attempts = async {
            match self.attempt(&used, &operation).await {
                Err(Failure::Answer(error)) if is_dead(&error) => self.attempt(&used, &operation).await,
                result => result,
            }
        };
        match timeout(self.deadline, attempts).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Failure::Answer(error))) => Err(translate(&error)),
            Ok(Err(Failure::NoLink(reason))) => Err(unavailable(reason)),
            Err(_) => {
                if let Some(link) = lock(&used).take() {
                    self.discard(&link);
                }
                Err(unavailable(format!("no answer within {} ms", self.deadline.as_millis())))
            }
        }
    }

    async fn attempt<T, F>(
        self: &Arc<Self>,
        used: &Mutex<Option<Arc<Link>>>,
        operation: &(impl Fn(MultiplexedConnection) -> F + Sync),
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, RedisError>> + Send,
    {
        let link = self.link().await.map_err(Failure::NoLink)?;
        *lock(used) = Some(Arc::clone(&link));
        operation(link.connection.clone()).await.map_err(|error| {
            if is_dead(&error) || is_misplaced(&error) {
                self.discard(&link);
            }
            Failure::Answer(error)
        })
    }

    /// The connection, made if need be.
    async fn link(self: &Arc<Self>) -> Result<Arc<Link>, String> {
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
        let links = Arc::clone(self);
        tokio::spawn(async move {
            let result = match timeout(CONNECT_TIMEOUT, links.address.connect()).await {
                Ok(Ok(link)) => Ok(Arc::new(link)),
                Ok(Err(error)) => Err(reason(&error)),
                Err(_) => Err("no connection in time".to_owned()),
            };
            let mut state = lock(&links.state);
            state.connecting = None;
            state.link = result.as_ref().ok().cloned();
            drop(state);
            // Whoever waited may have run out of time.
            let _ = sender.send(Some(result));
        });
        Err((receiver, true))
    }

    /// Stops using a connection. Operations that are under way on it may still come to their end.
    fn discard(&self, link: &Arc<Link>) {
        let mut state = lock(&self.state);
        if state.link.as_ref().is_some_and(|current| Arc::ptr_eq(current, link)) {
            state.link = None;
        }
    }
}

/// Why there is no result.
enum Failure {
    NoLink(String),
    Answer(RedisError),
}

async fn outcome(mut attempt: watch::Receiver<Outcome>) -> Result<Arc<Link>, String> {
    let given_up = || Err("the attempt to connect was given up".to_owned());
    match attempt.wait_for(Option::is_some).await {
        Ok(outcome) => outcome.clone().unwrap_or_else(given_up),
        Err(_) => given_up(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
