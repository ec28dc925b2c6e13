//! Catalogs of contents: thirty days of two hundred channels, thirty categories, one language and a rare one. Those of
//! lock screens have line items, too.

use lockfill_catalog::rows::{CatalogRows, ChannelRow, ContentRow, MixRow, UnitRow};
use lockfill_catalog::targeting::{AllowDeny, Targeting};
use lockfill_catalog::{ContentRating, FirstSlot};
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Identifier, Language, Vocabulary};
use lockfill_test_bench_engine::catalogs as ads;
use lockfill_test_bench_engine::random::Random;
use lockfill_test_bench_engine::values::{COUNTRIES, read};

/// The instant of all requests.
pub const NOW: EpochSeconds = ads::NOW;
const DAYS: usize = 30;
const CHANNELS: usize = 200;
pub const CATEGORIES: usize = 30;

/// What a catalog is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing special.
    Mixed,
    /// One channel owns all contents.
    OneChannel,
    /// All contents have one quality, and are older than all steps of freshness, and of a category without interest.
    OneScore,
    /// All contents are for countries that no request is from.
    Foreign,
}

/// The rows of a catalog of a number of contents, and of as many line items if some are wanted.
pub fn rows(kind: Kind, line_items: Option<ads::Kind>, contents: usize) -> CatalogRows {
    let mut random = Random(contents as u64);
    let channel = |number| ChannelRow { id: read(&format!("ch-{number}")), name: String::new() };
    let ads = line_items.map_or_else(CatalogRows::default, |kind| ads::rows(kind, contents));
    let others = ads.units.into_iter().filter(|unit| unit.id != unit_id());
    CatalogRows {
        units: std::iter::once(unit()).chain(others).collect(),
        channels: (0..CHANNELS).map(channel).collect(),
        contents: (0..contents).map(|number| content(kind, number, &mut random)).collect(),
        ..ads
    }
}

fn unit() -> UnitRow {
    UnitRow {
        id: unit_id(),
        app_id: read("app-1"),
        mix: MixRow { ad_ratio_ppm: 300_000, first_slot: FirstSlot::Any, minimum_gap: 0 },
        horizon_seconds: 4 * 3_600,
        refresh_seconds: 1_800,
        default_count: 10,
        floor_price_micros: 0,
        advertiser_slots_max: Some(2),
        blocked_categories: vec!["category-7".to_owned()],
        blocked_advertisers: Vec::new(),
        content_rating: ContentRating::Teen,
        timezone: "Asia/Seoul".into(),
        language: Language::read("ko").expect("a language"),
        origins: Vec::new(),
        lends_to_devices: false,
    }
}

/// The id of the unit of all requests.
pub fn unit_id() -> Identifier {
    ads::unit_id()
}

fn content(kind: Kind, number: usize, random: &mut Random) -> ContentRow {
    let is_of_one_score = kind == Kind::OneScore;
    let age_seconds = if is_of_one_score { DAYS * 86_400 } else { random.below(DAYS * 86_400) };
    let published_at = NOW.plus_seconds(-i64::try_from(age_seconds).unwrap_or(0));
    let category = |number: usize| format!("category-{number}");
    let category_count = 1 + random.below(3);
    let channel = if kind == Kind::OneChannel { 0 } else { random.below(CHANNELS) };
    let quality = random.below(1_000_001);
    ContentRow {
        id: read(&format!("ct-{number}")),
        channel_id: read(&format!("ch-{channel}")),
        title: String::new(),
        image_url: "https://cdn.example/i.jpg".into(),
        landing_url: "https://news.example/".into(),
        language: read(if random.below(200) == 0 { "vi" } else { "ko" }),
        categories: if is_of_one_score {
            vec!["other".into()]
        } else {
            random.some_of(CATEGORIES, category_count).into_iter().map(category).collect()
        },
        published_at,
        // A tenth has expired.
        expires_at: random.percent(10).then(|| NOW.plus_seconds(-60)).filter(|at| *at > published_at),
        quality_ppm: if is_of_one_score { 500_000 } else { u32::try_from(quality).unwrap_or(0) },
        pinned_rank: None,
        rating: if random.percent(10) { ContentRating::Mature } else { ContentRating::Everyone },
        targeting: targeting(kind, random),
    }
}

/// Half of the contents are for half of the countries.
fn targeting(kind: Kind, random: &mut Random) -> Targeting {
    let mut targeting = Targeting::default();
    if kind == Kind::Foreign {
        targeting.countries = AllowDeny { allow: vec![read("ZA")], deny: Vec::new() };
    } else if random.percent(50) {
        let countries = random.some_of(COUNTRIES.len(), COUNTRIES.len() / 2);
        let allow = countries.into_iter().map(|number| read(COUNTRIES[number])).collect();
        targeting.countries = AllowDeny { allow, deny: Vec::new() };
    }
    targeting
}
