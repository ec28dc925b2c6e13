//! What is owed: budgets, goals and flights, from the rows of a published catalog.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use lockfill_catalog::compile::hour_set;
use lockfill_catalog::rows::{DeliveryMode, GoalRow};
use lockfill_models::arithmetic::Pricing;
use lockfill_models::draw::id_hash;
use lockfill_models::time::{EpochSeconds, HourSet, Interval};

use crate::money::{Exchange, Rates};
use crate::terms_rows::{BudgetRow, OrderRow, TermsRows};

/// The most zones of units whose traffic is told apart. Units of further zones count as ones of the last.
pub const ZONES_MAX: usize = 16;
/// Clicks per impression of a line item without rates and without a default rate, in ppm.
const CTR_PRIOR_PPM: u32 = 10_000;
const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// What is owed by a catalog version.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Campaigns, in the order of their rows.
    pub campaigns: Vec<CampaignTerms>,
    /// Line items, in the order of their rows.
    pub line_items: Vec<ItemTerms>,
    /// The zones of units, by their names; at most [`ZONES_MAX`].
    pub zones: Vec<(String, TimeZone)>,
    /// The number of each unit's zone, by the unit's id.
    pub zone_of_unit: HashMap<String, usize>,
}

/// What a campaign may spend.
#[derive(Debug, Clone)]
pub struct CampaignTerms {
    /// Id.
    pub id: String,
    /// The hash of the id.
    pub hash: u64,
    /// What may be spent in all, in micros of the budget's currency.
    pub budget_micros: Option<i64>,
    /// What may be spent on a day, in micros of the budget's currency.
    pub daily_budget_micros: Option<i64>,
    /// The zone of the campaign's days.
    pub zone: TimeZone,
    /// From when until when the campaign serves.
    pub flight: Interval,
    /// Its line items, by their places.
    pub line_items: Vec<usize>,
}

impl CampaignTerms {
    /// Whether anything limits what it spends.
    #[must_use]
    pub const fn has_budget(&self) -> bool {
        self.budget_micros.is_some() || self.daily_budget_micros.is_some()
    }

    /// The campaign's day at an instant: the hours that begin on one date of its own clock, 23 to 25 where clocks change.
    /// Facts are sums of whole hours since the epoch, so an hour belongs to the date on which it begins. Where midnight is
    /// within an hour, as in India, the day is that much later than the date.
    #[must_use]
    pub fn day(&self, now: EpochSeconds) -> Interval {
        let hour = EpochSeconds(now.0 - now.0.rem_euclid(HOUR_SECONDS));
        let day = hour.timestamp().to_zoned(self.zone.clone()).start_of_day().and_then(|from| {
            let until = from.checked_add(1.day())?.start_of_day()?;
            Ok(Interval { from: first_hour(from.timestamp()), until: first_hour(until.timestamp()) })
        });
        // At the ends of time there is no midnight.
        day.unwrap_or_else(|_| Interval { from: now, until: now.plus_seconds(DAY_SECONDS) })
    }
}

/// What a line item is to deliver.
#[derive(Debug, Clone)]
pub struct ItemTerms {
    /// Id.
    pub id: String,
    /// The hash of the id.
    pub hash: u64,
    /// The place of its campaign.
    pub campaign: usize,
    /// The action that is paid for.
    pub pricing: Pricing,
    /// The price in micros of its own currency.
    pub price_micros: i64,
    /// To the currency of the campaign's budget; `None` if there is no rate, and then nothing may be spent.
    exchange: Option<Exchange>,
    /// Clicks per impression as published, in ppm.
    pub ctr_ppm: u32,
    /// The dates of the line item and of its campaign; `None`: never.
    pub flight: Option<Interval>,
    /// The hours of the week on the user's clock; `None`: all.
    pub hours: Option<HourSet>,
    /// What is to be delivered.
    pub goal: Option<GoalRow>,
    /// How it is spread.
    pub mode: DeliveryMode,
    /// A fixed share of the requests, in ppm.
    pub share_ppm: Option<u32>,
    /// Zones in which no targeted unit is, by their number.
    pub excluded_zones: u16,
}

impl ItemTerms {
    /// An amount of the line item's currency in that of the campaign's budget. Without a rate it is more than any budget.
    #[must_use]
    pub fn in_budget_currency(&self, micros: i64) -> i64 {
        match self.exchange {
            Some(exchange) => exchange.convert(micros),
            None if micros == 0 => 0,
            None => i64::MAX,
        }
    }

    /// What a thousand paid events cost at most, in micros of the budget's currency. Nothing is paid for actions and
    /// installs yet.
    #[must_use]
    pub fn thousand_events_micros(&self) -> i64 {
        let thousand = match self.pricing {
            Pricing::Cpm => self.price_micros,
            Pricing::Cpc => self.price_micros.saturating_mul(1_000),
            Pricing::Cpa | Pricing::Cpi => 0,
        };
        self.in_budget_currency(thousand)
    }
}

