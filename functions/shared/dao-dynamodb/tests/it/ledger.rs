//! The ledger over a real `DynamoDB` protocol server, and over one that refuses or is silent.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use local_dynamodb::scripted::{self, Reply};
use lockfill_dao::{
    DaoError, EntryCreative, EntryItem, EntryUser, EventLedger, LedgerEntry, LedgerEvent, LedgerScan,
    Scanned, UserKey, Written,
};
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbLedger, DynamoDbLedgerScan, layout};
use lockfill_models::event::{EventClass, EventKind, ShownItem};
use lockfill_models::time::EpochSeconds;

const TABLE: &str = "events";
const ISSUED_AT: i64 = 1_795_338_000;

fn entry(class: EventClass) -> LedgerEntry {
    let at = EpochSeconds;
    LedgerEntry {
        request_id: 0x1a2b_u128.to_be_bytes(),
        position: 3,
        kind: EventKind::Click,
        class,
        issued_at: at(ISSUED_AT),
        happened_at: at(ISSUED_AT + 5),
        arrived_at: at(ISSUED_AT + 3_600),
        keep_until: at(ISSUED_AT + 86_400),
        item: EntryItem { hash: 7, shown: None },
        creative: Some(EntryCreative { hash: 8, id: None }),
        answer: None,
        user: None,
        is_burst_unchecked: false,
    }
}

async fn local() -> (DynamoDbCatalog, DynamoDbLedger) {
    let table = DynamoDbCatalog::connect_locally(TABLE, &local_dynamodb::start().await.unwrap());
    assert_eq!(catalog_cli::create_events_table(&table).await.unwrap(), catalog_cli::Created::New);
    assert_eq!(catalog_cli::create_events_table(&table).await.unwrap(), catalog_cli::Created::Existing);
    let ledger = DynamoDbLedger::beside(&table, TABLE);
    (table, ledger)
}

#[tokio::test]
async fn an_event_is_written_once_and_an_invalid_one_lies_beside_it() {
    let (table, ledger) = local().await;
    for class in [EventClass::Prefetch, EventClass::Valid] {
        assert_eq!(ledger.write(&entry(class)).await.unwrap(), Written::New, "{class:?}");
        let later = LedgerEntry { arrived_at: EpochSeconds(ISSUED_AT + 9_999), ..entry(class) };
        assert_eq!(ledger.write(&later).await.unwrap(), Written::Repeated, "{class:?}");
    }
    let arrival = layout::text("20261122T1000#11");
    let found = table.client().query().table_name(TABLE).index_name("by_arrival");
    let found = found.key_condition_expression("arrival = :arrival");
    let found = found.expression_attribute_values(":arrival", arrival).send().await.unwrap();
    let keys: Vec<_> = found.items().iter().map(|item| item["sk"].as_s().unwrap().as_str()).collect();
    let id = "00000000-0000-0000-0000-000000001a2b#003#click";
    assert_eq!(keys, [id.to_owned(), format!("{id}#prefetch")]);
    assert_eq!(found.items()[0]["pk"].as_s().unwrap(), "slot#20261122T09#11");
}

#[tokio::test]
async fn a_scan_has_each_event_that_is_counted_for_a_user_once() {
    let (table, ledger) = local().await;
    let item = ShownItem::Ad {
        line_item_id: "li-1".to_owned(),
        campaign_id: "c-1".to_owned(),
        advertiser_id: "a-1".to_owned(),
    };
    let user = EntryUser { key: UserKey::from_digest("u".to_owned()), zone: "Asia/Seoul".to_owned() };
    let counted = |number: u128, class| LedgerEntry {
        request_id: number.to_be_bytes(),
        item: EntryItem { hash: 7, shown: Some(item.clone()) },
        user: Some(user.clone()),
        ..entry(class)
    };
    for number in 0..300 {
        ledger.write(&counted(number, EventClass::Valid)).await.unwrap();
    }
    // None of these is counted for a user: an invalid one, one of a stranger, and one of an unknown item.
    ledger.write(&counted(1, EventClass::Bot)).await.unwrap();
    ledger.write(&LedgerEntry { user: None, ..counted(301, EventClass::Valid) }).await.unwrap();
    let unknown = EntryItem { hash: 7, shown: None };
    ledger.write(&LedgerEntry { item: unknown, ..counted(302, EventClass::Valid) }).await.unwrap();

    let found = Mutex::new(Vec::new());
    let note = [
        ("pk", layout::text("erased#u")),
        ("sk", layout::text("erased")),
        ("user", layout::text("u")),
        ("erased_at", layout::number(7)),
    ];
    let note = note.map(|(name, value)| (name.to_owned(), value)).into();
    table.client().put_item().table_name(TABLE).set_item(Some(note)).send().await.unwrap();
    let erased = Mutex::new(Vec::new());
    let take = |scanned| match scanned {
        Scanned::Event(event) => found.lock().unwrap().push(event),
        Scanned::Erased { user, at } => erased.lock().unwrap().push((user, at)),
    };
    let scan = DynamoDbLedgerScan::of(&table);
    let mut entries = 0;
    for segment in 0..3 {
        entries += scan.scan(segment, 3, &take).await.unwrap();
    }
    assert_eq!(entries, 304);
    assert_eq!(erased.into_inner().unwrap(), [(user.key.clone(), EpochSeconds(7))]);
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|event| event.request_id);
    assert_eq!(found.len(), 300);
    let expected = LedgerEvent {
        request_id: 2_u128.to_be_bytes(),
        position: 3,
        kind: EventKind::Click,
        user: user.key,
        zone: user.zone,
        item,
        issued_from: EpochSeconds(ISSUED_AT - ISSUED_AT % 3_600),
        happened_at: EpochSeconds(ISSUED_AT + 5),
        arrived_at: EpochSeconds(ISSUED_AT + 3_600),
    };
    assert_eq!(found[2], expected);
}

