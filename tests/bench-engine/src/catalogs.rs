//! Catalogs of any size: line items with three to six conditions each, one creative each, on fifty units.

use lockfill_catalog::rows::{
    AdvertiserRow, CampaignRow, CatalogRows, CreativeRow, DeliveryMode, ExchangeRateRow, LineItemRow, MixRow,
    RatesRow, UnitRow,
};
use lockfill_catalog::targeting::{AgeRange, AllowDeny, Targeting, VersionRange};
use lockfill_catalog::{Cap, CapKind, ContentRating, FirstSlot, Tier};
use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::{EpochSeconds, Window};
use lockfill_models::vocabulary::{
    Currency, Gender, Identifier, Language, Network, Platform, Version, Vocabulary,
};

use crate::random::Random;
use crate::values::{self, COUNTRIES, read};

/// The instant of all requests.
pub const NOW: EpochSeconds = EpochSeconds(1_795_338_000);
const DAY_SECONDS: i64 = 86_400;
const UNITS: usize = 50;

/// What a catalog is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Each condition admits half of all requests or more.
    Broad,
    /// Each condition admits a few percent of all requests.
    Narrow,
    /// As broad, but one advertiser owns the tenth that comes first.
    Advertiser,
    /// As broad, but half of all line items are equal in tier and eCPM, and come first.
    Ties,
    /// As broad, but every line item names countries that no request is from.
    Foreign,
}

/// The rows of a catalog of a number of line items.
pub fn rows(kind: Kind, line_items: usize) -> CatalogRows {
    let mut random = Random(line_items as u64);
    let campaigns = line_items.div_ceil(10);
    let advertisers = campaigns.div_ceil(20).max(50);
    let campaign = |number: usize| CampaignRow {
        id: read(&format!("c-{number}")),
        advertiser_id: read(&format!("a-{}", number % advertisers)),
        name: String::new(),
        starts_at: NOW.plus_seconds(-30 * DAY_SECONDS),
        ends_at: None,
        caps: Vec::new(),
        budget_micros: None,
        daily_budget_micros: None,
        budget_currency: None,
        timezone: None,
    };
    let items: Vec<_> =
        (0..line_items).map(|number| line_item(kind, number, line_items, &mut random)).collect();
    let mut all: Vec<CampaignRow> = (0..campaigns).map(campaign).collect();
    all.push(CampaignRow { id: read("c-own"), advertiser_id: read("a-0"), ..campaign(0) });
    CatalogRows {
        units: (0..UNITS).map(unit).collect(),
        advertisers: (0..advertisers)
            .map(|number| AdvertiserRow {
                id: read(&format!("a-{number}")),
                name: String::new(),
                caps: vec![],
            })
            .collect(),
        campaigns: all,
        creatives: items.iter().map(creative).collect(),
        rates: items
            .iter()
            .filter(|item| item.pricing != Pricing::Cpm)
            .map(|item| RatesRow {
                line_item_id: item.id.clone(),
                unit_id: read(&format!("u-{}", random.below(UNITS))),
                ctr_ppm: u32::try_from(1_000 + random.below(30_000)).unwrap_or(1_000),
                cvr_ppm: 20_000,
            })
            .collect(),
        line_items: items,
        exchange_rates: vec![ExchangeRateRow {
            currency: Currency::read("USD").expect("a currency"),
            rate_ppm: 1_000_000,
        }],
        ..CatalogRows::default()
    }
}

fn unit(number: usize) -> UnitRow {
    UnitRow {
        id: read(&format!("u-{number}")),
        app_id: read("app-1"),
        mix: MixRow { ad_ratio_ppm: 300_000, first_slot: FirstSlot::Any, minimum_gap: 0 },
        horizon_seconds: 4 * 3_600,
        refresh_seconds: 1_800,
        default_count: 10,
        floor_price_micros: 0,
        advertiser_slots_max: Some(2),
        blocked_categories: Vec::new(),
        blocked_advertisers: Vec::new(),
        content_rating: ContentRating::Mature,
        timezone: "Asia/Seoul".into(),
        language: Language::read("ko").expect("a language"),
        origins: Vec::new(),
        lends_to_devices: false,
    }
}

fn creative(item: &LineItemRow) -> CreativeRow {
    CreativeRow {
        id: read(&format!("cr-{}", &*item.id)),
        line_item_id: item.id.clone(),
        image_url: "https://cdn.example/i.jpg".into(),
        title: String::new(),
        body: String::new(),
        call_to_action: String::new(),
        landing_url: "https://shop.example/".into(),
        weight: 1,
    }
}

