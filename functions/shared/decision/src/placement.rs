//! The slate while it is filled: the slots that are taken limit which line items may join.

use crate::context::Context;
use crate::frequency_cap::{self, Placed};
use crate::rejection::{CapScope, Rejection};
use lockfill_catalog::{CapKind, Creative, LineItem};
use lockfill_models::draw::{Purpose, draw};
use lockfill_models::time::Window;
use lockfill_models::user_state::Source;

/// The ads placed so far.
pub(super) struct Slate<'a, 'c> {
    context: &'a Context<'a, 'c>,
    placed: Placed,
    // Of a few slots: a search is faster than a hash.
    creatives: Vec<u32>,
    exclusion_labels: Vec<&'c str>,
}

impl<'a, 'c> Slate<'a, 'c> {
    pub(super) fn new(context: &'a Context<'a, 'c>) -> Self {
        Self { context, placed: Placed::default(), creatives: Vec::new(), exclusion_labels: Vec::new() }
    }

    /// Whether the line item has a slot.
    pub(super) fn holds(&self, line_item: LineItem<'_>) -> bool {
        self.placed.count(CapScope::LineItem, line_item.index()) > 0
    }

    /// Whether an advertiser has as many slots as the unit allows.
    pub(super) fn is_full(&self, advertiser: u32) -> bool {
        let slots = self.placed.count(CapScope::Advertiser, advertiser);
        usize::try_from(slots).unwrap_or(usize::MAX) >= self.context.inputs.unit.advertiser_slots_max
    }

    /// Gives the line item one more slot, or the rule that rejects it for the rest of this slate.
    pub(super) fn place(&mut self, line_item: LineItem<'c>) -> Result<Creative<'c>, Rejection> {
        if let Some(rejection) = frequency_cap::check(line_item, self.context, &self.placed) {
            return Err(rejection);
        }
        let is_unsure = self.context.inputs.state.source == Source::Unknown && line_item.is_capped();
        if is_unsure && line_item.cap_kind() == CapKind::Soft && self.holds(line_item) {
            return Err(Rejection::FrequencyCap(CapScope::LineItem, Window::Lifetime));
        }
        if self.is_full(line_item.campaign().advertiser().index()) {
            return Err(Rejection::AdvertiserLimit);
        }
        let labels = line_item.exclusion_labels();
        if labels.iter().any(|label| self.exclusion_labels.contains(&label)) {
            return Err(Rejection::ExclusionLabel);
        }
        let creative = self.choose_creative(line_item).ok_or(Rejection::NoCreative)?;
        self.placed.add(line_item);
        self.creatives.push(creative.index());
        self.exclusion_labels.extend(labels.iter());
        Ok(creative)
    }

    /// Draws among the creatives that the slate does not show yet, by weight; weights of 0 are chosen only
    /// where all are 0.
    fn choose_creative(&self, line_item: LineItem<'c>) -> Option<Creative<'c>> {
        let unused = || line_item.creatives().filter(|creative| !self.creatives.contains(&creative.index()));
        let total: u64 = unused().map(|creative| u64::from(creative.weight())).sum();
        if total == 0 || unused().nth(1).is_none() {
            return unused().next();
        }
        let minute = self.context.slate.from.epoch_minute();
        let mut rest =
            draw(Purpose::CreativeRotation, &self.context.inputs.query.user_id, line_item.id(), minute)
                % total;
        unused().find(|creative| {
            let weight = u64::from(creative.weight());
            let is_chosen = rest < weight;
            rest = rest.saturating_sub(weight);
            is_chosen
        })
    }
}
