//! The Invoke API over plain HTTP, for functions that no client calls, where there is no Lambda.

use lambda_http::http::{HeaderValue, Method, Response, StatusCode};
use lambda_http::{Body, Request};
use serde_json::value::RawValue;

use super::health;
use crate::dto::function_error::FunctionError;
use crate::problem::Problem;
use crate::{asked, responses, routes};

/// The header by which an answer of the Invoke API says that the function failed.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// Answers a request with what `invoke` makes of the payload in its body.
pub async fn handle(
    request: &Request,
    invoke: impl AsyncFnOnce(&str) -> Result<Box<RawValue>, FunctionError> + Send,
) -> Response<Body> {
    if let Some(answer) = health::answer(request) {
        return answer;
    }
    if let Err(problem) = check(request) {
        return problem.into_response();
    }
    let text = match request.body() {
        Body::Text(text) => text.as_str(),
        _ => "",
    };
    match invoke(text).await {
        Ok(answer) => responses::json(StatusCode::OK, "application/json", &answer),
        Err(error) => {
            let mut answer = responses::json(StatusCode::OK, "application/json", &error);
            answer.headers_mut().insert(FUNCTION_ERROR, HeaderValue::from_static("Unhandled"));
            answer
        }
    }
}

fn check(request: &Request) -> Result<(), Problem> {
    routes::require_invocation(asked::path(request))?;
    if *request.method() == Method::POST { Ok(()) } else { Err(Problem::method_not_allowed("POST")) }
}
