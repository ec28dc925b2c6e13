//! The catalog of a simulation: budgets and goals of all modes and sizes, and ads that fill what they leave.

use std::collections::HashSet;

use lockfill_models::time::EpochSeconds;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::demand::Market;
use crate::random::Random;

/// Micros of a won.
const WON: i64 = 1_000_000;

/// Impressions of a budget or a goal by a week's worth, and how many of them there are. The largest of all is delivered
/// everywhere; the smaller a line item is, the narrower it may be targeted.
const SIZES: [(u32, usize); 8] =
    [(500_000, 1), (100_000, 2), (30_000, 8), (12_000, 24), (3_000, 40), (1_000, 60), (300, 60), (100, 60)];
/// The sum of the sizes.
pub const BOOKED: u32 = 1_432_000;

/// What is simulated: its rows, and the campaign that is paused.
pub struct Plan {
    /// The rows of the catalog.
    pub rows: Value,
    /// The campaign that is paused for two days.
    pub paused: String,
}

/// How a catalog is made.
pub struct Making<'a> {
    /// The markets.
    pub markets: &'a [Market],
    /// The span of the simulation.
    pub span: (i64, i64),
    /// Budgets and goals are so many times as large as above.
    pub scale: f64,
    /// Users.
    pub users: usize,
    /// Random numbers of the catalog alone.
    pub random: Random,
    rows: Value,
    number: usize,
}

impl<'a> Making<'a> {
    /// An empty catalog.
    pub fn new(markets: &'a [Market], span: (i64, i64), (users, scale): (usize, f64), seed: u64) -> Self {
        let rows = json!({
            "exchange_rates": [
                {"currency": "KRW", "rate_ppm": 1_000_000}, {"currency": "USD", "rate_ppm": 1_380_000_000},
            ],
            "advertisers": [], "campaigns": [], "line_items": [], "creatives": [], "rates": [], "units": [],
        });
        Self { markets, span, scale, users, random: Random::new(seed, 7), rows, number: 0 }
    }

    /// The whole catalog.
    pub fn finish(mut self) -> Plan {
        self.units();
        let mut left = self.scaled(BOOKED);
        for (size, count) in SIZES {
            for number in 0..count {
                let impressions = self.scaled(size).min(500_000);
                if impressions <= left {
                    left -= impressions;
                    self.booked(impressions, number);
                }
            }
        }
        // The one that is paused is a goal of some size.
        let paused = self.campaign(&json!({}));
        self.line_item(
            &paused,
            &json!({
                "goal": {"kind": "impressions", "count": self.scaled(20_000)}, "delivery": "even",
                "caps": [{"window": "day", "limit": 4}],
            }),
        );
        self.fillers();
        Plan { rows: self.rows, paused }
    }

