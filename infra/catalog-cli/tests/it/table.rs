//! The table itself.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use catalog_cli::{Created, create_table};
use lockfill_dao::{CatalogReader, DaoError};
use lockfill_dao_dynamodb::DynamoDbCatalog;

use crate::local::{Local, version_of};

#[tokio::test]
async fn the_table_is_created_once_and_found_afterwards() {
    let local = Local::empty().await;
    let store = local.store();
    assert_eq!(
        store.current().await.unwrap_err().to_string(),
        "DynamoDB is unavailable: there is no such table"
    );
    assert_eq!(create_table(&store).await.unwrap(), Created::New);
    assert_eq!(create_table(&store).await.unwrap(), Created::Existing);
    assert_eq!(version_of(&store).await, None);
    assert_eq!(store.last_published().await.unwrap(), None);
}

#[tokio::test]
async fn a_table_with_other_keys_is_refused() {
    let local = Local::empty().await;
    let store = DynamoDbCatalog::connect_locally("others", &local.endpoint_url);
    store
        .client()
        .create_table()
        .table_name("others")
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name("id")
                .attribute_type(ScalarAttributeType::S)
                .build()
                .unwrap(),
        )
        .key_schema(KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build().unwrap())
        .send()
        .await
        .unwrap();
    assert!(matches!(create_table(&store).await, Err(DaoError::Malformed { .. })));
}
