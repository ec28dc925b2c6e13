//! The settings of the function `pacing`.

use crate::settings::{InvalidSettings, Reader, Serving};

/// The settings of the function `pacing`, which needs no Redis and no secret.
#[derive(Debug, PartialEq, Eq)]
pub struct PacingSettings {
    /// How calls arrive.
    pub serving: Serving,
    /// `LOCKFILL_CATALOG_TABLE`: the DynamoDB table of published catalogs.
    pub catalog_table: String,
    /// `LOCKFILL_EVENTS_TABLE`: that of the ledger.
    pub events_table: String,
    /// `LOCKFILL_DELIVERY_TABLE`: that of roll-ups.
    pub delivery_table: String,
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`: another DynamoDB than AWS's.
    pub dynamodb_endpoint_url: Option<String>,
}

impl PacingSettings {
    /// Reads the variables with `get`; an empty value counts as not set.
    ///
    /// # Errors
    /// Names all variables that are missing or wrong at once.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let mut table = |name: &str| reader.required(name, |text| Ok::<_, String>(text.to_owned()));
        let tables = ["LOCKFILL_CATALOG_TABLE", "LOCKFILL_EVENTS_TABLE", "LOCKFILL_DELIVERY_TABLE"];
        let [catalog_table, events_table, delivery_table] = tables.map(&mut table);
        let dynamodb_endpoint_url = reader.dynamodb_endpoint_url();
        let serving = reader.serving();
        match (serving, catalog_table, events_table, delivery_table, reader.errors) {
            (Some(serving), Some(catalog_table), Some(events_table), Some(delivery_table), errors)
                if errors.is_empty() =>
            {
                Ok(Self { serving, catalog_table, events_table, delivery_table, dynamodb_endpoint_url })
            }
            (_, _, _, _, errors) => Err(InvalidSettings(errors)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_pacing_needs_three_tables_and_a_way_to_be_called() {
        let error = PacingSettings::read(|_| None).unwrap_err().to_string();
        for name in ["CATALOG_TABLE is", "EVENTS_TABLE is", "DELIVERY_TABLE is", "no Lambda runtime"] {
            assert!(error.contains(name), "{error}");
        }
        let value = |name: &str| {
            Some(if name == "AWS_ENDPOINT_URL" { "http://d".to_owned() } else { name.to_owned() })
        };
        let settings =
            PacingSettings::read(|name| value(name).filter(|_| name != "AWS_ENDPOINT_URL_DYNAMODB"));
        let settings = settings.unwrap();
        assert_eq!(
            (settings.serving, &*settings.delivery_table),
            (Serving::Lambda, "LOCKFILL_DELIVERY_TABLE")
        );
    }
}
