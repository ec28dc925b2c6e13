//! Works on the ledger of events from the command line.

mod days;
mod environment;
mod export;
mod rebuild_counters;
mod rebuild_roll_ups;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Works on the ledger of events: every tracking event that was accepted.
#[derive(Debug, Parser)]
#[command(name = "ledger-cli", version, after_help = AFTER_HELP)]
struct Arguments {
    /// The DynamoDB table of the ledger [default: the environment's `LOCKFILL_EVENTS_TABLE`].
    #[arg(long, global = true, value_name = "NAME")]
    table: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the counters of users in Redis anew where Redis has lost them, or is new.
    ///
    /// Histories that are known are left as they are. Until the end of a rebuild, answers say that they were made
    /// without the user's history. One rebuild runs at a time.
    RebuildCounters(rebuild_counters::Options),
    /// Makes the roll-ups of a span anew from the ledger: what was damaged or lost, and what arrived before the first
    /// run of the function `pacing`.
    ///
    /// Runs of the function go on meanwhile. Only what is not as the ledger has it is written.
    RebuildRollUps(rebuild_roll_ups::Options),
    /// Prints the events that arrived in a span: a JSON object a line, with all that the ledger has of an event.
    Export(export::Options),
}

const AFTER_HELP: &str = "\
Environment:
  LOCKFILL_EVENTS_TABLE      the table, unless --table names it
  LOCKFILL_DELIVERY_TABLE    the table of rebuild-roll-ups, besides that of the ledger
  LOCKFILL_REDIS_URL         redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]
  AWS_ENDPOINT_URL_DYNAMODB  another DynamoDB than AWS's, for example http://127.0.0.1:8100
  AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the like: as for all AWS tools

Errors are one line on standard error, and exit code 1.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::RebuildCounters(options) => rebuild_counters::run(arguments.table, &options).await,
        Command::RebuildRollUps(options) => rebuild_roll_ups::run(arguments.table, &options).await,
        Command::Export(options) => export::run(arguments.table, &options).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("ledger-cli: {problem}");
            ExitCode::FAILURE
        }
    }
}
