//! What the pacing keeps between two runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::in_flight::{Pools, Shown};
use super::item_state::ItemState;
use super::plan::Track;
use super::room::Supply;
use super::traffic::Traffic;

/// What is not in the terms any more is kept for so long: a paused campaign comes back.
const KEPT_SECONDS: i64 = 8 * 24 * 3_600;

/// What was learned so far. The default is that of a first run. It has an entry for each line item with a budget, a goal
/// or a share, and is bounded by them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PacingState {
    /// The last run, in epoch seconds.
    pub(super) run_at: Option<i64>,
    /// The traffic by the name of the zone.
    pub(super) zones: BTreeMap<String, Traffic>,
    /// What is shown of what was handed out.
    pub(super) shown: Shown,
    /// Line items by the hash of their id.
    pub(super) line_items: BTreeMap<u64, ItemState>,
    /// Slots in flight of all line items without a limit.
    pub(super) others: (Pools, u64),
    /// Impressions that requests bring.
    pub(super) supply: Supply,
    /// Campaigns by the hash of their id.
    pub(super) campaigns: BTreeMap<u64, CampaignState>,
}

/// The plans of a campaign's budgets, in micros.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct CampaignState {
    pub(super) lifetime: Option<Track>,
    pub(super) day: Option<Track>,
    /// The last run that knew of the campaign, in epoch seconds.
    pub(super) known_at: i64,
}

impl PacingState {
    /// Forgets what no terms have had for long.
    pub(super) fn forget(&mut self, now: i64) {
        self.line_items.retain(|_, item| now - item.known_at <= KEPT_SECONDS);
        self.campaigns.retain(|_, campaign| now - campaign.known_at <= KEPT_SECONDS);
    }
}
