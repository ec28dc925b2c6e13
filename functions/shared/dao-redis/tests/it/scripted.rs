//! A server that answers each read of a state with an empty one of a known history, or as sickly as a test says.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// How the server answers.
#[derive(Debug, Clone)]
pub enum Manner {
    /// Each answer comes so late.
    Late(Duration),
    /// Each answer is this line.
    Line(String),
    /// Connections are accepted and end at the first question.
    Reset,
    /// Connections are accepted and never get an answer, also after the server is well again.
    HalfOpen,
}

pub const WELL: Manner = Manner::Late(Duration::ZERO);

pub struct Scripted {
    pub address: SocketAddr,
    accepted: Arc<AtomicU32>,
    manner: watch::Sender<Manner>,
}

impl Scripted {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicU32::new(0));
        let (manner, manners) = watch::channel(WELL);
        let count = Arc::clone(&accepted);
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(connection, manners.clone()));
            }
        });
        Self { address, accepted, manner }
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// How many connections have been accepted.
    pub fn accepted(&self) -> u32 {
        self.accepted.load(Ordering::SeqCst)
    }

    pub fn becomes(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }
}

/// Answers on one connection. A chunk that is read is taken for one question, or for the two of a read of a state: tests
/// ask one at a time.
async fn converse(mut connection: TcpStream, manners: watch::Receiver<Manner>) {
    let mut chunk = [0; 4_096];
    loop {
        let Ok(length @ 1..) = connection.read(&mut chunk).await else { return };
        let question = String::from_utf8_lossy(&chunk[..length]);
        let (is_about_slots, is_read) = (question.contains("SLOTS"), question.contains("EXISTS"));
        let manner = manners.borrow().clone();
        let answer = match manner {
            Manner::Reset => return,
            Manner::HalfOpen => std::future::pending().await,
            Manner::Line(line) => format!("{line}\r\n").repeat(if is_read { 2 } else { 1 }),
            Manner::Late(late) => {
                sleep(late).await;
                let refusal = "-ERR This instance has cluster support disabled\r\n";
                if is_about_slots { refusal.to_owned() } else { "*0\r\n:1\r\n".to_owned() }
            }
        };
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
