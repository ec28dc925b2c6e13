//! The slate while it is filled: the slots that are taken limit which line items may join.

use std::cell::OnceCell;

use crate::context::Context;
use crate::frequency_cap::{Placed, all_scopes, check_scopes};
use crate::rejection::{CapScope, Rejection};
use lockfill_catalog::{CapKind, LineItem};
use lockfill_models::draw::{Draws, Purpose, bytes_hash};
use lockfill_models::time::Window;
use lockfill_models::user_state::Source;

/// The ads placed so far.
pub(super) struct Slate<'a, 'c> {
    context: &'a Context<'a, 'c>,
    placed: Placed,
    exclusion_labels: Vec<&'c str>,
    /// The draws among creatives, once a line item has several.
    draws: OnceCell<Draws>,
}

impl<'a, 'c> Slate<'a, 'c> {
    pub(super) fn new(context: &'a Context<'a, 'c>) -> Self {
        let placed = Placed::with_capacity(context.count);
        Self { context, placed, exclusion_labels: Vec::new(), draws: OnceCell::new() }
    }

    /// Whether the line item has a slot.
    pub(super) fn holds(&self, line_item: LineItem<'_>) -> bool {
        self.placed.count(CapScope::LineItem, line_item.index()) > 0
    }

    /// Whether an advertiser has as many slots as the unit allows.
    pub(super) fn is_full(&self, advertiser: u32) -> bool {
        let slots_max = self.context.inputs.unit.advertiser_slots_max;
        // Not so many slots in all are not so many of one advertiser.
        self.placed.len() >= slots_max
            && self.placed.count(CapScope::Advertiser, advertiser) as usize >= slots_max
    }

    /// Gives the line item one more slot: the place of its creative, or the rule that rejects it for the rest of this
    /// slate.
    pub(super) fn place(&mut self, line_item: LineItem<'c>) -> Result<u32, Rejection> {
        let scopes = all_scopes(line_item);
        let places = scopes.map(|capped| capped.index);
        let on_slate @ [own, _, of_advertiser] = self.placed.counts(places);
        if let Some(rejection) = check_scopes(scopes, self.context, on_slate) {
            return Err(rejection);
        }
        let holds = own > 0;
        let is_unknown = self.context.inputs.state.source == Source::Unknown;
        let is_unsure = holds && is_unknown && line_item.is_capped();
        if is_unsure && line_item.cap_kind() == CapKind::Soft {
            return Err(Rejection::FrequencyCap(CapScope::LineItem, Window::Lifetime));
        }
        if of_advertiser as usize >= self.context.inputs.unit.advertiser_slots_max {
            return Err(Rejection::AdvertiserLimit);
        }
        let labels = line_item.exclusion_labels();
        if labels.iter().any(|label| self.exclusion_labels.contains(&label)) {
            return Err(Rejection::ExclusionLabel);
        }
        let creative = self.choose_creative(line_item, holds).ok_or(Rejection::NoCreative)?;
        self.placed.add(places, creative);
        self.exclusion_labels.extend(labels.iter());
        Ok(creative)
    }

    /// Draws among the creatives that the slate does not show yet, by weight; weights of 0 are chosen only
    /// where all are 0.
    fn choose_creative(&self, line_item: LineItem<'c>, holds: bool) -> Option<u32> {
        // A creative belongs to one line item.
        let is_unused = |place: &u32| !holds || !self.placed.shows(*place);
        let unused = || line_item.creative_places().filter(is_unused);
        if line_item.creative_places().len() <= 1 {
            return unused().next();
        }
        let weight = |place: u32| u64::from(line_item.creative(place).weight());
        let total: u64 = unused().map(weight).sum();
        if total == 0 || unused().nth(1).is_none() {
            return unused().next();
        }
        let draws = self.draws.get_or_init(|| self.context.draws(Purpose::CreativeRotation));
        let mut rest = draws.of(bytes_hash(line_item.id_bytes())) % total;
        unused().find(|&place| {
            let weight = weight(place);
            let is_chosen = rest < weight;
            rest = rest.saturating_sub(weight);
            is_chosen
        })
    }
}
