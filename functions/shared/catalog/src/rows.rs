//! The rows of a published catalog as they travel: one JSON object each.
//!
//! JSON Schema: `tests/fixtures/schemas/catalog.schema.json`. An unknown field is ignored, so that a publisher may
//! be updated before the functions are. An unknown targeting condition is refused (see
//! [`Targeting`]).

use serde::Deserialize;

use crate::entities::{Cap, CapKind, ContentRating, FirstSlot, Tier};
use crate::targeting::Targeting;
use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Currency, Identifier, Language};

/// All rows of one version.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CatalogRows {
    /// Units.
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
    /// What was withdrawn lately.
    pub tombstones: Vec<TombstoneRow>,
}

/// A unit: a publisher's placement.
#[derive(Debug, Clone, Deserialize)]
pub struct UnitRow {
    /// Id.
    pub id: Identifier,
    /// The id of the publisher's app that the unit belongs to.
    pub app_id: Identifier,
    /// How ads and contents share the lock screen.
    pub mix: MixRow,
    /// How long an answer is valid.
    pub horizon_seconds: u32,
    /// After how long a device should ask again; at most the horizon.
    pub refresh_seconds: u32,
    /// Slots of an answer to a request without a count.
    pub default_count: u16,
    /// The least eCPM, in micros of the catalog's currency.
    #[serde(default)]
    pub floor_price_micros: i64,
    /// The greatest number of slots of one advertiser in a slate; left out: no limit.
    pub advertiser_slots_max: Option<u16>,
    /// Categories that the unit does not show.
    #[serde(default)]
    pub blocked_categories: Vec<String>,
    /// Ids of advertisers that the unit does not show.
    #[serde(default)]
    pub blocked_advertisers: Vec<Identifier>,
    /// The highest rating that the unit shows.
    #[serde(default)]
    pub content_rating: ContentRating,
    /// IANA name of the time zone of a user whose request names none.
    pub timezone: String,
    /// The language of contents for a request that names none.
    pub language: Language,
    /// The origins of pages that may read answers for the unit; at most 20.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Whether the slots of an answer count for the user's other devices until they are reported or over.
    #[serde(default)]
    pub lends_to_devices: bool,
}

/// How ads and contents share a lock screen.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct MixRow {
    /// Ads among all slots, in ppm.
    pub ad_ratio_ppm: u32,
    /// The kind of item in the first slot.
    #[serde(default)]
    pub first_slot: FirstSlot,
    /// The least number of contents between two ads.
    #[serde(default)]
    pub minimum_gap: u16,
}

/// An advertiser, who pays for campaigns.
#[derive(Debug, Clone, Deserialize)]
pub struct AdvertiserRow {
    /// Id.
    pub id: Identifier,
    /// Name.
    pub name: String,
    /// Caps on the showings of all its campaigns together.
    #[serde(default)]
    pub caps: Vec<Cap>,
}

/// A campaign: a budget and its dates.
#[derive(Debug, Clone, Deserialize)]
pub struct CampaignRow {
    /// Id.
    pub id: Identifier,
    /// The id of the advertiser that pays for the campaign.
    pub advertiser_id: Identifier,
    /// Name.
    pub name: String,
    /// Start of the flight.
    pub starts_at: EpochSeconds,
    /// End of the flight; left out: none.
    pub ends_at: Option<EpochSeconds>,
    /// Caps on the showings of all its line items together.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// What may be spent in all, in micros of `budget_currency`; absent: no limit.
    pub budget_micros: Option<i64>,
    /// What may be spent on a day of `timezone`, in micros of `budget_currency`; absent: no limit.
    pub daily_budget_micros: Option<i64>,
    /// The currency of the budgets. A campaign with a budget has one.
    pub budget_currency: Option<Currency>,
    /// The IANA zone of the campaign's days; absent: UTC.
    pub timezone: Option<String>,
}

