//! Entries of the ledger as JSON, for what keeps them longer than the table does.

use aws_sdk_dynamodb::types::AttributeValue;
use lockfill_dao::DaoError;
use serde_json::{Map, Number, Value};

use crate::errors::malformed;
use crate::layout::Item;

/// An entry as one JSON object: its attributes by their names, in order.
///
/// # Errors
/// If an attribute is neither a text nor a number.
pub fn entry_json(item: &Item) -> Result<String, DaoError> {
    let mut names: Vec<&String> = item.keys().collect();
    names.sort_unstable();
    let mut object = Map::new();
    for name in names {
        let value = match &item[name] {
            AttributeValue::S(text) => Some(Value::String(text.clone())),
            AttributeValue::N(number) => number.parse::<Number>().ok().map(Value::Number),
            _ => None,
        };
        let value = value
            .ok_or_else(|| malformed(format!("the attribute {name} of an entry is no text or number")))?;
        object.insert(name.clone(), value);
    }
    Ok(Value::Object(object).to_string())
}
