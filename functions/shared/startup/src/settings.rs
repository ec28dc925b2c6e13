//! The environment, read once.

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use lockfill_http::LinkBase;
use lockfill_services::{DebugToken, EventRules, SigningKeys, UserKeys};

use crate::addresses::{endpoint_url, redis_url};

/// The deadline of Redis if the environment sets none.
const REDIS_DEADLINE_MS: u64 = 10;
const REDIS_DEADLINE_MS_MAX: u64 = 60_000;
const LEDGER_DAYS_MAX: u32 = 3_650;
const CLICK_SECONDS_MAX: u32 = 60;
const EVENTS_MAX: u32 = 100_000_000;

/// The settings of a function.
#[derive(Debug)]
pub struct Settings {
    /// How requests arrive.
    pub serving: Serving,
    /// `LOCKFILL_CATALOG_TABLE`: the DynamoDB table of published catalogs.
    pub catalog_table: String,
    /// `LOCKFILL_REDIS_URL`: `redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, of a single server or of a
    /// cluster. The store detects which of them it is.
    pub redis_url: String,
    /// `LOCKFILL_REDIS_DEADLINE_MS`: the deadline of Redis; 10 ms if not set.
    pub redis_deadline: Duration,
    /// `LOCKFILL_LINK_BASE_URL`: the scheme and host of tracking links.
    pub link_base: LinkBase,
    /// `LOCKFILL_SIGNING_KEYS`: `KEY_ID:SECRET[,KEY_ID:SECRET]`. The first key signs, all keys verify.
    pub signing_keys: SigningKeys,
    /// `LOCKFILL_USER_KEY_SECRETS`: `SECRET[,SECRET]`. Users are named under the first secret, and what is stored under
    /// the others is read too; `none` is the names without a secret, which are all there are if it is not set.
    pub user_keys: UserKeys,
    /// `LOCKFILL_DEBUG_TOKEN`: a token of 32 bytes or more enables the parameters `explain` and `now`.
    pub debug_token: Option<DebugToken>,
    /// `LOCKFILL_DELIVERY_TABLE`: the DynamoDB table of gates and counts; without it every gate is open and nothing is
    /// counted.
    pub delivery_table: Option<String>,
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`: another DynamoDB than AWS's.
    pub dynamodb_endpoint_url: Option<String>,
}

/// The settings of the function `events`.
#[derive(Debug)]
pub struct EventSettings {
    /// What it shares with the other functions.
    pub settings: Settings,
    /// `LOCKFILL_EVENTS_TABLE`: the DynamoDB table of the ledger.
    pub events_table: String,
    /// `LOCKFILL_LEDGER_DAYS` (400) and `LOCKFILL_CLICK_SECONDS_MIN` (1): for how many days after its token's expiry an
    /// event is kept, and the least seconds from a slot's issue to a click. `LOCKFILL_USER_EVENTS_MAX` (600) and
    /// `LOCKFILL_ADDRESS_EVENTS_MAX` (12,000): the most events of a user and of an address in a minute that count.
    pub rules: EventRules,
}

impl EventSettings {
    /// Reads the variables with `get`; an empty value counts as not set.
    ///
    /// # Errors
    /// Names all variables that are missing or wrong at once.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let events_table = reader.required("LOCKFILL_EVENTS_TABLE", |text| Ok::<_, String>(text.to_owned()));
        let ledger_days = reader.optional("LOCKFILL_LEDGER_DAYS", ledger_days);
        let click_seconds_min = reader.optional("LOCKFILL_CLICK_SECONDS_MIN", click_seconds_min);
        let user_events_max = reader.optional("LOCKFILL_USER_EVENTS_MAX", events_max);
        let address_events_max = reader.optional("LOCKFILL_ADDRESS_EVENTS_MAX", events_max);
        let default = EventRules::default();
        let rules = EventRules {
            click_seconds_min: click_seconds_min.unwrap_or(default.click_seconds_min),
            ledger_days: ledger_days.unwrap_or(default.ledger_days),
            user_events_max: user_events_max.unwrap_or(default.user_events_max),
            address_events_max: address_events_max.unwrap_or(default.address_events_max),
        };
        let errors = reader.errors;
        match (Settings::read(get), events_table, errors) {
            (Ok(settings), Some(events_table), errors) if errors.is_empty() => {
                Ok(Self { settings, events_table, rules })
            }
            (Ok(_), _, errors) => Err(InvalidSettings(errors)),
            (Err(InvalidSettings(all)), _, errors) => Err(InvalidSettings([all, errors].concat())),
        }
    }
}

/// The settings of the function `catalog`, which needs no Redis and no secret.
#[derive(Debug, PartialEq, Eq)]
pub struct CatalogSettings {
    /// How calls arrive.
    pub serving: Serving,
    /// `LOCKFILL_CATALOG_TABLE`: the DynamoDB table of published catalogs.
    pub catalog_table: String,
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`: another DynamoDB than AWS's.
    pub dynamodb_endpoint_url: Option<String>,
    /// `LOCKFILL_DELIVERY_TABLE`: the DynamoDB table of gates, for questions about what is not shown; without it every
    /// gate is open.
    pub delivery_table: Option<String>,
}

