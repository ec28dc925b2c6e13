//! Tables of gates over a real `DynamoDB` protocol server.

use aws_sdk_dynamodb::types::AttributeValue;
use catalog_cli::Created;
use lockfill_dao::{GatesReader, GatesWriter, GatesWritten};
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbGates, layout};
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;

use crate::local::is_malformed;

const TABLE: &str = "delivery";
const MADE_AT: EpochSeconds = EpochSeconds(1_795_500_000);

async fn local() -> DynamoDbCatalog {
    let table = DynamoDbCatalog::connect_locally(TABLE, &local_dynamodb::start().await.unwrap());
    assert_eq!(catalog_cli::create_delivery_table(&table).await.unwrap(), Created::New);
    assert_eq!(catalog_cli::create_delivery_table(&table).await.unwrap(), Created::Existing);
    table
}

/// A table with so many gates.
fn gates(version: u64, items: usize) -> Gates {
    let gate = |number: usize| Gate {
        item_hash: id_hash(&format!("li-{number}")),
        open_ppm: u32::try_from(number * 7_919 % 1_000_001).unwrap(),
        closes_at: NEVER_CLOSES,
        is_spent: number.is_multiple_of(100),
    };
    Gates::new(version, MADE_AT, [id_hash("c-1")], (0..items).map(gate))
}

async fn set(table: &DynamoDbCatalog, pk: &str, sk: &str, name: &str, value: AttributeValue) {
    let update = table.client().update_item().table_name(TABLE).set_key(Some(layout::key(pk, sk)));
    let update = update.update_expression("SET #name = :value").expression_attribute_names("#name", name);
    update.expression_attribute_values(":value", value).send().await.unwrap();
}

#[tokio::test]
async fn a_table_of_a_hundred_thousand_gates_is_read_as_it_was_written() {
    let table = local().await;
    let store = DynamoDbGates::beside(&table, TABLE);
    assert_eq!(store.current().await.unwrap(), None);
    let gates = gates(29_925_000, 100_000);
    assert_eq!(store.write(&gates).await.unwrap(), GatesWritten::Newest);
    let pointer = DynamoDbGates::beside(&table, TABLE).current().await.unwrap().unwrap();
    assert_eq!((pointer.version, pointer.made_at), (29_925_000, MADE_AT));
    assert!(pointer.chunks > 1, "one item does not take it");
    assert_eq!(store.load(&pointer).await.unwrap(), gates);
    let piece = layout::key("gates#29925000", "000");
    let piece = table.client().get_item().table_name(TABLE).set_key(Some(piece)).send().await.unwrap();
    let expires_at = piece.item.unwrap()["expires_at"].as_n().unwrap().parse::<i64>().unwrap();
    assert_eq!(expires_at, MADE_AT.0 + 8 * 86_400);
}

#[tokio::test]
async fn a_version_is_written_once_and_the_pointer_never_goes_back() {
    let table = local().await;
    let stores = [(); 8].map(|()| DynamoDbGates::beside(&table, TABLE));
    // Several programs at once, each with a table of its own: the one that is pointed to is there as a whole.
    let tables: Vec<_> = (0..8).map(|number| gates(7, 20_000 + number)).collect();
    let writes = stores.iter().zip(&tables).map(|(store, gates)| store.write(gates));
    let mut newest = 0;
    for write in futures_util::future::join_all(writes).await {
        newest += usize::from(write.unwrap() == GatesWritten::Newest);
    }
    assert!(newest <= 1, "{newest}");
    assert_eq!(stores[0].write(&gates(8, 1)).await.unwrap(), GatesWritten::Newest);
    for version in [7, 8] {
        assert_eq!(stores[1].write(&gates(version, 2)).await.unwrap(), GatesWritten::NotNewer);
    }
    let pointer = stores[2].current().await.unwrap().unwrap();
    assert_eq!(stores[2].load(&pointer).await.unwrap(), gates(8, 1));
}

#[tokio::test]
async fn a_table_that_is_not_as_it_was_written_is_refused() {
    let table = local().await;
    let store = DynamoDbGates::beside(&table, TABLE);
    store.write(&gates(7, 10)).await.unwrap();
    let pointer = store.current().await.unwrap().unwrap();
    let other = zstd::bulk::compress(&gates(7, 11).encode(), 3).unwrap();
    let bomb = zstd::bulk::compress(&vec![0; 20 << 20], 3).unwrap();
    let intact = zstd::bulk::compress(&gates(7, 10).encode(), 3).unwrap();
    for (name, value) in [
        ("data", layout::bytes(other)),
        ("data", layout::bytes(bomb)),
        ("data", layout::bytes(vec![1, 2, 3])),
        ("data", layout::text("no bytes")),
        ("chunks", layout::number(2)),
    ] {
        set(&table, "gates#7", "000", name, value).await;
        let read = store.load(&pointer).await;
        assert!(is_malformed(&read), "{name}: {read:?}");
        set(&table, "gates#7", "000", "data", layout::bytes(intact.clone())).await;
        set(&table, "gates#7", "000", "chunks", layout::number(1)).await;
        store.load(&pointer).await.unwrap();
    }
    for (name, value) in [
        ("digest", layout::text("ab")),
        ("version", layout::text("seven")),
        ("chunks", layout::number(1_000_000)),
        ("made_at", layout::text("")),
    ] {
        let (broken, value) = (name, value);
        let before = layout::key("gates", "current");
        let before = table.client().get_item().table_name(TABLE).set_key(Some(before)).send().await.unwrap();
        set(&table, "gates", "current", broken, value).await;
        assert!(is_malformed(&store.current().await), "{broken}");
        let put = table.client().put_item().table_name(TABLE).set_item(before.item);
        put.send().await.unwrap();
        store.current().await.unwrap();
    }
}
