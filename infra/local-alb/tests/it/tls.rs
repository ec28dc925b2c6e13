//! HTTPS listeners: certificates, HTTP/1.1 and HTTP/2.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

use crate::support::balancer::{Balancer, Directory, exec, refuse};
use crate::support::origin::Origin;
use crate::support::templates::{BASIC, web};

/// Takes every certificate: the tests look at it themselves.
#[derive(Debug)]
struct Trusting;

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

async fn open(port: u16, protocol: &[u8]) -> TlsStream<TcpStream> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("protocols").dangerous();
    let mut config = builder.with_custom_certificate_verifier(Arc::new(Trusting)).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake")
}

fn certificate(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().expect("a certificate")[0].to_vec()
}

type Reply = (u16, Vec<u8>);

async fn read(response: Response<hyper::body::Incoming>) -> Reply {
    let status = response.status().as_u16();
    (status, response.into_body().collect().await.expect("a body").to_bytes().to_vec())
}

/// A request on a connection of its own; `h2` or `http/1.1`.
async fn ask(port: u16, protocol: &str, request: Request<Full<Bytes>>) -> Reply {
    let stream = TokioIo::new(open(port, protocol.as_bytes()).await);
    if protocol == "h2" {
        let opened = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await;
        let (mut sender, connection) = opened.expect("HTTP/2");
        tokio::spawn(connection);
        return read(sender.send_request(request).await.expect("an answer")).await;
    }
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.expect("HTTP/1.1");
    tokio::spawn(connection);
    read(sender.send_request(request).await.expect("an answer")).await
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(future)
}

fn secure(template: &str) -> String {
    let listener = "Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties:";
    template.replacen(listener, &format!("{listener}\n      Protocol: HTTPS"), 1)
}

fn request(uri: &str) -> hyper::http::request::Builder {
    Request::builder().uri(uri)
}

#[test]
fn a_certificate_is_made_and_its_fingerprint_is_said() {
    let alb = Balancer::start(&secure(BASIC), &["--function", &exec("Fn")]);
    let found = block_on(async { certificate(&open(alb.port, b"http/1.1").await) });
    let bytes: Vec<String> = Sha256::digest(&found).iter().map(|byte| format!("{byte:02X}")).collect();
    let lines = alb.printed.lock().expect("the lines").clone();
    assert!(lines[0].starts_with("local-alb: listening on https://127.0.0.1:"), "{lines:?}");
    let said = format!("local-alb: self-signed certificate, SHA-256 fingerprint {}", bytes.join(":"));
    assert_eq!(lines[1], said);
}

#[test]
fn a_certificate_of_ones_own_is_served() {
    let made = rcgen::generate_simple_self_signed(["app.test".to_owned()]).expect("a certificate");
    let directory = Directory::new();
    let file = |name: &str, label: &str, der: &[u8]| {
        use base64::Engine;
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let lines: Vec<&str> =
            (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
        let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"));
        directory.write(name, &pem)
    };
    let cert = file("cert.pem", "CERTIFICATE", made.cert.der());
    let key = file("key.pem", "PRIVATE KEY", &made.signing_key.serialize_der());
    let options = ["--function", &exec("Fn"), "--tls-cert", &cert, "--tls-key", &key];
    let alb = Balancer::start(&secure(BASIC), &options);
    let found = block_on(async { certificate(&open(alb.port, b"h2").await) });
    assert_eq!(found, made.cert.der().to_vec());
    for (cert, key, problem) in [(&key, &key, "holds no certificate"), (&cert, &cert, "--tls-key")] {
        let options = ["--function", &exec("Fn"), "--tls-cert", cert, "--tls-key", key];
        let output = refuse(&secure(BASIC), &options);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains(problem), "{stderr}");
    }
}