    fn scaled(&self, impressions: u32) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 500,000")]
        let scaled = (f64::from(impressions) * self.scale) as u64;
        scaled.max(100)
    }

    fn push(&mut self, kind: &str, row: Value) {
        self.rows[kind].as_array_mut().expect("a list").push(row);
    }

    fn units(&mut self) {
        for market in self.markets {
            for number in 1..=2 {
                let unit = json!({
                    "id": format!("u-{}-{number}", market.name), "app_id": "app-1",
                    "mix": {"ad_ratio_ppm": 1_000_000}, "horizon_seconds": 14_400, "refresh_seconds": 1_800,
                    "default_count": 5, "advertiser_slots_max": 2, "timezone": market.zone_name,
                    "language": market.language,
                });
                self.push("units", unit);
            }
        }
    }

    /// A line item with a goal or a budget of so many impressions.
    fn booked(&mut self, impressions: u64, number: usize) {
        let modes = ["even", "even", "front_loaded", "even", "asap"];
        let mode = modes[number % modes.len()];
        let price = i64::try_from(2_000 + self.random.below(8_000)).unwrap_or(0) * WON;
        let mut item = json!({"delivery": mode, "price_micros": price, "currency": "KRW"});
        let mut users_percent = 100;
        if impressions < 50_000 && self.random.chance(0.4) {
            let market = &self.markets[self.random.below(self.markets.len())];
            item["targeting"] = json!({"countries": {"allow": [market.country]}});
            users_percent = market.percent;
        }
        item["caps"] = self.caps(impressions, users_percent);
        if self.random.chance(0.2) {
            item["cap_kind"] = json!("hard");
        }
        let (from, until) = self.flight(number);
        if impressions < 5_000 && number % 7 == 3 {
            item["dayparts"] = json!([{"from_hour": 7, "to_hour": 23}]);
        }
        match number % 6 {
            // A goal in clicks, and a budget that pays clicks.
            4 if impressions >= 3_000 => {
                let clicks = json!({"kind": "clicks", "count": (impressions / 100).max(10)});
                item["goal"] = clicks;
                item["pricing"] = json!("cpc");
                item["price_micros"] = json!(price / 10);
                let campaign = self.campaign(&json!({"starts_at": from, "ends_at": until}));
                self.line_item(&campaign, &item);
            }
            0 | 2 => {
                item["goal"] = json!({"kind": "impressions", "count": impressions});
                let campaign = self.campaign(&json!({"starts_at": from, "ends_at": until}));
                self.line_item(&campaign, &item);
            }
            _ => self.budget(impressions, price, (&from, &until), item, number),
        }
    }

    fn budget(
        &mut self,
        impressions: u64,
        price: i64,
        (from, until): (&str, &str),
        mut item: Value,
        number: usize,
    ) {
        let budget = i64::try_from(impressions).unwrap_or(0) * price / 1_000;
        let mut campaign = json!({"starts_at": from, "ends_at": until});
        campaign["timezone"] = json!(self.markets[number % self.markets.len()].zone_name);
        if number % 12 == 7 {
            // A click costs what so many impressions would.
            item["pricing"] = json!("cpc");
            item["price_micros"] = json!(price / 12);
        }
        let in_dollars = number % 4 == 1;
        let (budget, currency) = if in_dollars { (budget / 1_380, "USD") } else { (budget, "KRW") };
        campaign["budget_currency"] = json!(currency);
        campaign["budget_micros"] = json!(budget);
        if number % 6 == 3 {
            // A day's part for five days and less than the lifetime's for the others.
            campaign["daily_budget_micros"] = json!(budget / 5);
        }
        let campaign = self.campaign(&campaign);
        let line_items = if number % 6 == 5 { 2 } else { 1 };
        for _ in 0..line_items {
            self.line_item(&campaign, &item);
            item["price_micros"] = json!(price * 4 / 5);
        }
    }

    /// Most flights are the whole simulation but for its last hours; some begin later and end earlier.
    fn flight(&self, number: usize) -> (String, String) {
        let (from, until) = self.span;
        let (tenth, last) = ((until - from) / 10, until - 4 * 3_600);
        let at = |seconds: i64| EpochSeconds(seconds).to_string();
        match number % 5 {
            3 => (at(from + tenth * 2), at(last - tenth)),
            4 => (at(from), at(last - tenth * 3)),
            _ => (at(from), at(last)),
        }
    }

    /// Caps that leave room for three times of what is booked.
    fn caps(&mut self, impressions: u64, users_percent: usize) -> Value {
        let days = ((self.span.1 - self.span.0) as f64 / 86_400.0).max(1.0);
        let users = self.users as f64 * users_percent as f64 / 100.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some showings a day")]
        let room = (3.0 * impressions as f64 / users / days).ceil() as usize;
        let limit = (2 + self.random.below(4)).max(room);
        match self.random.below(10) {
            0 => json!([{"window": "day", "limit": limit}, {"window": "hour", "limit": limit.div_ceil(4)}]),
            1 => json!([{"window": "week", "limit": 7 * limit}]),
            2 => json!([{"window": "lifetime", "limit": 8 * limit}]),
            _ => json!([{"window": "day", "limit": limit}]),
        }
    }

    /// What serves where nothing booked does: sponsorships with a share, and line items without a limit.
    fn fillers(&mut self) {
        for share_ppm in [50_000, 100_000, 150_000] {
            let campaign = self.campaign(&json!({}));
            self.line_item(
                &campaign,
                &json!({
                    "tier": "sponsorship", "share_ppm": share_ppm, "caps": [{"window": "day", "limit": 3}],
                }),
            );
        }
        for number in 0..40 {
            let campaign = self.campaign(&json!({}));
            let tier = if number < 34 { "bulk" } else { "house" };
            self.line_item(&campaign, &json!({"tier": tier, "price_micros": (100 + number) * WON}));
        }
    }

    /// A campaign of an advertiser of its own; its id.
    fn campaign(&mut self, changed: &Value) -> String {
        self.number += 1;
        let (id, advertiser) = (format!("c-{}", self.number), format!("a-{}", self.number));
        self.push("advertisers", json!({"id": advertiser, "name": ""}));
        let (from, until) = self.flight(0);
        let mut row = json!({
            "id": id, "advertiser_id": advertiser, "name": "", "starts_at": from, "ends_at": until,
        });
        if self.number.is_multiple_of(9) {
            row["caps"] = json!([{"window": "day", "limit": 6}]);
        }
        merge(&mut row, changed);
        self.push("campaigns", row);
        id
    }

    fn line_item(&mut self, campaign: &str, changed: &Value) {
        let number = self.rows["line_items"].as_array().map_or(0, Vec::len) + 1;
        let id = format!("li-{number}");
        let mut row = json!({
            "id": id, "campaign_id": campaign, "name": "", "tier": "standard", "pricing": "cpm",
            "price_micros": 3_000 * WON, "currency": "KRW",
        });
        merge(&mut row, changed);
        self.push("line_items", row);
        for creative in 0..2 {
            self.push(
                "creatives",
                json!({
                    "id": format!("cr-{number}-{creative}"), "line_item_id": id, "title": "", "image_url":
                    "https://cdn.example/i.jpg", "landing_url": "https://shop.example/",
                }),
            );
        }
        for market in self.markets {
            for unit in 1..=2 {
                let unit_id = format!("u-{}-{unit}", market.name);
                let rate = json!({"line_item_id": id, "unit_id": unit_id, "ctr_ppm": 12_000});
                self.rows["rates"].as_array_mut().expect("a list").push(rate);
            }
        }
    }
}

