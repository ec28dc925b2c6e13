//! From a request to its parameters.

use std::borrow::Cow;

use lambda_http::Request;
use lambda_http::http::Method;

use super::definitions::{self, Shape};
use super::json_body;
use super::parameters::{KEY_VALUE_PREFIX, Parameters};
use crate::Problem;
use crate::asked;

impl<'r> Parameters<'r> {
    /// Reads the query string of a GET or the JSON body of a POST.
    ///
    /// # Errors
    /// If the body is not a JSON object.
    pub fn read(request: &'r Request) -> Result<Self, Problem> {
        let mut parameters = Self::default();
        if *request.method() == Method::POST {
            json_body::read(request.body(), &mut parameters)?;
            return Ok(parameters);
        }
        for (name, value) in asked::query(request) {
            match definitions::find(&name) {
                Some(parameter) if matches!(parameter.shape(), Shape::List { .. }) => {
                    parameters.extend_items(parameter.name, value);
                }
                Some(parameter) => parameters.extend(parameter.name, [value]),
                None => parameters.extend_unknown(name, value),
            }
        }
        Ok(parameters)
    }

    /// Adds the items of a list that are joined by commas.
    fn extend_items(&mut self, name: &'static str, value: Cow<'r, str>) {
        match value {
            Cow::Borrowed(text) => self.extend(name, items(text).map(Cow::Borrowed)),
            Cow::Owned(text) => self.extend(name, items(&text).map(|item| Cow::Owned(item.to_owned()))),
        }
    }

    /// Adds the value of a parameter that the table does not have: a key-value by its prefix, or nothing.
    pub(super) fn extend_unknown(&mut self, name: Cow<'r, str>, value: Cow<'r, str>) {
        let key = match name {
            Cow::Borrowed(name) => name.strip_prefix(KEY_VALUE_PREFIX).map(Cow::Borrowed),
            Cow::Owned(name) => name.strip_prefix(KEY_VALUE_PREFIX).map(|key| Cow::Owned(key.to_owned())),
        };
        if let Some(key) = key {
            self.add_key_value(key, value);
        }
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|item| !item.is_empty())
}
