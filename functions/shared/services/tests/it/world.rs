//! A store whose reads behave as a test tells them, and an environment that a test freezes.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lockfill_catalog::compile::compile;
use lockfill_catalog::rows::CatalogRows;
use lockfill_dao::memory::MemoryCatalog;
use lockfill_dao::{BlobManifest, CatalogReader, DaoError, Published};
use lockfill_services::CatalogCache;
use tokio::sync::Notify;

/// A read of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    Pointer,
    Before(u64),
    Manifest(u64),
    Chunk(u64, usize),
}

/// What becomes of a read.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    Answer,
    After(Duration),
    Fail,
    Hang,
}

type Rule = Box<dyn Fn(Read, usize) -> Fate + Send>;

/// A store. The rule is asked about each read, and about how often it was made before.
pub struct Store {
    pub catalog: MemoryCatalog,
    rule: Mutex<Rule>,
    reads: Mutex<Vec<Read>>,
    /// Where it is told that the next chunk may be unpacked.
    unpacking_may_end: Mutex<Option<Receiver<()>>>,
    pub unpacking_has_begun: Notify,
}

impl Store {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            catalog: MemoryCatalog::default(),
            rule: Mutex::new(Box::new(|_, _| Fate::Answer)),
            reads: Mutex::default(),
            unpacking_may_end: Mutex::default(),
            unpacking_has_begun: Notify::new(),
        })
    }

    /// The next chunk is unpacked when a test says so, or never within ten seconds.
    pub fn unpack_when_told(&self, may_end: Receiver<()>) {
        *self.unpacking_may_end.lock().unwrap() = Some(may_end);
    }

    /// Publishes a version of several chunks.
    pub fn publish(&self, version: u64) {
        self.catalog.publish(version, blob(version));
    }

    pub fn rule(&self, rule: impl Fn(Read, usize) -> Fate + Send + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }

    /// Manifests and chunks take eight milliseconds, other reads two.
    pub fn take_milliseconds(&self) {
        self.rule(|read, _| match read {
            Read::Chunk(..) | Read::Manifest(_) => Fate::After(Duration::from_millis(8)),
            _ => Fate::After(Duration::from_millis(2)),
        });
    }

    /// How many reads that the test means were made.
    pub fn count(&self, wanted: impl Fn(Read) -> bool) -> usize {
        self.reads.lock().unwrap().iter().filter(|read| wanted(**read)).count()
    }

    async fn meet(&self, read: Read) -> Result<(), DaoError> {
        let before = self.count(|made| made == read);
        self.reads.lock().unwrap().push(read);
        let fate = self.rule.lock().unwrap()(read, before);
        match fate {
            Fate::Answer => Ok(()),
            Fate::After(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            Fate::Fail => Err(DaoError::Unavailable { store: "test", reason: "told to fail".to_owned() }),
            Fate::Hang => std::future::pending().await,
        }
    }
}

impl CatalogReader for Store {
    type Chunk = Vec<u8>;

    async fn current(&self) -> Result<Option<Published>, DaoError> {
        self.meet(Read::Pointer).await?;
        self.catalog.current().await
    }

    async fn before(&self, version: u64) -> Result<Option<Published>, DaoError> {
        self.meet(Read::Before(version)).await?;
        self.catalog.before(version).await
    }

    async fn manifest(&self, published: &Published) -> Result<BlobManifest, DaoError> {
        self.meet(Read::Manifest(published.version)).await?;
        self.catalog.manifest(published).await
    }

    async fn chunk(&self, manifest: &BlobManifest, index: usize) -> Result<Vec<u8>, DaoError> {
        self.meet(Read::Chunk(manifest.published.version, index)).await?;
        self.catalog.chunk(manifest, index).await
    }

    fn unpack(&self, chunk: Vec<u8>, place: &mut [u8]) -> Result<(), DaoError> {
        let may_end = self.unpacking_may_end.lock().unwrap().take();
        if let Some(may_end) = may_end {
            self.unpacking_has_begun.notify_one();
            may_end
                .recv_timeout(Duration::from_secs(10))
                .expect("nothing else goes on while a chunk is unpacked");
        }
        self.catalog.unpack(chunk, place)
    }
}

/// A blob of six chunks or more.
pub fn blob(version: u64) -> Vec<u8> {
    let mut rows = CatalogRows::default();
    let content = |number: usize, title: &str| {
        format!(
            r#"{{"id":"ct-{number}","channel_id":"ch-1","title":"{title}","image_url":"https://i.example/{number}",
            "landing_url":"https://l.example/{number}","language":"ko","published_at":"2026-11-01T00:00:00Z",
            "quality_ppm":1}}"#
        )
    };
    rows.channels.push(serde_json::from_str(r#"{"id":"ch-1","name":"n"}"#).unwrap());
    for number in 0..60 {
        let title = format!("{number}{}", "x".repeat(200_000));
        rows.contents.push(serde_json::from_str(&content(number, &title)).unwrap());
    }
    compile(version, rows).unwrap().into_blob().as_bytes().to_vec()
}

/// The instant `ms` milliseconds after the beginning of a test.
pub fn at(ms: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T09:00:30Z".parse().unwrap();
    start + SignedDuration::from_millis(ms)
}

/// An environment over a store, and its wall clock in milliseconds.
pub struct Environment {
    pub cache: CatalogCache<Store>,
    pub clock_ms: Mutex<i64>,
}

/// A store with versions 1 and 2, and an environment that has served 1 and not seen 2.
pub async fn behind_by_one() -> (Arc<Store>, Environment) {
    let store = Store::new();
    store.publish(1);
    let environment = Environment::new(&store);
    assert_eq!(environment.get().await, Some((1, false)));
    store.publish(2);
    (store, environment)
}

impl Environment {
    pub fn new(store: &Arc<Store>) -> Self {
        Self { cache: CatalogCache::new(Arc::clone(store)), clock_ms: Mutex::new(0) }
    }

    /// The version that is served and whether it is marked; `None` if there is no catalog.
    pub async fn get(&self) -> Option<(u64, bool)> {
        let now = at(*self.clock_ms.lock().unwrap());
        let served = self.cache.get(now).await.ok()?;
        Some((served.catalog.version(), served.is_stale))
    }

    /// Passes time, awake.
    pub async fn wait(&self, ms: u64) {
        for _ in 0..ms.div_ceil(5) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        *self.clock_ms.lock().unwrap() += i64::try_from(ms).unwrap();
    }

    /// Passes time, frozen: nothing runs, and no timer but the wall clock goes on.
    pub fn freeze(&self, ms: i64) {
        *self.clock_ms.lock().unwrap() += ms;
    }
}
