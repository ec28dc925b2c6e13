//! Catalogs: three units, eight line items of four campaigns of three advertisers, eight contents of three channels.

use lockfill_catalog::rows::{
    AdvertiserRow, CampaignRow, CatalogRows, ChannelRow, ContentRow, CreativeRow, DaypartRow, DeliveryMode,
    ExchangeRateRow, LineItemRow, MixRow, RatesRow, UnitRow,
};
use lockfill_catalog::targeting::Targeting;
use lockfill_catalog::{Cap, CapKind, ContentRating, FirstSlot, Tier};
use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::{EpochSeconds, Window};
use lockfill_models::vocabulary::{Currency, Identifier, Language, Vocabulary};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::conditions::conditions;
use super::pools::{categories, word};

const LINE_ITEMS: usize = 8;
const CONTENTS: usize = 8;

pub(super) fn rows(now: EpochSeconds) -> impl Strategy<Value = CatalogRows> {
    rows_with(LINE_ITEMS, now)
}

/// Catalogs with a number of line items at most, and a quarter of it at least.
pub(super) fn rows_with(line_items: usize, now: EpochSeconds) -> impl Strategy<Value = CatalogRows> {
    let items = subsequence((0..line_items).collect::<Vec<_>>(), line_items / 4..=line_items)
        .prop_flat_map(move |ids| ids.into_iter().map(|id| line_item(id, now)).collect::<Vec<_>>());
    let contents = prop_oneof![1 => Just(0..=0), 5 => Just(CONTENTS / 4..=CONTENTS)]
        .prop_flat_map(|sizes| subsequence((0..CONTENTS).collect::<Vec<_>>(), sizes))
        .prop_flat_map(move |ids| ids.into_iter().map(|id| content(id, now)).collect::<Vec<_>>());
    let caps = vec(caps(), 7);
    (units(), items, contents, caps).prop_map(move |(units, items, contents, caps)| CatalogRows {
        units,
        advertisers: (0..3).map(|id| advertiser(id, caps[id].clone())).collect(),
        campaigns: (0..4).map(|id| campaign(id, caps[3 + id].clone(), now)).collect(),
        creatives: items.iter().flat_map(|(_, creatives, _)| creatives.clone()).collect(),
        rates: items.iter().flat_map(|(.., rates)| rates.clone()).collect(),
        line_items: items.into_iter().map(|(item, ..)| item).collect(),
        channels: (0..3)
            .map(|id| ChannelRow { id: identifier(&format!("ch-{id}")), name: String::new() })
            .collect(),
        contents,
        tombstones: vec![],
        exchange_rates: vec![
            ExchangeRateRow { currency: Currency::read("USD").unwrap(), rate_ppm: 1_000_000 },
            ExchangeRateRow { currency: Currency::read("KRW").unwrap(), rate_ppm: 720 },
        ],
    })
}

fn identifier(text: &str) -> Identifier {
    Identifier::read(text).unwrap()
}

/// The unit `u-1` of requests, between two others.
fn units() -> impl Strategy<Value = Vec<UnitRow>> {
    let numbered = |(number, unit)| UnitRow { id: identifier(&format!("u-{number}")), ..unit };
    vec(unit(), 3).prop_map(move |units| units.into_iter().enumerate().map(numbered).collect())
}

fn unit() -> impl Strategy<Value = UnitRow> {
    let ratio = prop_oneof![0_u32..=1_000_000, select(vec![0, 500_000, 1_000_000])];
    let first = select(vec![FirstSlot::Any, FirstSlot::Ad, FirstSlot::Content]);
    let mix = (ratio, first, 0_u16..3);
    let blocked = option::weighted(0.2, word(&["news", "food"]));
    let limits =
        (60_u32..=86_400, 1_u16..12, prop_oneof![3 => Just(0), 1 => 1_i64..9_000], option::of(0_u16..4));
    let blocked = (blocked, option::weighted(0.2, word(&["a-0", "a-1"])));
    (mix, limits, blocked, rating(ContentRating::Mature)).prop_map(
        |(mix, limits, (blocked_categories, blocked_advertiser), content_rating)| UnitRow {
            id: identifier("u"),
            app_id: identifier("app-1"),
            mix: MixRow { ad_ratio_ppm: mix.0, first_slot: mix.1, minimum_gap: mix.2 },
            horizon_seconds: limits.0,
            refresh_seconds: 60,
            default_count: limits.1,
            floor_price_micros: limits.2,
            advertiser_slots_max: limits.3,
            blocked_categories: blocked_categories.into_iter().collect(),
            blocked_advertisers: blocked_advertiser.into_iter().map(|id| identifier(&id)).collect(),
            content_rating,
            timezone: "Asia/Seoul".into(),
            language: Language::read("ko").unwrap(),
            origins: vec![],
            lends_to_devices: false,
        },
    )
}

