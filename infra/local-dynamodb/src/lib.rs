//! A DynamoDB for one machine: the protocol of the real one over an SQLite database in memory.
//!
//! The server is the `dynoxide` library. The program of this crate serves it on a port; tests start it in their
//! own process with [`start`], or start a server of prepared answers with [`scripted::start`].

pub mod scripted;

use std::io;

use dynoxide::Database;
use tokio::net::TcpListener;

/// Serves an empty database on a listener. The future does not end by itself.
///
/// # Errors
/// If the database cannot be created.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let database = Database::memory().map_err(io::Error::other)?;
    dynoxide::server::serve_on(listener, database).await;
    Ok(())
}

/// Starts a server in a task of the current runtime, on a free port of the loopback address.
///
/// Returns the server's endpoint URL. The server ends with the runtime.
///
/// # Errors
/// If no port can be listened on.
pub async fn start() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint_url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener));
    Ok(endpoint_url)
}
