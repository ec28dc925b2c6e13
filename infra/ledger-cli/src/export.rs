//! Prints entries of the ledger.

use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use clap::Args;
use lockfill_dao_dynamodb::{DynamoDbArrivals, DynamoDbCatalog, entry_json};
use lockfill_models::time::EpochSeconds;

use crate::days::Span;
use crate::environment::variable;

/// How often the export says how far it is.
const SAY_EVERY: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    span: Span,
}

pub(crate) async fn run(table: Option<String>, options: &Options) -> Result<(), String> {
    let table = table.or_else(|| variable("LOCKFILL_EVENTS_TABLE"));
    let table = table.ok_or("name the table: set LOCKFILL_EVENTS_TABLE, or pass --table")?;
    let (from, until) = options.span.instants()?;
    let endpoint_url = variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL"));
    let store = DynamoDbCatalog::connect(&table, endpoint_url.as_deref()).await;
    let ledger = DynamoDbArrivals::beside(&store, &table);
    let mut output = BufWriter::new(std::io::stdout().lock());
    let (mut entries, mut said) = (0_u64, Instant::now());
    for minute in from.epoch_minute()..until.epoch_minute() {
        let mut lines = Vec::new();
        let read = ledger.whole_of_minute(minute, |item| lines.push(entry_json(&item))).await;
        read.map_err(|error| error.to_string())?;
        for line in lines {
            let line = line.map_err(|error| error.to_string())?;
            writeln!(output, "{line}").map_err(unwritable)?;
            entries += 1;
        }
        if said.elapsed() >= SAY_EVERY {
            said = Instant::now();
            eprintln!("exported {entries} entries, to {}", EpochSeconds((minute + 1) * 60));
        }
    }
    output.flush().map_err(unwritable)?;
    eprintln!("exported {entries} entries");
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err has it")]
fn unwritable(error: std::io::Error) -> String {
    format!("the output cannot be written: {error}")
}