/// A line item: what is sold, to whom, when, and for how much.
#[derive(Debug, Clone, Deserialize)]
pub struct LineItemRow {
    /// Id.
    pub id: Identifier,
    /// The id of the campaign that the line item belongs to.
    pub campaign_id: Identifier,
    /// Name.
    pub name: String,
    /// Priority.
    pub tier: Tier,
    /// The action that the price is paid for.
    pub pricing: Pricing,
    /// The price in micros of `currency`: per thousand impressions, click, action or install.
    pub price_micros: i64,
    /// ISO 4217.
    pub currency: Currency,
    /// Start of the flight; left out: the campaign's.
    pub starts_at: Option<EpochSeconds>,
    /// End of the flight; left out: the campaign's.
    pub ends_at: Option<EpochSeconds>,
    /// The conditions that a user must meet.
    #[serde(default)]
    pub targeting: Targeting,
    /// When it may be shown, on the user's clock; left out: always.
    pub dayparts: Option<Vec<DaypartRow>>,
    /// Caps on its own showings.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// How it is treated while a user's history is not known.
    #[serde(default)]
    pub cap_kind: CapKind,
    /// The least number of seconds between two showings on one device; the device keeps to it.
    #[serde(default)]
    pub minimum_interval_seconds: u32,
    /// Labels; each is on at most one slot of a slate.
    #[serde(default)]
    pub exclusion_labels: Vec<String>,
    /// Categories of the advertised product.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The audience that it is suitable for.
    #[serde(default)]
    pub rating: ContentRating,
    /// What is to be delivered in the flight; absent: as much as there is.
    pub goal: Option<GoalRow>,
    /// How the goal, or the campaign's budget, is spread over the flight.
    #[serde(default)]
    pub delivery: DeliveryMode,
    /// A sponsorship's share of the requests that it fits, in ppm; absent: all of them.
    pub share_ppm: Option<u32>,
    /// Clicks per impression on a unit on which it has no rates, in ppm.
    #[serde(default)]
    pub default_ctr_ppm: u32,
}

/// What a line item is to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct GoalRow {
    /// What is counted.
    pub kind: GoalKind,
    /// How many, at least 1.
    pub count: u64,
}

/// What a goal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum GoalKind {
    Impressions,
    Clicks,
}

/// How a delivery is spread over a flight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMode {
    /// In proportion to the traffic.
    #[default]
    Even,
    /// The same, ahead of the plan by a quarter at first.
    FrontLoaded,
    /// As fast as there are requests.
    Asap,
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

/// A creative: the image and the texts of an ad.
#[derive(Debug, Clone, Deserialize)]
pub struct CreativeRow {
    /// Id.
    pub id: Identifier,
    /// The id of the line item that the creative belongs to.
    pub line_item_id: Identifier,
    /// The address of the image, https.
    pub image_url: String,
    /// Title.
    pub title: String,
    /// Text.
    #[serde(default)]
    pub body: String,
    /// The button's text.
    #[serde(default)]
    pub call_to_action: String,
    /// The address that a click leads to: https or an app store.
    pub landing_url: String,
    /// How often the creative is chosen, relative to the others of its line item.
    #[serde(default = "one")]
    pub weight: u32,
}

const fn one() -> u32 {
    1
}

/// A channel, which publishes contents.
#[derive(Debug, Clone, Deserialize)]
pub struct ChannelRow {
    /// Id.
    pub id: Identifier,
    /// Name.
    pub name: String,
}

/// A content: an article or a card of a channel.
#[derive(Debug, Clone, Deserialize)]
pub struct ContentRow {
    /// Id.
    pub id: Identifier,
    /// The id of the channel that publishes the content.
    pub channel_id: Identifier,
    /// Title.
    pub title: String,
    /// The address of the image, https.
    pub image_url: String,
    /// The address that a click leads to: https or an app store.
    pub landing_url: String,
    /// The language of the content.
    pub language: Language,
    /// The categories of the content.
    #[serde(default)]
    pub categories: Vec<String>,
    /// When the content was published.
    pub published_at: EpochSeconds,
    /// When the content expires; left out: never.
    pub expires_at: Option<EpochSeconds>,
    /// Editors' and readers' judgment, in ppm.
    pub quality_ppm: u32,
    /// The place that editors pinned the content to: pinned contents come first, the lowest place before all
    /// others; left out: not pinned.
    pub pinned_rank: Option<u16>,
    /// The audience that it is suitable for.
    #[serde(default)]
    pub rating: ContentRating,
    /// The conditions that a user must meet.
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
    /// The line item's id.
    pub line_item_id: Identifier,
    /// The unit's id.
    pub unit_id: Identifier,
    /// Clicks per impression, in ppm.
    pub ctr_ppm: u32,
    /// Conversions per click, in ppm.
    #[serde(default)]
    pub cvr_ppm: u32,
}

/// The kind of what was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WithdrawnKind {
    /// A creative.
    Creative,
    /// A content.
    Content,
}

/// A creative or a content that was withdrawn. Its links that were handed out before still lead to its landing page.
#[derive(Debug, Clone, Deserialize)]
pub struct TombstoneRow {
    /// Id.
    pub id: Identifier,
    /// What it was.
    pub kind: WithdrawnKind,
    /// The address that a click leads to: https or an app store.
    pub landing_url: String,
    /// The line item of a creative.
    pub line_item_id: Option<Identifier>,
    /// The campaign of a creative.
    pub campaign_id: Option<Identifier>,
    /// The advertiser of a creative.
    pub advertiser_id: Option<Identifier>,
    /// When it was withdrawn.
    pub withdrawn_at: EpochSeconds,
    /// Whether its links lead nowhere any more, because of malware or the law.
    #[serde(default)]
    pub blocked: bool,
}
