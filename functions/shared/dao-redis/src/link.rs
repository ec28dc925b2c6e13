//! A connection to one server, together with the task that moves its bytes.

use redis::aio::MultiplexedConnection;
use tokio::task::JoinHandle;

/// A connection that several operations use at once. Dropping the last reference to a link ends its task.
pub(crate) struct Link {
    connection: MultiplexedConnection,
    driver: JoinHandle<()>,
}

impl Link {
    /// Starts `driver`, the future that moves the bytes of `connection`, in a task of its own.
    pub(crate) fn new(
        connection: MultiplexedConnection,
        driver: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self { connection, driver: tokio::spawn(driver) }
    }

    /// A handle to the connection. Many handles may be in use at the same time.
    pub(crate) fn connection(&self) -> MultiplexedConnection {
        self.connection.clone()
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
