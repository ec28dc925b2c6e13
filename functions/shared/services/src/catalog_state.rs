//! What one execution environment knows of the catalog.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lockfill_catalog::Catalog;
use lockfill_catalog::blob::AlignedBytes;
use lockfill_dao::{BlobManifest, Published};
use tokio::sync::watch;

use crate::freshness::Freshness;
use crate::refusals::Refusals;
use crate::sampling::SampledWarnings;

/// What requests, reads of the pointer and loads share.
pub(crate) struct Shared<R> {
    pub reader: Arc<R>,
    /// A number that differs between environments.
    pub jitter: u64,
    pub state: Mutex<State>,
    /// Counts the changes of the state that something may wait for.
    pub changes: watch::Sender<u64>,
    /// Counts the requests before which the environment may have been frozen.
    pub pauses: watch::Sender<u64>,
}

#[derive(Default)]
pub(crate) struct State {
    /// The version that is served.
    pub served: Option<(Published, Arc<Catalog>)>,
    /// What the last read of the pointer found; the inner `None` is a pointer that names nothing.
    #[expect(clippy::option_option, reason = "whether it was read, and whether it names anything")]
    pub pointer: Option<Option<Published>>,
    pub reads: Freshness,
    pub load: Load,
    /// What was loaded of a version when the store failed.
    pub partial: Option<Partial>,
    /// How often in a row a load of `failed` has met a store that fails, and when the next one may begin.
    pub failures: u32,
    pub failed: Option<(Option<Published>, Timestamp)>,
    pub refusals: Refusals,
    pub settled: Option<Settled>,
    pub warnings: SampledWarnings,
    pub marks: SampledWarnings,
}

/// How far the load of a version is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// None is under way.
    #[default]
    None,
    /// It waits, so that not all environments read at once.
    Waiting,
    /// It reads, unpacks or opens. So long it has kept the environment awake after answers.
    Working { kept_awake: Duration },
}

/// A pointer whose version cannot be served: nothing better than what is served was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    pub pointer: Option<Published>,
    pub until: Timestamp,
}

/// A blob of which some chunks are there.
pub(crate) struct Partial {
    pub manifest: BlobManifest,
    /// Where each chunk lies in the blob.
    pub ranges: Vec<Range<usize>>,
    pub blob: AlignedBytes,
    /// Which chunks are there.
    pub has: Vec<bool>,
}

impl<R> Shared<R> {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell_of_change(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}
