//! `query-string`: a parameter of the query, case-insensitive, undecoded.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_QueryStringConditionConfig.html>.

use std::fmt;

use super::super::facts::RequestFacts;
use super::super::pattern::Pattern;
use super::super::place::Place;
use super::values::{self, Form};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "query-string";
const FORM: Form = Form { config: "QueryStringConfig", legacy: false, regex: false, setting: None };
const LENGTH_MAX: usize = 128;

/// The parameters, any of which may be in the query.
#[derive(Debug, Clone)]
pub struct QueryString(pub(super) Vec<Parameter>);

/// A parameter to find.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name. Without one any parameter may have the value.
    pub key: Option<Pattern>,
    /// Its value.
    pub value: Pattern,
}

impl QueryString {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let mut parameters = Vec::new();
        for item in values::read(place, condition, FORM)?.items {
            let pattern = |name: &str| -> Result<Option<Pattern>, LoadError> {
                let Some(node) = item.get(name) else { return Ok(None) };
                let text = node.text().unwrap_or_default();
                if text.is_empty() || text.len() > LENGTH_MAX {
                    let message = format!("{name} of a query string must be 1 to {LENGTH_MAX} characters");
                    return Err(place.error(node.line, message));
                }
                Ok(Some(Pattern::with_escapes(text)))
            };
            let key = pattern("Key")?;
            let Some(value) = pattern("Value")? else {
                return Err(
                    place.error(item.line, "a value of a query string is a Key and a Value, or a Value")
                );
            };
            parameters.push(Parameter { key, value });
        }
        Ok(Self(parameters))
    }

    /// The alternatives.
    pub(crate) fn parameters(&self) -> &[Parameter] {
        &self.0
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        facts.parameters().any(|(key, value)| self.0.iter().any(|parameter| parameter.matches(key, value)))
    }

    pub(super) fn wildcards(&self) -> usize {
        let key = |parameter: &Parameter| parameter.key.as_ref().map_or(0, Pattern::wildcards);
        self.0.iter().map(|parameter| key(parameter) + parameter.value.wildcards()).sum()
    }
}

impl Parameter {
    fn matches(&self, key: &str, value: &str) -> bool {
        self.key.as_ref().is_none_or(|pattern| pattern.matches(key)) && self.value.matches(value)
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{}={}", key.as_str(), self.value.as_str()),
            None => f.write_str(self.value.as_str()),
        }
    }
}
