//! Sends requests to a server on this machine and reports the answers as JSON.
//!
//! The program shares the machine with the server that it measures, so it is small: one thread, and one connection
//! for each client. It cannot send requests to another machine.

mod client;
mod requests;
mod tally;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use clap::{Parser, value_parser};
use tokio::task::LocalSet;
use tokio::time::Instant;

use crate::client::Client;
use crate::requests::Requests;
use crate::tally::Tally;

/// Sends requests to 127.0.0.1 and prints a report of the answers as one JSON object.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The server's port.
    #[arg(long)]
    port: u16,
    /// The path and query of the requests. `{user}` is replaced by the number of a user.
    #[arg(long, required_unless_present = "requests", conflicts_with = "requests")]
    target: Option<String>,
    /// A file of requests, which are sent once each: a path and query a line and, after a tab, the JSON document of a POST.
    #[arg(long, value_name = "FILE")]
    requests: Option<PathBuf>,
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
    let requests = match requests(&arguments) {
        Ok(requests) => requests,
        Err(problem) => {
            eprintln!("load-generator: {problem}");
            return ExitCode::FAILURE;
        }
    };
    let started = Instant::now();
    let tally = LocalSet::new().run_until(run(arguments, requests)).await;
    println!("{}", tally.report(started.elapsed()));
    if tally.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn requests(arguments: &Arguments) -> Result<Requests, String> {
    if let Some(file) = &arguments.requests {
        return Requests::of_file(file);
    }
    let target = arguments.target.clone().unwrap_or_default();
    Ok(Requests::OfUsers { target, users: arguments.users })
}

async fn run(arguments: Rc<Arguments>, requests: Requests) -> Tally {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let pause = arguments.rate.map(|rate| Duration::from_secs(1) * u32::from(arguments.clients) / rate);
    let clients: Vec<_> = (0..arguments.clients)
        .map(|number| {
            let (arguments, asked) = (Rc::clone(&arguments), requests.of_client(number, arguments.clients));
            tokio::task::spawn_local(async move {
                let mut client = Client::new(server, arguments.count_header.as_deref());
                client.send_requests(asked, until, pause).await
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