impl CatalogSettings {
    /// Reads the variables with `get`; an empty value counts as not set.
    ///
    /// # Errors
    /// Names all variables that are missing or wrong at once.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let catalog_table = reader.catalog_table();
        let dynamodb_endpoint_url = reader.dynamodb_endpoint_url();
        match (reader.serving(), catalog_table, reader.errors) {
            (Some(serving), Some(catalog_table), errors) if errors.is_empty() => {
                let delivery_table = get("LOCKFILL_DELIVERY_TABLE");
                Ok(Self { serving, catalog_table, dynamodb_endpoint_url, delivery_table })
            }
            (_, _, errors) => Err(InvalidSettings(errors)),
        }
    }
}

/// How requests arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serving {
    /// From the Lambda runtime, which sets `AWS_LAMBDA_RUNTIME_API`.
    Lambda,
    /// As plain HTTP at `LOCKFILL_HTTP_ADDRESS`, where there is no such runtime.
    Http(SocketAddr),
}

/// All variables that are missing or wrong, on one line. The text repeats no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot start: {}", .0.join("; "))]
pub struct InvalidSettings(pub(crate) Vec<String>);

impl Serving {
    /// Reads how requests arrive with `get`; an empty value counts as not set. It is all that a program without stores
    /// needs of the environment.
    ///
    /// # Errors
    /// Names the variables that are missing or wrong.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let serving = reader.serving();
        serving.ok_or(InvalidSettings(reader.errors))
    }
}

impl Settings {
    /// Reads the variables with `get`; an empty value counts as not set.
    ///
    /// # Errors
    /// Names all variables that are missing or wrong at once.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let catalog_table = reader.catalog_table();
        let redis_url = reader.required("LOCKFILL_REDIS_URL", redis_url);
        let deadline_ms = reader.optional("LOCKFILL_REDIS_DEADLINE_MS", redis_deadline_ms);
        let link_base = reader.required("LOCKFILL_LINK_BASE_URL", LinkBase::parse);
        let signing_keys = reader.required("LOCKFILL_SIGNING_KEYS", SigningKeys::parse);
        let dynamodb_endpoint_url = reader.dynamodb_endpoint_url();
        let user_keys = reader.optional("LOCKFILL_USER_KEY_SECRETS", UserKeys::parse);
        let serving = reader.serving();
        let errors = reader.errors;
        let (Some(serving), Some(catalog_table), Some(redis_url), Some(link_base), Some(signing_keys), true) =
            (serving, catalog_table, redis_url, link_base, signing_keys, errors.is_empty())
        else {
            return Err(InvalidSettings(errors));
        };
        Ok(Self {
            serving,
            catalog_table,
            redis_url,
            redis_deadline: Duration::from_millis(deadline_ms.unwrap_or(REDIS_DEADLINE_MS)),
            link_base,
            signing_keys,
            user_keys: user_keys.unwrap_or_else(UserKeys::plain),
            debug_token: get("LOCKFILL_DEBUG_TOKEN").as_deref().and_then(DebugToken::new),
            delivery_table: get("LOCKFILL_DELIVERY_TABLE"),
            dynamodb_endpoint_url,
        })
    }
}

/// Reads variables, and collects what is wrong with them.
pub(crate) struct Reader<'a> {
    pub(crate) get: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) errors: Vec<String>,
}

