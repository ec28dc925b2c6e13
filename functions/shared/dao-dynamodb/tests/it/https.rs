//! A `DynamoDB` behind TLS, as AWS's own is. The server of these tests speaks no TLS: an acceptor in front of it does.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lockfill_dao::CatalogReader;
use lockfill_dao_dynamodb::DynamoDbCatalog;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::local::{Local, TABLE, channels, publish};

const URL: &str = "LOCKFILL_TEST_DYNAMODB_URL";
/// What the client has to find; empty if it must not reach the store.
const VERSION: &str = "LOCKFILL_TEST_VERSION";
/// Tells the certificates' files of this process apart.
static NUMBER: AtomicU32 = AtomicU32::new(0);

#[tokio::test]
async fn a_store_behind_tls_is_read_if_its_certificate_is_trusted_and_names_its_host() {
    let local = Local::start().await;
    publish(&local.store(), 7, &channels("a", 1_300, 2_000)).await;
    let (_, port) = local.endpoint_url().rsplit_once(':').unwrap();
    let acceptor = Acceptor::new();
    let front = acceptor.put_in_front_of(port.parse().unwrap()).await;
    let here = format!("https://127.0.0.1:{front}");
    run_client(&here, &acceptor, "7").await;
    run_client(&here, &Acceptor::new(), "").await;
    // The certificate is of the address.
    run_client(&format!("https://localhost:{front}"), &acceptor, "").await;
    // A server that speaks no TLS.
    run_client(&format!("https://127.0.0.1:{port}"), &acceptor, "").await;
}

/// The environment names the trusted certificates, so the client is a process with an environment of its own:
/// this test program, which runs [`client`] alone.
async fn run_client(url: &str, trusted: &Acceptor, version: &str) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "https::client", "--ignored"]);
    command.env(URL, url).env(VERSION, version);
    command.env("SSL_CERT_FILE", &trusted.certificate).env_remove("SSL_CERT_DIR");
    command
        .env("AWS_REGION", "local")
        .env("AWS_ACCESS_KEY_ID", "local")
        .env("AWS_SECRET_ACCESS_KEY", "local");
    let done: Output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{url} {version:?}: {said}");
}

#[tokio::test]
#[ignore = "it is run by the test above, in an environment that trusts a certificate"]
#[expect(clippy::disallowed_methods, reason = "the tests' start-up reads the environment")]
async fn client() {
    let (url, version) = (env::var(URL).unwrap(), env::var(VERSION).unwrap());
    let store = DynamoDbCatalog::connect(TABLE, Some(&url)).await;
    let found = store.current().await;
    if version.is_empty() {
        assert_eq!(found.unwrap_err().to_string(), "DynamoDB is unavailable: the connection failed");
        return;
    }
    let published = found.unwrap().unwrap();
    assert_eq!(published.version.to_string(), version);
    let manifest = store.manifest(&published).await.unwrap();
    assert!(!store.chunk(&manifest, 0).await.unwrap().is_empty());
}

/// Speaks TLS in front of a server of this machine, with a certificate of its own.
struct Acceptor {
    tls: TlsAcceptor,
    /// The file of the certificate, deleted with the acceptor.
    certificate: PathBuf,
}

impl Acceptor {
    fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        // AWS offers HTTP/2, too. The client must not choose what it does not speak.
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let encoded = STANDARD.encode(cert.der());
        let name =
            format!("lockfill-dynamodb-{}-{}.pem", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let certificate = env::temp_dir().join(name);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n");
        fs::write(&certificate, pem).unwrap();
        Self { tls: TlsAcceptor::from(Arc::new(config)), certificate }
    }

    /// Starts to speak TLS in front of a port; the new port.
    async fn put_in_front_of(&self, port: u16) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = listener.local_addr().unwrap().port();
        let tls = self.tls.clone();
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let tls = tls.clone();
                tokio::spawn(async move {
                    // A client that does not trust the certificate closes the connection.
                    let Ok(mut near) = tls.accept(near).await else { return };
                    let (_, session) = near.get_ref();
                    assert_ne!(session.alpn_protocol(), Some(&b"h2"[..]));
                    let mut far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        front
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.certificate);
    }
}
