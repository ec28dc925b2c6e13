//! From rows to a catalog: every reference resolved, every value checked, once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::entities::{Advertiser, Campaign, Content, Creative, LineItem, Mix, Unit};
use super::rows::{CampaignRow, CatalogRows, ContentRow, CreativeRow, DaypartRow, LineItemRow, UnitRow};
use super::{Catalog, CatalogError};
use crate::arithmetic::{Rates, scale_ppm};
use crate::time::{EpochSeconds, HOURS_PER_WEEK, HourSet, Interval};

/// The longest horizon: a slate is for hours, not for days.
const HORIZON_SECONDS_MAX: u32 = 24 * 3_600;
/// The most slots that a request may ask for.
const COUNT_MAX: u16 = 50;
const LANDING_SCHEMES: [&str; 4] = ["https://", "market://", "itms-apps://", "itms-appss://"];

impl Catalog {
    /// Checks the rows of a version and joins them.
    ///
    /// # Errors
    /// Names the first row that cannot be served, and why.
    pub fn compile(version: u64, rows: CatalogRows) -> Result<Self, CatalogError> {
        let units = rows.units.into_iter().map(unit).collect::<Result<Vec<_>, _>>()?;
        let units = index("unit", units, |unit| &unit.id)?;
        let advertisers = rows
            .advertisers
            .into_iter()
            .map(|row| Arc::new(Advertiser { id: row.id, caps: row.caps }))
            .collect();
        let advertisers = index("advertiser", advertisers, |advertiser| &advertiser.id)?;
        let campaigns =
            rows.campaigns.into_iter().map(|row| campaign(row, &advertisers)).collect::<Result<_, _>>()?;
        let campaigns = index("campaign", campaigns, |campaign| &campaign.id)?;
        let currencies = rows.exchange_rates.into_iter().map(|row| (row.currency, row.rate_ppm)).collect();

        let mut landing_urls = HashMap::new();
        let mut line_items = rows
            .line_items
            .into_iter()
            .map(|row| line_item(row, &campaigns, &currencies))
            .collect::<Result<Vec<_>, _>>()?;
        line_items.sort_by(|left, right| (left.tier, &left.id).cmp(&(right.tier, &right.id)));
        let line_item_index = positions("line_item", &line_items, |item| &item.id)?;
        for row in rows.creatives {
            let owner = line_item_index.get(&row.line_item_id);
            let owner = owner.ok_or_else(|| dangling("creative", &row.id, "line item", &row.line_item_id))?;
            let creative = creative(row, &mut landing_urls)?;
            line_items[*owner].creatives.push(creative);
        }
        for item in &mut line_items {
            item.creatives.sort_by(|left, right| left.id.cmp(&right.id));
        }
        for row in rows.rates {
            let rates = Rates { ctr_ppm: row.ctr_ppm.into(), cvr_ppm: row.cvr_ppm.into() };
            let owner = line_item_index.get(&row.line_item_id);
            let owner =
                owner.ok_or_else(|| dangling("rates", &row.unit_id, "line item", &row.line_item_id))?;
            line_items[*owner].rates.insert(row.unit_id, rates);
        }
        let channels: HashSet<_> = rows.channels.into_iter().map(|row| row.id).collect();
        let contents = rows
            .contents
            .into_iter()
            .map(|row| content(row, &channels, &mut landing_urls))
            .collect::<Result<_, _>>()?;
        Ok(Self { version, units, line_items, line_item_index, contents, landing_urls })
    }
}

