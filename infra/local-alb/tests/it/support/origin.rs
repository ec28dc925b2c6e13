//! An HTTP target whose every byte is up to the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::PATIENCE;

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Arrived {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The connection it came on, from 0.
    pub connection: usize,
}

impl Arrived {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}

/// A server with a thread per connection.
pub struct Origin {
    pub port: u16,
    seen: Arc<Mutex<Vec<Arrived>>>,
}

impl Origin {
    /// Every connection is given to `serve`, with its number.
    pub fn raw(serve: impl Fn(&mut Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let (serve, shared) = (Arc::new(serve), Arc::clone(&seen));
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { break };
                stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
                let (serve, seen) = (Arc::clone(&serve), Arc::clone(&shared));
                let mut peer = Peer { stream: BufReader::new(stream), seen, connection };
                std::thread::spawn(move || serve(&mut peer));
            }
        });
        Self { port, seen }
    }

    /// Every request gets this answer, on connections that are kept.
    pub fn answering(answer: &'static str) -> Self {
        Self::raw(move |peer| {
            while peer.read().is_some() {
                peer.write(answer.as_bytes());
            }
        })
    }

    /// A plain 200.
    pub fn ok() -> Self {
        Self::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `NAME=URL` for `--target`.
    pub fn target(&self, name: &str) -> String {
        format!("{name}={}", self.url())
    }

    pub fn seen(&self) -> Vec<Arrived> {
        self.seen.lock().expect("the requests").clone()
    }

    pub fn last(&self) -> Arrived {
        self.seen().pop().expect("a request has arrived")
    }
}

/// One connection of an [`Origin`].
pub struct Peer {
    pub stream: BufReader<TcpStream>,
    pub connection: usize,
    seen: Arc<Mutex<Vec<Arrived>>>,
}

impl Peer {
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.get_mut().write_all(bytes);
    }

    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let count = self.stream.read_line(&mut line).ok()?;
        (count > 0).then(|| line.trim_end().to_owned())
    }

    /// The head of a request.
    pub fn head(&mut self) -> Option<Arrived> {
        let mut arrived = Arrived { line: self.line()?, connection: self.connection, ..Arrived::default() };
        while let Some((name, value)) = self.line()?.split_once(':') {
            arrived.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        Some(arrived)
    }

    /// A whole request, which is noted.
    pub fn read(&mut self) -> Option<Arrived> {
        let mut arrived = self.head()?;
        if let Ok(length) = arrived.header("content-length").parse() {
            arrived.body = vec![0; length];
            self.stream.read_exact(&mut arrived.body).ok()?;
        } else if arrived.header("transfer-encoding") == "chunked" {
            while let Some(chunk) = self.chunk() {
                arrived.body.extend(chunk);
            }
        }
        self.note(arrived.clone());
        Some(arrived)
    }

    pub fn note(&self, arrived: Arrived) {
        self.seen.lock().expect("the requests").push(arrived);
    }

    pub fn chunk(&mut self) -> Option<Vec<u8>> {
        let length = usize::from_str_radix(&self.line()?, 16).ok()?;
        let mut chunk = vec![0; length + 2];
        self.stream.read_exact(&mut chunk).ok()?;
        chunk.truncate(length);
        (length > 0).then_some(chunk)
    }
}