impl Terms {
    /// The terms of a version. Rows that refer to nothing are left out: the compiler has refused them.
    #[must_use]
    pub fn new(rows: &TermsRows) -> Self {
        let mut terms = Self::default();
        terms.add_units(rows);
        let campaigns: HashMap<&str, usize> =
            rows.campaigns.iter().enumerate().map(|(place, row)| (&*row.id, place)).collect();
        terms.campaigns = rows.campaigns.iter().map(campaign).collect();
        let joined =
            Joined { rates: Rates::new(&rows.exchange_rates), ctrs: ctrs(rows), rows: &rows.campaigns };
        for row in &rows.line_items {
            let Some(&place) = campaigns.get(&*row.campaign_id) else { continue };
            let item = terms.item(row, place, &joined);
            terms.campaigns[place].line_items.push(terms.line_items.len());
            terms.line_items.push(item);
        }
        terms
    }

    /// Whether a line item has a goal, a share or a budget, and so a gate.
    #[must_use]
    pub fn is_limited(&self, item: &ItemTerms) -> bool {
        let has_budget = || self.campaigns.get(item.campaign).is_some_and(CampaignTerms::has_budget);
        item.goal.is_some() || item.share_ppm.is_some() || has_budget()
    }

    fn add_units(&mut self, rows: &TermsRows) {
        let mut names: Vec<&str> = rows.units.iter().map(|unit| &*unit.timezone).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(ZONES_MAX);
        let last = names.len().saturating_sub(1);
        let number = |name: &str| names.binary_search(&name).unwrap_or(last);
        self.zone_of_unit =
            rows.units.iter().map(|unit| (unit.id.to_string(), number(&unit.timezone))).collect();
        self.zones = names.iter().map(|name| ((*name).to_owned(), zone(Some(name)))).collect();
    }

    fn item(&self, row: &OrderRow, campaign: usize, joined: &Joined<'_>) -> ItemTerms {
        let (own, budget) = (&*row.currency, joined.rows[campaign].budget_currency.as_ref());
        let starts_at = row.starts_at.unwrap_or(EpochSeconds::MIN);
        let flight = Interval::new(starts_at, row.ends_at.unwrap_or(EpochSeconds::MAX));
        let units = &row.targeting.units;
        let mut reached = 0_u16;
        for unit in units.allow.iter().filter_map(|unit| self.zone_of_unit.get(&**unit)) {
            reached |= 1 << unit;
        }
        ItemTerms {
            hash: id_hash(&row.id),
            id: row.id.to_string(),
            campaign,
            pricing: row.pricing,
            price_micros: row.price_micros.max(0),
            exchange: joined.rates.exchange(own, budget.map_or(own, |currency| currency)),
            ctr_ppm: ctr_ppm(row, joined.ctrs.get(&*row.id).copied()),
            flight: flight.and_then(|flight| flight.intersect(self.campaigns[campaign].flight)),
            hours: row.dayparts.as_deref().and_then(|parts| hour_set(parts).ok()),
            goal: row.goal,
            mode: row.delivery,
            share_ppm: row.share_ppm,
            excluded_zones: if units.allow.is_empty() { 0 } else { !reached },
        }
    }
}

/// What line items are joined with.
struct Joined<'r> {
    rates: Rates<'r>,
    ctrs: HashMap<&'r str, u32>,
    rows: &'r [BudgetRow],
}

/// Clicks per impression as published, in ppm: the mean of a line item's rates, or its default rate without any.
fn ctr_ppm(row: &OrderRow, mean: Option<u32>) -> u32 {
    let default = || Some(row.default_ctr_ppm).filter(|&rate| rate > 0);
    mean.or_else(default).unwrap_or(CTR_PRIOR_PPM)
}

/// The mean of each line item's click rates, in ppm.
fn ctrs(rows: &TermsRows) -> HashMap<&str, u32> {
    let mut sums: HashMap<&str, (u64, u64)> = HashMap::new();
    for row in rows.rates.iter().filter(|row| row.ctr_ppm > 0) {
        let (sum, count) = sums.entry(&row.line_item_id).or_default();
        *sum += u64::from(row.ctr_ppm);
        *count += 1;
    }
    let mean = |(sum, count): (u64, u64)| u32::try_from(sum / count).unwrap_or(CTR_PRIOR_PPM);
    sums.into_iter().map(|(id, sums)| (id, mean(sums))).collect()
}

/// The beginning of the first hour from an instant on.
fn first_hour(at: Timestamp) -> EpochSeconds {
    EpochSeconds((EpochSeconds::from(at).0 + HOUR_SECONDS - 1).div_euclid(HOUR_SECONDS) * HOUR_SECONDS)
}

fn campaign(row: &BudgetRow) -> CampaignTerms {
    let until = row.ends_at.unwrap_or(EpochSeconds::MAX);
    CampaignTerms {
        hash: id_hash(&row.id),
        id: row.id.to_string(),
        budget_micros: row.budget_micros,
        daily_budget_micros: row.daily_budget_micros,
        zone: zone(row.timezone.as_deref()),
        flight: Interval { from: row.starts_at, until },
        line_items: Vec::new(),
    }
}

/// A zone by its name; UTC without one, and where the name is unknown, which the compiler refuses.
fn zone(name: Option<&str>) -> TimeZone {
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}
