//! What the program does.

use std::time::{Duration, Instant};

use lockfill_dao::{CatalogWriter, DaoError, PublishRecord};
use lockfill_dao_dynamodb::{Created, DynamoDbCatalog, RawRows};
use lockfill_models::time::EpochSeconds;

use crate::counts::{Counts, count};
use crate::rows_file;

const TELL_EVERY: Duration = Duration::from_secs(1);

pub async fn create_table(store: &DynamoDbCatalog, table: &str) -> Result<(), String> {
    match store.create_table().await.map_err(|error| error.to_string())? {
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
    let rows = store.raw_rows(version).await.map_err(|error| error.to_string())?;
    // What could be served then may not be any more.
    rows_file::check(&rows).map_err(|problem| format!("version {version}: {problem}"))?;
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
    let record = PublishRecord { version, published_at: now, row_counts: count(rows) };
    let total: u64 = record.row_counts.values().sum();
    let mut told_at = Instant::now();
    let tell = |written| {
        if told_at.elapsed() >= TELL_EVERY {
            told_at = Instant::now();
            eprintln!("catalog-cli: {written} of {total} rows written");
        }
    };
    store.write_rows_telling(version, rows, tell).await.map_err(not_published)?;
    store.publish(&record).await.map_err(|error| match error {
        DaoError::Unavailable { .. } => {
            format!("{error}; whether version {version} is published, `catalog-cli show` will tell")
        }
        _ => not_published(error),
    })?;
    Ok(record)
}

fn not_published(error: DaoError) -> String {
    match error {
        DaoError::Conflict { reason, .. } => {
            format!("nothing was published: {reason}. See `catalog-cli show`, and try again")
        }
        _ => format!("nothing was published: {error}"),
    }
}
