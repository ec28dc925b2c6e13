//! A function and the ways to invoke it.

use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderValue, USER_AGENT};

use super::environment::Pool;
use super::error::InvokeError;
use super::invoke_url::InvokeUrl;
use super::payload::{self, PayloadSource};
use super::response;
use crate::routing::TargetGroup;

/// A function and the way to invoke it.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its logical id.
    pub id: String,
    /// The way to invoke it.
    pub backend: Backend,
}

/// The ways to invoke a function.
#[derive(Debug, Clone)]
pub enum Backend {
    /// Behind an Invoke URL.
    Url(Box<InvokeUrl>),
    /// In execution environments of this program.
    Exec(Arc<Pool>),
}

impl Function {
    /// Invokes the function with the payload of a health check and gives the status.
    ///
    /// # Errors
    /// The reasons for which a request would get a 502.
    pub async fn probe(&self, group: &TargetGroup, user_agent: &'static str) -> Result<u16, String> {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(user_agent));
        let source = PayloadSource {
            group_arn: &group.arn,
            method: "GET",
            path: &group.health_check.path,
            query: "",
            headers: &headers,
            body: &Bytes::new(),
            multi_value: group.multi_value_headers,
        };
        let payload = payload::encode(&source).map_err(|error| error.to_string())?;
        let document = self.invoke(payload, "").await.map_err(|error| error.to_string())?;
        let parsed =
            response::parse(&document, group.multi_value_headers).map_err(|error| error.to_string())?;
        Ok(parsed.status.as_u16())
    }

    /// Invokes the function with an invocation payload and gives its response document.
    ///
    /// # Errors
    /// The reason for which the function gave no answer.
    pub async fn invoke(&self, payload: Bytes, trace_id: &str) -> Result<Bytes, InvokeError> {
        self.invoke_as(&new_request_id(), payload, trace_id).await
    }

    /// The same for an invocation with a given request id, which an Invoke URL does not take over.
    ///
    /// # Errors
    /// The reason for which the function gave no answer.
    pub async fn invoke_as(
        &self,
        request_id: &str,
        payload: Bytes,
        trace_id: &str,
    ) -> Result<Bytes, InvokeError> {
        match &self.backend {
            Backend::Url(url) => url.invoke(payload).await,
            Backend::Exec(pool) => pool.invoke(request_id, payload, trace_id).await,
        }
    }
}

/// A request id for an invocation: a random UUID.
#[must_use]
pub fn new_request_id() -> String {
    uuid::Builder::from_random_bytes(fastrand::u128(..).to_be_bytes()).into_uuid().to_string()
}
