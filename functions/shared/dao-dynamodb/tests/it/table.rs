//! The table itself.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use lockfill_dao::CatalogReader;
use lockfill_dao_dynamodb::{Created, DynamoDbCatalog};

use crate::local::{Local, is_malformed};

#[tokio::test]
async fn the_table_is_created_once_and_found_ever_after() {
    let local = Local::empty().await;
    let store = local.store();
    assert_eq!(
        store.current_version().await.unwrap_err().to_string(),
        "DynamoDB is unavailable: there is no such table"
    );
    assert_eq!(store.create_table().await.unwrap(), Created::New);
    assert_eq!(store.create_table().await.unwrap(), Created::Existing);
    assert_eq!(store.current_version().await.unwrap(), None);
    assert_eq!(store.last_published().await.unwrap(), None);
}

#[tokio::test]
async fn a_table_with_other_keys_is_not_ours() {
    let local = Local::empty().await;
    local
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
    let store = DynamoDbCatalog::connect_locally("others", &local.endpoint_url);
    assert!(is_malformed(&store.create_table().await));
}
