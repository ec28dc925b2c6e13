//! A DynamoDB for one machine: the protocol of the real one over an SQLite in memory.
//!
//! It is the `dynoxide` library behind a command line that scripts and tests can lean on: it says when it is
//! ready and where, and it stops at once when asked to.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// A DynamoDB in memory, for development and tests.
///
/// It speaks DynamoDB's own protocol, so that any AWS SDK works with it that is told the address, some region
/// and some credentials; they are not checked. Nothing is written to disk: when the process ends, so do its
/// tables.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// Where to listen; port 0 takes a free one. The default is reachable from this machine only.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

const EXAMPLES: &str = "\
Example:
  local-dynamodb --listen 127.0.0.1:8100 &
  export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8100 AWS_REGION=eu-central-1
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws dynamodb list-tables

When it is ready it prints one line, `local-dynamodb: listening on http://ADDRESS:PORT`. SIGINT and SIGTERM
end it with exit code 0; if it cannot listen it says why and exits with 1.";

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    match run(Arguments::parse().listen).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("local-dynamodb: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(listen: SocketAddr) -> Result<(), String> {
    let database = Database::memory().map_err(|error| format!("no database: {error}"))?;
    // Before the line that says it is ready, so that whoever reads that line may already send a signal.
    let on_signal = |kind| signal(kind).map_err(|error| format!("no signal handler: {error}"));
    let mut interrupt = on_signal(SignalKind::interrupt())?;
    let mut terminate = on_signal(SignalKind::terminate())?;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("no address: {error}"))?;
    // Nobody reading is no reason to stop serving.
    let _ = writeln!(std::io::stdout(), "local-dynamodb: listening on http://{address}");
    // Requests under way are dropped: with the process their tables vanish anyway.
    tokio::select! {
        () = dynoxide::server::serve_on(listener, database) => Err("the server stopped by itself".to_owned()),
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}
