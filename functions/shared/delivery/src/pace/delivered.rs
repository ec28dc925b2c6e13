//! What the pacing is told: what was delivered so far, and what happened since its last run.

use std::collections::HashMap;

/// Valid events and what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Valid impressions.
    pub impressions: u64,
    /// Valid clicks.
    pub clicks: u64,
    /// What they cost, in micros of the line item's currency.
    pub spend_micros: i64,
}

/// What was delivered of one line item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemDelivered {
    /// Since ever.
    pub lifetime: Counts,
    /// Of the day of its campaign (`CampaignTerms::day`).
    pub today: Counts,
    /// Valid impressions that arrived since the last run, by the id of the unit. Empty where it is not known.
    pub recent_by_unit: Vec<(String, u64)>,
}

/// The input of one run. What is missing counts as 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// By line item id.
    pub line_items: HashMap<String, ItemDelivered>,
    /// What was delivered of line items that the terms do not have any more, by campaign id, with what it cost in the
    /// currency of the campaign's budget.
    pub withdrawn: HashMap<String, ItemDelivered>,
    /// Slots that were handed out since the last run, by line item id.
    pub handed_out: HashMap<String, u64>,
    /// Requests since the last run, by unit id.
    pub requests: HashMap<String, u64>,
}
