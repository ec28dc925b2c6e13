//! Gates that follow from a ledger and from rows, over stores in memory.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use lockfill_accounting::{PacingService, PacingStores, RollUpLedger, RollUpService, RolledUp};
use lockfill_dao::memory::{MemoryArrivals, MemoryCounts, MemoryDelivery, MemoryGates};
use lockfill_dao::{
    BlobManifest, CatalogReader, CountsName, CountsWriter, DaoError, GatesReader, Published, RowsDigest,
    RowsError, TermsReader,
};
use lockfill_delivery::facts::FactKey;
use lockfill_delivery::rollup::{ArrivedEvent, Slot};
use lockfill_delivery::terms_rows::TermsRows;
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::pacing::Gates;
use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

/// Thursday noon, in minutes.
const NOON: i64 = 29_928_240;
const WON: i64 = 1_000_000;

/// Rows under the versions 1, 2 and so on.
#[derive(Debug, Default)]
struct Rows {
    versions: Mutex<Vec<Value>>,
    reads: Mutex<usize>,
}

impl Rows {
    fn published(version: usize) -> Published {
        let digest = format!("{version:064x}");
        Published { version: version as u64, digest: digest.parse().unwrap() }
    }
}

fn none<T>() -> Result<T, DaoError> {
    Err(DaoError::Malformed { store: "rows", reason: "there are rows alone".to_owned() })
}

impl CatalogReader for &Rows {
    type Chunk = ();

    async fn current(&self) -> Result<Option<Published>, DaoError> {
        let count = self.versions.lock().unwrap().len();
        Ok((count > 0).then(|| Rows::published(count)))
    }

    async fn before(&self, _: u64) -> Result<Option<Published>, DaoError> {
        none()
    }

    async fn manifest(&self, _: &Published) -> Result<BlobManifest, DaoError> {
        none()
    }

    async fn chunk(&self, _: &BlobManifest, _: usize) -> Result<(), DaoError> {
        none()
    }

    fn unpack(&self, (): (), _: &mut [u8]) -> Result<(), DaoError> {
        none()
    }
}

impl TermsReader for &Rows {
    async fn terms_rows(&self, version: u64, _: &RowsDigest) -> Result<TermsRows, RowsError> {
        *self.reads.lock().unwrap() += 1;
        let index = usize::try_from(version).unwrap() - 1;
        let rows = self.versions.lock().unwrap()[index].clone();
        Ok(serde_json::from_value(rows).unwrap())
    }
}

/// A campaign with a budget in won, and a line item of 5,000 won a thousand impressions, or what there is instead.
fn rows(campaign: &Value, line_item: &str) -> Value {
    let mut own = json!({
        "id": "c-1", "advertiser_id": "a-1", "name": "", "budget_currency": "KRW",
        "starts_at": "2026-11-20T00:00:00Z", "ends_at": "2026-12-03T00:00:00Z", "timezone": "Asia/Seoul",
    });
    for (name, value) in campaign.as_object().unwrap() {
        own[name] = value.clone();
    }
    json!({
        "units": [{
            "id": "u-1", "app_id": "app-1", "mix": {"ad_ratio_ppm": 300_000}, "horizon_seconds": 14_400,
            "refresh_seconds": 1_800, "default_count": 5, "timezone": "Asia/Seoul", "language": "ko",
        }],
        "campaigns": [own],
        "line_items": [{
            "id": line_item, "campaign_id": "c-1", "name": "", "tier": "standard", "pricing": "cpm",
            "price_micros": 5_000 * WON, "currency": "KRW", "delivery": "asap",
        }],
        "exchange_rates": [{"currency": "KRW", "rate_ppm": 725}, {"currency": "USD", "rate_ppm": 1_000_000}],
    })
}

#[derive(Default)]
struct Stores {
    ledger: Arc<MemoryArrivals>,
    delivery: Arc<MemoryDelivery>,
    gates: Arc<MemoryGates>,
    counts: Arc<MemoryCounts>,
    rows: Rows,
}

impl Stores {
    fn publish(&self, rows: Value) {
        self.rows.versions.lock().unwrap().push(rows);
    }

    fn impression(&self, number: u32, item: &str, minute: i64, currency: (&str, u64)) {
        let some = |text: &str| Some(text.to_owned());
        self.ledger.add(ArrivedEvent {
            slot: Slot { request_id: u128::from(number).to_be_bytes(), position: 1 },
            issued_hour: NOON / 60,
            arrived_at: EpochSeconds((NOON + minute) * 60 + 3),
            key: FactKey {
                hour: (NOON + minute).div_euclid(60),
                item_kind: "line_item".to_owned(),
                item: item.to_owned(),
                creative: some("cr-1"),
                unit: some("u-1"),
                campaign: some("c-1"),
                advertiser: some("a-1"),
                kind: "impression".to_owned(),
                class: "valid".to_owned(),
                pricing: some("cpm"),
                currency: some(currency.0),
            },
            price_micros: currency.1,
        });
    }

    /// A run in a process of its own, in which that many minutes since noon are closed.
    async fn run(&self, closed: i64) -> RolledUp {
        self.process().run(at(closed)).await.unwrap()
    }

