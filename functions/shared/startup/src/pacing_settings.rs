//! The settings of the function `pacing`.

use std::fmt;

use crate::addresses::redis_url;
use crate::settings::{InvalidSettings, Reader, Serving};

/// The settings of the function `pacing`, which needs no secret but that of Redis.
#[derive(PartialEq, Eq)]
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
    /// `LOCKFILL_REDIS_URL`: where counters are made anew after a loss; without it they are not.
    pub redis_url: Option<String>,
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
        let redis_url = reader.optional("LOCKFILL_REDIS_URL", redis_url);
        let serving = reader.serving();
        match (serving, catalog_table, events_table, delivery_table, reader.errors) {
            (Some(serving), Some(catalog_table), Some(events_table), Some(delivery_table), errors)
                if errors.is_empty() =>
            {
                Ok(Self {
                    serving,
                    catalog_table,
                    events_table,
                    delivery_table,
                    dynamodb_endpoint_url,
                    redis_url,
                })
            }
            (_, _, _, _, errors) => Err(InvalidSettings(errors)),
        }
    }
}

impl fmt::Debug for PacingSettings {
    /// Leaves the address of Redis out, because it may hold a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut settings = formatter.debug_struct("PacingSettings");
        settings.field("serving", &self.serving).field("catalog_table", &self.catalog_table);
        settings.field("events_table", &self.events_table).field("delivery_table", &self.delivery_table);
        settings.finish_non_exhaustive()
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
            let value = match name {
                "AWS_ENDPOINT_URL" => "http://d",
                "LOCKFILL_REDIS_URL" => "redis://user:hunter2@r",
                other => other,
            };
            Some(value.to_owned())
        };
        let settings =
            PacingSettings::read(|name| value(name).filter(|_| name != "AWS_ENDPOINT_URL_DYNAMODB"));
        let settings = settings.unwrap();
        assert_eq!(
            (settings.serving, &*settings.delivery_table),
            (Serving::Lambda, "LOCKFILL_DELIVERY_TABLE")
        );
        assert_eq!(settings.redis_url.as_deref(), Some("redis://user:hunter2@r"));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
