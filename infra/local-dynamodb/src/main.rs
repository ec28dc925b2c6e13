//! The program for scripts and tests: it prints a line with its address as soon as it is ready, and ends at once
//! at SIGINT or SIGTERM.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// A DynamoDB in memory, for development and tests.
///
/// The server speaks DynamoDB's own protocol, so every AWS SDK works with it. The SDK needs the address, any
/// region and any credentials; the server does not check them. Nothing is written to disk: the tables end with
/// the process.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// The address to listen on; port 0 takes a free port. Only this machine can reach the default address.
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
end it with exit code 0. If it cannot listen, it prints the reason and exits with code 1.";

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
    // The handlers come before the line that announces the server, because a reader of that line may send a
    // signal at once.
    let on_signal = |kind| signal(kind).map_err(|error| format!("no signal handler: {error}"));
    let mut interrupt = on_signal(SignalKind::interrupt())?;
    let mut terminate = on_signal(SignalKind::terminate())?;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("no address: {error}"))?;
    // A closed standard output does not stop the server.
    let _ = writeln!(std::io::stdout(), "local-dynamodb: listening on http://{address}");
    // Requests under way are dropped: their tables end with the process.
    tokio::select! {
        served = local_dynamodb::serve(listener) => match served {
            Ok(()) => Err("the server stopped by itself".to_owned()),
            Err(error) => Err(format!("no database: {error}")),
        },
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}