fn unit(row: UnitRow) -> Result<Unit, CatalogError> {
    let problem = |text: &str| CatalogError::new("unit", &row.id, text);
    let time_zone = TimeZone::get(&row.timezone)
        .map_err(|_| problem(&format!("{:?} is not an IANA time zone", row.timezone)))?;
    if !(60..=HORIZON_SECONDS_MAX).contains(&row.horizon_seconds) {
        return Err(problem("horizon_seconds must be 60 to 86400"));
    }
    if !(60..=row.horizon_seconds).contains(&row.refresh_seconds) {
        return Err(problem("refresh_seconds must be 60 to horizon_seconds"));
    }
    if !(1..=COUNT_MAX).contains(&row.default_count) {
        return Err(problem("default_count must be 1 to 50"));
    }
    if row.mix.ad_ratio_ppm > 1_000_000 {
        return Err(problem("mix.ad_ratio_ppm must be at most 1000000"));
    }
    Ok(Unit {
        mix: Mix {
            ad_ratio_ppm: row.mix.ad_ratio_ppm,
            first_slot: row.mix.first_slot,
            minimum_gap: row.mix.minimum_gap.into(),
        },
        horizon_seconds: row.horizon_seconds.into(),
        refresh_seconds: row.refresh_seconds.into(),
        default_count: row.default_count.into(),
        floor_price_micros: row.floor_price_micros,
        advertiser_slots_max: row.advertiser_slots_max.map_or(usize::MAX, usize::from),
        blocked_categories: row.blocked_categories,
        blocked_advertisers: row.blocked_advertisers,
        content_rating: row.content_rating,
        time_zone,
        language: row.language,
        id: row.id,
    })
}

fn campaign(
    row: CampaignRow,
    advertisers: &HashMap<String, Arc<Advertiser>>,
) -> Result<Arc<Campaign>, CatalogError> {
    let advertiser = advertisers
        .get(&row.advertiser_id)
        .ok_or_else(|| dangling("campaign", &row.id, "advertiser", &row.advertiser_id))?;
    let flight = Interval::new(row.starts_at, row.ends_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| CatalogError::new("campaign", &row.id, "it ends before it starts"))?;
    Ok(Arc::new(Campaign { id: row.id, advertiser: Arc::clone(advertiser), flight, caps: row.caps }))
}

fn line_item(
    row: LineItemRow,
    campaigns: &HashMap<String, Arc<Campaign>>,
    currencies: &HashMap<String, i64>,
) -> Result<LineItem, CatalogError> {
    let campaign = campaigns
        .get(&row.campaign_id)
        .ok_or_else(|| dangling("line_item", &row.id, "campaign", &row.campaign_id))?;
    let rate_ppm = currencies
        .get(&row.currency)
        .ok_or_else(|| dangling("line_item", &row.id, "exchange rate", &row.currency))?;
    let own_flight =
        Interval::new(row.starts_at.unwrap_or(EpochSeconds::MIN), row.ends_at.unwrap_or(EpochSeconds::MAX))
            .ok_or_else(|| CatalogError::new("line_item", &row.id, "it ends before it starts"))?;
    let dayparts = row.dayparts.map(|parts| hour_set(&row.id, &parts)).transpose()?;
    if row.price_micros < 0 {
        return Err(CatalogError::new("line_item", &row.id, "price_micros must not be negative"));
    }
    Ok(LineItem {
        campaign: Arc::clone(campaign),
        tier: row.tier,
        pricing: row.pricing,
        price_micros: scale_ppm(row.price_micros, *rate_ppm),
        flight: own_flight.intersect(campaign.flight),
        targeting: row.targeting,
        dayparts,
        caps: row.caps,
        cap_kind: row.cap_kind,
        minimum_interval_seconds: row.minimum_interval_seconds,
        exclusion_labels: row.exclusion_labels,
        categories: row.categories,
        rating: row.rating,
        rates: HashMap::new(),
        creatives: Vec::new(),
        id: row.id,
    })
}

fn hour_set(line_item_id: &str, parts: &[DaypartRow]) -> Result<HourSet, CatalogError> {
    let mut hours = HourSet::default();
    for part in parts {
        if part.from_hour > 23 || !(1..=24).contains(&part.to_hour) {
            let problem = "a daypart's from_hour must be 0 to 23 and its to_hour 1 to 24";
            return Err(CatalogError::new("line_item", line_item_id, problem));
        }
        let (from, to) = (usize::from(part.from_hour), usize::from(part.to_hour));
        let length = if to > from { to - from } else { to + 24 - from };
        let all_days = 0..7;
        let some_days = part.days.iter().map(|&day| day as usize);
        let days: Vec<usize> = if part.days.is_empty() { all_days.collect() } else { some_days.collect() };
        for day in days {
            (0..length).for_each(|hour| hours.insert((day * 24 + from + hour) % HOURS_PER_WEEK));
        }
    }
    Ok(hours)
}