fn rating(mostly: ContentRating) -> impl Strategy<Value = ContentRating> {
    let any = select(vec![ContentRating::Everyone, ContentRating::Teen, ContentRating::Mature]);
    prop_oneof![4 => Just(mostly), 1 => any]
}

/// Mostly no conditions: an empty slate proves nothing.
fn some_targeting() -> impl Strategy<Value = Targeting> {
    prop_oneof![9 => Just(Targeting::default()), 1 => conditions().prop_map(|conditions| conditions.targeting())]
}

fn caps() -> impl Strategy<Value = Vec<Cap>> {
    let windows = vec![Window::Minute, Window::Hour, Window::Day, Window::Week, Window::Lifetime];
    let cap = (select(windows), prop_oneof![1 => Just(0_u32), 9 => 1_u32..5])
        .prop_map(|(window, limit)| Cap { window, limit });
    prop_oneof![Just(vec![]), vec(cap, 0..2)]
}

fn advertiser(id: usize, caps: Vec<Cap>) -> AdvertiserRow {
    AdvertiserRow { id: identifier(&format!("a-{id}")), name: String::new(), caps }
}

fn campaign(id: usize, caps: Vec<Cap>, now: EpochSeconds) -> CampaignRow {
    CampaignRow {
        id: identifier(&format!("c-{id}")),
        advertiser_id: identifier(&format!("a-{}", id % 3)),
        name: String::new(),
        starts_at: now.plus_seconds(-86_400),
        ends_at: None,
        caps,
        budget_micros: None,
        daily_budget_micros: None,
        budget_currency: None,
        timezone: None,
    }
}

/// An instant from a day before to a day after now, or none.
fn around(now: EpochSeconds) -> impl Strategy<Value = Option<EpochSeconds>> {
    option::weighted(0.15, (-86_400_i64..86_400).prop_map(move |by| now.plus_seconds(by)))
}

fn daypart() -> impl Strategy<Value = DaypartRow> {
    (0_u8..24, 1_u8..=24).prop_map(|(from_hour, to_hour)| DaypartRow { days: vec![], from_hour, to_hour })
}

fn line_item(
    id: usize,
    now: EpochSeconds,
) -> impl Strategy<Value = (LineItemRow, Vec<CreativeRow>, Vec<RatesRow>)> {
    let tiers = vec![Tier::Sponsorship, Tier::Standard, Tier::Network, Tier::Bulk, Tier::House];
    let price = (
        select(vec![Pricing::Cpm, Pricing::Cpc, Pricing::Cpa]),
        (0_i64..5).prop_map(|price| price * 2_000),
        word(&["USD", "KRW"]),
    );
    // Some line items have no rates, and some have those of others.
    let ctr_ppm = option::weighted(0.8, prop_oneof![0_u32..300_000, select(vec![1_000_u32, 200_000])]);
    let default_ctr_ppm =
        option::weighted(0.5, prop_oneof![0_u32..300_000, select(vec![1_000_u32, 200_000])]);
    let elsewhere = option::weighted(0.5, (select(vec!["u-0", "u-2"]), 0_u32..300_000));
    let rates = (ctr_ppm, default_ctr_ppm, elsewhere);
    let sale = (select(tiers), price, 0_usize..4, rates, rating(ContentRating::Everyone));
    let when = (around(now), around(now), option::weighted(0.3, vec(daypart(), 0..3)));
    let limits =
        (caps(), any::<bool>(), option::of(word(&["x", "y"])), categories(), select(vec![0, 0, 600, 90_000]));
    let creatives = prop_oneof![9 => vec(0_u32..3, 1..4), 1 => Just(vec![])];
    let whom = (some_targeting(), creatives);
    (sale, when, limits, whom).prop_map(move |(sale, when, limits, whom)| {
        let (starts_at, ends_at) = in_order(when.0, when.1);
        let (tier, (pricing, price_micros, currency), campaign, rates, rating) = sale;
        let (ctr_ppm, default_ctr_ppm, elsewhere) = rates;
        let row = LineItemRow {
            id: identifier(&format!("li-{id}")),
            campaign_id: identifier(&format!("c-{campaign}")),
            name: String::new(),
            tier,
            pricing,
            price_micros,
            currency: Currency::read(&currency).unwrap(),
            starts_at,
            ends_at,
            targeting: whom.0,
            dayparts: when.2,
            caps: limits.0,
            cap_kind: if limits.1 { CapKind::Hard } else { CapKind::Soft },
            minimum_interval_seconds: limits.4,
            exclusion_labels: limits.2.into_iter().collect(),
            categories: limits.3,
            rating,
            goal: None,
            delivery: DeliveryMode::Even,
            share_ppm: None,
            default_ctr_ppm: default_ctr_ppm.unwrap_or(0),
        };
        let creatives = whom.1.iter().enumerate().map(|(number, &weight)| creative(id, number, weight));
        let rates = ctr_ppm.map(|ctr_ppm| ("u-1", ctr_ppm)).into_iter().chain(elsewhere);
        let rates = rates.map(|(unit, ctr_ppm)| RatesRow {
            line_item_id: row.id.clone(),
            unit_id: identifier(unit),
            ctr_ppm,
            cvr_ppm: ctr_ppm,
        });
        let rates = rates.collect();
        (row, creatives.collect(), rates)
    })
}

