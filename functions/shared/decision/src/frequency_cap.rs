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
    line_item: LineItem<'c>,
    /// The place in the catalog, among all of that scope.
    pub index: u32,
    /// The caps.
    pub caps: Caps<'c>,
}

impl<'c> Capped<'c> {
    /// The id in that scope.
    #[must_use]
    pub fn id(&self) -> &'c str {
        match self.scope {
            CapScope::LineItem => self.line_item.id(),
            CapScope::Campaign => self.line_item.campaign().id(),
            CapScope::Advertiser => self.line_item.campaign().advertiser().id(),
        }
    }
}

/// The slots of a slate by scope and place in the catalog.
#[derive(Default)]
pub struct Placed {
    // The places of each slot in the order of scopes, and of its creative. A slate has few slots: a search is faster
    // than a hash.
    slots: Vec<([u32; 3], u32)>,
}

impl Placed {
    /// The number of slots in a scope.
    #[must_use]
    pub fn count(&self, scope: CapScope, index: u32) -> u32 {
        self.slots.iter().map(|(places, _)| u32::from(places[scope as usize] == index)).sum()
    }

    /// The numbers of slots at places in the order of scopes. An item has a slot only if its campaign has one, and a
    /// campaign only if its advertiser has: most are settled by the advertiser.
    pub(crate) fn counts(&self, places: [u32; 3]) -> [u32; 3] {
        let mut counts = [0; 3];
        for (slot, _) in &self.slots {
            if slot[CapScope::Advertiser as usize] == places[CapScope::Advertiser as usize] {
                for ((count, taken), place) in counts.iter_mut().zip(slot).zip(places) {
                    *count += u32::from(*taken == place);
                }
            }
        }
        counts
    }

    /// No slot, and room for some.
    pub(crate) fn with_capacity(slots: usize) -> Self {
        Self { slots: Vec::with_capacity(slots) }
    }

    /// How many slots there are.
    pub(crate) const fn len(&self) -> usize {
        self.slots.len()
    }

    /// Counts one slot by its places in the order of scopes.
    pub(crate) fn add(&mut self, places: [u32; 3], creative: u32) {
        self.slots.push((places, creative));
    }

    /// Whether a slot shows a creative.
    pub(crate) fn shows(&self, creative: u32) -> bool {
        self.slots.iter().any(|&(_, shown)| shown == creative)
    }
}

/// The line item's own caps, its campaign's and its advertiser's.
pub fn scopes(line_item: LineItem<'_>) -> impl Iterator<Item = Capped<'_>> {
    all_scopes(line_item).into_iter()
}

/// The same in the order of [`CapScope`].
#[inline]
pub(crate) fn all_scopes(line_item: LineItem<'_>) -> [Capped<'_>; 3] {
    let campaign = line_item.campaign();
    let advertiser = campaign.advertiser();
    [
        Capped { scope: CapScope::LineItem, line_item, index: line_item.index(), caps: line_item.caps() },
        Capped { scope: CapScope::Campaign, line_item, index: campaign.index(), caps: campaign.caps() },
        Capped { scope: CapScope::Advertiser, line_item, index: advertiser.index(), caps: advertiser.caps() },
    ]
}

/// The first cap that another slot would break, counting what the user saw and what the slate holds.
#[must_use]
pub fn check(line_item: LineItem<'_>, context: &Context<'_, '_>, placed: &Placed) -> Option<Rejection> {
    let scopes = all_scopes(line_item);
    check_scopes(scopes, context, placed.counts(scopes.map(|capped| capped.index)))
}

/// The same for a line item of these scopes, each with the number of its slots.
#[inline]
pub(crate) fn check_scopes(
    [own, of_campaign, of_advertiser]: [Capped<'_>; 3],
    context: &Context<'_, '_>,
    [on_slate, of_campaign_on_slate, of_advertiser_on_slate]: [u32; 3],
) -> Option<Rejection> {
    check_scope(own, context, on_slate)
        .or_else(|| check_scope(of_campaign, context, of_campaign_on_slate))
        .or_else(|| check_scope(of_advertiser, context, of_advertiser_on_slate))
}

#[inline]
fn check_scope(capped: Capped<'_>, context: &Context<'_, '_>, on_slate: u32) -> Option<Rejection> {
    if capped.caps.is_empty() {
        return None;
    }
    // Reading ids costs more than all else here.
    let histories = histories(context.inputs.state, capped.scope);
    let history = if histories.is_empty() { None } else { histories.get(capped.id()) };
    let is_used_up = |cap: &Cap| {
        let seen = history.map_or(0, |history| history.count(cap.window, &context.buckets));
        seen.saturating_add(on_slate) >= cap.limit
    };
    let used_up = capped.caps.iter().find(is_used_up)?;
    Some(Rejection::FrequencyCap(capped.scope, used_up.window))
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
