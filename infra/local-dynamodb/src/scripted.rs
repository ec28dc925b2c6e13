//! A server that speaks DynamoDB's protocol and answers each request as a function tells it, for tests of
//! failures: errors, silence, dead connections.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A request that has arrived.
#[derive(Debug)]
pub struct Request {
    /// The number of the request, from 1.
    pub number: u32,
    /// The number of its connection, from 1.
    pub connection: u32,
    /// The body.
    pub body: String,
}

/// The server's reaction to a request.
#[derive(Debug)]
pub enum Reply {
    /// An answer with a status and a body.
    Answer(u16, String),
    /// No answer; the connection stays open.
    Silence,
}

impl Reply {
    /// A success with a body.
    pub fn ok(body: impl Into<String>) -> Self {
        Self::Answer(200, body.into())
    }

    /// An error of the service with that code.
    #[must_use]
    pub fn error(code: &str) -> Self {
        let prefix = "com.amazonaws.dynamodb.v20120810#";
        Self::Answer(400, format!(r#"{{"__type":"{prefix}{code}","message":"m"}}"#))
    }

    /// A transaction of one action, canceled for that reason.
    #[must_use]
    pub fn canceled(reason: &str) -> Self {
        Self::Answer(
            400,
            format!(
                r#"{{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message":"m","CancellationReasons":[{{"Code":"{reason}","Message":"m"}}]}}"#
            ),
        )
    }
}

/// Starts a server in a task of the current runtime, on a free port of the loopback address; returns its
/// endpoint URL.
///
/// # Errors
/// If no port can be listened on.
pub async fn start(reply: impl Fn(Request) -> Reply + Send + Sync + 'static) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint_url = format!("http://{}", listener.local_addr()?);
    let (reply, numbers) = (Arc::new(reply), Arc::new(AtomicU32::new(0)));
    tokio::spawn(async move {
        let mut connection = 0;
        while let Ok((stream, _)) = listener.accept().await {
            connection += 1;
            let (reply, numbers) = (Arc::clone(&reply), Arc::clone(&numbers));
            tokio::spawn(async move { serve(stream, connection, &*reply, &numbers).await });
        }
    });
    Ok(endpoint_url)
}

async fn serve(
    stream: TcpStream,
    connection: u32,
    reply: &(impl Fn(Request) -> Reply + Sync),
    numbers: &AtomicU32,
) {
    let mut stream = BufReader::new(stream);
    while let Some(body) = read_body(&mut stream).await {
        let number = numbers.fetch_add(1, Ordering::SeqCst) + 1;
        match reply(Request { number, connection, body }) {
            Reply::Answer(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                // A client that has closed the connection needs no answer.
                let _ = stream.write_all((head + &body).as_bytes()).await;
            }
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// The body of the next request; `None` at the end of the connection.
async fn read_body(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    String::from_utf8(body).ok()
}
