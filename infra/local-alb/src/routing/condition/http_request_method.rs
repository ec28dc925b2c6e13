//! `http-request-method`: the method, exact and case-sensitive, without wildcards.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>.

use super::super::facts::RequestFacts;
use super::super::place::Place;
use super::values::{self, Form};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "http-request-method";
const FORM: Form = Form { config: "HttpRequestMethodConfig", legacy: false, regex: false, setting: None };
const LENGTH_MAX: usize = 40;

/// The methods, any of which may match.
#[derive(Debug, Clone)]
pub struct HttpRequestMethod(pub(super) Vec<String>);

impl HttpRequestMethod {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let mut methods = Vec::new();
        for (line, text) in values::read(place, condition, FORM)?.texts(place)? {
            let known = |byte: u8| byte.is_ascii_uppercase() || byte == b'-' || byte == b'_';
            if text.is_empty() || text.len() > LENGTH_MAX || !text.bytes().all(known) {
                let message = format!("method \"{text}\" must be 1 to 40 of A-Z, - and _");
                return Err(place.error(line, message));
            }
            methods.push(text.to_owned());
        }
        Ok(Self(methods))
    }

    /// The alternatives.
    pub(crate) fn methods(&self) -> &[String] {
        &self.0
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        self.0.iter().any(|method| method == facts.method)
    }
}
