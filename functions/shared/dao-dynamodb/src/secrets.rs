//! Reads secrets of AWS Secrets Manager, when a process starts.
//!
//! It is one signed request a secret, over the HTTP client, the credentials and the signer that the SDK of `DynamoDB`
//! links already: functions have a limit of size, and the SDK's crate for Secrets Manager has all of its operations.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::ProvideRegion;
use aws_sdk_dynamodb::config::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::client;
use crate::http1::{self, Pool};

/// The limit of one attempt. Lambda gives a start ten seconds in all.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;
/// The pause before the second attempt; the next one is twice as long.
const BACKOFF: Duration = Duration::from_millis(100);
const SERVICE: &str = "secretsmanager";
const TARGET: &str = "secretsmanager.GetSecretValue";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Reads secrets. Requests follow each other on one connection.
pub struct Secrets {
    pool: Pool,
    credentials: CredentialsProviderChain,
    region: String,
    endpoint_url: String,
}

/// Why a secret could not be read. The text has no part of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretError {
    /// Secrets Manager has no such secret, or no version at that stage.
    Missing,
    /// The environment has no region.
    Region,
    /// There are no credentials to sign with.
    Credentials,
    /// Secrets Manager refused the request: the status, and its name of the reason.
    Refused(u16, String),
    /// No answer came in time, or one that cannot be read.
    Unreachable(String),
}

impl fmt::Display for SecretError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("Secrets Manager has no such secret or version"),
            Self::Region => formatter.write_str("AWS_REGION is not set"),
            Self::Credentials => formatter.write_str("there are no credentials for Secrets Manager"),
            Self::Refused(status, reason) => {
                write!(formatter, "Secrets Manager refused with {status} {reason}")
            }
            Self::Unreachable(why) => write!(formatter, "Secrets Manager cannot be asked: {why}"),
        }
    }
}

impl std::error::Error for SecretError {}

impl Secrets {
    /// Secrets at AWS's own address of the region (`AWS_REGION`), or at another one: `http[s]://HOST[:PORT]`.
    ///
    /// # Errors
    /// There is no region.
    pub async fn connect(endpoint_url: Option<&str>) -> Result<Self, SecretError> {
        let region = EnvironmentVariableRegionProvider::new().region().await.ok_or(SecretError::Region)?;
        let region = region.as_ref().to_owned();
        let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
        let own = || format!("https://{SERVICE}.{region}.amazonaws.com{suffix}");
        Ok(Self {
            pool: Pool::limited(ATTEMPT_TIMEOUT),
            credentials: client::credentials(http1::client()),
            endpoint_url: endpoint_url.map_or_else(own, |url| url.trim_end_matches('/').to_owned()),
            region,
        })
    }

    /// The text of a secret at a stage, such as `AWSCURRENT`. `clock` has the time that signs.
    ///
    /// # Errors
    /// Says why there is no text.
    pub async fn read(
        &self,
        id: &str,
        stage: &str,
        clock: impl Fn() -> SystemTime,
    ) -> Result<String, SecretError> {
        let body = json!({ "SecretId": id, "VersionStage": stage }).to_string();
        let mut pause = BACKOFF;
        let mut attempt = 1;
        loop {
            let answer = timeout(ATTEMPT_TIMEOUT, self.ask(&body, clock())).await;
            let answer =
                answer.unwrap_or_else(|_| Err(SecretError::Unreachable("no answer in time".to_owned())));
            match answer {
                Err(error) if attempt < ATTEMPTS && is_passing(&error) => {
                    sleep(pause).await;
                    (pause, attempt) = (pause * 2, attempt + 1);
                }
                answer => return answer,
            }
        }
    }

    async fn ask(&self, body: &str, now: SystemTime) -> Result<String, SecretError> {
        let request = self.signed(body, now).await?;
        let unreachable = |error: &dyn fmt::Display| SecretError::Unreachable(error.to_string());
        let answer = http1::send(&self.pool, request).await.map_err(|error| unreachable(&error))?;
        let status = answer.status().as_u16();
        let bytes = ByteStream::new(answer.into_body()).collect().await;
        let bytes = bytes.map_err(|error| unreachable(&error))?.into_bytes();
        let document: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status == 200 {
            let text = document["SecretString"].as_str().map(str::to_owned);
            return text.ok_or_else(|| SecretError::Unreachable("the answer has no SecretString".to_owned()));
        }
        // `ResourceNotFoundException`, with a namespace before a `#` in some answers.
        let reason = document["__type"].as_str().unwrap_or_default();
        let reason = reason.rsplit('#').next().unwrap_or_default();
        match reason {
            "ResourceNotFoundException" => Err(SecretError::Missing),
            reason => Err(SecretError::Refused(status, reason.chars().take(80).collect())),
        }
    }

    async fn signed(&self, body: &str, now: SystemTime) -> Result<HttpRequest, SecretError> {
        let credentials =
            self.credentials.provide_credentials().await.map_err(|_| SecretError::Credentials)?;
        let identity: Identity = credentials.into();
        let malformed = |what: &str| SecretError::Unreachable(format!("{what} cannot be made"));
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SERVICE)
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|_| malformed("the signature"))?;
        let url = format!("{}/", self.endpoint_url);
        let headers = [("content-type", CONTENT_TYPE), ("x-amz-target", TARGET)];
        let signable =
            SignableRequest::new("POST", &*url, headers.into_iter(), SignableBody::Bytes(body.as_bytes()));
        let signed = sign(signable.map_err(|_| malformed("the request"))?, &params.into());
        let (instructions, _) = signed.map_err(|_| malformed("the signature"))?.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").map_err(|_| malformed("the request"))?;
        request.set_uri(url).map_err(|_| malformed("the request"))?;
        for (name, value) in headers.into_iter().chain(instructions.headers()) {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }
}

/// Whether another attempt may have another end.
fn is_passing(error: &SecretError) -> bool {
    match error {
        SecretError::Unreachable(_) => true,
        SecretError::Refused(status, reason) => *status >= 500 || reason.starts_with("Throttling"),
        SecretError::Missing | SecretError::Region | SecretError::Credentials => false,
    }
}
