//! Variables whose values are secrets of AWS Secrets Manager.
//!
//! `NAME_SECRET` says what the variable `NAME` is made of, and is read when the process starts, so that no configuration
//! holds a secret. It has one word or several with blanks between them; the values of all are joined by commas:
//!
//! | word | value |
//! |---|---|
//! | `ID` | the secret's current version |
//! | `ID@STAGE` | its version at a stage, such as `AWSPENDING` or `AWSPREVIOUS` |
//! | `ID@STAGE?` | the same, and nothing where there is no such version |
//! | `none` | `none` itself |
//!
//! A secret that is a document `{"key_id": ID, "secret": SECRET}` has the value `ID:SECRET`. A value that two words have
//! counts once. A variable that is set itself is taken as it is. `AWS_ENDPOINT_URL_SECRETS_MANAGER` or
//! `AWS_ENDPOINT_URL` names another server than AWS's. Django reads the same (`infra/monolith/config/secrets.py`).

use std::collections::HashMap;

use lockfill_dao_dynamodb::{SecretError, Secrets};
use serde_json::Value;

use crate::addresses::endpoint_url;
use crate::clock;
use crate::settings::InvalidSettings;

/// The variables that may come from a secret.
const NAMES: [&str; 4] =
    ["LOCKFILL_SIGNING_KEYS", "LOCKFILL_USER_KEY_SECRETS", "LOCKFILL_REDIS_URL", "LOCKFILL_DEBUG_TOKEN"];
const CURRENT: &str = "AWSCURRENT";
/// The literal that the user keys know.
const NONE: &str = "none";

/// Reads the secrets that `get` names; the variables with their values.
///
/// # Errors
/// Names the variable, and says why its secret could not be read.
pub async fn with_secrets(
    get: impl Fn(&str) -> Option<String>,
) -> Result<impl Fn(&str) -> Option<String>, InvalidSettings> {
    let set = |name: &str| get(name).filter(|value| !value.is_empty());
    let wanted: Vec<_> = NAMES
        .into_iter()
        .filter(|name| set(name).is_none())
        .filter_map(|name| Some((name, set(&format!("{name}_SECRET"))?)))
        .collect();
    let mut values = HashMap::new();
    if !wanted.is_empty() {
        let names = ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"];
        let endpoint = names.into_iter().find_map(|name| Some((name, set(name)?)));
        if let Some((name, url)) = &endpoint {
            endpoint_url(url).map_err(|error| invalid(name, error))?;
        }
        let secrets = Secrets::connect(endpoint.as_ref().map(|(_, url)| &**url)).await;
        let secrets = secrets.map_err(|error| invalid(&format!("{}_SECRET", wanted[0].0), &error))?;
        for (name, words) in wanted {
            let value = joined(&secrets, &words).await;
            let value = value.map_err(|error| invalid(&format!("{name}_SECRET"), &error))?;
            values.insert(name, value);
        }
    }
    Ok(move |name: &str| values.get(name).cloned().or_else(|| get(name)))
}

async fn joined(secrets: &Secrets, words: &str) -> Result<String, SecretError> {
    let mut values: Vec<String> = Vec::new();
    for word in words.split_ascii_whitespace() {
        let value = match Word::read(word) {
            Word::Literal => Some(NONE.to_owned()),
            Word::Secret { id, stage, may_be_missing } => {
                match secrets.read(id, stage, || clock::now().into()).await {
                    Err(SecretError::Missing) if may_be_missing => None,
                    text => Some(value_of(text?)),
                }
            }
        };
        // A version may have two stages.
        values.extend(value.filter(|value| !values.contains(value)));
    }
    Ok(values.join(","))
}

/// One word of `NAME_SECRET`.
#[derive(Debug, PartialEq, Eq)]
enum Word<'w> {
    Literal,
    Secret { id: &'w str, stage: &'w str, may_be_missing: bool },
}

impl<'w> Word<'w> {
    fn read(word: &'w str) -> Self {
        if word == NONE {
            return Self::Literal;
        }
        let (rest, may_be_missing) = word.strip_suffix('?').map_or((word, false), |rest| (rest, true));
        let (id, stage) = rest.split_once('@').unwrap_or((rest, CURRENT));
        Self::Secret { id, stage, may_be_missing }
    }
}

/// `ID:SECRET` of a document with a key; any other text is the value itself.
fn value_of(text: String) -> String {
    let document: Option<Value> = serde_json::from_str(&text).ok();
    let part = |name: &str| Some(document.as_ref()?.get(name)?.as_str()?.to_owned());
    match (part("key_id"), part("secret")) {
        (Some(key_id), Some(secret)) => format!("{key_id}:{secret}"),
        _ => text,
    }
}

fn invalid(name: &str, why: impl std::fmt::Display) -> InvalidSettings {
    InvalidSettings(vec![format!("{name}: {why}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_a_secret_a_stage_and_whether_it_may_be_missing() {
        let arn = "arn:aws:secretsmanager:us-east-1:1:secret:s-AbC";
        let secret = |stage, may_be_missing| Word::Secret { id: arn, stage, may_be_missing };
        assert_eq!(Word::read(arn), secret("AWSCURRENT", false));
        assert_eq!(Word::read(&format!("{arn}@AWSPREVIOUS")), secret("AWSPREVIOUS", false));
        assert_eq!(Word::read(&format!("{arn}@AWSPENDING?")), secret("AWSPENDING", true));
        assert_eq!(Word::read("none"), Word::Literal);
    }

    #[test]
    fn a_document_with_a_key_is_read_as_a_key() {
        assert_eq!(value_of(r#"{"key_id": "k1", "secret": "s"}"#.to_owned()), "k1:s");
        for text in ["plain", r#"{"key_id": "k1"}"#, "12", "rediss://u:p@h:6379"] {
            assert_eq!(value_of(text.to_owned()), text);
        }
    }

    #[tokio::test]
    async fn a_variable_that_is_set_is_taken_and_nothing_is_asked() {
        let get = |name: &str| match name {
            "LOCKFILL_DEBUG_TOKEN" => Some("set".to_owned()),
            "LOCKFILL_DEBUG_TOKEN_SECRET" => Some("an-id".to_owned()),
            _ => None,
        };
        let get = with_secrets(get).await.unwrap();
        assert_eq!(get("LOCKFILL_DEBUG_TOKEN").as_deref(), Some("set"));
    }
}