impl Reader<'_> {
    pub(crate) fn catalog_table(&mut self) -> Option<String> {
        self.required("LOCKFILL_CATALOG_TABLE", |text| Ok::<_, String>(text.to_owned()))
    }

    pub(crate) fn dynamodb_endpoint_url(&mut self) -> Option<String> {
        let names = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];
        let name = names.into_iter().find(|name| (self.get)(name).is_some())?;
        self.optional(name, endpoint_url)
    }

    /// A runtime takes precedence: a left-over variable must not keep a function from its invocations.
    pub(crate) fn serving(&mut self) -> Option<Serving> {
        if (self.get)("AWS_LAMBDA_RUNTIME_API").is_some() {
            return Some(Serving::Lambda);
        }
        if (self.get)("LOCKFILL_HTTP_ADDRESS").is_none() {
            let problem =
                "there is no Lambda runtime (AWS_LAMBDA_RUNTIME_API), and LOCKFILL_HTTP_ADDRESS is not set";
            self.errors.push(problem.to_owned());
        }
        self.optional("LOCKFILL_HTTP_ADDRESS", http_address).map(Serving::Http)
    }

    pub(crate) fn required<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        if (self.get)(name).is_none() {
            self.errors.push(format!("{name} is not set"));
        }
        self.optional(name, parse)
    }

    pub(crate) fn optional<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let parsed = parse(&(self.get)(name)?);
        parsed.map_err(|error| self.errors.push(format!("{name}: {error}"))).ok()
    }
}

fn http_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "must be an address and a port, such as 127.0.0.1:9001")
}

fn redis_deadline_ms(text: &str) -> Result<u64, &'static str> {
    let deadline_ms =
        text.parse().ok().filter(|deadline_ms| (1..=REDIS_DEADLINE_MS_MAX).contains(deadline_ms));
    deadline_ms.ok_or("must be a number of milliseconds from 1 to 60000")
}

fn ledger_days(text: &str) -> Result<u32, &'static str> {
    number_up_to(text, LEDGER_DAYS_MAX)
        .filter(|days| *days > 0)
        .ok_or("must be a number of days from 1 to 3650")
}

fn click_seconds_min(text: &str) -> Result<u32, &'static str> {
    number_up_to(text, CLICK_SECONDS_MAX).ok_or("must be a number of seconds from 0 to 60")
}

fn events_max(text: &str) -> Result<u32, &'static str> {
    number_up_to(text, EVENTS_MAX)
        .filter(|events| *events > 0)
        .ok_or("must be a number of events from 1 to 100000000")
}

