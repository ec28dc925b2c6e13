//! Sends requests to a server on this machine and reports the answers as JSON.
//!
//! The program shares the machine with the server that it measures, so it is small: one thread, and one connection
//! for each client. It cannot send requests to another machine.

mod client;
mod tally;

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use clap::{Parser, value_parser};
use tokio::task::LocalSet;
use tokio::time::Instant;

use crate::client::Client;
use crate::tally::Tally;

/// Sends GET requests to 127.0.0.1 and prints a report of the answers as one JSON object.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The server's port.
    #[arg(long)]
    port: u16,
    /// The path and query of the requests. `{user}` is replaced by the number of a user.
    #[arg(long)]
    target: String,
    /// The number of clients. Each has its own connection and one request under way.
    #[arg(long, default_value_t = 8, value_parser = value_parser!(u16).range(1..=256))]
    clients: u16,
    /// For how many seconds requests are sent.
    #[arg(long, default_value_t = 30, value_parser = value_parser!(u64).range(1..=300))]
    seconds: u64,
    /// Requests a second of all clients together; as many as possible by default.
    #[arg(long, value_parser = value_parser!(u32).range(1..=100_000))]
    rate: Option<u32>,
    /// The number of users.
    #[arg(long, default_value_t = 10_000, value_parser = value_parser!(u64).range(1..))]
    users: u64,
    /// A response header whose values are counted.
    #[arg(long)]
    count_header: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Rc::new(Arguments::parse());
    let started = Instant::now();
    let tally = LocalSet::new().run_until(run(arguments)).await;
    println!("{}", tally.report(started.elapsed()));
    if tally.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

async fn run(arguments: Rc<Arguments>) -> Tally {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let pause = arguments.rate.map(|rate| Duration::from_secs(1) * u32::from(arguments.clients) / rate);
    let clients: Vec<_> = (0..arguments.clients)
        .map(|number| {
            let arguments = Rc::clone(&arguments);
            tokio::task::spawn_local(async move {
                let mut client = Client::new(server, &arguments.target, arguments.count_header.as_deref());
                // The clients begin at different users, spread over all of them.
                let first = u64::from(number) * arguments.users / u64::from(arguments.clients);
                let users = (0..).map(|turn| (first + turn) % arguments.users);
                client.send_requests(users, until, pause).await
            })
        })
        .collect();
    let mut tally = Tally::default();
    for client in clients {
        if let Ok(part) = client.await {
            tally.add(part);
        }
    }
    tally
}
