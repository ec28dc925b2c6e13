//! The TLS of an HTTPS listener: rustls with ring.

use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::template::LoadError;

/// The TLS configuration of a listener.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    fingerprint: Arc<str>,
    self_signed: bool,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// The result of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whether the connection speaks HTTP/2.
    pub http2: bool,
    /// The protocol's version, as the access log has it: `TLSv1.3`.
    pub version: &'static str,
    /// The cipher suite, by its standard name.
    pub cipher: String,
    /// The server name that the client asked for (SNI).
    pub server_name: Option<String>,
}

impl Tls {
    /// With a certificate (and its chain) and a key, both PEM.
    ///
    /// # Errors
    /// A file that cannot be read, or that holds no certificate or no key.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, LoadError> {
        let wrong = |option: &str, path: &Path, problem: String| {
            LoadError::of(format!("{option} {}", path.display()), problem)
        };
        let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
        let chain: Vec<CertificateDer<'static>> =
            chain.map_err(|error| wrong("--tls-cert", certificate, error.to_string()))?;
        if chain.is_empty() {
            return Err(wrong("--tls-cert", certificate, "it holds no certificate".to_owned()));
        }
        let secret = PrivateKeyDer::from_pem_file(key);
        let secret = secret.map_err(|error| wrong("--tls-key", key, error.to_string()))?;
        Self::of(chain, secret, false).map_err(|problem| wrong("--tls-cert", certificate, problem))
    }

    /// With a certificate made for this run, for the names of this machine and the listening addresses.
    ///
    /// # Errors
    /// The certificate generator's.
    pub fn self_signed(addresses: impl Iterator<Item = IpAddr>) -> Result<Self, LoadError> {
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let names: Vec<String> =
            names.into_iter().chain(addresses.map(|address| address.to_string())).collect();
        let made = rcgen::generate_simple_self_signed(names).map_err(|error| error.to_string());
        let made = made.and_then(|made| {
            let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
            Self::of(vec![made.cert.der().clone()], key, true)
        });
        made.map_err(|problem| LoadError::of("local-alb", format!("cannot make a certificate: {problem}")))
    }

    fn of(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        self_signed: bool,
    ) -> Result<Self, String> {
        let fingerprint = chain.first().map(|certificate| fingerprint(certificate)).unwrap_or_default();
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        let config = builder.with_no_client_auth().with_single_cert(chain, key);
        let mut config = config.map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { acceptor, fingerprint: fingerprint.into(), self_signed })
    }

    /// A line that says which certificate is served.
    #[must_use]
    pub fn describe(&self) -> String {
        let kind = if self.self_signed { "self-signed certificate" } else { "certificate" };
        format!("local-alb: {kind}, SHA-256 fingerprint {}\n", self.fingerprint)
    }

    /// The server's side of a handshake.
    ///
    /// # Errors
    /// A client that does not speak TLS, has no protocol version or suite in common, or closes the connection.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<(TlsStream<TcpStream>, Session)> {
        let stream = self.acceptor.accept(stream).await?;
        let (_, connection) = stream.get_ref();
        let version = match connection.protocol_version() {
            Some(tokio_rustls::rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "TLSv1.2",
        };
        let suite = connection.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str());
        let session = Session {
            http2: connection.alpn_protocol() == Some(b"h2"),
            version,
            cipher: suite.unwrap_or("-").replace("TLS13_", "TLS_"),
            server_name: connection.server_name().map(str::to_owned),
        };
        Ok((stream, session))
    }
}

fn fingerprint(certificate: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(certificate) {
        let _ = write!(text, "{}{byte:02X}", if text.is_empty() { "" } else { ":" });
    }
    text
}