fn line_item(kind: Kind, number: usize, line_items: usize, random: &mut Random) -> LineItemRow {
    let is_first_tenth = kind == Kind::Advertiser && number < line_items.div_ceil(10);
    let is_tie = kind == Kind::Ties && number.is_multiple_of(2);
    let is_first = is_first_tenth || is_tie;
    let pricing = match random.below(10) {
        _ if is_first => Pricing::Cpm,
        0 => Pricing::Cpc,
        1 => Pricing::Cpa,
        _ => Pricing::Cpm,
    };
    let tiers = [Tier::Standard, Tier::Standard, Tier::Network, Tier::Bulk, Tier::House];
    let price = 100_000 + random.below(20_000_000);
    let price_micros = match (is_tie, is_first_tenth) {
        (true, _) => 50_000_000,
        (_, true) => 50_000_000 + price,
        _ => price,
    };
    let campaign = if is_first_tenth { "c-own".into() } else { format!("c-{}", number / 10) };
    LineItemRow {
        id: read(&format!("li-{number}")),
        campaign_id: read(&campaign),
        name: String::new(),
        tier: if is_first { Tier::Sponsorship } else { tiers[random.below(tiers.len())] },
        pricing,
        price_micros: i64::try_from(price_micros).unwrap_or(0),
        currency: Currency::read("USD").expect("a currency"),
        starts_at: random.percent(10).then(|| NOW.plus_seconds(DAY_SECONDS)),
        ends_at: None,
        targeting: targeting(kind, random),
        dayparts: None,
        caps: vec![Cap { window: Window::Day, limit: 3 }],
        cap_kind: CapKind::Soft,
        minimum_interval_seconds: 0,
        exclusion_labels: Vec::new(),
        categories: Vec::new(),
        rating: ContentRating::Everyone,
        goal: None,
        delivery: DeliveryMode::Even,
        share_ppm: None,
        default_ctr_ppm: 0,
    }
}

/// Three to six conditions of ten dimensions.
fn targeting(kind: Kind, random: &mut Random) -> Targeting {
    let mut targeting = Targeting::default();
    let (count, is_narrow) = (3 + random.below(4), kind == Kind::Narrow);
    let mut list = |random: &mut Random, values: usize| {
        let count =
            if is_narrow { 1 + random.below(2) } else { values / 2 + random.below(values.div_ceil(2)) };
        random.some_of(values, count.max(1))
    };
    for dimension in random.some_of(10, count) {
        match dimension {
            0 => {
                let countries = list(random, COUNTRIES.len());
                let codes = countries.iter().map(|&number| read(COUNTRIES[number])).collect();
                // A tenth of the conditions on countries denies.
                targeting.countries = if random.percent(10) && !is_narrow {
                    AllowDeny { allow: Vec::new(), deny: codes }
                } else {
                    AllowDeny { allow: codes, deny: Vec::new() }
                };
            }
            1 => targeting.languages.allow = pick(random, &mut list, &values::LANGUAGES),
            2 => targeting.genders.allow = vec![read::<Gender>(values::GENDERS[random.below(2)])],
            3 => {
                let (min, width) = (13 + random.below(40), if is_narrow { 5 } else { 20 + random.below(20) });
                let year = |number: usize| i16::try_from(number).ok();
                targeting.ages.0 = vec![AgeRange { min: year(min), max: year(min + width) }];
            }
            4 => targeting.platforms.allow = vec![read::<Platform>(values::PLATFORMS[random.below(2)])],
            5 => {
                let major = random.below(if is_narrow { 16 } else { 12 });
                let min = Some(Version::from_parts([u16::try_from(major).unwrap_or(0), 0, 0, 0]));
                targeting.os_versions = VersionRange { min, max: None };
            }
            6 => {
                let makers = list(random, values::MAKERS.len());
                let makers = makers.iter().map(|&number| values::MAKERS[number]);
                let texts = makers.map(|text| serde_json::from_value(text.into()).expect("a maker"));
                targeting.device_makers.allow = texts.collect();
            }
            7 => {
                let carriers = list(random, values::CARRIERS.len());
                let carriers = carriers.iter().map(|&number| values::CARRIERS[number]);
                let texts = carriers.map(|text| serde_json::from_value(text.into()).expect("a carrier"));
                targeting.carriers.allow = texts.collect();
            }
            8 => targeting.networks.allow = vec![read::<Network>(values::NETWORKS[random.below(2)])],
            _ => {
                let segments = random.some_of(values::SEGMENTS, if is_narrow { 3 } else { 30 });
                targeting.segments.any = segments.iter().map(|number| read(&format!("s-{number}"))).collect();
            }
        }
    }
    if kind == Kind::Foreign {
        targeting.countries = AllowDeny { allow: vec![read("KR"), read("JP")], deny: Vec::new() };
    }
    targeting
}

/// Some of a list of values.
fn pick<T: Vocabulary>(
    random: &mut Random,
    list: &mut impl FnMut(&mut Random, usize) -> Vec<usize>,
    values: &[&str],
) -> Vec<T> {
    list(random, values.len()).iter().map(|&number| read(values[number])).collect()
}

/// The id of the unit of all requests.
pub fn unit_id() -> Identifier {
    read("u-1")
}
