//! Creates the table on machines where no CloudFormation stack creates it.

use std::time::Duration;

use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, TableDescription,
    TableStatus,
};
use lockfill_dao::DaoError;
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_dao_dynamodb::errors::{STORE, malformed, unavailable};

const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// A minute in all; creating a table takes some seconds on AWS.
const POLLS_MAX: u32 = 240;

/// Whether [`create_table`] has created the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// The table did not exist before.
    New,
    /// The table existed before.
    Existing,
}

/// Creates the table, billed per request, unless it exists, and waits until it is active.
///
/// # Errors
/// If the store cannot be reached or refuses, or a table of that name has other keys.
pub async fn create_table(catalog: &DynamoDbCatalog) -> Result<Created, DaoError> {
    let created = match describe(catalog).await? {
        Some(_) => Created::Existing,
        None => create(catalog).await?,
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

async fn create(catalog: &DynamoDbCatalog) -> Result<Created, DaoError> {
    let mut request =
        catalog.client().create_table().table_name(catalog.table()).billing_mode(BillingMode::PayPerRequest);
    for (name, key_type) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build();
        let key = KeySchemaElement::builder().attribute_name(name).key_type(key_type).build();
        let (Ok(attribute), Ok(key)) = (attribute, key) else {
            return Err(malformed("a key of the table is incomplete"));
        };
        request = request.attribute_definitions(attribute).key_schema(key);
    }
    match request.send().await {
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
