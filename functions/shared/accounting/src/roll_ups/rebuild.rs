//! Makes roll-ups anew.

use lockfill_dao::{ArrivedEvents, Cursor, DaoError, DeliveryStore};
use lockfill_delivery::rollup::{RollUp, Totals};
use lockfill_models::time::EpochSeconds;

use super::known;
use super::told::{Rebuilt, RollUpError};
use super::work::{MINUTES_PER_HOUR, Work};

const SECONDS_PER_HOUR: i64 = 3_600;

/// Rebuilds the hour at which the rebuild has arrived, or says that it is complete. Hours behind `until` keep their
/// facts, and get totals that follow from what is before them.
pub(super) async fn next_hour<L: ArrivedEvents, D: DeliveryStore>(
    mut work: Work<'_, L, D>,
    until: EpochSeconds,
    rebuilt: &mut Rebuilt,
) -> Result<(), RollUpError> {
    let wanted = rebuilt.until.0.div_euclid(SECONDS_PER_HOUR);
    let cursor = reaching(work.cursor, wanted * MINUTES_PER_HOUR);
    let open_hour = cursor.settled.div_euclid(MINUTES_PER_HOUR);
    // Behind missing totals everything has to be made anew.
    let (hour, totals) = known::base(work.store, &cursor, wanted.min(open_hour)).await?;
    if hour >= open_hour {
        // The hour is not closed: the next run makes its minutes anew, and goes on.
        let cursor = Cursor { settled: open_hour * MINUTES_PER_HOUR, ..cursor };
        rebuilt.is_complete = true;
        return work.end(cursor).await;
    }
    let is_asked_for = EpochSeconds(hour * SECONDS_PER_HOUR) < until || hour < wanted;
    let stored = if is_asked_for { None } else { stored_hour(&work, hour).await? };
    match stored {
        Some(rolled) => rebuilt.written += carry_on(&work, hour, totals, &rolled).await?,
        None => rebuilt.written += make_anew(&mut work, &cursor, hour, totals).await?,
    }
    rebuilt.events_read += work.events_read;
    rebuilt.until = EpochSeconds((hour + 1) * SECONDS_PER_HOUR);
    work.end(cursor).await
}

/// The cursor, so that the totals begin with a minute at the latest.
fn reaching(cursor: Option<Cursor>, first: i64) -> Cursor {
    let cursor = cursor.unwrap_or(Cursor { first, settled: first, next: first });
    Cursor { first: cursor.first.min(first), ..cursor }
}

/// The roll-up of an hour as it is stored; `None` if it cannot be read.
async fn stored_hour<L: ArrivedEvents, D: DeliveryStore>(
    work: &Work<'_, L, D>,
    hour: i64,
) -> Result<Option<RollUp>, RollUpError> {
    match work.store.hour(hour).await {
        Ok(rolled) => Ok(Some(rolled)),
        Err(DaoError::Malformed { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Adds an hour as it is stored to the totals before it. How many of them were written.
async fn carry_on<L: ArrivedEvents, D: DeliveryStore>(
    work: &Work<'_, L, D>,
    hour: i64,
    mut totals: Totals,
    rolled: &RollUp,
) -> Result<u64, RollUpError> {
    totals.add((hour + 1) * MINUTES_PER_HOUR - 1, rolled);
    put_totals(work.store, hour, &totals).await
}

/// Makes an hour, its minutes and its totals anew. How many of them were written.
async fn make_anew<L: ArrivedEvents, D: DeliveryStore>(
    work: &mut Work<'_, L, D>,
    cursor: &Cursor,
    hour: i64,
    mut totals: Totals,
) -> Result<u64, RollUpError> {
    let (stored, is_readable) = known::minutes(work.store, hour).await?;
    let mut sum = RollUp::default();
    for minute in hour * MINUTES_PER_HOUR..(hour + 1) * MINUTES_PER_HOUR {
        let rolled = work.roll_up(minute, &totals.orphans).await?;
        if is_readable {
            work.put_minute(minute, &rolled, stored.get(&minute)).await?;
        } else {
            // Whichever of them is damaged is overwritten, also where nothing arrived.
            work.overwrite_minute(minute, &rolled).await?;
        }
        totals.add(minute, &rolled);
        sum.add(&rolled);
        work.keep_on_if_due(*cursor).await?;
    }
    let mut written = work.minutes_written;
    if stored_hour(work, hour).await?.as_ref() != Some(&sum) {
        work.store.put_hour(hour, &sum).await?;
        written += 1;
    }
    Ok(written + put_totals(work.store, hour, &totals).await?)
}

/// Writes totals unless they are stored so. How many were written.
async fn put_totals(store: &impl DeliveryStore, hour: i64, totals: &Totals) -> Result<u64, RollUpError> {
    let stored = store.totals_before(hour + 1).await?.filter(|(stored, _)| *stored == hour);
    if stored.is_some_and(|(_, stored)| stored == *totals) {
        return Ok(0);
    }
    store.put_totals(hour, totals).await?;
    Ok(1)
}
