//! The program's commands. Each prints its result, or returns one line that says what went wrong.

use std::time::{Duration, Instant};

use catalog_cli::{Counts, Created, PublishError, Publisher};
use lockfill_dao::{DaoError, GatesWriter, GatesWritten};
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbGates, PublishRecord, RawRows};
use lockfill_models::pacing::Gates;
use lockfill_models::time::EpochSeconds;

const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

pub async fn create_table(store: &DynamoDbCatalog, table: &str) -> Result<(), String> {
    say_created(catalog_cli::create_table(store).await, table)
}

pub async fn create_delivery_table(store: &DynamoDbCatalog, table: &str) -> Result<(), String> {
    say_created(catalog_cli::create_delivery_table(store).await, table)
}

pub async fn write_gates(store: &DynamoDbCatalog, gates: &Gates) -> Result<(), String> {
    let written = DynamoDbGates::beside(store, store.table()).write(gates).await;
    match written.map_err(|error| error.to_string())? {
        GatesWritten::Newest => println!("wrote gates {}", gates.version()),
        GatesWritten::NotNewer => {
            return Err(format!("there are gates of version {} or newer already", gates.version()));
        }
    }
    Ok(())
}

pub async fn create_events_table(store: &DynamoDbCatalog, table: &str) -> Result<(), String> {
    say_created(catalog_cli::create_events_table(store).await, table)
}

fn say_created(created: Result<Created, DaoError>, table: &str) -> Result<(), String> {
    match created.map_err(|error| error.to_string())? {
        Created::New => println!("created table {table}"),
        Created::Existing => println!("table {table} exists"),
    }
    Ok(())
}

pub async fn show(store: &DynamoDbCatalog) -> Result<(), String> {
    match store.last_published().await.map_err(|error| error.to_string())? {
        None => println!("nothing is published yet"),
        Some(record) => println!(
            "version {}, published at {}: {}",
            record.version,
            record.published_at,
            Counts(&record.row_counts)
        ),
    }
    Ok(())
}

pub async fn publish(store: &DynamoDbCatalog, rows: &RawRows, now: EpochSeconds) -> Result<(), String> {
    let last = store.last_published().await.map_err(|error| error.to_string())?;
    let record = put(store, last.map_or(0, |record| record.version) + 1, rows, now).await?;
    println!("published version {}: {}", record.version, Counts(&record.row_counts));
    Ok(())
}

pub async fn rollback(store: &DynamoDbCatalog, version: u64, now: EpochSeconds) -> Result<(), String> {
    let last =
        store.last_published().await.map_err(|error| error.to_string())?.ok_or("nothing is published yet")?;
    if version >= last.version {
        return Err(format!("version {} is the last one: name an older one", last.version));
    }
    let record = store.record(version).await.map_err(|error| error.to_string())?;
    let mut rows = store.raw_rows(version, &record.digest).await.map_err(|error| error.to_string())?;
    // An older program may have published rows that cannot be served any more.
    catalog_cli::remove_withheld(&mut rows).map_err(|problem| format!("version {version}: {problem}"))?;
    let record = put(store, last.version + 1, &rows, now).await?;
    println!(
        "published version {}, the rows of version {version} again: {}",
        record.version,
        Counts(&record.row_counts)
    );
    Ok(())
}

async fn put(
    store: &DynamoDbCatalog,
    version: u64,
    rows: &RawRows,
    now: EpochSeconds,
) -> Result<PublishRecord, String> {
    let publisher = Publisher::new(store);
    let total: usize = rows.values().map(std::collections::BTreeMap::len).sum();
    let mut reported_at = Instant::now();
    let on_progress = |written| {
        if reported_at.elapsed() >= PROGRESS_INTERVAL {
            reported_at = Instant::now();
            eprintln!("catalog-cli: {written} of {total} rows written");
        }
    };
    let draft = publisher.write(version, rows, on_progress).await.map_err(not_published)?;
    publisher.publish(&draft, now).await.map_err(|error| match error {
        PublishError::Store(DaoError::Unavailable { .. }) => {
            format!("{error}; whether version {version} is published, `catalog-cli show` will tell")
        }
        _ => not_published(error),
    })
}

fn not_published(error: PublishError) -> String {
    match error {
        PublishError::Conflict(reason) => {
            format!("nothing was published: {reason}. See `catalog-cli show`, and try again")
        }
        PublishError::Store(error) => format!("nothing was published: {error}"),
    }
}
