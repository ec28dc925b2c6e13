//! A reader gets exactly the rows that were published, or an error.

use std::collections::BTreeMap;

use catalog_cli::Publisher;
use lockfill_catalog::{BLOB_FORMAT, Catalog};
use lockfill_dao::{
    BlobChunk, BlobCounts, BlobManifest, BlobWriter, CatalogReader, CatalogRowsReader, DaoError, Published,
    ROWS_BYTES_MAX, RowsDigest, RowsError,
};
use lockfill_dao_dynamodb::{DynamoDbCatalog, ROW_KINDS, RawRows, chunks, layout};
use lockfill_models::time::EpochSeconds;

use crate::local::{Local, channels, is_malformed, publish, rows_of};

/// A catalog with every kind of rows, with an unknown kind and with an unknown field.
fn every_kind() -> RawRows {
    let rows = [
        (
            "unit",
            "u-1",
            r#"{"id":"u-1","app_id":"app","mix":{"ad_ratio_ppm":500000},"horizon_seconds":3600,
            "refresh_seconds":600,"default_count":5,"timezone":"Asia/Seoul","language":"ko"}"#,
        ),
        ("advertiser", "a-1", r#"{"id":"a-1","name":"한강커피","new_field":{"n":1.50}}"#),
        (
            "campaign",
            "c-1",
            r#"{"id":"c-1","advertiser_id":"a-1","name":"c","starts_at":"2026-11-01T00:00:00Z"}"#,
        ),
        (
            "line_item",
            "li-1",
            r#"{"id":"li-1","campaign_id":"c-1","name":"l","tier":"standard","pricing":"cpm",
            "price_micros":1000000,"currency":"USD"}"#,
        ),
        (
            "creative",
            "cr-1",
            r#"{"id":"cr-1","line_item_id":"li-1","image_url":"https://i.example/1","title":"t",
            "landing_url":"https://l.example/1"}"#,
        ),
        ("channel", "ch-1", r#"{"id":"ch-1","name":"ch"}"#),
        (
            "content",
            "ct-1",
            r#"{"id":"ct-1","channel_id":"ch-1","title":"t","image_url":"https://i.example/2",
            "landing_url":"https://l.example/2","language":"ko","published_at":"2026-11-01T00:00:00Z",
            "quality_ppm":1000000}"#,
        ),
        ("exchange_rate", "USD", r#"{"currency":"USD","rate_ppm":1000000}"#),
        ("rates", "li-1#u-1", r#"{"line_item_id":"li-1","unit_id":"u-1","ctr_ppm":12000}"#),
        (
            "tombstone",
            "cr-0",
            r#"{"id":"cr-0","kind":"creative","landing_url":"https://l.example/0","line_item_id":"li-1",
            "campaign_id":"c-1","advertiser_id":"a-1","withdrawn_at":"2026-11-01T00:00:00Z"}"#,
        ),
        ("segment", "s#1", r#"{"of":"a later version"}"#),
    ];
    let mut by_kind = RawRows::new();
    for (kind, key, json) in rows {
        by_kind
            .entry(kind.to_owned())
            .or_default()
            .insert(key.to_owned(), json.replace("\n            ", ""));
    }
    by_kind
}

#[tokio::test]
async fn a_catalog_of_every_kind_comes_back_as_it_was_published() {
    let local = Local::start().await;
    let (store, rows) = (local.store(), every_kind());
    let record = publish(&store, 1, &rows).await;
    assert_eq!(store.current().await.unwrap(), Some(record.published()));
    assert_eq!(store.last_published().await.unwrap().as_ref(), Some(&record));
    assert_eq!(record.row_counts, rows.keys().map(|kind| (kind.clone(), 1)).collect());
    assert_eq!(rows_of(&store, 1).await, rows);
    let read = store.rows(1, &record.digest).await.unwrap();
    assert_eq!((read.units.len(), read.rates.len(), read.exchange_rates.len()), (1, 1, 1));
    let catalog = Catalog::open(blob(&store, &record.published()).await.unwrap()).unwrap();
    assert_eq!(catalog.version(), 1);
    assert!(catalog.unit("u-1").is_some() && catalog.line_item("li-1").is_some());
    assert_eq!(catalog.landing_url("cr-1", EpochSeconds(0)), Some("https://l.example/1"));
    assert_eq!(catalog.contents().len(), 1);
    assert!(ROW_KINDS.iter().all(|kind| rows.contains_key(kind.name)), "a kind is not tested");
}

