//! Fills a blob with its chunks.

use std::future::poll_fn;
use std::mem;
use std::ops::Range;
use std::sync::Arc;
use std::task::Poll;

use futures_util::stream::FuturesUnordered;
use futures_util::{Stream, StreamExt};
use lockfill_catalog::blob::AlignedBytes;
use lockfill_dao::{CatalogReader, DaoError, Published};
use tokio::task::{spawn_blocking, yield_now};

use crate::catalog_state::{Partial, Shared};
use crate::steady::steady;

/// How many chunks are read at once.
const CHUNKS_AT_ONCE: usize = 4;
/// How many bytes of a blob are written between two looks for its first chunk.
const TOUCHED_AT_ONCE: usize = 512 * 1024;

/// A blob of which nothing is there yet.
pub(crate) async fn start<R: CatalogReader>(
    shared: &Shared<R>,
    published: Published,
) -> Result<Partial, DaoError> {
    let manifest = steady(shared.pauses.subscribe(), || shared.reader.manifest(&published)).await?;
    let ranges = manifest.ranges().ok_or_else(|| refused(&"the manifest is inconsistent"))?;
    let blob = AlignedBytes::zeroed(ranges.last().map_or(0, |last| last.end));
    let has = vec![false; ranges.len()];
    Ok(Partial { manifest, ranges, blob, has })
}

/// Reads the chunks that are missing, a few at once. After a failure those that are under way are awaited.
pub(crate) async fn fill<R: CatalogReader + 'static>(
    shared: &Shared<R>,
    partial: &mut Partial,
) -> Result<(), DaoError> {
    let Partial { manifest, ranges, blob, has } = partial;
    let manifest = &*manifest;
    // Each environment begins at another chunk, and so with another partition.
    let chunks = has.len();
    let first = usize::try_from(shared.jitter % chunks as u64).unwrap_or(0);
    let missing: Vec<_> =
        (0..chunks).map(|index| (first + index) % chunks).filter(|index| !has[*index]).collect();
    let mut missing = missing.into_iter();
    let mut reads = FuturesUnordered::new();
    let mut failure = None;
    let is_start = shared.lock().served.is_none() && !has.contains(&true);
    let mut untouched = if is_start { 0..blob.as_bytes().len() } else { 0..0 };
    loop {
        while reads.len() < CHUNKS_AT_ONCE && failure.is_none() {
            let Some(index) = missing.next() else { break };
            let pauses = shared.pauses.subscribe();
            reads.push(async move { (index, steady(pauses, || shared.reader.chunk(manifest, index)).await) });
        }
        let Some((index, read)) = next(&mut reads, blob, &mut untouched).await else { break };
        let unpacked = match read {
            Ok(chunk) => unpack(shared, chunk, blob, ranges[index].clone()).await,
            Err(error) => Err(error),
        };
        match unpacked {
            Ok(()) => has[index] = true,
            Err(error) => failure = Some(failure.unwrap_or(error)),
        }
        yield_now().await;
    }
    failure.map_or(Ok(()), Err)
}

/// The next read that ends. The system clears memory when it is first written. A start has that done while it waits for
/// its first chunk: it writes the blob piece by piece until the chunk is there.
async fn next<S: Stream + Unpin>(
    reads: &mut S,
    blob: &mut AlignedBytes,
    untouched: &mut Range<usize>,
) -> Option<S::Item> {
    while untouched.start < untouched.end {
        if let Poll::Ready(read) = poll_fn(|context| Poll::Ready(reads.poll_next_unpin(context))).await {
            *untouched = 0..0;
            return read;
        }
        // What was asked for leaves first.
        yield_now().await;
        let until = untouched.end.min(untouched.start + TOUCHED_AT_ONCE);
        blob.touch(untouched.start..until);
        untouched.start = until;
    }
    reads.next().await
}

/// Decompresses a chunk to its place in the blob.
async fn unpack<R: CatalogReader + 'static>(
    shared: &Shared<R>,
    chunk: R::Chunk,
    blob: &mut AlignedBytes,
    range: Range<usize>,
) -> Result<(), DaoError> {
    let reader = Arc::clone(&shared.reader);
    let mut bytes = mem::take(blob);
    let unpacked;
    (unpacked, *blob) = aside(shared, move || {
        let unpacked = reader.unpack(chunk, &mut bytes.as_mut_bytes()[range]);
        Ok((unpacked, bytes))
    })
    .await?;
    unpacked
}

/// Does work that takes milliseconds. While a catalog is served, another thread does it, so that no request waits for
/// it. A start has nothing else to do.
pub(crate) async fn aside<R, T: Send + 'static>(
    shared: &Shared<R>,
    work: impl FnOnce() -> Result<T, DaoError> + Send + 'static,
) -> Result<T, DaoError> {
    let is_serving = shared.lock().served.is_some();
    if is_serving { spawn_blocking(work).await.unwrap_or_else(|error| Err(refused(&error))) } else { work() }
}

/// The error of a version that cannot be served.
pub(crate) fn refused(reason: &impl ToString) -> DaoError {
    DaoError::Malformed { store: "the catalog's store", reason: reason.to_string() }
}
