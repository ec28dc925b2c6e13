//! The entities that the compiler writes: rows that were checked, joined and brought to one currency. Units are
//! the same in an opened catalog; of all other kinds it has views.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::targeting::Targeting;
use lockfill_models::arithmetic::{Pricing, Rates, ecpm_micros};
use lockfill_models::time::{EpochSeconds, HourSet, Interval, Window};
use lockfill_models::vocabulary::{Currency, Language};

/// The priority of a line item, first to last. A lower tier gets the slots that higher tiers leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The advertiser buys a time.
    Sponsorship,
    /// The advertiser buys a number of impressions.
    Standard,
    /// An ad network resells the slot.
    Network,
    /// The line item fills slots at a low price.
    Bulk,
    /// The publisher's own ad; exempt from the floor price.
    House,
}

/// The audience that an item is suitable for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentRating {
    /// All ages.
    #[default]
    Everyone,
    /// About 13 years and older.
    Teen,
    /// Adults.
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

/// The kind of item in a lock screen's first slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FirstSlot {
    /// The kind that the ratio of the mix gives.
    #[default]
    Any,
    /// An ad, if there is one.
    Ad,
    /// A content, if there is one.
    Content,
}

/// The greatest number of showings of something to one user in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The window.
    pub window: Window,
    /// Showings in the window.
    pub limit: u32,
}

/// How a capped line item is treated while a user's history is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CapKind {
    /// The line item takes at most one slot of a slate.
    #[default]
    Soft,
    /// The line item takes no slot.
    Hard,
}

/// How ads and contents share a lock screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mix {
    /// Ads among all slots, in ppm.
    pub ad_ratio_ppm: u32,
    /// The kind of item in the first slot.
    pub first_slot: FirstSlot,
    /// The least number of contents between two ads.
    pub minimum_gap: usize,
}

/// A unit: a publisher's placement.
#[derive(Debug)]
pub struct Unit {
    /// The place among the units of the catalog, in the order of their ids, from 0.
    pub number: u32,
    /// Id.
    pub id: String,
    /// The id of the publisher's app that the unit belongs to.
    pub app_id: String,
    /// How ads and contents share the lock screen.
    pub mix: Mix,
    /// How long an answer is valid.
    pub horizon_seconds: i64,
    /// After how long a device should ask again.
    pub refresh_seconds: i64,
    /// Slots of an answer to a request without a count.
    pub default_count: usize,
    /// The least eCPM in micros.
    pub floor_price_micros: i64,
    /// The greatest number of slots of one advertiser in a slate.
    pub advertiser_slots_max: usize,
    /// Categories that the unit does not show.
    pub blocked_categories: Vec<String>,
    /// Ids of advertisers that the unit does not show.
    pub blocked_advertisers: Vec<String>,
    /// The highest rating that the unit shows.
    pub content_rating: ContentRating,
    /// The time zone of a user whose request names none.
    pub time_zone: TimeZone,
    /// The language of contents for a request that names none.
    pub language: Language,
    /// The origins of pages that may read answers for the unit, as browsers send them.
    pub origins: Vec<String>,
    /// Whether the slots of an answer count for the user's other devices until they are reported or over.
    pub lends_to_devices: bool,
}

/// An advertiser, who pays for campaigns.
#[derive(Debug)]
pub struct Advertiser {
    /// Id.
    pub id: String,
    /// Caps on the showings of all its campaigns together.
    pub caps: Vec<Cap>,
}

/// A campaign: a budget and its dates.
#[derive(Debug)]
pub struct Campaign {
    /// Id.
    pub id: String,
    /// The advertiser that pays for the campaign.
    pub advertiser: Arc<Advertiser>,
    /// The dates between which the campaign may be shown.
    pub flight: Interval,
    /// Caps on the showings of all its line items together.
    pub caps: Vec<Cap>,
}

/// A line item: what is sold, to whom, when, and for how much.
#[derive(Debug)]
pub struct LineItem {
    /// Id.
    pub id: String,
    /// The campaign that the line item belongs to.
    pub campaign: Arc<Campaign>,
    /// Priority.
    pub tier: Tier,
    /// The action that the price is paid for.
    pub pricing: Pricing,
    /// The price in micros of the catalog's currency.
    pub price_micros: i64,
    /// The price as it was agreed on.
    pub agreed: Money,
    /// The dates of the line item, cut to those of its campaign; `None` if the two have no instant in common.
    pub flight: Option<Interval>,
    /// The conditions that a user must meet.
    pub targeting: Targeting,
    /// The hours of the week in which it may be shown, on the user's clock; `None`: all hours.
    pub dayparts: Option<HourSet>,
    /// Caps on its own showings.
    pub caps: Vec<Cap>,
    /// How it is treated while a user's history is not known.
    pub cap_kind: CapKind,
    /// The least number of seconds between two showings to one user.
    pub minimum_interval_seconds: u32,
    /// Labels; each is on at most one slot of a slate.
    pub exclusion_labels: Vec<String>,
    /// Categories of the advertised product.
    pub categories: Vec<String>,
    /// The audience that it is suitable for.
    pub rating: ContentRating,
    /// Smoothed rates by unit id.
    pub rates: HashMap<String, Rates>,
    /// Clicks per impression on a unit without rates, in ppm.
    pub default_ctr_ppm: u32,
    /// The creatives in the order of their ids.
    pub creatives: Vec<Creative>,
}

impl LineItem {
    /// The expected revenue of a thousand impressions on a unit, in micros of the catalog's currency. Without
    /// rates on the unit, a price per click counts at the default rate, and one per action or install gives 0.
    #[must_use]
    pub fn ecpm_micros(&self, unit_id: &str) -> i64 {
        let found = self.rates.get(unit_id);
        found.map_or_else(
            || self.base_ecpm_micros(),
            |&rates| ecpm_micros(self.pricing, self.price_micros, rates),
        )
    }

    /// The eCPM on a unit without rates.
    #[must_use]
    pub fn base_ecpm_micros(&self) -> i64 {
        ecpm_micros(self.pricing, self.price_micros, Rates::of_default(self.default_ctr_ppm))
    }
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The amount in micros of the currency; at least 0.
    pub micros: i64,
    /// The currency.
    pub currency: Currency,
}

/// A creative: the image and the texts of an ad.
#[derive(Debug)]
#[expect(missing_docs, reason = "as in the row of the same name")]
pub struct Creative {
    pub id: String,
    pub image_url: String,
    pub title: String,
    pub body: String,
    pub call_to_action: String,
    pub landing_url: String,
    pub weight: u32,
}

/// A content: an article or a card of a channel.
#[derive(Debug)]
#[expect(missing_docs, reason = "as in the row of the same name")]
pub struct Content {
    pub id: String,
    pub channel_id: String,
    pub title: String,
    pub image_url: String,
    pub landing_url: String,
    pub language: Language,
    pub categories: Vec<String>,
    pub published_at: EpochSeconds,
    /// From publication to expiry.
    pub flight: Interval,
    pub quality_ppm: i64,
    /// The place that editors pinned the content to. Contents without a place come after all pinned ones.
    pub pinned_rank: Option<u16>,
    pub rating: ContentRating,
    pub targeting: Targeting,
}