const COUNTS: BlobCounts = BlobCounts { line_items: 3, contents: 4 };

/// A blob, read chunk by chunk.
async fn blob(store: &DynamoDbCatalog, published: &Published) -> Result<Vec<u8>, DaoError> {
    let manifest = store.manifest(published).await?;
    let ranges = manifest.ranges().unwrap();
    let mut blob = vec![0; ranges.last().unwrap().end];
    for (index, range) in ranges.into_iter().enumerate() {
        store.unpack(store.chunk(&manifest, index).await?, &mut blob[range])?;
    }
    Ok(blob)
}

/// Bytes that do not compress.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..bytes).map(|_| draw()).collect()
}

#[tokio::test]
async fn a_version_of_many_chunks_comes_back_whole() {
    let local = Local::start().await;
    let store = local.store();
    let rows = channels("many", 1_300, 2_000);
    let record = publish(&store, 1, &rows).await;
    assert_eq!(store.rows(1, &record.digest).await.unwrap().channels.len(), 1_300);
    assert_eq!(rows_of(&store, 1).await, rows);
}

#[tokio::test]
async fn a_blob_comes_back_whatever_its_size_and_however_badly_it_compresses() {
    let local = Local::start().await;
    let store = local.store();
    let digest = RowsDigest::from_bytes([9; 32]);
    // What compresses badly has small chunks, and what is around it large ones.
    let mixed = [vec![7; 2 << 20], noise(1 << 19), vec![7; 3 << 20]].concat();
    for (version, bytes, chunks) in [
        (1, vec![1], 1),
        (2, vec![7; 2 << 20], 1),
        (3, vec![7; (4 << 20) + 1], 3),
        (4, noise(1_300_000), 5),
        (5, mixed, 4),
    ] {
        let published = Published { version, digest };
        assert_eq!(store.has(&published, BLOB_FORMAT).await.unwrap(), None);
        let manifest = store.write(&published, BLOB_FORMAT, &bytes, COUNTS).await.unwrap();
        assert_eq!((manifest.chunks.len(), manifest.counts), (chunks, COUNTS), "version {version}");
        assert_eq!(store.has(&published, BLOB_FORMAT).await.unwrap().as_ref(), Some(&manifest));
        assert!(blob(&store, &published).await.unwrap() == bytes, "version {version}");
        // A blob that is there is not written again, and another format or other rows have another one.
        assert_eq!(store.write(&published, BLOB_FORMAT, &[1, 2], COUNTS).await.unwrap(), manifest);
        assert_eq!(store.has(&published, BLOB_FORMAT + 1).await.unwrap(), None);
        let others = Published { digest: RowsDigest::from_bytes([8; 32]), ..published };
        assert!(is_malformed(&store.manifest(&others).await));
    }
    let published = Published { version: 9, digest };
    assert!(is_malformed(&store.write(&published, BLOB_FORMAT, &[], COUNTS).await));
}

