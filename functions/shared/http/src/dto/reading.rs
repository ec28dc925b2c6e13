//! From a request to its parameters.

use lambda_http::http::Method;
use lambda_http::{Request, RequestExt};

use super::definitions;
use super::json_body;
use super::parameters::Parameters;
use crate::Problem;

impl Parameters {
    /// Reads the query string of a GET or the JSON body of a POST.
    ///
    /// # Errors
    /// If the body is not a JSON object.
    pub fn read(request: &Request) -> Result<Self, Problem> {
        let mut parameters = Self::default();
        if *request.method() == Method::POST {
            json_body::read(request.body(), &mut parameters)?;
            return Ok(parameters);
        }
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
}
