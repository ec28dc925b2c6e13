//! The rows of a published catalog as they travel: one JSON object each.
//!
//! JSON Schema: `tests/fixtures/schemas/catalog.schema.json`. Unknown fields are ignored, so that editing
//! may add some before serving knows them; an unknown targeting condition is not (see
//! [`Targeting`](crate::targeting::Targeting)).

use serde::Deserialize;

use crate::entities::{Cap, CapKind, ContentRating, FirstSlot, Tier};
use crate::targeting::Targeting;
use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Currency, Language};

/// All rows of one version.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CatalogRows {
    /// Placements.
    pub units: Vec<UnitRow>,
    /// Advertisers.
    pub advertisers: Vec<AdvertiserRow>,
    /// Campaigns.
    pub campaigns: Vec<CampaignRow>,
    /// Line items.
    pub line_items: Vec<LineItemRow>,
    /// Creatives.
    pub creatives: Vec<CreativeRow>,
    /// Channels.
    pub channels: Vec<ChannelRow>,
    /// Contents.
    pub contents: Vec<ContentRow>,
    /// Exchange rates to the catalog's currency.
    pub exchange_rates: Vec<ExchangeRateRow>,
    /// Smoothed rates.
    pub rates: Vec<RatesRow>,
}

/// A publisher's placement.
#[derive(Debug, Clone, Deserialize)]
pub struct UnitRow {
    /// Id.
    pub id: String,
    /// The publisher's app.
    pub app_id: String,
    /// How ads and contents share the lock screen.
    pub mix: MixRow,
    /// How long an answer holds.
    pub horizon_seconds: u32,
    /// How soon a device should ask again; at most the horizon.
    pub refresh_seconds: u32,
    /// Slots when a request does not say how many.
    pub default_count: u16,
    /// The least eCPM, in micros of the catalog's currency.
    #[serde(default)]
    pub floor_price_micros: i64,
    /// Slots of one slate that one advertiser may have; left out: no limit.
    pub advertiser_slots_max: Option<u16>,
    /// Categories that are not shown.
    #[serde(default)]
    pub blocked_categories: Vec<String>,
    /// Advertisers that are not shown.
    #[serde(default)]
    pub blocked_advertisers: Vec<String>,
    /// The highest rating that is shown.
    #[serde(default)]
    pub content_rating: ContentRating,
    /// IANA name.
    pub timezone: String,
    /// The language of its contents when a request names none.
    pub language: Language,
}

/// How ads and contents share a lock screen.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct MixRow {
    /// Ads among all slots, in ppm.
    pub ad_ratio_ppm: u32,
    /// What the first slot holds.
    #[serde(default)]
    pub first_slot: FirstSlot,
    /// Contents between two ads.
    #[serde(default)]
    pub minimum_gap: u16,
}

/// Who pays.
#[derive(Debug, Clone, Deserialize)]
pub struct AdvertiserRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Caps over all its campaigns.
    #[serde(default)]
    pub caps: Vec<Cap>,
}

/// A budget and its dates.
#[derive(Debug, Clone, Deserialize)]
pub struct CampaignRow {
    /// Id.
    pub id: String,
    /// The advertiser whose it is.
    pub advertiser_id: String,
    /// Name.
    pub name: String,
    /// Start of the flight.
    pub starts_at: EpochSeconds,
    /// End of the flight; left out: none.
    pub ends_at: Option<EpochSeconds>,
    /// Caps over all its line items.
    #[serde(default)]
    pub caps: Vec<Cap>,
}

