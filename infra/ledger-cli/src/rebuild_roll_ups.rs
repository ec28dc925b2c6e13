//! Makes roll-ups anew.

use std::time::Duration;

use clap::Args;
use lockfill_accounting::{Limits, RollUpLedger, RollUpService};
use lockfill_dao_dynamodb::{DynamoDbArrivals, DynamoDbCatalog, DynamoDbDelivery};

use crate::days::{self, Span};
use crate::environment::variable;

/// After so much time the rebuild says how far it is, and goes on.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// How long it waits for a run of the function `pacing` to end.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    span: Span,
}

pub(crate) async fn run(table: Option<String>, options: &Options) -> Result<(), String> {
    let events = table.or_else(|| variable("LOCKFILL_EVENTS_TABLE"));
    let events = events.ok_or("name the table: set LOCKFILL_EVENTS_TABLE, or pass --table")?;
    let delivery = variable("LOCKFILL_DELIVERY_TABLE").ok_or("LOCKFILL_DELIVERY_TABLE is not set")?;
    let (from, until) = options.span.instants()?;
    let endpoint_url = variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL"));
    let store = DynamoDbCatalog::connect(&events, endpoint_url.as_deref()).await;
    let ledger = DynamoDbArrivals::beside(&store, &events);
    let roll_ups = DynamoDbDelivery::beside(&store, &delivery);
    let service = RollUpService::new(ledger, roll_ups).within(Limits { time: SAY_EVERY, patience: PATIENCE });
    let (mut from, mut events, mut written) = (from, 0, 0);
    loop {
        let rebuilt = service.rebuild(from, until, days::now()).await.map_err(|error| error.to_string())?;
        events += rebuilt.events_read;
        written += rebuilt.written;
        if rebuilt.is_complete {
            println!(
                "read {events} events; {written} minutes, hours and totals were not as the ledger has them"
            );
            return Ok(());
        }
        eprintln!("rebuilt to {}", rebuilt.until);
        from = rebuilt.until;
    }
}
