//! Makes counters anew, once or whenever they are lost.

use std::hash::{BuildHasher, RandomState};
use std::process;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;
use lockfill_accounting::{Progress, Rebuild, RebuiltCounters};
use lockfill_dao_dynamodb::{DynamoDbCatalog, DynamoDbLedgerScan};
use lockfill_dao_redis::RedisCounters;

use crate::environment::variable;

/// How often a rebuild says how far it is.
const SAY_EVERY: Duration = Duration::from_secs(2);
/// How often a rebuild begins anew because Redis was lost once more.
const ATTEMPTS: u32 = 5;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Looks again after so many seconds, until the program is ended. Failures are reported and tried again.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3_600))]
    every: Option<u64>,
    /// In how many parts the ledger is read side by side.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    segments: u16,
    /// How many events are kept in memory, about 100 bytes each; for more, the ledger is read several times.
    #[arg(long, default_value_t = 4_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    events_in_memory: u32,
}

type Rebuilding = Rebuild<DynamoDbLedgerScan, RedisCounters>;

pub(crate) async fn run(table: Option<String>, options: &Options) -> Result<(), String> {
    let table = table.or_else(|| variable("LOCKFILL_EVENTS_TABLE"));
    let table = table.ok_or("name the table: set LOCKFILL_EVENTS_TABLE, or pass --table")?;
    let redis = variable("LOCKFILL_REDIS_URL").ok_or("LOCKFILL_REDIS_URL is not set")?;
    let endpoint_url = variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL"));
    let ledger = DynamoDbCatalog::connect(&table, endpoint_url.as_deref()).await;
    let counters = RedisCounters::new(&redis).map_err(|error| format!("LOCKFILL_REDIS_URL: {error}"))?;
    counters.connect().await;
    let events_max = usize::try_from(options.events_in_memory).unwrap_or(usize::MAX);
    let rebuild =
        Rebuild::new(DynamoDbLedgerScan::of(&ledger), counters).bounded(options.segments, events_max);
    let Some(seconds) = options.every else { return once(&rebuild).await };
    loop {
        match attempt(&rebuild).await {
            Ok(RebuiltCounters::Known | RebuiltCounters::Busy) => {}
            Ok(RebuiltCounters::Done(done)) => println!("{}", text(&done)),
            Ok(RebuiltCounters::Again(_)) => println!("Redis was lost once more meanwhile"),
            Err(problem) => eprintln!("ledger-cli: {problem}"),
        }
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

async fn once(rebuild: &Rebuilding) -> Result<(), String> {
    for _ in 0..ATTEMPTS {
        match attempt(rebuild).await? {
            RebuiltCounters::Known => println!("all histories are known"),
            RebuiltCounters::Busy => return Err("another rebuild is at work".to_owned()),
            RebuiltCounters::Done(done) => println!("{}", text(&done)),
            RebuiltCounters::Again(_) => continue,
        }
        return Ok(());
    }
    Err("Redis was lost again and again".to_owned())
}

async fn attempt(rebuild: &Rebuilding) -> Result<RebuiltCounters, String> {
    let said = Mutex::new(Instant::now());
    let say = |progress: &Progress| {
        if let Ok(mut said) = said.lock()
            && said.elapsed() >= SAY_EVERY
        {
            *said = Instant::now();
            eprintln!("{}", text(progress));
        }
    };
    // Two rebuilds of one name would take each other's part.
    let name = format!("{}-{:016x}", process::id(), RandomState::new().hash_one(0));
    rebuild.run(&name, now().into(), &say).await.map_err(|error| error.to_string())
}

fn text(progress: &Progress) -> String {
    let Progress { passes, entries, events, users } = progress;
    format!("counted {events} events of {users} users; read {entries} entries in {passes} passes")
}

#[expect(clippy::disallowed_methods, reason = "a program reads the clock where it starts a task")]
fn now() -> Timestamp {
    Timestamp::now()
}
