//! Why an item was not shown.

use std::collections::BTreeMap;

use lockfill_models::time::Window;

use crate::targeting::Dimension;

/// The level at which a cap counts showings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CapScope {
    /// A line item.
    LineItem,
    /// All line items of a campaign.
    Campaign,
    /// All line items of an advertiser.
    Advertiser,
}

impl CapScope {
    /// The scope's name in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LineItem => "line_item",
            Self::Campaign => "campaign",
            Self::Advertiser => "advertiser",
        }
    }
}

/// The first rule that an item failed, in the order in which rules are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rejection {
    /// The flight does not overlap the slate.
    Flight,
    /// The subject does not meet the condition of a dimension of targeting.
    Targeting(Dimension),
    /// A content is not in the language that was asked for.
    ContentLanguage,
    /// The least time since the last showing is not over within the slate.
    MinimumInterval,
    /// No hour of the slate is in the dayparts.
    Dayparting,
    /// The unit blocks a category of the item.
    BlockedCategory,
    /// The unit blocks the advertiser.
    BlockedAdvertiser,
    /// The rating is above the highest one that the unit shows.
    ContentRating,
    /// The eCPM is below the unit's floor price.
    FloorPrice,
    /// The campaign's budget is spent.
    Budget,
    /// The pacing gate is closed for this user in this minute.
    Pacing,
    /// The line item has a hard cap, and the user's history is not known.
    UnknownHistory,
    /// A cap is used up by what the user has seen and what the slate holds.
    FrequencyCap(CapScope, Window),
    /// The unit's lock screen is free of ads.
    AdRatio,
    /// The advertiser has as many slots as the unit allows.
    AdvertiserLimit,
    /// A slot of the slate has an exclusion label of the line item.
    ExclusionLabel,
    /// The slate shows every creative of the line item already.
    NoCreative,
    /// The slate was full before the item's turn.
    NotReached,
}

impl Rejection {
    /// The rule's name in answers, logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Flight => "flight",
            Self::Targeting(dimension) => dimension.name(),
            // An answer names both rules on languages alike.
            Self::ContentLanguage => "language",
            Self::MinimumInterval => "minimum_interval",
            Self::Dayparting => "dayparting",
            Self::BlockedCategory => "blocked_category",
            Self::BlockedAdvertiser => "blocked_advertiser",
            Self::ContentRating => "content_rating",
            Self::FloorPrice => "floor_price",
            Self::Budget => "budget",
            Self::Pacing => "pacing",
            Self::UnknownHistory => "unknown_history",
            Self::FrequencyCap(..) => "frequency_cap",
            Self::AdRatio => "ad_ratio",
            Self::AdvertiserLimit => "advertiser_limit",
            Self::ExclusionLabel => "exclusion_label",
            Self::NoCreative => "no_creative",
            Self::NotReached => "not_reached",
        }
    }
}

/// How many items each rule rejected, by the rule's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectionCounts(BTreeMap<&'static str, usize>);

impl RejectionCounts {
    /// Counts one item.
    pub fn add(&mut self, rejection: Rejection) {
        *self.0.entry(rejection.name()).or_default() += 1;
    }

    /// Counts some items.
    pub(crate) fn add_many(&mut self, rejection: Rejection, items: usize) {
        if items > 0 {
            *self.0.entry(rejection.name()).or_default() += items;
        }
    }

    /// Adds other counts.
    pub(crate) fn add_all(&mut self, others: &Self) {
        for (&name, &count) in &others.0 {
            *self.0.entry(name).or_default() += count;
        }
    }

    /// Takes out what a rule rejected: how many items.
    pub(crate) fn take(&mut self, rejection: Rejection) -> usize {
        self.0.remove(rejection.name()).unwrap_or(0)
    }

    /// The counts by name, in the names' order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.0.iter().map(|(&name, &count)| (name, count))
    }

    /// The rule that rejected most; of several, the alphabetically first.
    #[must_use]
    pub fn most_common(&self) -> Option<&'static str> {
        self.0.iter().rev().max_by_key(|&(_, &count)| count).map(|(&name, _)| name)
    }
}
