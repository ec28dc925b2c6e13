//! Roll-ups over a real `DynamoDB` protocol server: the ledger by arrival, the vectors, leases, and damage.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao::{ArrivedEvents, Cursor, DaoError, DeliveryStore, EntryCreative, EntryItem, EventLedger};
use lockfill_dao::{Lease, LedgerEntry};
use lockfill_dao_dynamodb::{DynamoDbArrivals, DynamoDbCatalog, DynamoDbDelivery, DynamoDbLedger, layout};
use lockfill_delivery::rollup::{ArrivedEvent, MinuteInWork, OpenOrphans, RollUp, SlotEvent, Totals};
use lockfill_models::event::{EventClass, EventKind};
use lockfill_models::time::EpochSeconds;
use serde_json::{Value, json};

const EVENTS: &str = "events";
const DELIVERY: &str = "delivery";
const HOUR: i64 = 498_705;
const FIRST: i64 = HOUR * 60;

struct Tables {
    events: DynamoDbCatalog,
    delivery: DynamoDbCatalog,
}

impl Tables {
    async fn new() -> Self {
        let url = local_dynamodb::start().await.unwrap();
        let events = DynamoDbCatalog::connect_locally(EVENTS, &url);
        let delivery = DynamoDbCatalog::connect_locally(DELIVERY, &url);
        catalog_cli::create_events_table(&events).await.unwrap();
        catalog_cli::create_delivery_table(&delivery).await.unwrap();
        Self { events, delivery }
    }

    fn arrivals(&self) -> DynamoDbArrivals {
        DynamoDbArrivals::beside(&self.events, EVENTS)
    }

    fn store(&self) -> DynamoDbDelivery {
        DynamoDbDelivery::beside(&self.delivery, DELIVERY)
    }

    async fn put(&self, table: &str, item: layout::Item) {
        let put = self.events.client().put_item().table_name(table).set_item(Some(item));
        put.send().await.unwrap();
    }
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../../tests/fixtures/vectors/rollup.json")).unwrap()
}

/// An item as a vector has it.
fn item(vector: &Value) -> layout::Item {
    let value = |value: &Value| match value {
        Value::Number(number) => AttributeValue::N(number.to_string()),
        other => AttributeValue::S(other.as_str().unwrap().to_owned()),
    };
    vector.as_object().unwrap().iter().map(|(name, found)| (name.clone(), value(found))).collect()
}

async fn minute(arrivals: &DynamoDbArrivals, minute: i64, open: &OpenOrphans) -> RollUp {
    let mut work = MinuteInWork::new(minute, open);
    arrivals.of_minute(minute, |event| work.add(event)).await.unwrap();
    let found = arrivals.find(&work.wanted()).await.unwrap();
    work.finish(found)
}