fn in_order(
    one: Option<EpochSeconds>,
    other: Option<EpochSeconds>,
) -> (Option<EpochSeconds>, Option<EpochSeconds>) {
    match (one, other) {
        (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other).plus_seconds(1))),
        _ => (one, other),
    }
}

fn creative(line_item: usize, number: usize, weight: u32) -> CreativeRow {
    CreativeRow {
        id: identifier(&format!("cr-{line_item}-{number}")),
        line_item_id: identifier(&format!("li-{line_item}")),
        image_url: "https://cdn.example/i.jpg".into(),
        title: String::new(),
        body: String::new(),
        call_to_action: String::new(),
        landing_url: "https://shop.example/".into(),
        weight,
    }
}

fn content(id: usize, now: EpochSeconds) -> impl Strategy<Value = ContentRow> {
    let about = (word(&["ko", "ko", "ko", "en"]), categories(), rating(ContentRating::Everyone), 0_usize..3);
    let when = (-300_000_i64..30_000, option::weighted(0.3, 1_i64..400_000));
    let rank = (0_u32..4, option::weighted(0.1, 1_u16..4));
    (about, when, rank, some_targeting()).prop_map(move |(about, when, (quality, pinned_rank), targeting)| {
        let published_at = now.plus_seconds(when.0);
        ContentRow {
            id: identifier(&format!("ct-{id}")),
            channel_id: identifier(&format!("ch-{}", about.3)),
            title: String::new(),
            image_url: "https://cdn.example/i.jpg".into(),
            landing_url: "https://news.example/".into(),
            language: Language::read(&about.0).unwrap(),
            categories: about.1,
            published_at,
            expires_at: when.1.map(|after| published_at.plus_seconds(after)),
            quality_ppm: quality * 250_000,
            pinned_rank,
            rating: about.2,
            targeting,
        }
    })
}

/// A content, its age in seconds, its categories, language, channel and place.
type ThrongParts = (ContentRow, i64, Vec<String>, &'static str, usize, Option<u16>);

/// Contents, of which many are equal in score: few qualities, ages at and around the steps of freshness, more
/// categories and languages than have columns, and channels of which one may have most contents.
pub(super) fn throng(contents: usize, now: EpochSeconds) -> impl Strategy<Value = Vec<ContentRow>> {
    let steps_hours = vec![0_i64, 1, 3, 6, 12, 24, 48, 96, 168, 300];
    let age = (select(steps_hours), select(vec![-1_i64, 0, 1, 30, 59, 60, 61]));
    let published = prop_oneof![
        3 => age.prop_map(|(hours, by)| hours * 3_600 + by),
        1 => -90_000_i64..1_200_000,
    ];
    let category =
        prop_oneof![3 => word(&["news", "food", "cars"]), 1 => (0..30).prop_map(|it| format!("rare-{it}"))];
    let language =
        prop_oneof![9 => Just("ko"), 2 => Just("en"), 1 => select(vec!["ja", "fr", "de", "vi", "th"])];
    let row = (
        content(0, now),
        published,
        vec(category, 0..5),
        language,
        0_usize..3,
        option::weighted(0.02, 1_u16..4),
    );
    let is_owned = prop_oneof![2 => Just(false), 1 => Just(true)];
    let rows = vec((row, select(vec![0_u32, 1, 250_001, 999_999, 1_000_000])), contents / 4..=contents);
    (rows, is_owned).prop_map(move |(rows, is_owned)| {
        let row = |(number, (parts, quality_ppm)): (usize, (ThrongParts, u32))| {
            let (row, age, categories, language, channel, pinned_rank) = parts;
            let published_at = now.floor_to_minute().plus_seconds(-age);
            let lifetime = row.expires_at.map(|at| at.0 - row.published_at.0);
            let channel = if is_owned && number % 31 != 0 { 0 } else { channel };
            ContentRow {
                id: identifier(&format!("ct-{number}")),
                channel_id: identifier(&format!("ch-{channel}")),
                language: Language::read(language).unwrap(),
                categories,
                published_at,
                expires_at: lifetime.map(|lifetime| published_at.plus_seconds(lifetime)),
                quality_ppm,
                pinned_rank,
                ..row
            }
        };
        rows.into_iter().enumerate().map(row).collect()
    })
}
