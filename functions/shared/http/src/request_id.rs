//! The ids of answers.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// Makes ids: UUIDs of version 7, whose time is the request's.
///
/// Their other bits are hashes of a counter under a key that the system's random generator gave to this process. So
/// they differ within a process and between processes, and cannot be guessed, without a call of the system for each.
#[derive(Debug, Default)]
pub(crate) struct RequestIds {
    key: RandomState,
    count: AtomicU64,
}

impl RequestIds {
    /// The id of an answer to a request that arrived at `now`.
    pub(crate) fn next(&self, now: Timestamp) -> Uuid {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut bits = [0; 10];
        let hash = self.key.hash_one(count);
        bits[..8].copy_from_slice(&hash.to_be_bytes());
        // Two hashes may be equal; the counts mixed into them are not. The last byte chooses a shard of the ledger, so it
        // must be as random as the hash.
        bits[8..].copy_from_slice(&(hash ^ count).to_be_bytes()[6..]);
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(milliseconds, &bits).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_of_version_7_with_the_time_of_the_request_and_differ_between_processes() {
        let now = Timestamp::from_millisecond(1_780_000_000_123).unwrap();
        let processes = [RequestIds::default(), RequestIds::default()];
        let ids: Vec<Uuid> =
            processes.iter().flat_map(|ids| (0..70_000).map(move |_| ids.next(now))).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 140_000);
        for id in ids {
            assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
            assert_eq!(id.as_u128() >> 80, 1_780_000_000_123);
        }
    }

    #[test]
    fn first_ids_of_processes_are_spread_over_the_shards_of_the_ledger() {
        let now = Timestamp::from_millisecond(1_780_000_000_123).unwrap();
        let shards: HashSet<_> =
            (0..256).map(|_| RequestIds::default().next(now).as_bytes()[15] % 16).collect();
        assert!(shards.len() > 12, "{shards:?}");
    }
}
