//! Line items that are added for the second period of a simulation, each with what a forecast has to see.

use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

use crate::demand::Market;
use crate::random::Random;

/// Micros of a won.
const WON: i64 = 1_000_000;
/// The second period's last hours are without campaigns, as the first's are.
const ENDS_BEFORE: i64 = 4 * 3_600;

/// A draft: its rows, and what limits it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The line item's id.
    pub id: String,
    /// What kind of draft it is.
    pub kind: &'static str,
    /// The rows by kind, to be added to those of the catalog.
    pub rows: Vec<(&'static str, Value)>,
    /// Impressions that its goal or its budget pays for; `None`: as many as there are.
    pub impressions: Option<f64>,
    /// The clicks of its goal.
    pub clicks: Option<f64>,
}

/// What kinds of drafts there are. A market is one of the three for drafts that run in one simulation side by side.
const KINDS: [&str; 7] = ["open", "starved", "capped", "goal", "budget", "clicks", "targeted"];

/// What drafts are made of.
pub struct Drafting {
    /// The second period.
    pub span: (i64, i64),
    pub users: usize,
    pub run: usize,
    pub seed: u64,
    /// How many line items the catalog has: ids of line items are their numbers.
    pub line_items: usize,
}

impl Drafting {
    /// The drafts of one run: one for all markets, or one for each market. Drafts of other markets compete for nothing.
    pub fn drafts(&self, markets: &[Market]) -> Vec<Draft> {
        let &Self { span, users, run, seed, line_items } = self;
        let mut random = Random::new(seed, 11 + run as u64);
        let days = (span.1 - span.0) as f64 / 86_400.0;
        let flight = (span.0, span.1 - ENDS_BEFORE);
        if run.is_multiple_of(4) {
            let kind = KINDS[run / 4 % KINDS.len()];
            return vec![draft(kind, None, flight, users as f64 * days, line_items + 1, &mut random)];
        }
        let of_market = |(place, market): (usize, &Market)| {
            let kind = KINDS[(run + 2 * place) % KINDS.len()];
            let user_days = users as f64 * market.percent as f64 / 100.0 * days;
            draft(kind, Some(market), flight, user_days, line_items + 1 + place, &mut random)
        };
        markets.iter().enumerate().map(of_market).collect()
    }
}

/// A draft of a kind. `user_days` is the number of users times the days of the flight.
fn draft(
    kind: &'static str,
    market: Option<&Market>,
    (from, until): (i64, i64),
    user_days: f64,
    number: usize,
    random: &mut Random,
) -> Draft {
    let id = format!("li-{number}");
    let at = |seconds: i64| EpochSeconds(seconds).to_string();
    let price = 2_000 + i64::try_from(random.below(8_000)).unwrap_or(0);
    let mut item = json!({
        "id": id, "campaign_id": format!("c-draft-{number}"), "name": "", "tier": "standard", "pricing": "cpm",
        "price_micros": price * WON, "currency": "KRW", "delivery": if random.chance(0.5) { "even" } else { "asap" },
        "caps": [{"window": "day", "limit": 2 + random.below(3)}],
    });
    let mut campaign = json!({
        "id": format!("c-draft-{number}"), "advertiser_id": format!("a-draft-{number}"), "name": "",
        "starts_at": at(from), "ends_at": at(until),
    });
    if let Some(market) = market {
        item["targeting"] = json!({"countries": {"allow": [market.country]}});
    }
    let (mut impressions, mut clicks) = (None, None);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some impressions a user and day"
    )]
    let part = |of_user_day: f64| (user_days * of_user_day).max(50.0) as u64;
    match kind {
        "starved" => {
            // Behind all that is booked, and in front of few.
            item["tier"] = json!("bulk");
            item["price_micros"] = json!((80 + i64::try_from(random.below(60)).unwrap_or(0)) * WON);
            goal(&mut item, part(4.0), &mut impressions);
        }
        "capped" => {
            item["caps"] = match random.below(3) {
                0 => json!([{"window": "day", "limit": 1}]),
                1 => json!([{"window": "week", "limit": 3}]),
                _ => json!([{"window": "lifetime", "limit": 4}]),
            };
        }
        "goal" => goal(&mut item, part(0.4 + random.part()), &mut impressions),
        "budget" => {
            let count = part(0.4 + random.part());
            impressions = Some(count as f64);
            campaign["budget_currency"] = json!("KRW");
            campaign["budget_micros"] = json!(i64::try_from(count).unwrap_or(0) * price * WON / 1_000);
        }
        "clicks" => {
            let count = part(0.01 + 0.02 * random.part()).max(10);
            clicks = Some(count as f64);
            item["goal"] = json!({"kind": "clicks", "count": count});
        }
        "targeted" => {
            item["dayparts"] = json!([{"from_hour": 18, "to_hour": 24}]);
            item["price_micros"] = json!((1_000 + price / 2) * WON);
        }
        _ => {}
    }
    let mut rows = vec![("advertisers", json!({"id": format!("a-draft-{number}"), "name": ""}))];
    rows.push(("campaigns", campaign));
    rows.push(("line_items", item));
    for creative in 0..2 {
        let creative = json!({
            "id": format!("cr-draft-{number}-{creative}"), "line_item_id": id, "title": "",
            "image_url": "https://cdn.example/i.jpg", "landing_url": "https://shop.example/",
        });
        rows.push(("creatives", creative));
    }
    Draft { id, kind, rows, impressions, clicks }
}

fn goal(item: &mut Value, count: u64, impressions: &mut Option<f64>) {
    item["goal"] = json!({"kind": "impressions", "count": count});
    *impressions = Some(count as f64);
}

/// The rows with drafts.
pub fn with(rows: &Value, drafts: &[Draft]) -> Value {
    let mut rows = rows.clone();
    for (kind, row) in drafts.iter().flat_map(|draft| &draft.rows) {
        rows[kind].as_array_mut().expect("a list").push(row.clone());
    }
    rows
}
