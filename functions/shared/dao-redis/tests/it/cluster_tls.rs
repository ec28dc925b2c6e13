//! A cluster behind TLS, as in ElastiCache. The servers of these tests speak no TLS: an acceptor in front of each
//! server does, and the servers announce the acceptors' ports to clients.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::{env, fs, process};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lockfill_dao_redis::RedisUsers;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::cluster::Cluster;
use crate::cluster_moves::{show, shown};
use crate::stories::PATIENT;

const URL: &str = "LOCKFILL_TEST_CLUSTER_URL";

/// The environment names the trusted certificates, so the client is a process with an environment of its own:
/// this test program, which runs [`client`] alone.
#[tokio::test]
async fn a_cluster_behind_tls_is_accepted_if_its_certificates_are_trusted() {
    let acceptor = Acceptor::new();
    let cluster = Cluster::start_announced(async |port| acceptor.put_in_front_of(port).await).await;
    let slots: Vec<(u16, u16, (String, u16, String))> = cluster.ask(0, &["CLUSTER", "SLOTS"]).await;
    let url = format!("rediss://127.0.0.1:{}", slots[0].2.1);
    let trusting = run_client(&url, &acceptor).await;
    let output = String::from_utf8_lossy(&trusting.stdout);
    assert!(trusting.status.success() && output.contains("1 passed"), "{output}");
    assert!(
        !run_client(&url, &Acceptor::new()).await.status.success(),
        "the client trusts another certificate"
    );
    for node in 0..3 {
        assert!(cluster.ask::<u32>(node, &["DBSIZE"]).await > 0, "node {node} has its share");
    }
}

async fn run_client(url: &str, trusted: &Acceptor) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "cluster_tls::client", "--ignored"]);
    command.env(URL, url).env("SSL_CERT_FILE", &trusted.certificate).env_remove("SSL_CERT_DIR");
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
#[ignore = "it is run by the test above, in an environment that trusts the cluster"]
async fn client() {
    #[expect(clippy::disallowed_methods, reason = "the tests' start-up reads the environment")]
    let url = env::var(URL).unwrap();
    let users = RedisUsers::new(&url, PATIENT).unwrap();
    users.connect().await;
    for number in 0..30 {
        let name = format!("u-{number}");
        show(&users, &name, "r:1").await;
        assert_eq!(shown(&users, &name).await, 1);
    }
}

/// Speaks TLS in front of servers of this machine, with a certificate of its own.
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
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let name = format!("lockfill-tls-{}-{}.pem", process::id(), signing_key.serialize_der()[40]);
        let certificate = env::temp_dir().join(name);
        let encoded = STANDARD.encode(cert.der());
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
