//! The SDK's client: its HTTP client, its time limits and its retries.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::ProvideRegion;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_sdk_dynamodb::{Client, config};

use crate::http1;

/// The limit of one attempt at any operation but a read of the pointer. A page of rows has up to 1 MB.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// The limit of all attempts at such an operation.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);
/// One value for all operations, because the SDK keeps one pool of connections for each connect timeout, and
/// reads of the pointer and of rows should share a pool. The limit of an attempt ends a slow connect earlier.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The most attempts at a read of a load. A store that throttles a hundred environments at once refuses several times.
const LOAD_ATTEMPTS: u32 = 8;
/// The first pause between two attempts at such a read, before jitter; the next ones are each twice as long.
const LOAD_BACKOFF: Duration = Duration::from_millis(50);
/// The longest pause between two attempts at such a read.
const LOAD_BACKOFF_MAX: Duration = Duration::from_secs(1);
/// The longest pause between two attempts at what a request waits for.
const REQUEST_BACKOFF: Duration = Duration::from_millis(10);

/// A client for the endpoint, or for AWS's own. `AWS_REGION` or `AWS_DEFAULT_REGION` has the region.
pub(crate) async fn connect(endpoint_url: Option<&str>) -> Client {
    let http = http1::client();
    let mut settings = config::Builder::new()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(EnvironmentVariableRegionProvider::new().region().await)
        .credentials_provider(credentials(http.clone()))
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(timeouts(ATTEMPT_TIMEOUT, OPERATION_TIMEOUT))
        .http_client(http);
    if let Some(url) = endpoint_url {
        settings = settings.endpoint_url(url);
    }
    Client::from_conf(settings.build())
}

/// Credentials come from the environment (Lambda), from the endpoint of a container (ECS, EKS Pod Identity), or from
/// the machine (EC2). What reads files of profiles, starts programs or asks STS is left out: it is a megabyte of each
/// function, and files that are read at each start.
pub(crate) fn credentials(http: SharedHttpClient) -> CredentialsProviderChain {
    let settings = ProviderConfig::without_region().with_http_client(http);
    CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
        .or_else("EcsContainer", EcsCredentialsProvider::builder().configure(&settings).build())
        .or_else("Ec2InstanceMetadata", ImdsCredentialsProvider::builder().configure(&settings).build())
}

/// A client for a `DynamoDB` that checks no credentials and speaks plain HTTP. It reads nothing of the
/// environment.
#[cfg(feature = "test-util")]
pub(crate) fn connect_locally(endpoint_url: &str) -> Client {
    connect_through(endpoint_url, http1::client())
}

/// The same through another HTTP client.
#[cfg(feature = "test-util")]
pub(crate) fn connect_through(endpoint_url: &str, http: SharedHttpClient) -> Client {
    let settings = config::Builder::new()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(config::Region::from_static("local"))
        .credentials_provider(config::Credentials::new("local", "local", None, None, "local"))
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(timeouts(ATTEMPT_TIMEOUT, OPERATION_TIMEOUT))
        .endpoint_url(endpoint_url);
    Client::from_conf(settings.build())
}

/// The settings of what a request waits for: two attempts within the deadline, because a connection from before a
/// freeze may be dead without notice.
pub(crate) fn for_requests(deadline: Duration) -> config::Builder {
    let attempt = deadline.saturating_sub(REQUEST_BACKOFF) / 2;
    config::Builder::new().timeout_config(timeouts(attempt, deadline)).retry_config(
        RetryConfig::standard()
            .with_max_attempts(2)
            .with_initial_backoff(REQUEST_BACKOFF)
            .with_max_backoff(REQUEST_BACKOFF),
    )
}

/// The settings of reads of a load: no deadline. The time of a freeze would count, and an answer that arrived during
/// it would be thrown away; who waits for the read decides when it is in vain.
pub(crate) fn for_loads() -> config::Builder {
    let timeouts = TimeoutConfig::builder()
        // A limit that is not named here would be none, and its connections another pool.
        .connect_timeout(CONNECT_TIMEOUT)
        .disable_operation_attempt_timeout()
        .disable_operation_timeout();
    config::Builder::new()
        .timeout_config(timeouts.build())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(LOAD_ATTEMPTS)
                .with_initial_backoff(LOAD_BACKOFF)
                .with_max_backoff(LOAD_BACKOFF_MAX),
        )
}

fn timeouts(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}
