//! The store: a client, a table, and the last version that was read.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
#[cfg(feature = "test-util")]
use aws_sdk_dynamodb::config::{HttpClient, SharedHttpClient};

use crate::client;

/// How long a read of the pointer may take, its retry included. A request waits for it no longer than for Redis; what
/// arrives later confirms the version for the requests that follow.
pub(crate) const POINTER_DEADLINE: Duration = Duration::from_millis(240);
/// The deadline of the first read of a process, which has to connect, and there is no older catalog to serve meanwhile.
pub(crate) const FIRST_DEADLINE_MIN: Duration = Duration::from_secs(2);

/// Published catalogs in a table. The crate's documentation has the table's layout.
///
/// Callers share one store by reference or `Arc`. It works on a runtime of one thread.
#[derive(Debug)]
pub struct DynamoDbCatalog {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) pointer_deadline: Duration,
    /// The version of the last pointer that was read; 0 before the first.
    pub(crate) last_seen: AtomicU64,
}

impl DynamoDbCatalog {
    /// A store for a function, with a short deadline for the pointer.
    ///
    /// Region and credentials come from the places where AWS's own tools look for them. `endpoint_url` names
    /// another `DynamoDB` than AWS's. With a plain `http://` URL no certificates are loaded, which saves some
    /// milliseconds of start-up. Nothing is sent before the first read.
    pub async fn connect(table: &str, endpoint_url: Option<&str>) -> Self {
        Self::new(client::connect(endpoint_url).await, table, POINTER_DEADLINE)
    }

    /// A store for tests, with a short deadline: it speaks plain HTTP, sends fixed credentials and reads nothing
    /// of the environment.
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn connect_locally(table: &str, endpoint_url: &str) -> Self {
        Self::new(client::connect_locally(endpoint_url), table, POINTER_DEADLINE)
    }

    /// A store for tests whose requests another HTTP client answers; otherwise as [`Self::connect_locally`].
    #[cfg(feature = "test-util")]
    #[must_use]
    pub fn connect_through(table: &str, http: impl HttpClient + 'static) -> Self {
        let client = client::connect_through("http://127.0.0.1:1", SharedHttpClient::new(http));
        Self::new(client, table, POINTER_DEADLINE)
    }

    pub(crate) fn new(client: Client, table: &str, pointer_deadline: Duration) -> Self {
        Self { client, table: table.to_owned(), pointer_deadline, last_seen: AtomicU64::new(0) }
    }

    /// The deadline of the next read of the pointer.
    pub(crate) fn deadline(&self, last_seen: u64) -> Duration {
        if last_seen == 0 { self.pointer_deadline.max(FIRST_DEADLINE_MIN) } else { self.pointer_deadline }
    }
}
