//! The address of a Redis server, and how a connection to the server is made.
//!
//! This module makes the connections instead of the client library. The library reads the system's root
//! certificates again for each connection, which takes half of a request's deadline.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, ConnectionAddr, ErrorKind, IntoConnectionInfo, RedisConnectionInfo, RedisError,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::heard::{Heard, Silence};
use crate::link::Link;
use crate::slots::Endpoint;

/// A URL that names no Redis server. The text does not repeat the URL, because a URL may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the Redis URL cannot be used: {0}")]
pub struct InvalidRedisUrl(pub(crate) &'static str);

/// The address of a server, with the certificates and the login that a connection needs.
pub(crate) struct Address {
    endpoint: Endpoint,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// User, password, database.
    login: RedisConnectionInfo,
}

impl Address {
    /// Reads `redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`; `rediss` means TLS with the
    /// root certificates of the system.
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidRedisUrl> {
        match url.strip_prefix("rediss://") {
            Some(rest) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                Self::parse_plain(&format!("redis://{rest}"))?.over_tls(roots)
            }
            None => Self::parse_plain(url),
        }
    }

    fn parse_plain(url: &str) -> Result<Self, InvalidRedisUrl> {
        let invalid = InvalidRedisUrl("it is not redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]");
        let info = url.into_connection_info().map_err(|_| invalid.clone())?;
        let ConnectionAddr::Tcp(host, port) = info.addr().clone() else { return Err(invalid) };
        // Sending the library's name would cost a round trip of each connection's deadline.
        let login = info.redis_settings().clone().set_skip_set_lib_name();
        Ok(Self { endpoint: Endpoint { host, port }, tls: None, login })
    }

    fn over_tls(self, roots: RootCertStore) -> Result<Self, InvalidRedisUrl> {
        if roots.is_empty() {
            return Err(InvalidRedisUrl("it asks for TLS, and this system trusts no certificate"));
        }
        let name = certificate_name(&self.endpoint)
            .ok_or(InvalidRedisUrl("it asks for TLS, and its host is no name for a certificate"))?;
        // The provider is explicit: a program that links two cryptographic libraries has no default provider.
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| InvalidRedisUrl("it asks for TLS, and no version of TLS is supported"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: Some((TlsConnector::from(Arc::new(config)), name)), ..self })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The address of another node of the same cluster, with the same certificates and the same login. `None`
    /// if TLS is used and the node's host cannot be the name in a certificate.
    pub(crate) fn at(&self, endpoint: Endpoint) -> Option<Self> {
        let tls = match &self.tls {
            None => None,
            Some((connector, _)) => Some((connector.clone(), certificate_name(&endpoint)?)),
        };
        Some(Self { endpoint, tls, login: self.login.clone() })
    }

    /// Connects and logs in. The caller sets the time limit.
    pub(crate) async fn connect(&self) -> Result<Link, RedisError> {
        let tcp = TcpStream::connect((self.endpoint.host.as_str(), self.endpoint.port)).await?;
        tcp.set_nodelay(true)?;
        match &self.tls {
            None => self.log_in(tcp).await,
            Some((connector, name)) => self.log_in(connector.connect(name.clone(), tcp).await?).await,
        }
    }

    async fn log_in<S>(&self, stream: S) -> Result<Link, RedisError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        // The deadline covers the whole operation, so the library's own time limit is switched off.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let silence = Silence::default();
        let stream = Heard { stream, silence: silence.clone() };
        let (connection, driver) =
            MultiplexedConnection::new_with_config(&self.login, stream, config).await.map_err(|error| {
                // The library reports a refused password as an ordinary error answer.
                match error.code() {
                    Some("WRONGPASS" | "NOAUTH") => {
                        (ErrorKind::AuthenticationFailed, "the credentials were refused").into()
                    }
                    _ => error,
                }
            })?;
        Ok(Link::new(connection, driver, silence))
    }
}

fn certificate_name(endpoint: &Endpoint) -> Option<ServerName<'static>> {
    ServerName::try_from(endpoint.host.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

    /// A server with a certificate for `name`. It accepts one connection and answers `+OK` to everything.
    async fn server(name: &str) -> (u16, CertificateDer<'static>) {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(tcp).await else { return };
            while stream.read(&mut [0; 1024]).await.is_ok_and(|length| length > 0) {
                stream.write_all(b"+OK\r\n").await.unwrap();
            }
        });
        (port, cert.der().clone())
    }

    async fn connect(port: u16, trusted: CertificateDer<'static>) -> Result<Link, RedisError> {
        let mut roots = RootCertStore::empty();
        roots.add(trusted).unwrap();
        let address = Address::parse_plain(&format!("redis://localhost:{port}/1")).unwrap();
        address.over_tls(roots).unwrap().connect().await
    }

    #[tokio::test]
    async fn a_tls_server_is_accepted_if_its_certificate_is_trusted_and_names_the_host() {
        let (port, certificate) = server("localhost").await;
        assert!(connect(port, certificate).await.is_ok());
    }

    #[tokio::test]
    async fn a_tls_server_with_another_name_or_an_untrusted_certificate_is_refused() {
        let (port, certificate) = server("other.example").await;
        assert!(
            connect(port, certificate).await.is_err(),
            "the certificate is trusted, but names another host"
        );
        let ((port, _), (_, other)) = (server("localhost").await, server("localhost").await);
        assert!(connect(port, other).await.is_err(), "the certificate names the host, but is not trusted");
    }

    #[test]
    fn without_any_root_certificate_tls_is_refused_from_the_start() {
        let address = Address::parse_plain("redis://localhost").unwrap();
        assert!(address.over_tls(RootCertStore::empty()).is_err());
    }
}
