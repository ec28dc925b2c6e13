//! Publishes catalogs from the command line, for development, tests and emergencies.

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_models::time::EpochSeconds;

/// Publishes Lockfill's catalog: everything that the allocation APIs can show.
///
/// A catalog is published as a whole, under the next version number, and never changes afterwards. The
/// functions notice a new version within a second and serve it as soon as they have loaded it.
#[derive(Debug, Parser)]
#[command(name = "catalog-cli", version, after_help = AFTER_HELP)]
struct Arguments {
    /// The DynamoDB table [default: the environment's `LOCKFILL_CATALOG_TABLE`].
    #[arg(long, global = true, value_name = "NAME")]
    table: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Creates the table, billed per request, unless it exists, and waits until it can be used.
    CreateTable,
    /// The same for the table of the ledger of events, which `--table` or `LOCKFILL_EVENTS_TABLE` names.
    CreateEventsTable,
    /// The same for the table of delivery, which `--table` or `LOCKFILL_DELIVERY_TABLE` names.
    CreateDeliveryTable,
    /// Writes a file of gates as the newest table, into the table that `--table` or `LOCKFILL_DELIVERY_TABLE` names.
    ///
    /// The file is one JSON object: `version` (the present epoch minute if left out), `spent_campaigns`, a list of ids,
    /// and `line_items`, a list of objects with an `id`, and as needed `open_ppm`, `closes_at` in epoch seconds, and
    /// `is_spent`. In an emergency it closes what must not serve, until a newer table is written.
    WriteGates {
        /// The file of gates.
        file: PathBuf,
    },
    /// Checks a file of rows and publishes it as the next version.
    ///
    /// The file is one JSON object with a list of rows for each kind: units, advertisers, campaigns,
    /// `line_items`, creatives, channels, contents, `exchange_rates`, rates. A kind may be left out. Unknown
    /// fields are published as they are.
    Publish {
        /// The file of rows.
        file: PathBuf,
    },
    /// Shows which version is served, when it was published, and how many rows it has.
    Show,
    /// Publishes the rows of an older version again, as the next version.
    Rollback {
        /// The older version's number.
        #[arg(value_parser = clap::value_parser!(u64).range(1..))]
        version: u64,
    },
}

const AFTER_HELP: &str = "\
Environment:
  LOCKFILL_CATALOG_TABLE     the table, unless --table names it
  LOCKFILL_EVENTS_TABLE      the table of create-events-table, unless --table names it
  LOCKFILL_DELIVERY_TABLE    the table of create-delivery-table and write-gates, unless --table names it
  AWS_ENDPOINT_URL_DYNAMODB  another DynamoDB than AWS's, for example http://127.0.0.1:8100
  AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the like: as for all AWS tools

Example:
  catalog-cli --table catalog create-table
  catalog-cli --table catalog publish rows.json

Errors are one line on standard error, and exit code 1.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("catalog-cli: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let name = match arguments.command {
        Command::CreateEventsTable => "LOCKFILL_EVENTS_TABLE",
        Command::CreateDeliveryTable | Command::WriteGates { .. } => "LOCKFILL_DELIVERY_TABLE",
        _ => "LOCKFILL_CATALOG_TABLE",
    };
    let table = arguments.table.or_else(|| variable(name)).filter(|table| !table.is_empty());
    let table = table.ok_or_else(|| format!("name the table: set {name}, or pass --table"))?;
    let endpoint_url = variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL"));
    // The file is checked before the program connects.
    let rows = match &arguments.command {
        Command::Publish { file } => Some(catalog_cli::read(file)?),
        _ => None,
    };
    let gates = match &arguments.command {
        Command::WriteGates { file } => Some(catalog_cli::read_gates(file, now())?),
        _ => None,
    };
    let store = DynamoDbCatalog::connect_patiently(&table, endpoint_url.as_deref()).await;
    match (arguments.command, rows) {
        (Command::CreateTable, _) => commands::create_table(&store, &table).await,
        (Command::CreateEventsTable, _) => commands::create_events_table(&store, &table).await,
        (Command::CreateDeliveryTable, _) => commands::create_delivery_table(&store, &table).await,
        (Command::WriteGates { .. }, _) => commands::write_gates(&store, &gates.unwrap_or_default()).await,
        (Command::Publish { .. }, rows) => commands::publish(&store, &rows.unwrap_or_default(), now()).await,
        (Command::Show, _) => commands::show(&store).await,
        (Command::Rollback { version }, _) => commands::rollback(&store, version, now()).await,
    }
}

/// A variable of the environment; an empty value counts as not set.
#[expect(clippy::disallowed_methods, reason = "a program's start-up reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "a program reads the clock where it starts")]
fn now() -> EpochSeconds {
    Timestamp::now().into()
}
