//! A proxy that delays connections, or stops forwarding on them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Proxy {
    pub address: SocketAddr,
    accepted: Arc<AtomicU32>,
    blocked: watch::Sender<u32>,
}

impl Proxy {
    /// A proxy to a port. Each connection is forwarded after `delay`.
    pub async fn start(port: u16, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicU32::new(0));
        let blocked = watch::Sender::new(0);
        let (count, blocks) = (Arc::clone(&accepted), blocked.clone());
        tokio::spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                let mut blocked = blocks.subscribe();
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    let mut far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => return,
                        _ = blocked.wait_for(|&last| number <= last) => {}
                    }
                    // Both ends stay open, and no byte is forwarded any more.
                    std::future::pending::<()>().await;
                });
            }
        });
        Self { address, accepted, blocked }
    }

    /// How many connections have been accepted.
    pub fn accepted(&self) -> u32 {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Stops forwarding on all present connections. Later connections work.
    pub fn block_present(&self) {
        self.blocked.send_replace(self.accepted());
    }
}
