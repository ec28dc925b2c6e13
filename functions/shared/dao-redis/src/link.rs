//! A connection to one server, together with the task that moves its bytes.

use std::sync::atomic::{AtomicBool, Ordering};

use redis::aio::MultiplexedConnection;
use tokio::task::JoinHandle;

use crate::heard::Silence;

/// A connection that several operations use at once. Dropping the last reference to a link ends its task.
pub(crate) struct Link {
    connection: MultiplexedConnection,
    driver: JoinHandle<()>,
    silence: Silence,
    /// Whether the server refuses to serve on this connection, which another one may do.
    is_refused: AtomicBool,
}

impl Link {
    /// Starts `driver`, the future that moves the bytes of `connection`, in a task of its own.
    pub(crate) fn new(
        connection: MultiplexedConnection,
        driver: impl Future<Output = ()> + Send + 'static,
        silence: Silence,
    ) -> Self {
        Self { connection, driver: tokio::spawn(driver), silence, is_refused: AtomicBool::new(false) }
    }

    /// A handle to the connection. Many handles may be in use at the same time.
    pub(crate) fn connection(&self) -> MultiplexedConnection {
        self.connection.clone()
    }

    /// An operation has reached its deadline. The connection may be dead, until it brings a byte.
    pub(crate) fn suspect(&self) {
        self.silence.begins();
    }

    /// The server has answered that it does not serve here, or that it does.
    pub(crate) fn set_refused(&self, is_refused: bool) {
        self.is_refused.store(is_refused, Ordering::Relaxed);
    }

    /// Whether another connection may be better.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.silence.lasts() || self.is_refused.load(Ordering::Relaxed)
    }

    /// Whether the connection has ended: its task has returned.
    pub(crate) fn is_finished(&self) -> bool {
        self.driver.is_finished()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The task would otherwise go on waiting for answers that no operation needs any more.
        self.driver.abort();
    }
}