fn number_up_to(text: &str, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| *number <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn environment() -> HashMap<&'static str, String> {
        HashMap::from([
            ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9000".to_owned()),
            ("LOCKFILL_CATALOG_TABLE", "catalog".to_owned()),
            ("LOCKFILL_REDIS_URL", "redis://127.0.0.1:1".to_owned()),
            ("LOCKFILL_LINK_BASE_URL", "https://t.example".to_owned()),
            ("LOCKFILL_SIGNING_KEYS", format!("k1:{}", "s".repeat(32))),
        ])
    }

    fn read(environment: &HashMap<&'static str, String>) -> Result<Settings, String> {
        Settings::read(|name| environment.get(name).cloned()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_deadline_of_redis_is_ten_milliseconds_unless_it_is_set() {
        let mut variables = environment();
        assert_eq!(read(&variables).unwrap().redis_deadline, Duration::from_millis(10));
        variables.insert("LOCKFILL_REDIS_DEADLINE_MS", "250".to_owned());
        assert_eq!(read(&variables).unwrap().redis_deadline, Duration::from_millis(250));
    }

    #[test]
    fn without_a_signing_key_a_function_refuses_to_start() {
        let mut variables = environment();
        variables.insert("LOCKFILL_SIGNING_KEYS", String::new());
        assert_eq!(read(&variables).unwrap_err(), "cannot start: LOCKFILL_SIGNING_KEYS is not set");
    }

    #[test]
    fn all_wrong_variables_are_named_at_once_without_their_values() {
        let variables = HashMap::from([
            ("LOCKFILL_SIGNING_KEYS", "k1:hunter2".to_owned()),
            ("LOCKFILL_REDIS_URL", "http://user:hunter2@host".to_owned()),
            ("AWS_ENDPOINT_URL", "http://user:hunter2@host".to_owned()),
        ]);
        let error = read(&variables).unwrap_err();
        for name in ["CATALOG_TABLE", "REDIS_URL", "LINK_BASE_URL", "SIGNING_KEYS"] {
            assert!(error.contains(&format!("LOCKFILL_{name}")), "{error}");
        }
        assert!(error.contains("AWS_ENDPOINT_URL: must be http"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_lambda_runtime_takes_precedence_over_plain_http_and_one_of_them_is_required() {
        let mut variables = environment();
        variables.insert("LOCKFILL_HTTP_ADDRESS", "127.0.0.1:9001".to_owned());
        assert_eq!(read(&variables).unwrap().serving, Serving::Lambda);
        variables.remove("AWS_LAMBDA_RUNTIME_API");
        assert_eq!(read(&variables).unwrap().serving, Serving::Http("127.0.0.1:9001".parse().unwrap()));
        variables.insert("LOCKFILL_HTTP_ADDRESS", "localhost".to_owned());
        assert!(read(&variables).unwrap_err().contains("LOCKFILL_HTTP_ADDRESS: must be an address"));
        variables.remove("LOCKFILL_HTTP_ADDRESS");
        assert!(read(&variables).unwrap_err().contains("no Lambda runtime"));
    }

    #[test]
    fn the_function_catalog_needs_a_table_and_a_way_to_be_called() {
        let read = |names: &[&str]| {
            let value = |name: &str| names.contains(&name).then(|| environment()[name].clone());
            CatalogSettings::read(value).map_err(|error| error.to_string())
        };
        let settings = read(&["AWS_LAMBDA_RUNTIME_API", "LOCKFILL_CATALOG_TABLE"]).unwrap();
        assert_eq!((settings.serving, &*settings.catalog_table), (Serving::Lambda, "catalog"));
        let error = read(&[]).unwrap_err();
        assert!(error.contains("LOCKFILL_CATALOG_TABLE is not set") && error.contains("no Lambda runtime"));
    }

    #[test]
    fn the_function_events_needs_a_table_of_its_own_and_has_thresholds() {
        let mut variables = environment();
        let read = |variables: &HashMap<&'static str, String>| {
            EventSettings::read(|name| variables.get(name).cloned()).map_err(|error| error.to_string())
        };
        assert_eq!(read(&variables).unwrap_err(), "cannot start: LOCKFILL_EVENTS_TABLE is not set");
        variables.insert("LOCKFILL_EVENTS_TABLE", "events".to_owned());
        let settings = read(&variables).unwrap();
        assert_eq!((&*settings.events_table, settings.rules), ("events", EventRules::default()));
        variables.insert("LOCKFILL_LEDGER_DAYS", "30".to_owned());
        variables.insert("LOCKFILL_CLICK_SECONDS_MIN", "0".to_owned());
        variables.insert("LOCKFILL_USER_EVENTS_MAX", "7".to_owned());
        variables.insert("LOCKFILL_ADDRESS_EVENTS_MAX", "8".to_owned());
        let rules =
            EventRules { click_seconds_min: 0, ledger_days: 30, user_events_max: 7, address_events_max: 8 };
        assert_eq!(read(&variables).unwrap().rules, rules);
        variables.insert("LOCKFILL_LEDGER_DAYS", "0".to_owned());
        variables.insert("LOCKFILL_CLICK_SECONDS_MIN", "soon".to_owned());
        variables.insert("LOCKFILL_USER_EVENTS_MAX", "0".to_owned());
        variables.remove("LOCKFILL_REDIS_URL");
        let error = read(&variables).unwrap_err();
        for name in [
            "LOCKFILL_LEDGER_DAYS: must",
            "LOCKFILL_CLICK_SECONDS_MIN: must",
            "LOCKFILL_USER_EVENTS_MAX: must",
            "LOCKFILL_REDIS_URL is not",
        ] {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn a_short_debug_token_leaves_debugging_off() {
        let mut variables = environment();
        variables.insert("LOCKFILL_DEBUG_TOKEN", "x".repeat(31));
        assert!(read(&variables).unwrap().debug_token.is_none());
        variables.insert("LOCKFILL_DEBUG_TOKEN", "x".repeat(32));
        assert!(read(&variables).unwrap().debug_token.is_some());
    }
}
