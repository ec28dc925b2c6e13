//! Creates the tables on machines where no CloudFormation stack creates them.

use std::time::Duration;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TableDescription, TableStatus, TimeToLiveSpecification,
};
use lockfill_dao::DaoError;
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_dao_dynamodb::errors::{STORE, malformed, unavailable};

const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// A minute in all; creating a table takes some seconds on AWS.
const POLLS_MAX: u32 = 240;

/// The keys of all tables.
const KEYS: [&str; 2] = ["pk", "sk"];
/// The index of the ledger, and its keys: it has the events of a minute of arrival.
const INDEX: (&str, [&str; 2]) = ("by_arrival", ["arrival", "sk"]);
/// The attribute of the ledger and of delivery that says when an item may be deleted.
const EXPIRY: &str = "expires_at";

/// Whether a table was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// The table did not exist before.
    New,
    /// The table existed before.
    Existing,
}

/// Creates the table of catalogs, billed per request, unless it exists, and waits until it is active.
///
/// # Errors
/// If the store cannot be reached or refuses, or a table of that name has other keys.
pub async fn create_table(catalog: &DynamoDbCatalog) -> Result<Created, DaoError> {
    ensure(catalog, None).await
}

/// The same for the table of the ledger of events, which has an index and a time to live.
///
/// # Errors
/// If the store cannot be reached or refuses, or a table of that name has other keys.
pub async fn create_events_table(table: &DynamoDbCatalog) -> Result<Created, DaoError> {
    let created = ensure(table, Some(INDEX)).await?;
    expire(table, created).await
}

/// The same for the table of delivery, which has a time to live.
///
/// # Errors
/// If the store cannot be reached or refuses, or a table of that name has other keys.
pub async fn create_delivery_table(table: &DynamoDbCatalog) -> Result<Created, DaoError> {
    let created = ensure(table, None).await?;
    expire(table, created).await
}

/// Gives a new table its time to live.
async fn expire(table: &DynamoDbCatalog, created: Created) -> Result<Created, DaoError> {
    if created == Created::New {
        let expiry = TimeToLiveSpecification::builder().attribute_name(EXPIRY).enabled(true).build();
        let expiry = expiry.map_err(|error| incomplete(&error))?;
        let request = table.client().update_time_to_live().table_name(table.table());
        request.time_to_live_specification(expiry).send().await.map_err(|error| unavailable(&error))?;
    }
    Ok(created)
}

async fn ensure(catalog: &DynamoDbCatalog, index: Option<(&str, [&str; 2])>) -> Result<Created, DaoError> {
    let created = match describe(catalog).await? {
        Some(_) => Created::Existing,
        None => create(catalog, index).await?,
    };
    for _ in 0..POLLS_MAX {
        if let Some(table) = describe(catalog).await? {
            if !has_our_keys(&table) {
                return Err(malformed("a table of that name has other keys than pk and sk"));
            }
            if table.table_status() == Some(&TableStatus::Active) {
                return Ok(created);
            }
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Err(DaoError::Unavailable { store: STORE, reason: "the table is still not active".to_owned() })
}

async fn create(catalog: &DynamoDbCatalog, index: Option<(&str, [&str; 2])>) -> Result<Created, DaoError> {
    let mut names = KEYS.to_vec();
    let mut request =
        catalog.client().create_table().table_name(catalog.table()).billing_mode(BillingMode::PayPerRequest);
    if let Some((name, keys)) = index {
        names.extend(keys.into_iter().filter(|key| !KEYS.contains(key)));
        let index = secondary_index(name, keys).map_err(|error| incomplete(&error))?;
        request = request.global_secondary_indexes(index);
    }
    for name in names {
        let attribute = AttributeDefinition::builder().attribute_name(name);
        let attribute = attribute.attribute_type(ScalarAttributeType::S).build();
        request = request.attribute_definitions(attribute.map_err(|error| incomplete(&error))?);
    }
    let schema = key_schema(KEYS).map_err(|error| incomplete(&error))?;
    match request.set_key_schema(Some(schema)).send().await {
        Ok(_) => Ok(Created::New),
        // Another process is creating the table.
        Err(error)
            if matches!(error.as_service_error(), Some(CreateTableError::ResourceInUseException(_))) =>
        {
            Ok(Created::Existing)
        }
        Err(error) => Err(unavailable(&error)),
    }
}

fn secondary_index(name: &str, keys: [&str; 2]) -> Result<GlobalSecondaryIndex, BuildError> {
    let all = Projection::builder().projection_type(ProjectionType::All).build();
    let index = GlobalSecondaryIndex::builder().index_name(name).projection(all);
    index.set_key_schema(Some(key_schema(keys)?)).build()
}

/// A key of a partition and a place in it.
fn key_schema([partition, sort]: [&str; 2]) -> Result<Vec<KeySchemaElement>, BuildError> {
    let keys = [(partition, KeyType::Hash), (sort, KeyType::Range)];
    let element =
        |(name, key_type)| KeySchemaElement::builder().attribute_name(name).key_type(key_type).build();
    keys.into_iter().map(element).collect()
}

fn incomplete(error: &BuildError) -> DaoError {
    malformed(format!("a definition of the table is incomplete: {error}"))
}

async fn describe(catalog: &DynamoDbCatalog) -> Result<Option<TableDescription>, DaoError> {
    match catalog.client().describe_table().table_name(catalog.table()).send().await {
        Ok(answer) => Ok(answer.table),
        Err(error)
            if matches!(error.as_service_error(), Some(DescribeTableError::ResourceNotFoundException(_))) =>
        {
            Ok(None)
        }
        Err(error) => Err(unavailable(&error)),
    }
}

fn has_our_keys(table: &TableDescription) -> bool {
    let keys = table.key_schema().iter().map(|key| (key.attribute_name(), key.key_type()));
    keys.eq([("pk", &KeyType::Hash), ("sk", &KeyType::Range)])
}