#[tokio::test]
async fn a_blob_that_is_not_as_it_was_written_is_malformed_whatever_is_wrong() {
    let local = Local::start().await;
    let store = local.store();
    let published = publish(&store, 1, &every_kind()).await.published();
    let partition = format!("blob#{BLOB_FORMAT}#000000000001#{}", published.digest.short());
    let shard = format!("{partition}#00");
    let good = store.manifest(&published).await.unwrap();
    let data = layout::bytes(noise(300));
    local.set(&shard, "000000", "data", data.clone()).await;
    assert!(is_malformed(&store.chunk(&good, 0).await), "another digest");
    // A frame that is no zstd, and one that holds more than it may.
    for wrong in [noise(300), chunks::compress(&vec![7; 1 << 22]).unwrap()] {
        local.set(&shard, "000000", "data", layout::bytes(wrong.clone())).await;
        let chunk = BlobChunk { digest: chunks::sha256(&wrong), ..good.chunks[0] };
        let lying = BlobManifest { chunks: vec![chunk], ..good.clone() };
        let read = store.chunk(&lying, 0).await.unwrap();
        let mut place = vec![0; good.chunks[0].raw_bytes as usize];
        assert!(is_malformed(&store.unpack(read, &mut place)));
    }
    assert!(is_malformed(&store.chunk(&good, 1).await), "no such chunk");
    local.delete(&shard, "000000").await;
    let error = store.chunk(&good, 0).await.unwrap_err().to_string();
    assert_eq!(error, "DynamoDB holds malformed data: chunk 0 of version 1 is missing");
    let item = local.get(&partition, "manifest").await;
    for (name, value) in [
        ("line_items", layout::text("x")),
        ("chunks", layout::number(2)),
        ("raw_bytes", layout::number(u64::MAX)),
        ("raw_bytes", layout::number(0)),
        ("chunk_digests", layout::bytes([1; 33])),
        ("chunk_bytes", layout::bytes([1; 5])),
        ("rows_digest", layout::text("00".repeat(32))),
    ] {
        local.set(&partition, "manifest", name, value).await;
        assert!(is_malformed(&store.manifest(&published).await), "{name}");
        local.put(item.clone()).await;
        assert_eq!(store.manifest(&published).await.unwrap(), good, "{name}");
    }
    local.delete(&partition, "manifest").await;
    let error = store.manifest(&published).await.unwrap_err().to_string();
    assert!(error.ends_with(&format!("version 1 was not compiled in format {BLOB_FORMAT}")), "{error}");
}

#[tokio::test]
async fn the_newest_readable_version_before_another_is_found() {
    let local = Local::start().await;
    let store = local.store();
    assert_eq!(store.before(u64::MAX).await.unwrap(), None);
    for version in 1..=3 {
        publish(&store, version, &channels(&format!("v{version}"), 1, 0)).await;
    }
    let version = async |before| store.before(before).await.unwrap().map(|published| published.version);
    assert_eq!([version(u64::MAX).await, version(3).await, version(1).await], [Some(3), Some(2), None]);
    local.set("publish", "000000000002", "digest", layout::text("x")).await;
    assert_eq!(version(3).await, Some(1), "a record that cannot be read is passed over");
}

#[tokio::test]
async fn rows_that_are_not_as_they_were_written_are_refused() {
    let local = Local::start().await;
    let store = local.store();
    let digest = publish(&store, 1, &channels("a", 3, 0)).await.digest;
    let others = RowsDigest::from_bytes([1; 32]);
    assert_eq!(store.rows(1, &others).await.unwrap_err(), RowsError::Missing, "another digest");
    assert_eq!(store.rows(2, &digest).await.unwrap_err(), RowsError::Missing, "another version");
    assert!(is_malformed(&store.raw_rows(2, &digest).await), "another version, for tools");
    let lines = b"channel\tch-0\t{\"id\":\"secret\"}\n";
    let data = chunks::compress(lines).unwrap();
    local.set("rows#000000000001#00", "000000", "data", layout::bytes(data.clone())).await;
    let error = store.rows(1, &digest).await.unwrap_err();
    assert!(matches!(error, RowsError::Store(DaoError::Malformed { .. })), "not its own digest: {error}");
    local.set("rows#000000000001#00", "000000", "sha256", layout::bytes(chunks::sha256(&data))).await;
    let error = store.rows(1, &digest).await.unwrap_err();
    let expected = "DynamoDB holds malformed data: the rows of version 1 have another digest";
    assert_eq!(error.to_string(), expected, "its own digest, and not the manifest's");
    local.delete("rows#000000000001#00", "000000").await;
    assert!(store.rows(1, &digest).await.unwrap_err().to_string().contains("is missing"));
}

