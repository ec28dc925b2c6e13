//! The SDK's HTTP client over HTTP/1.1, which is all that `DynamoDB` and the endpoints of credentials need.
//!
//! The SDK's own client (`aws-smithy-http-client`) always links HTTP/2. This one has the same client of `hyper-util`
//! below it, with the same pool, and sorts errors alike: the SDK retries by their kind.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::ErrorKind;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use crate::bounded::Bounded;

/// How many unused connections are kept: as many as a batch of events writes at once.
const IDLE_CONNECTIONS: usize = 16;
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Of one type for plain HTTP and for HTTPS, because a client of another type would be all of `hyper-util` once more.
type Connections = Client<Bounded<HttpsConnector<Tcp>>, SdkBody>;

/// A client for plain HTTP and HTTPS.
pub(crate) fn client() -> SharedHttpClient {
    SharedHttpClient::new(Http1::default())
}

/// One pool of connections for each limit of connecting. Root certificates are read at the first use of HTTPS.
#[derive(Debug, Default)]
struct Http1 {
    pools: Mutex<Vec<(Option<Duration>, Pool)>>,
}

impl HttpClient for Http1 {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let limit = settings.connect_timeout();
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pools.iter().find(|(known, _)| *known == limit).map(|(_, pool)| pool.clone());
        let pool = known.unwrap_or_else(|| {
            let pool = Pool { limit, ..Pool::default() };
            pools.push((limit, pool.clone()));
            pool
        });
        SharedHttpConnector::new(Limited { pool, read_timeout: settings.read_timeout() })
    }
}

/// Connections that were made within one limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool {
    limit: Option<Duration>,
    plain: Arc<OnceLock<Option<Connections>>>,
    https: Arc<OnceLock<Option<Connections>>>,
}

impl Pool {
    /// Connections of its own, each made within the limit.
    pub(crate) fn limited(limit: Duration) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }

    fn plain(&self) -> Option<&Connections> {
        // Plain HTTP needs no certificate, and must not fail on a system that has none.
        let connections = self.plain.get_or_init(|| {
            let tls = ClientConfig::builder_with_provider(ring::default_provider().into());
            let tls = tls.with_safe_default_protocol_versions().ok()?;
            let tls = tls.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
            Some(self.connections(HttpsConnector::from((tcp(), tls))))
        });
        connections.as_ref()
    }

    /// `None` if this system trusts no certificate.
    fn https(&self) -> Option<&Connections> {
        let connections = self.https.get_or_init(|| {
            let tls = HttpsConnectorBuilder::new().with_provider_and_native_roots(ring::default_provider());
            Some(self.connections(tls.ok()?.https_only().enable_http1().wrap_connector(tcp())))
        });
        connections.as_ref()
    }

    fn connections(&self, connector: HttpsConnector<Tcp>) -> Connections {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE_TIMEOUT);
        builder.pool_max_idle_per_host(IDLE_CONNECTIONS);
        builder.build(Bounded::new(connector, self.limit))
    }
}

fn tcp() -> Tcp {
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp
}

/// A pool, and the limit until the head of an answer.
#[derive(Debug)]
struct Limited {
    pool: Pool,
    read_timeout: Option<Duration>,
}

impl HttpConnector for Limited {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (pool, read_timeout) = (self.pool.clone(), self.read_timeout);
        HttpConnectorFuture::new(async move {
            let answered = send(&pool, request);
            match read_timeout {
                None => answered.await,
                Some(limit) => match timeout(limit, answered).await {
                    Ok(answer) => answer,
                    Err(late) => Err(ConnectorError::timeout(late.into())),
                },
            }
        })
    }
}

/// Sends a request, without a limit of time.
pub(crate) async fn send(pool: &Pool, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let is_plain = request.uri().scheme_str() == Some("http");
    let Some(connections) = (if is_plain { pool.plain() } else { pool.https() }) else {
        return Err(ConnectorError::user("this system trusts no certificate".into()));
    };
    let answer = connections.request(request).await.map_err(classified)?.map(SdkBody::from_body_1_x);
    HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
}

/// The error with the kind by which the SDK retries.
fn classified(error: legacy::Error) -> ConnectorError {
    let io_kind = source::<io::Error>(&error).map(io::Error::kind);
    if io_kind == Some(io::ErrorKind::TimedOut) {
        return ConnectorError::timeout(error.into());
    }
    if error.is_connect() || io_kind.is_some() {
        return ConnectorError::io(error.into());
    }
    match source::<hyper::Error>(&error) {
        Some(cause) if cause.is_user() => ConnectorError::user(error.into()),
        Some(cause) if cause.is_closed() || cause.is_canceled() => ConnectorError::io(error.into()),
        Some(cause) if cause.is_incomplete_message() => {
            ConnectorError::other(error.into(), Some(ErrorKind::TransientError))
        }
        _ => ConnectorError::other(error.into(), None),
    }
}

/// The first cause of a type.
fn source<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(|error| error.downcast_ref())
}
