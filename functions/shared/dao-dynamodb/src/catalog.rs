//! The store itself: a client, a table, and the little that it remembers.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use aws_sdk_dynamodb::Client;

use crate::client;
use crate::write::Claim;

/// How long a request may wait for the pointer, its retry included: less than the 250 ms that an allocation
/// waits for a confirmation of its catalog.
const POINTER_DEADLINE: Duration = Duration::from_millis(240);
/// The same for the first read, which has to connect and has nothing to serve meanwhile, and for people.
const PATIENT_DEADLINE: Duration = Duration::from_secs(10);

/// Catalogs in a table. See the crate's own documentation for the table's layout.
///
/// It is cheap to share by reference or `Arc`, and works on a runtime of one thread.
#[derive(Debug)]
pub struct DynamoDbCatalog {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) pointer_deadline: Duration,
    /// The version of the last pointer that was read; 0 before the first.
    pub(crate) last_seen: AtomicU64,
    /// The version that this store writes, between its rows and its publication.
    pub(crate) claim: Mutex<Option<Claim>>,
}

impl DynamoDbCatalog {
    /// A store for serving, which would rather know soon that the pointer cannot be read.
    ///
    /// Region and credentials come from where AWS's own tools look for them. `endpoint_url` names another
    /// `DynamoDB` than AWS's; over plain `http://` no certificates are loaded, which saves some
    /// milliseconds of start-up. Nothing is sent before the first read.
    pub async fn connect(table: &str, endpoint_url: Option<&str>) -> Self {
        Self::new(client::connect(endpoint_url).await, table, POINTER_DEADLINE)
    }

    /// The same for a program that a person waits for, and whose way to `DynamoDB` may be long.
    pub async fn connect_patiently(table: &str, endpoint_url: Option<&str>) -> Self {
        Self::new(client::connect(endpoint_url).await, table, PATIENT_DEADLINE)
    }

    /// The same for serving from a `DynamoDB` in a test, over plain HTTP, with made-up credentials. It asks
    /// the environment for nothing.
    #[must_use]
    pub fn connect_locally(table: &str, endpoint_url: &str) -> Self {
        Self::new(client::connect_locally(endpoint_url), table, POINTER_DEADLINE)
    }

    fn new(client: Client, table: &str, pointer_deadline: Duration) -> Self {
        Self {
            client,
            table: table.to_owned(),
            pointer_deadline,
            last_seen: AtomicU64::new(0),
            claim: Mutex::new(None),
        }
    }

    /// The deadline of the next pointer read.
    pub(crate) fn deadline(&self, last_seen: u64) -> Duration {
        if last_seen == 0 { self.pointer_deadline.max(Duration::from_secs(2)) } else { self.pointer_deadline }
    }
}