#[tokio::test]
async fn rows_that_have_not_the_form_of_their_kind_are_named_and_not_quoted() {
    let local = Local::start().await;
    let store = local.store();
    let mut rows = channels("a", 2, 0);
    rows.entry("channel".to_owned()).or_default().insert("ch-1".to_owned(), r#"{"id":"secret"}"#.to_owned());
    let tombstone = r#"{"id":"cr-1","kind":"creative","landing_url":"https://l.example/1"}"#;
    rows.insert("tombstone".to_owned(), [("cr-1".to_owned(), tombstone.to_owned())].into());
    let draft = Publisher::new(&store).write_rows(1, &rows, |_| {}).await.unwrap();
    let error = store.rows(1, &draft.published().digest).await.unwrap_err();
    let RowsError::Refused(refusals) = error else { panic!("{error}") };
    let named: Vec<_> = refusals.named().iter().map(ToString::to_string).collect();
    assert_eq!(
        named,
        [
            "channel \"ch-1\": the row has not the form of a channel",
            "tombstone \"cr-1\": the row has not the form of a tombstone"
        ]
    );
}

#[tokio::test]
async fn what_publishing_accepts_can_be_loaded_up_to_the_limit() {
    let local = Local::start().await;
    let store = local.store();
    let line_bytes = |rows: &RawRows| -> u64 {
        rows["channel"].iter().map(|(key, json)| ("channel".len() + key.len() + json.len() + 3) as u64).sum()
    };
    let mut rows = channels("a", 200, 330_000);
    let missing = usize::try_from(ROWS_BYTES_MAX - line_bytes(&rows)).unwrap();
    assert!(missing < 1_200_000, "{missing}");
    // Fill up with further rows of the same size, and one that takes the rest.
    let mut left = missing;
    for number in 200..210 {
        let id = format!("ch-{number}");
        let bare = format!(r#"{{"id":"{id}","name":"a","padding":""}}"#);
        let overhead = "channel".len() + id.len() + bare.len() + 3;
        if left < overhead {
            break;
        }
        let padding = (left - overhead).min(330_000);
        let json = bare.replace(r#""padding":"""#, &format!(r#""padding":"{}""#, "x".repeat(padding)));
        left -= overhead + padding;
        rows.get_mut("channel").unwrap().insert(id, json);
    }
    assert!(left < 100);
    let record = publish(&store, 1, &rows).await;
    assert_eq!(rows_of(&store, 1).await, rows);
    let blob = blob(&store, &record.published()).await.unwrap();
    assert_eq!(Catalog::open(blob).unwrap().version(), 1);
    let mut more = rows.clone();
    more.get_mut("channel")
        .unwrap()
        .insert("ch-x".to_owned(), format!(r#"{{"id":"ch-x","name":"{}"}}"#, "x".repeat(200)));
    let refused = Publisher::new(&store).write(2, &more, |_| {}).await.unwrap_err().to_string();
    assert!(refused.contains("functions can load 67108864"), "{refused}");
}

#[tokio::test]
async fn a_version_that_was_written_but_never_published_cannot_be_read() {
    let local = Local::start().await;
    let store = local.store();
    Publisher::new(&store).write(1, &channels("a", 3, 0), |_| {}).await.unwrap();
    assert_eq!(store.current().await.unwrap(), None);
    assert_eq!(
        store.record(1).await.unwrap_err().to_string(),
        "DynamoDB holds malformed data: version 1 was never published"
    );
}

#[tokio::test]
async fn an_empty_catalog_is_a_catalog() {
    let local = Local::start().await;
    let store = local.store();
    let published = publish(&store, 1, &BTreeMap::new()).await.published();
    assert_eq!(store.current().await.unwrap(), Some(published));
    assert!(rows_of(&store, 1).await.is_empty());
    assert_eq!(Catalog::open(blob(&store, &published).await.unwrap()).unwrap().version(), 1);
}
