//! Parameters by name, the same from a query string and from a JSON body.

use std::collections::BTreeMap;

use lambda_http::http::Method;
use lambda_http::{Request, RequestExt};

use super::{definitions, json_body};
use crate::Problem;

/// In front of a key-value's name.
pub(super) const KEY_VALUE_PREFIX: &str = "kv.";

/// Every value of every parameter as text, in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Reads the query string of a GET or the JSON body of a POST.
    ///
    /// # Errors
    /// If the body is not a JSON object.
    pub fn read(request: &Request) -> Result<Self, Problem> {
        if *request.method() == Method::POST {
            return json_body::read(request.body());
        }
        let mut parameters = Self::default();
        for (name, value) in request.query_string_parameters_ref().into_iter().flat_map(|map| map.iter()) {
            if definitions::is_list(name) {
                let values = value.split(',').filter(|value| !value.is_empty());
                parameters.extend(name, values.map(str::to_owned));
            } else {
                parameters.extend(name, [value.to_owned()]);
            }
        }
        Ok(parameters)
    }

    /// Adds values to a parameter, which is there from then on even if it has none.
    pub(super) fn extend(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        self.0.entry(name.to_owned()).or_default().extend(values);
    }

    /// The values of a parameter; `None` if it was not sent.
    pub(super) fn get(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The parameters whose name begins so, without that beginning.
    pub(super) fn with_prefix<'p>(
        &'p self,
        prefix: &'p str,
    ) -> impl Iterator<Item = (&'p str, &'p [String])> {
        self.0.iter().filter_map(move |(name, values)| Some((name.strip_prefix(prefix)?, values.as_slice())))
    }
}