/// Rows as the compiler and the pacing read them.
pub fn read<R: DeserializeOwned>(rows: &Value) -> R {
    serde_json::from_value(rows.clone()).expect("rows of this program")
}

/// The rows of campaigns without a limit, which begin earlier.
pub fn unlimited(rows: &Value, from: i64) -> Value {
    let mut rows = rows.clone();
    let is_limited = |item: &Value, campaigns: &[Value]| {
        let campaign = campaigns.iter().find(|campaign| campaign["id"] == item["campaign_id"]);
        let budget = campaign.is_some_and(|row| row.get("budget_micros").is_some());
        budget || item.get("goal").is_some() || item.get("share_ppm").is_some()
    };
    let list = |rows: &Value, kind: &str| rows[kind].as_array().expect("a list").clone();
    let campaigns = list(&rows, "campaigns");
    let items: Vec<Value> =
        list(&rows, "line_items").into_iter().filter(|item| !is_limited(item, &campaigns)).collect();
    let ids = |rows: &[Value], field: &str| -> HashSet<String> {
        rows.iter().filter_map(|row| row[field].as_str()).map(ToOwned::to_owned).collect()
    };
    let (kept, of) = (ids(&items, "id"), ids(&items, "campaign_id"));
    let is_of = |row: &Value, field: &str, ids: &HashSet<String>| {
        row[field].as_str().is_some_and(|id| ids.contains(id))
    };
    rows["line_items"] = items.into();
    for kind in ["creatives", "rates"] {
        rows[kind] = list(&rows, kind).into_iter().filter(|row| is_of(row, "line_item_id", &kept)).collect();
    }
    rows["campaigns"] = campaigns.into_iter().filter(|row| is_of(row, "id", &of)).collect();
    for campaign in rows["campaigns"].as_array_mut().into_iter().flatten() {
        campaign["starts_at"] = json!(EpochSeconds(from).to_string());
    }
    rows
}

/// The rows without a campaign, as a publisher leaves out what is paused: links that were handed out before still lead to
/// its landing pages.
pub fn without(rows: &Value, campaign: &str, withdrawn_at: EpochSeconds) -> Value {
    let mut rows = rows.clone();
    let items: Vec<Value> = rows["line_items"].as_array().expect("a list").clone();
    let is_gone = |row: &Value, field: &str| row[field] == campaign;
    let gone: Vec<Value> =
        items.iter().filter(|row| is_gone(row, "campaign_id")).map(|row| row["id"].clone()).collect();
    let keep = |rows: &mut Value, kind: &str, field: &str| {
        let list = rows[kind].as_array_mut().expect("a list");
        list.retain(|row| !gone.contains(&row[field]) && !is_gone(row, field));
    };
    let creatives: Vec<Value> = rows["creatives"].as_array().expect("a list").clone();
    let tombstone = |creative: &Value| {
        json!({
            "id": creative["id"], "kind": "creative", "landing_url": creative["landing_url"],
            "line_item_id": creative["line_item_id"], "campaign_id": campaign,
            "advertiser_id": campaign.replace("c-", "a-"), "withdrawn_at": withdrawn_at,
        })
    };
    let of_campaign = creatives.iter().filter(|creative| gone.contains(&creative["line_item_id"]));
    rows["tombstones"] = of_campaign.map(tombstone).collect();
    keep(&mut rows, "line_items", "id");
    keep(&mut rows, "creatives", "line_item_id");
    keep(&mut rows, "rates", "line_item_id");
    keep(&mut rows, "campaigns", "id");
    rows
}

fn merge(own: &mut Value, changed: &Value) {
    for (name, value) in changed.as_object().expect("an object") {
        own[name] = value.clone();
    }
}