/// What is sold, to whom, when, and for how much.
#[derive(Debug, Clone, Deserialize)]
pub struct LineItemRow {
    /// Id.
    pub id: String,
    /// The campaign whose it is.
    pub campaign_id: String,
    /// Name.
    pub name: String,
    /// Priority.
    pub tier: Tier,
    /// What the price is for.
    pub pricing: Pricing,
    /// The price in micros of `currency`: per thousand impressions, click, action or install.
    pub price_micros: i64,
    /// ISO 4217.
    pub currency: String,
    /// Start of the flight; left out: the campaign's.
    pub starts_at: Option<EpochSeconds>,
    /// End of the flight; left out: the campaign's.
    pub ends_at: Option<EpochSeconds>,
    /// Whom it is for.
    #[serde(default)]
    pub targeting: Targeting,
    /// When, on the user's clock; left out: always.
    pub dayparts: Option<Vec<DaypartRow>>,
    /// Its own caps.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// What happens to it while a user's history is not known.
    #[serde(default)]
    pub cap_kind: CapKind,
    /// Least seconds between two showings on one device; the device keeps it.
    #[serde(default)]
    pub minimum_interval_seconds: u32,
    /// Labels of which a slate has each at most once.
    #[serde(default)]
    pub exclusion_labels: Vec<String>,
    /// Categories of what it advertises.
    #[serde(default)]
    pub categories: Vec<String>,
    /// How mature it is.
    #[serde(default)]
    pub rating: ContentRating,
}

/// Hours on some days of the week.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaypartRow {
    /// Days; left out or empty: every day.
    #[serde(default)]
    pub days: Vec<Day>,
    /// The first hour, 0 to 23.
    pub from_hour: u8,
    /// The hour after the last one, 1 to 24; at most `from_hour` means until that hour of the next day.
    pub to_hour: u8,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// What is seen.
#[derive(Debug, Clone, Deserialize)]
pub struct CreativeRow {
    /// Id.
    pub id: String,
    /// The line item whose it is.
    pub line_item_id: String,
    /// https.
    pub image_url: String,
    /// Title.
    pub title: String,
    /// Text.
    #[serde(default)]
    pub body: String,
    /// The button's text.
    #[serde(default)]
    pub call_to_action: String,
    /// Where a click leads: https or an app store.
    pub landing_url: String,
    /// How often it is chosen, relative to the others of its line item.
    #[serde(default = "one")]
    pub weight: u32,
}

const fn one() -> u32 {
    1
}

/// Where contents come from.
#[derive(Debug, Clone, Deserialize)]
pub struct ChannelRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// An article or a card.
#[derive(Debug, Clone, Deserialize)]
pub struct ContentRow {
    /// Id.
    pub id: String,
    /// The channel whose it is.
    pub channel_id: String,
    /// Title.
    pub title: String,
    /// https.
    pub image_url: String,
    /// Where a click leads: https or an app store.
    pub landing_url: String,
    /// The language that it is written in.
    pub language: Language,
    /// What it is about.
    #[serde(default)]
    pub categories: Vec<String>,
    /// When it was published.
    pub published_at: EpochSeconds,
    /// When it is no longer shown; left out: never.
    pub expires_at: Option<EpochSeconds>,
    /// Editors' and readers' judgment, in ppm.
    pub quality_ppm: u32,
    /// Where editors pinned it: before all that are not pinned, the lowest first; left out: not pinned.
    pub pinned_rank: Option<u16>,
    /// How mature it is.
    #[serde(default)]
    pub rating: ContentRating,
    /// Whom it is for.
    #[serde(default)]
    pub targeting: Targeting,
}

/// What a unit of a currency is worth in the catalog's currency.
#[derive(Debug, Clone, Deserialize)]
pub struct ExchangeRateRow {
    /// The currency.
    pub currency: Currency,
    /// Ppm; the catalog's own currency has 1,000,000.
    pub rate_ppm: i64,
}

/// The smoothed rates of a line item on a unit.
#[derive(Debug, Clone, Deserialize)]
pub struct RatesRow {
    /// The line item.
    pub line_item_id: String,
    /// The unit.
    pub unit_id: String,
    /// Clicks per impression, in ppm.
    pub ctr_ppm: u32,
    /// Conversions per click, in ppm.
    #[serde(default)]
    pub cvr_ppm: u32,
}
