//! What a decision reads: rows that were checked, joined and brought to one currency.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::targeting::Targeting;
use lockfill_models::arithmetic::{Pricing, Rates, ecpm_micros};
use lockfill_models::time::{EpochSeconds, HourSet, Interval, Window};
use lockfill_models::vocabulary::Language;

/// Priority, first to last; a lower tier gets what a higher one leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Bought by time.
    Sponsorship,
    /// Bought by number.
    Standard,
    /// Resold.
    Network,
    /// Fills at a low price.
    Bulk,
    /// The publisher's own; exempt from the floor price.
    House,
}

/// How mature something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentRating {
    /// For all.
    #[default]
    Everyone,
    /// From about 13 years on.
    Teen,
    /// For adults.
    Mature,
}

impl fmt::Display for ContentRating {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Everyone => "everyone",
            Self::Teen => "teen",
            Self::Mature => "mature",
        })
    }
}

/// What a lock screen's first slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FirstSlot {
    /// What the ratio says.
    #[default]
    Any,
    /// An ad, if there is one.
    Ad,
    /// A content, if there is one.
    Content,
}

/// At most so many showings to one user in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The window.
    pub window: Window,
    /// Showings in it.
    pub limit: u32,
}

/// What becomes of a capped line item while a user's history is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CapKind {
    /// It takes at most one slot of a slate.
    #[default]
    Soft,
    /// It takes none.
    Hard,
}

/// How ads and contents share a lock screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mix {
    /// Ads among all slots, in ppm.
    pub ad_ratio_ppm: u32,
    /// What the first slot holds.
    pub first_slot: FirstSlot,
    /// Contents between two ads.
    pub minimum_gap: usize,
}

/// A publisher's placement.
#[derive(Debug)]
pub struct Unit {
    /// Id.
    pub id: String,
    /// The publisher's app that it belongs to.
    pub app_id: String,
    /// How ads and contents share the lock screen.
    pub mix: Mix,
    /// How long an answer holds.
    pub horizon_seconds: i64,
    /// How soon a device should ask again.
    pub refresh_seconds: i64,
    /// Slots when a request does not say how many.
    pub default_count: usize,
    /// The least eCPM in micros.
    pub floor_price_micros: i64,
    /// Slots of one slate that one advertiser may have.
    pub advertiser_slots_max: usize,
    /// Categories that are not shown.
    pub blocked_categories: Vec<String>,
    /// Advertisers that are not shown.
    pub blocked_advertisers: Vec<String>,
    /// The highest rating that is shown.
    pub content_rating: ContentRating,
    /// The zone of users who sent none.
    pub time_zone: TimeZone,
    /// The language of contents for users who sent none.
    pub language: Language,
}

/// Who pays.
#[derive(Debug)]
pub struct Advertiser {
    /// Id.
    pub id: String,
    /// Caps over all campaigns.
    pub caps: Vec<Cap>,
}

/// A budget and its dates.
#[derive(Debug)]
pub struct Campaign {
    /// Id.
    pub id: String,
    /// Whose it is.
    pub advertiser: Arc<Advertiser>,
    /// Its dates.
    pub flight: Interval,
    /// Caps over all line items.
    pub caps: Vec<Cap>,
}

/// What is sold, to whom, when, and for how much.
#[derive(Debug)]
pub struct LineItem {
    /// Id.
    pub id: String,
    /// Whose it is.
    pub campaign: Arc<Campaign>,
    /// Priority.
    pub tier: Tier,
    /// What the price is for.
    pub pricing: Pricing,
    /// The price in micros of the catalog's currency.
    pub price_micros: i64,
    /// Its dates within its campaign's; `None` where they have nothing in common.
    pub flight: Option<Interval>,
    /// Whom it is for.
    pub targeting: Targeting,
    /// When, on the user's clock; `None` is always.
    pub dayparts: Option<HourSet>,
    /// Its own caps.
    pub caps: Vec<Cap>,
    /// What happens while a user's history is not known.
    pub cap_kind: CapKind,
    /// Least seconds between two showings.
    pub minimum_interval_seconds: u32,
    /// Labels of which a slate has each at most once.
    pub exclusion_labels: Vec<String>,
    /// Categories of what it advertises.
    pub categories: Vec<String>,
    /// How mature it is.
    pub rating: ContentRating,
    /// Smoothed rates by unit id.
    pub rates: HashMap<String, Rates>,
    /// What is seen, in the order of their ids.
    pub creatives: Vec<Creative>,
}

impl LineItem {
    /// Expected micros per thousand impressions on a unit; without rates there, clicks are worth nothing.
    #[must_use]
    pub fn ecpm_micros(&self, unit_id: &str) -> i64 {
        let rates = self.rates.get(unit_id).copied().unwrap_or_default();
        ecpm_micros(self.pricing, self.price_micros, rates)
    }

    /// Whether the line item, its campaign or its advertiser has a cap.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        !(self.caps.is_empty() && self.campaign.caps.is_empty() && self.campaign.advertiser.caps.is_empty())
    }
}

/// What is seen.
#[derive(Debug)]
#[expect(missing_docs, reason = "as in the row of the same name")]
pub struct Creative {
    pub id: String,
    pub image_url: String,
    pub title: String,
    pub body: String,
    pub call_to_action: String,
    pub weight: u32,
}

/// An article or a card.
#[derive(Debug)]
#[expect(missing_docs, reason = "as in the row of the same name")]
pub struct Content {
    pub id: String,
    pub channel_id: String,
    pub title: String,
    pub image_url: String,
    pub language: Language,
    pub categories: Vec<String>,
    pub published_at: EpochSeconds,
    /// From publication to expiry.
    pub flight: Interval,
    pub quality_ppm: i64,
    /// Where editors pinned it; those that are not pinned come after all that are.
    pub pinned_rank: Option<u16>,
    pub rating: ContentRating,
    pub targeting: Targeting,
}
