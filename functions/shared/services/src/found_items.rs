//! What the claims of a token mean: the ids that are counted, and the landing page.
//!
//! A token names its item by a hash, and the catalog has the ids. An item that was withdrawn is in the catalog for as
//! long as its tokens live. An item that only a newer version has belongs to an answer of another environment, which
//! has loaded that version earlier: the event waits for it. What is not found then is not counted, because the user's
//! history is kept by ids.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lockfill_catalog::rows::WithdrawnKind;
use lockfill_catalog::{Catalog, Creative, Tombstone};
use lockfill_dao::CatalogReader;
use lockfill_models::event::ShownItem;
use lockfill_models::time::EpochSeconds;
use tokio::time::Instant;

use crate::catalog_cache::{CatalogCache, CatalogUnavailable};
use crate::claims::{ClaimedItem, Claims};

/// How long an event waits for the version that has its item: a little longer than the time between two reads of the
/// version pointer.
const NEWER_WAIT: Duration = Duration::from_millis(1_300);
/// The time between two looks.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// That a creative or content is not shown any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Withdrawal {
    /// Since when.
    pub at: EpochSeconds,
    /// Whether its links lead nowhere.
    pub is_blocked: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The ids that are counted; `None` if the catalog does not have the item.
    pub item: Option<ShownItem>,
    /// The landing page, if the catalog has one for the item.
    pub landing_url: Option<String>,
    /// The creative's id, if the catalog has it.
    pub creative_id: Option<String>,
    /// The unit's id, if the catalog has it.
    pub unit_id: Option<String>,
    /// The withdrawal of the creative or content.
    pub withdrawal: Option<Withdrawal>,
    /// Whether the catalog could not be confirmed as the newest, or does not have the item.
    pub is_catalog_stale: bool,
}

impl Found {
    /// What claims mean without a catalog.
    pub(crate) fn without_catalog(claims: &Claims) -> Self {
        let item = match &claims.item {
            ClaimedItem::Named(item) => Some(item.clone()),
            ClaimedItem::Hashed(_) => None,
        };
        Self {
            item,
            landing_url: None,
            creative_id: None,
            unit_id: None,
            withdrawal: None,
            is_catalog_stale: false,
        }
    }

    fn in_catalog(claims: &Claims, catalog: &Catalog, now: EpochSeconds, is_stale: bool) -> Self {
        let item = match &claims.item {
            ClaimedItem::Named(item) => Some(item.clone()),
            ClaimedItem::Hashed(hash) => catalog.shown_item(*hash, claims.landing_hash),
        };
        let hash = claims.landing_hash;
        let creative = catalog.creative_of_hash(hash);
        let is_served = creative.is_some() || catalog.content_of_hash(hash).is_some();
        let tombstone = catalog.tombstone_of_hash(hash).filter(|_| !is_served);
        let withdrawn_id = || tombstone.filter(|it| it.kind() == WithdrawnKind::Creative).map(Tombstone::id);
        let unit = claims.basis.as_ref().and_then(|basis| catalog.unit_of_hash(basis.unit_hash));
        Self {
            is_catalog_stale: is_stale || item.is_none(),
            item,
            landing_url: catalog.landing_url_of_hash(hash, now).map(str::to_owned),
            creative_id: creative.map(Creative::id).or_else(withdrawn_id).map(str::to_owned),
            unit_id: unit.map(|unit| unit.id.clone()),
            withdrawal: tombstone.map(|it| Withdrawal { at: it.withdrawn_at(), is_blocked: it.is_blocked() }),
        }
    }
}

/// Finds what claims mean for a request that arrived at the instant `now`, and began to be answered at `began`. The
/// events of a batch share that beginning, and so the time that they wait. An expired event does not wait, because it
/// counts for no user.
///
/// # Errors
/// If there is no catalog.
pub(crate) async fn find<R: CatalogReader + 'static>(
    catalogs: &CatalogCache<R>,
    claims: &Claims,
    (began, now): (Instant, Timestamp),
) -> Result<Found, CatalogUnavailable> {
    let may_wait = !claims.is_expired(now.into());
    let wanted = claims.basis.as_ref().filter(|_| may_wait).map_or(0, |basis| basis.catalog_version);
    loop {
        let waited = began.elapsed();
        let later = SignedDuration::try_from(waited).ok().and_then(|waited| now.checked_add(waited).ok());
        let served = catalogs.get(later.unwrap_or(now)).await?;
        let found = Found::in_catalog(claims, &served.catalog, now.into(), served.is_stale);
        if found.item.is_some() || served.catalog.version() >= wanted || waited >= NEWER_WAIT {
            return Ok(found);
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}