fn creative(row: CreativeRow, landing_urls: &mut HashMap<String, String>) -> Result<Creative, CatalogError> {
    check_urls("creative", &row.id, &row.image_url, &row.landing_url)?;
    insert_once("creative", landing_urls, &row.id, row.landing_url)?;
    Ok(Creative {
        id: row.id,
        image_url: row.image_url,
        title: row.title,
        body: row.body,
        call_to_action: row.call_to_action,
        weight: row.weight,
    })
}

fn content(
    row: ContentRow,
    channels: &HashSet<String>,
    landing_urls: &mut HashMap<String, String>,
) -> Result<Content, CatalogError> {
    if !channels.contains(&row.channel_id) {
        return Err(dangling("content", &row.id, "channel", &row.channel_id));
    }
    check_urls("content", &row.id, &row.image_url, &row.landing_url)?;
    let flight = Interval::new(row.published_at, row.expires_at.unwrap_or(EpochSeconds::MAX))
        .ok_or_else(|| CatalogError::new("content", &row.id, "it expires before it is published"))?;
    insert_once("content", landing_urls, &row.id, row.landing_url)?;
    Ok(Content {
        id: row.id,
        channel_id: row.channel_id,
        title: row.title,
        image_url: row.image_url,
        language: row.language,
        categories: row.categories,
        published_at: row.published_at,
        flight,
        quality_ppm: row.quality_ppm.into(),
        rating: row.rating,
        targeting: row.targeting,
    })
}

fn check_urls(kind: &'static str, id: &str, image_url: &str, landing_url: &str) -> Result<(), CatalogError> {
    // A header value may hold visible ASCII alone; anything else belongs percent-encoded in a URL anyway.
    let is_visible = |url: &str| url.len() <= 2_048 && url.bytes().all(|byte| byte.is_ascii_graphic());
    if !image_url.starts_with("https://") || !is_visible(image_url) {
        return Err(CatalogError::new(kind, id, "image_url must be https and visible ASCII"));
    }
    if !LANDING_SCHEMES.iter().any(|scheme| landing_url.starts_with(scheme)) || !is_visible(landing_url) {
        return Err(CatalogError::new(
            kind,
            id,
            "landing_url must be https or an app store's, visible ASCII",
        ));
    }
    Ok(())
}

fn dangling(kind: &'static str, id: &str, wanted: &str, wanted_id: &str) -> CatalogError {
    CatalogError::new(kind, id, format!("there is no {wanted} {wanted_id:?}"))
}

fn index<T>(
    kind: &'static str,
    values: Vec<T>,
    id_of: impl Fn(&T) -> &String,
) -> Result<HashMap<String, T>, CatalogError> {
    let mut by_id = HashMap::with_capacity(values.len());
    for value in values {
        let id = id_of(&value).clone();
        insert_once(kind, &mut by_id, &id, value)?;
    }
    Ok(by_id)
}

fn positions<T>(
    kind: &'static str,
    values: &[T],
    id_of: impl Fn(&T) -> &String,
) -> Result<HashMap<String, usize>, CatalogError> {
    let mut by_id = HashMap::with_capacity(values.len());
    for (position, value) in values.iter().enumerate() {
        insert_once(kind, &mut by_id, id_of(value), position)?;
    }
    Ok(by_id)
}

/// Inserts under an id that must be well formed and new.
fn insert_once<T>(
    kind: &'static str,
    by_id: &mut HashMap<String, T>,
    id: &str,
    value: T,
) -> Result<(), CatalogError> {
    let is_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if id.is_empty() || id.len() > 64 || !id.bytes().all(is_id_byte) {
        return Err(CatalogError::new(kind, id, "an id is 1 to 64 of A-Za-z0-9_.-"));
    }
    if by_id.insert(id.to_owned(), value).is_some() {
        return Err(CatalogError::new(kind, id, "the id is taken"));
    }
    Ok(())
}