#[tokio::test]
async fn a_ledger_is_rolled_up_and_stored_as_the_vectors_have_it() {
    let tables = Tables::new().await;
    let (arrivals, store) = (tables.arrivals(), tables.store());
    for entry in vectors()["entries"].as_array().unwrap() {
        tables.put(EVENTS, item(entry)).await;
    }
    let (mut hour, mut totals) = (RollUp::default(), Totals::default());
    for number in FIRST..FIRST + 60 {
        let rolled = minute(&arrivals, number, &totals.orphans).await;
        hour.add(&rolled);
        totals.add(number, &rolled);
        if !rolled.is_empty() {
            store.put_minute(number, &rolled).await.unwrap();
        }
    }
    store.put_hour(HOUR, &hour).await.unwrap();
    store.put_totals(HOUR, &totals).await.unwrap();
    let stored = tables.delivery.client().scan().table_name(DELIVERY).send().await.unwrap();
    let mut found = HashMap::new();
    for item in stored.items() {
        let text = |name: &str| item[name].as_s().unwrap().clone();
        assert_eq!(item["chunks"].as_n().unwrap(), "1");
        let packed = item["data"].as_b().unwrap().as_ref();
        let document: Value =
            serde_json::from_slice(&zstd::bulk::decompress(packed, 1 << 20).unwrap()).unwrap();
        found.insert((text("pk"), text("sk")), document);
    }
    let vectors = vectors();
    let expected =
        ["minutes", "hours", "totals"].into_iter().flat_map(|name| vectors[name].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let expected =
        expected.map(|item| ((text(&item["pk"]), text(&item["sk"])), item["document"].clone())).collect();
    assert_eq!(found, expected);
    assert_eq!(
        store.minutes(HOUR).await.unwrap().keys().copied().collect::<Vec<_>>(),
        [FIRST + 1, FIRST + 3]
    );
    assert_eq!(store.hour(HOUR).await.unwrap(), hour);
    assert_eq!(store.totals_before(HOUR + 9).await.unwrap(), Some((HOUR, totals)));
    assert_eq!(store.totals_before(HOUR).await.unwrap(), None);
}

fn entry(number: u32, kind: EventKind) -> LedgerEntry {
    let at = |second: i64| EpochSeconds(FIRST * 60 + second);
    LedgerEntry {
        is_burst_unchecked: false,
        request_id: (u128::from(number) * 7_919).to_be_bytes(),
        position: 1,
        kind,
        class: EventClass::Valid,
        issued_at: at(-3_000),
        happened_at: at(1),
        arrived_at: at(i64::from(number % 60)),
        keep_until: at(86_400),
        item: EntryItem { hash: 7, shown: None },
        creative: Some(EntryCreative { hash: 8, id: None }),
        answer: None,
        user: None,
    }
}

#[tokio::test]
async fn all_events_of_a_minute_are_found_in_all_shards_and_their_clicks_impressions_by_key() {
    let tables = Tables::new().await;
    let ledger = DynamoDbLedger::beside(&tables.events, EVENTS);
    for number in 0..250 {
        ledger.write(&entry(number, EventKind::Impression)).await.unwrap();
        ledger.write(&entry(number, EventKind::Click)).await.unwrap();
    }
    let arrivals = tables.arrivals();
    let mut events: Vec<ArrivedEvent> = Vec::new();
    arrivals.of_minute(FIRST, |event| events.push(event)).await.unwrap();
    assert_eq!(events.len(), 500);
    assert_eq!(events[0].issued_hour, HOUR - 1);
    let wanted: Vec<SlotEvent> = events
        .iter()
        .filter(|event| event.key.kind == "click")
        .map(|click| SlotEvent { slot: click.slot, issued_hour: HOUR - 1, kind: EventKind::Impression })
        .collect();
    let found = arrivals.find(&wanted).await.unwrap();
    assert_eq!((wanted.len(), found.len()), (250, 250));
    assert!(found.iter().all(|event| event.key.kind == "impression"));
    let rolled = minute(&arrivals, FIRST, &OpenOrphans::default()).await;
    let counts: Vec<_> = rolled.facts.iter().map(|(key, sum)| (&*key.kind, &*key.class, sum.count)).collect();
    assert_eq!(counts, [("click", "valid", 250), ("impression", "valid", 250)]);
}

#[tokio::test]
async fn a_minute_of_more_than_a_page_is_read_to_its_end() {
    let tables = Tables::new().await;
    let padding = "x".repeat(300_000);
    for number in 0..6 {
        let slot = format!("00000000-0000-0000-0000-{number:012x}#001#impression");
        let text = |value: &str| Value::from(value);
        let entry = json!({
            "pk": "slot#20261122T09#05", "sk": slot, "arrival": "20261122T0900#05", "item_kind": "content",
            "item_hash": "0000000000000001", "class": "valid", "happened_at": FIRST * 60, "arrived_at": FIRST * 60,
            "padding": text(&padding),
        });
        tables.put(EVENTS, item(&entry)).await;
    }
    let mut count = 0;
    tables.arrivals().of_minute(FIRST, |_| count += 1).await.unwrap();
    assert_eq!(count, 6);
}

#[tokio::test]
async fn one_run_at_a_time_has_the_lease_and_moves_the_cursor() {
    let tables = Tables::new().await;
    let store = tables.store();
    let lease = |owner: &str, until| Lease { owner: owner.to_owned(), until: EpochSeconds(until) };
    let (first, second) = (lease("first", 120), lease("second", 140));
    assert_eq!(store.take_lease(&first, EpochSeconds(100)).await.unwrap(), (true, None));
    assert_eq!(store.take_lease(&second, EpochSeconds(119)).await.unwrap(), (false, None));
    let cursor = Cursor { first: -5, settled: 7, next: 9 };
    assert!(!store.move_cursor(&second, cursor).await.unwrap());
    assert!(store.move_cursor(&first, cursor).await.unwrap());
    assert_eq!(store.take_lease(&second, EpochSeconds(119)).await.unwrap(), (false, Some(cursor)));
    assert_eq!(store.take_lease(&second, EpochSeconds(120)).await.unwrap(), (true, Some(cursor)));
    assert!(!store.move_cursor(&first, cursor).await.unwrap(), "the first run was too slow");
    assert!(store.move_cursor(&lease("second", 0), cursor).await.unwrap());
    assert_eq!(store.take_lease(&first, EpochSeconds(121)).await.unwrap(), (true, Some(cursor)));
}

#[tokio::test]
async fn what_is_damaged_is_malformed_and_totals_that_are_it_are_passed_over() {
    let tables = Tables::new().await;
    let store = tables.store();
    let damage = async |pk: &str, sk: &str| {
        let mut item = layout::key(pk, sk);
        item.insert("data".to_owned(), layout::bytes(*b"no frame"));
        item.insert("chunks".to_owned(), layout::number(1));
        tables.put(DELIVERY, item).await;
    };
    store.put_totals(HOUR, &Totals::default()).await.unwrap();
    damage("totals", "20261122T10#000").await;
    assert_eq!(store.totals_before(HOUR + 5).await.unwrap(), Some((HOUR, Totals::default())));
    damage("minutes#20261122T09", "07#000").await;
    assert!(matches!(store.minutes(HOUR).await, Err(DaoError::Malformed { .. })));
    damage("hours#20261122", "09#000").await;
    assert!(matches!(store.hour(HOUR).await, Err(DaoError::Malformed { .. })));
    store.put_hour(HOUR, &RollUp::default()).await.unwrap();
    assert_eq!(store.hour(HOUR).await.unwrap(), RollUp::default());
}
