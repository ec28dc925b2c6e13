//! One run.

use lockfill_dao::{ArrivedEvents, Cursor, DeliveryStore};
use lockfill_delivery::rollup::{RollUp, Totals};
use lockfill_models::time::EpochSeconds;

use super::known::{self, Known};
use super::outcome::Outcome;
use super::told::{RollUpError, RolledUp};
use super::work::{MINUTES_PER_HOUR, Work};

const SECONDS_PER_MINUTE: i64 = 60;
/// How long after its end a minute is rolled up first: an event is in the index some time after it was recorded, and
/// clocks of environments differ.
const CLOSED_AFTER_SECONDS: i64 = 15;
/// How many of the last closed minutes each run rolls up.
const YOUNG_MINUTES: i64 = 3;
/// How many minutes later a minute is rolled up for the last time.
const SETTLED_AFTER: i64 = 15;

/// Rolls up what is closed.
pub(super) async fn run<L: ArrivedEvents, D: DeliveryStore>(
    mut work: Work<'_, L, D>,
) -> Result<Outcome, RollUpError> {
    let closed = (work.now().0 - CLOSED_AFTER_SECONDS).div_euclid(SECONDS_PER_MINUTE);
    let cursor = work.cursor.unwrap_or_else(|| first_cursor(closed));
    let (mut known, mut cursor) = known::at(work.store, cursor).await?;
    let mut hours_closed = 0;
    while cursor.settled < closed - SETTLED_AFTER && !work.is_out_of_time() {
        hours_closed += u64::from(settle(&mut work, &mut known, &mut cursor).await?);
    }
    let mut totals = known.totals.clone();
    if cursor.settled >= closed - SETTLED_AFTER {
        totals = roll_up_young(&mut work, &mut known, &mut cursor, closed).await?;
    }
    work.end(cursor).await?;
    let rolled_up = RolledUp {
        until: EpochSeconds(cursor.next * SECONDS_PER_MINUTE),
        minutes_behind: (closed - cursor.next).max(0),
        minutes_read: work.minutes_read,
        events_read: work.events_read,
        minutes_written: work.minutes_written,
        hours_closed,
        gates: None,
    };
    let open_hour = cursor.settled.div_euclid(MINUTES_PER_HOUR);
    Ok(Outcome { rolled_up, totals, open_hour, minutes: known.minutes, next: cursor.next })
}

/// Where a first run begins: an hour and more ago, so that what arrived shortly before the first run is there. A rebuild
/// reaches what is older.
const fn first_cursor(closed: i64) -> Cursor {
    let first = (closed.div_euclid(MINUTES_PER_HOUR) - 1) * MINUTES_PER_HOUR;
    Cursor { first, settled: first, next: first }
}

/// Rolls up the next minute for the last time. Whether an hour ended with it, and was closed.
async fn settle<L: ArrivedEvents, D: DeliveryStore>(
    work: &mut Work<'_, L, D>,
    known: &mut Known,
    cursor: &mut Cursor,
) -> Result<bool, RollUpError> {
    let minute = cursor.settled;
    let rolled = work.roll_up(minute, &known.totals.orphans).await?;
    let is_written = work.put_minute(minute, &rolled, known.minutes.get(&minute)).await?;
    known.is_changed |= is_written && minute < cursor.next;
    known.totals.add(minute, &rolled);
    keep(known, minute, rolled);
    cursor.settled = minute + 1;
    cursor.next = cursor.next.max(cursor.settled);
    if cursor.settled.rem_euclid(MINUTES_PER_HOUR) != 0 {
        work.keep_on_if_due(*cursor).await?;
        return Ok(false);
    }
    close_hour(work.store, known, minute.div_euclid(MINUTES_PER_HOUR)).await?;
    work.keep_on(*cursor).await?;
    Ok(true)
}

fn keep(known: &mut Known, minute: i64, rolled: RollUp) {
    if rolled.is_empty() {
        known.minutes.remove(&minute);
    } else {
        known.minutes.insert(minute, rolled);
    }
}

/// Writes an hour and the totals at its end, and goes on to the next.
async fn close_hour(store: &impl DeliveryStore, known: &mut Known, hour: i64) -> Result<(), RollUpError> {
    let sum = known::sum(hour, &known.minutes);
    if !sum.is_empty() {
        store.put_hour(hour, &sum).await?;
    }
    store.put_totals(hour, &known.totals).await?;
    let (minutes, is_readable) = known::minutes(store, hour + 1).await?;
    known.minutes = minutes;
    known.is_changed |= !is_readable;
    Ok(())
}

/// Rolls up the last closed minutes, and those that no run has rolled up yet.
async fn roll_up_young<L: ArrivedEvents, D: DeliveryStore>(
    work: &mut Work<'_, L, D>,
    known: &mut Known,
    cursor: &mut Cursor,
    closed: i64,
) -> Result<Totals, RollUpError> {
    let mut totals = known.totals.clone();
    let hours = |minute: i64| minute.div_euclid(MINUTES_PER_HOUR);
    for hour in hours(cursor.settled) + 1..=hours(closed - 1) {
        let (minutes, is_readable) = known::minutes(work.store, hour).await?;
        known.minutes.extend(minutes);
        known.is_changed |= !is_readable;
    }
    let young = cursor.next.min(closed - YOUNG_MINUTES);
    let from = if known.is_changed { cursor.settled } else { young.max(cursor.settled) };
    for (minute, rolled) in known.minutes.range(cursor.settled..from) {
        totals.add(*minute, rolled);
    }
    for minute in from..closed {
        let rolled = work.roll_up(minute, &totals.orphans).await?;
        work.put_minute(minute, &rolled, known.minutes.get(&minute)).await?;
        totals.add(minute, &rolled);
        keep(known, minute, rolled);
        cursor.next = cursor.next.max(minute + 1);
        work.keep_on_if_due(*cursor).await?;
    }
    Ok(totals)
}