    fn process(&self) -> impl RollUpLedger {
        let roll_ups = RollUpService::new(Arc::clone(&self.ledger), Arc::clone(&self.delivery));
        let (gates, counts) = (Arc::clone(&self.gates), Arc::clone(&self.counts));
        PacingService::new(roll_ups, PacingStores { catalog: &self.rows, gates, counts })
    }

    async fn table(&self) -> Gates {
        let pointer = self.gates.current().await.unwrap().unwrap();
        self.gates.load(&pointer).await.unwrap()
    }
}

fn at(closed: i64) -> Timestamp {
    Timestamp::from_second((NOON + closed) * 60 + 15).unwrap()
}

const WON_PRICE: (&str, u64) = ("KRW", 5_000_000_000);

#[tokio::test]
async fn a_campaign_of_ten_won_is_spent_by_its_second_impression() {
    let stores = Stores::default();
    stores.publish(rows(&json!({"budget_micros": 10 * WON}), "li-1"));
    for (minute, is_spent) in [(0, false), (1, false), (2, true), (3, true)] {
        if (1..3).contains(&minute) {
            stores.impression(u32::try_from(minute).unwrap(), "li-1", minute - 1, WON_PRICE);
        }
        let made = stores.run(minute).await.gates.unwrap();
        assert_eq!(
            (made.catalog_version, made.line_items, made.spent_campaigns),
            (1, 1, usize::from(is_spent))
        );
        assert_eq!(stores.table().await.is_campaign_spent("c-1"), is_spent, "{minute}");
    }
}

#[tokio::test]
async fn a_daily_budget_is_spent_by_its_day_alone() {
    let stores = Stores::default();
    stores.publish(rows(&json!({"daily_budget_micros": 10 * WON}), "li-1"));
    stores.run(0).await;
    stores.impression(1, "li-1", 1, WON_PRICE);
    stores.impression(2, "li-1", 1, WON_PRICE);
    // Noon is 21:00 in Seoul, so three hours later it is another day there. By then the hour is closed.
    for (minute, is_spent) in [(2, true), (179, true), (181, false)] {
        stores.run(minute).await;
        assert_eq!(stores.table().await.gate("li-1").unwrap().is_spent, is_spent, "{minute}");
    }
}

#[tokio::test]
async fn what_line_items_have_cost_that_are_gone_is_spent_and_other_currencies_are_exchanged() {
    let stores = Stores::default();
    stores.publish(rows(&json!({"budget_micros": 10 * WON}), "li-2"));
    stores.run(0).await;
    // A thousand for 3.625 dollars, which are 5,000 won.
    stores.impression(1, "li-1", 0, ("USD", 3_625_000));
    stores.impression(2, "li-2", 0, ("USD", 3_625_000));
    stores.run(1).await;
    assert!(stores.table().await.is_campaign_spent("c-1"));
}

#[tokio::test]
async fn the_rows_of_a_version_are_read_once_by_a_process() {
    let stores = Stores::default();
    let process = stores.process();
    assert_eq!(process.run(at(0)).await.unwrap().gates, None, "nothing is published yet");
    for (version, budget) in [(1, 10), (2, 20)] {
        stores.publish(rows(&json!({"budget_micros": budget * WON}), "li-1"));
        for minute in [1, 2] {
            let made = process.run(at(version * 10 + minute)).await.unwrap().gates.unwrap();
            assert_eq!(i64::try_from(made.catalog_version), Ok(version));
        }
    }
    assert_eq!(*stores.rows.reads.lock().unwrap(), 2);
}

#[tokio::test]
async fn slots_in_flight_are_learned_from_counts_once() {
    let stores = Stores::default();
    stores.publish(rows(&json!({"budget_micros": 1_000 * WON}), "li-1"));
    stores.run(0).await;
    let name = CountsName { flushed_at: EpochSeconds(NOON * 60 + 30), environment: 7, sequence: 1 };
    let counts = EnvironmentCounts {
        requests: vec![("ads".to_owned(), "u-1".to_owned(), "filled".to_owned(), 400)],
        handed_out: vec![("li-1".to_owned(), 400)],
        ..EnvironmentCounts::default()
    };
    stores.counts.write(&name, &counts).await.unwrap();
    stores.run(1).await;
    let kept = stores.delivery.stored().pacing.unwrap();
    assert_eq!((kept.counted_until, kept.learned_until), (NOON + 1, NOON + 1));
    // 400 slots are in flight, of which 200 are paid for: most of the rest is held back.
    let cautious = stores.table().await.gate("li-1").unwrap().open_ppm;
    let unaware = Stores::default();
    unaware.publish(rows(&json!({"budget_micros": 1_000 * WON}), "li-1"));
    unaware.run(0).await;
    unaware.run(1).await;
    let free = unaware.table().await.gate("li-1").unwrap().open_ppm;
    assert!(cautious < free, "{cautious} {free}");
}

#[tokio::test]
async fn a_damaged_store_of_gates_or_of_counts_ends_the_run_and_roll_ups_stay() {
    let stores = Stores::default();
    stores.publish(rows(&json!({"budget_micros": 10 * WON}), "li-1"));
    stores.impression(1, "li-1", 0, WON_PRICE);
    stores.gates.set_down(true);
    assert!(stores.process().run(at(1)).await.is_err());
    assert_eq!(stores.delivery.stored().minutes.len(), 1);
    stores.gates.set_down(false);
    stores.run(2).await;
    assert!(stores.table().await.gate("li-1").is_some());
}
