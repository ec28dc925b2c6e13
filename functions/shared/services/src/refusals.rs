//! The versions that cannot be served.

use std::collections::BTreeMap;

use jiff::Timestamp;
use lockfill_dao::Published;

use crate::age::age_ms;

/// After how long a refused version is tried again; each time twice as long after. It may have been compiled in this
/// program's format meanwhile.
const FIRST_RETRY_MS: i64 = 60_000;
const RETRY_MS_MAX: i64 = 3_600_000;
/// How many versions are remembered; the oldest are forgotten.
const VERSIONS_MAX: usize = 32;

/// The versions that were refused, whatever the reason.
#[derive(Debug, Default)]
pub(crate) struct Refusals(BTreeMap<u64, Refusal>);

#[derive(Debug)]
struct Refusal {
    published: Published,
    tried_at: Timestamp,
    retry_ms: i64,
}

impl Refusals {
    /// Whether a version may be tried: it was not refused, or long ago.
    pub(crate) fn may_try(&self, published: &Published, now: Timestamp) -> bool {
        let refusal = self.0.get(&published.version).filter(|refusal| refusal.published == *published);
        refusal.is_none_or(|refusal| age_ms(refusal.tried_at, now) >= refusal.retry_ms)
    }

    /// Remembers a version. Returns whether it is news.
    pub(crate) fn add(&mut self, published: Published, now: Timestamp) -> bool {
        let before = self.0.get(&published.version).filter(|refusal| refusal.published == published);
        let retry_ms = before.map_or(FIRST_RETRY_MS, |refusal| (refusal.retry_ms * 2).min(RETRY_MS_MAX));
        let is_new = before.is_none();
        self.0.insert(published.version, Refusal { published, tried_at: now, retry_ms });
        while self.0.len() > VERSIONS_MAX {
            self.0.pop_first();
        }
        is_new
    }

    /// Forgets a version, which can be served after all.
    pub(crate) fn remove(&mut self, published: &Published) {
        self.0.remove(&published.version);
    }

    /// The milliseconds after which a version may be tried again; a minute if it was not refused.
    pub(crate) fn retry_ms(&self, published: Option<Published>) -> i64 {
        let refusal = published.and_then(|published| self.0.get(&published.version));
        refusal.map_or(FIRST_RETRY_MS, |refusal| refusal.retry_ms)
    }
}

#[cfg(test)]
mod tests {
    use lockfill_dao::RowsDigest;

    use super::*;

    fn published(version: u64, digest: u8) -> Published {
        Published { version, digest: RowsDigest::from_bytes([digest; 32]) }
    }

    #[test]
    fn a_refused_version_is_tried_after_a_minute_and_then_twice_as_long_after() {
        let at = |seconds: i64| Timestamp::from_second(1_780_000_000 + seconds).unwrap();
        let mut refusals = Refusals::default();
        assert!(refusals.may_try(&published(3, 1), at(0)));
        assert!(refusals.add(published(3, 1), at(0)));
        assert!(!refusals.may_try(&published(3, 1), at(59)));
        assert!(refusals.may_try(&published(3, 2), at(1)), "other rows under the same version");
        assert!(refusals.may_try(&published(3, 1), at(60)));
        assert!(!refusals.add(published(3, 1), at(60)), "no news");
        assert!(!refusals.may_try(&published(3, 1), at(179)));
        assert!(refusals.may_try(&published(3, 1), at(180)));
        assert!(refusals.may_try(&published(3, 1), at(-100)), "a clock that was set back");
        for version in 100..200 {
            refusals.add(published(version, 1), at(0));
        }
        assert_eq!(refusals.0.len(), VERSIONS_MAX);
    }
}