#[test]
fn both_protocols_reach_functions_and_servers() {
    let origin = Origin::ok();
    let target = origin.target("Web");
    let alb = Balancer::start(&secure(BASIC), &["--function", &exec("Fn"), "--target", &target]);
    for protocol in ["http/1.1", "h2"] {
        let (uri, host) = if protocol == "h2" { ("https://app.test", "x") } else { ("", "app.test") };
        let get = request(&format!("{uri}/single/echo?a=%20"));
        let get = if protocol == "h2" { get } else { get.header("host", host) };
        let (status, body) = block_on(ask(alb.port, protocol, get.body(Full::default()).expect("a request")));
        assert_eq!(status, 200, "{protocol}");
        let payload: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let headers = &payload["payload"]["headers"];
        assert_eq!(headers["x-forwarded-proto"], "https");
        assert_eq!(headers["host"], format!("app.test:{}", alb.port));
        assert_eq!(payload["payload"]["queryStringParameters"]["a"], "%20");
        let post =
            request(&format!("{uri}/form")).method("POST").header("cookie", "a=1").header("cookie", "b=2");
        let post = if protocol == "h2" { post } else { post.header("host", host) };
        let post = post.body(Full::from("x=1")).expect("a request");
        assert_eq!(block_on(ask(alb.port, protocol, post)), (200, b"ok".to_vec()), "{protocol}");
        let arrived = origin.last();
        assert_eq!((arrived.line.as_str(), arrived.body.as_slice()), ("POST /form HTTP/1.1", &b"x=1"[..]));
        assert_eq!(arrived.header("host"), format!("app.test:{}", alb.port));
        assert_eq!(arrived.header("x-forwarded-proto"), "https");
        if protocol == "h2" {
            assert_eq!(arrived.header("cookie"), "a=1; b=2");
        }
    }
}

#[test]
fn an_http_2_body_that_belies_its_length_does_not_reach_the_target_as_another_request() {
    let origin = Origin::ok();
    let alb = Balancer::start(&secure(&web(&[])), &["--target", &origin.target("Web")]);
    let lying = request("https://app.test/first").method("POST").header("transfer-encoding", "chunked");
    let lying = lying.body(Full::<Bytes>::from("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
    block_on(async {
        let stream = TokioIo::new(open(alb.port, b"h2").await);
        let opened = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await;
        let (mut sender, connection) = opened.expect("HTTP/2");
        tokio::spawn(connection);
        let _ = sender.send_request(lying.expect("a request")).await;
    });
    assert!(origin.seen().iter().all(|arrived| !arrived.line.contains("smuggled")));
}

#[test]
fn a_hundred_requests_share_an_http_2_connection() {
    let origin = Origin::ok();
    let alb = Balancer::start(&secure(&web(&[])), &["--target", &origin.target("Web")]);
    block_on(async {
        let stream = TokioIo::new(open(alb.port, b"h2").await);
        let opened = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await;
        let (sender, connection) = opened.expect("HTTP/2");
        tokio::spawn(connection);
        let mut answers = tokio::task::JoinSet::new();
        for number in 0..100 {
            let mut sender = sender.clone();
            answers.spawn(async move {
                let get = request(&format!("https://app.test/{number}")).body(Full::<Bytes>::default());
                read(sender.send_request(get.expect("a request")).await.expect("an answer")).await
            });
        }
        while let Some(answer) = answers.join_next().await {
            assert_eq!(answer.expect("it ends"), (200, b"ok".to_vec()));
        }
    });
}

#[test]
fn a_client_that_speaks_no_tls_and_an_idle_one_are_hung_up_on() {
    let template = secure(&web(&[("idle_timeout.timeout_seconds", "1")]));
    let alb = Balancer::start(&template, &[]);
    let mut plain = alb.connect();
    plain.send(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    let mut answer = Vec::new();
    let _ = std::io::Read::read_to_end(&mut plain.0, &mut answer);
    assert!(!answer.starts_with(b"HTTP"), "nothing is answered in the clear");
    let began = Instant::now();
    block_on(async {
        let stream = TokioIo::new(open(alb.port, b"h2").await);
        let opened = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await;
        let (sender, connection) = opened.expect("HTTP/2");
        let sender: hyper::client::conn::http2::SendRequest<Full<Bytes>> = sender;
        let _ = connection.await;
        drop(sender);
    });
    assert!(began.elapsed() < Duration::from_secs(10));
}
