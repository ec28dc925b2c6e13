//! How often one user may see a line item, a campaign and an advertiser in fixed windows.

use std::collections::HashMap;

use crate::context::Context;
use crate::rejection::{CapScope, Rejection};
use lockfill_catalog::{Cap, Caps, LineItem};
use lockfill_models::user_state::{History, UserState};

/// Caps, and what they count the showings of.
#[derive(Debug, Clone, Copy)]
pub struct Capped<'c> {
    /// The scope of the caps.
    pub scope: CapScope,
    /// The id in that scope.
    pub id: &'c str,
    /// The caps.
    pub caps: Caps<'c>,
}

/// The slots of a slate by scope and id.
#[derive(Default)]
pub struct Placed<'c> {
    counts: HashMap<(CapScope, &'c str), u32>,
}

impl<'c> Placed<'c> {
    /// The number of slots in a scope.
    #[must_use]
    pub fn count(&self, scope: CapScope, id: &str) -> u32 {
        self.counts.get(&(scope, id)).copied().unwrap_or(0)
    }

    /// Counts one slot of a line item.
    pub(crate) fn add(&mut self, line_item: LineItem<'c>) {
        for (scope, id) in scopes(line_item).map(|capped| (capped.scope, capped.id)) {
            *self.counts.entry((scope, id)).or_default() += 1;
        }
    }
}

/// The line item's own caps, its campaign's and its advertiser's.
pub fn scopes(line_item: LineItem<'_>) -> impl Iterator<Item = Capped<'_>> {
    let campaign = line_item.campaign();
    let advertiser = campaign.advertiser();
    [
        Capped { scope: CapScope::LineItem, id: line_item.id(), caps: line_item.caps() },
        Capped { scope: CapScope::Campaign, id: campaign.id(), caps: campaign.caps() },
        Capped { scope: CapScope::Advertiser, id: advertiser.id(), caps: advertiser.caps() },
    ]
    .into_iter()
}

/// The first cap that another slot would break, counting what the user saw and what the slate holds.
#[must_use]
pub fn check(line_item: LineItem<'_>, context: &Context<'_, '_>, placed: &Placed<'_>) -> Option<Rejection> {
    scopes(line_item).find_map(|capped| {
        let history = histories(context.inputs.state, capped.scope).get(capped.id);
        let on_slate = placed.count(capped.scope, capped.id);
        let is_used_up = |cap: &Cap| {
            let seen = history.map_or(0, |history| history.count(cap.window, &context.buckets));
            seen.saturating_add(on_slate) >= cap.limit
        };
        let used_up = capped.caps.iter().find(is_used_up)?;
        Some(Rejection::FrequencyCap(capped.scope, used_up.window))
    })
}

/// What a user saw, by the id in a scope.
#[must_use]
pub const fn histories(state: &UserState, scope: CapScope) -> &HashMap<String, History> {
    match scope {
        CapScope::LineItem => &state.line_items,
        CapScope::Campaign => &state.campaigns,
        CapScope::Advertiser => &state.advertisers,
    }
}
