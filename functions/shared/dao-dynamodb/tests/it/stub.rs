//! A `DynamoDB` that does as a test tells it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One request: its number and its connection's, both from 1, and its body.
pub struct Request {
    pub number: u32,
    pub connection: u32,
    pub body: String,
}

/// What to do about it.
pub enum Reply {
    Answer(u16, String),
    /// Neither an answer nor an end.
    Silence,
}

impl Reply {
    pub fn ok(body: impl Into<String>) -> Self {
        Self::Answer(200, body.into())
    }

    /// The pointer's item.
    pub fn pointer(version: u64) -> Self {
        Self::ok(format!(r#"{{"Item":{{"version":{{"N":"{version}"}}}}}}"#))
    }

    pub fn error(code: &str) -> Self {
        let prefix = "com.amazonaws.dynamodb.v20120810#";
        Self::Answer(400, format!(r#"{{"__type":"{prefix}{code}","message":"m"}}"#))
    }

    /// A canceled transaction of one action.
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

/// Starts it; the endpoint's URL.
pub async fn start(reply: impl Fn(Request) -> Reply + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint_url = format!("http://{}", listener.local_addr().unwrap());
    let (reply, numbers) = (Arc::new(reply), Arc::new(AtomicU32::new(0)));
    tokio::spawn(async move {
        let mut connection = 0;
        while let Ok((stream, _)) = listener.accept().await {
            connection += 1;
            let (reply, numbers) = (Arc::clone(&reply), Arc::clone(&numbers));
            tokio::spawn(async move { serve(stream, connection, &*reply, &numbers).await });
        }
    });
    endpoint_url
}

async fn serve(
    stream: TcpStream,
    connection: u32,
    reply: &(impl Fn(Request) -> Reply + Sync),
    numbers: &AtomicU32,
) {
    let mut stream = BufReader::new(stream);
    while let Some(body) = request(&mut stream).await {
        let number = numbers.fetch_add(1, Ordering::SeqCst) + 1;
        match reply(Request { number, connection, body }) {
            Reply::Answer(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all((head + &body).as_bytes()).await;
            }
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// A request's body.
async fn request(stream: &mut BufReader<TcpStream>) -> Option<String> {
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