#[tokio::test]
async fn an_event_that_fifty_write_at_once_is_new_for_one_of_them() {
    let (_table, ledger) = local().await;
    let ledger = Arc::new(ledger);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let ledger = Arc::clone(&ledger);
        tasks.spawn(async move { ledger.write(&entry(EventClass::Valid)).await.unwrap() });
    }
    let written = tasks.join_all().await;
    assert_eq!(written.iter().filter(|written| **written == Written::New).count(), 1);
}

#[tokio::test]
async fn a_table_that_throttles_or_is_silent_or_gone_is_unavailable_in_time() {
    let throttled =
        scripted::start(|_| Reply::error("ProvisionedThroughputExceededException")).await.unwrap();
    let silent = scripted::start(|_| Reply::Silence).await.unwrap();
    let missing = local_dynamodb::start().await.unwrap();
    for url in [throttled, silent, missing, "http://127.0.0.1:1".to_owned()] {
        let ledger = DynamoDbLedger::beside(&DynamoDbCatalog::connect_locally("none", &url), TABLE);
        let began = Instant::now();
        let written = ledger.write(&entry(EventClass::Valid)).await;
        assert!(matches!(written, Err(DaoError::Unavailable { .. })), "{url}: {written:?}");
        assert!(began.elapsed() < Duration::from_secs(2), "{url}: {:?}", began.elapsed());
    }
}

/// A table that is silent while the flag says so, and counts what it is asked.
async fn switched(is_silent: &Arc<AtomicBool>, asked: &Arc<AtomicU32>) -> Arc<DynamoDbLedger> {
    let (is_silent, asked) = (Arc::clone(is_silent), Arc::clone(asked));
    let reply = move |_| {
        asked.fetch_add(1, Ordering::SeqCst);
        if is_silent.load(Ordering::SeqCst) { Reply::Silence } else { Reply::ok("{}") }
    };
    let url = scripted::start(reply).await.unwrap();
    Arc::new(DynamoDbLedger::beside(&DynamoDbCatalog::connect_locally("none", &url), TABLE))
}

/// Writes of so many at once: how many were written, and how long the slowest but one took.
async fn at_once(ledger: &Arc<DynamoDbLedger>, count: usize) -> (usize, Duration) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..count {
        let ledger = Arc::clone(ledger);
        tasks.spawn(async move {
            let began = Instant::now();
            (ledger.write(&entry(EventClass::Valid)).await.is_ok(), began.elapsed())
        });
    }
    let ended = tasks.join_all().await;
    let mut times: Vec<_> = ended.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    (ended.iter().filter(|(is_written, _)| *is_written).count(), times[count - 2])
}

#[tokio::test]
async fn a_table_that_is_silent_is_asked_by_one_write_at_a_time_until_it_answers() {
    let (is_silent, asked) = (Arc::new(AtomicBool::new(true)), Arc::default());
    let ledger = switched(&is_silent, &asked).await;
    assert!(ledger.write(&entry(EventClass::Valid)).await.is_err());
    for _ in 0..2 {
        // The longest pause after two failures.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let before = asked.load(Ordering::SeqCst);
        let (written, slowest_but_one) = at_once(&ledger, 50).await;
        assert_eq!((written, asked.load(Ordering::SeqCst) - before), (0, 2), "one write and its retry");
        assert!(slowest_but_one < Duration::from_millis(300), "{slowest_but_one:?}");
    }
    is_silent.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(ledger.write(&entry(EventClass::Valid)).await.is_ok());
    assert_eq!(at_once(&ledger, 50).await.0, 50);
}

#[tokio::test]
async fn a_table_that_throttles_is_asked_all_the_same() {
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    let reply = move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Reply::error("ProvisionedThroughputExceededException")
    };
    let url = scripted::start(reply).await.unwrap();
    let ledger = DynamoDbLedger::beside(&DynamoDbCatalog::connect_locally("none", &url), TABLE);
    for _ in 0..5 {
        assert!(ledger.write(&entry(EventClass::Valid)).await.is_err());
    }
    assert_eq!(asked.load(Ordering::SeqCst), 10, "each write and its retry");
}

#[tokio::test]
async fn a_batch_at_a_time_keeps_its_connections() {
    let connections = Arc::new(AtomicU32::new(0));
    let last = Arc::clone(&connections);
    let reply = move |request: scripted::Request| {
        last.fetch_max(request.connection, Ordering::SeqCst);
        Reply::ok("{}")
    };
    let url = scripted::start(reply).await.unwrap();
    let ledger = Arc::new(DynamoDbLedger::beside(&DynamoDbCatalog::connect_locally("none", &url), TABLE));
    for _ in 0..20 {
        assert_eq!(at_once(&ledger, 16).await.0, 16);
    }
    // A write that finds none unused connects, and may get one that another has given back meanwhile.
    assert!(connections.load(Ordering::SeqCst) <= 20, "{connections:?}");
}
