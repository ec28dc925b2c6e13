//! What runs and rebuilds have in common: the lease, and rolling up one minute.

use std::time::Duration;

use jiff::Timestamp;
use lockfill_dao::{ArrivedEvents, Cursor, DeliveryStore, Lease};
use lockfill_delivery::rollup::{MinuteInWork, OpenOrphans, RollUp};
use lockfill_models::time::EpochSeconds;
use tokio::time::Instant;

use super::told::RollUpError;

pub(super) const MINUTES_PER_HOUR: i64 = 60;
const SECONDS_PER_MINUTE: i64 = 60;
/// How long a run that died keeps others from going on. A run that lives renews its lease more often.
const LEASE_SECONDS: i64 = 20;
const LEASE_RENEWED_AFTER: Duration = Duration::from_secs(5);
/// For how long a minute is kept in the store, in minutes: later its hour has its sum.
const MINUTE_KEPT: i64 = 8 * 24 * 60;

/// Work under a lease.
#[derive(Debug)]
pub(super) struct Work<'s, L, D> {
    ledger: &'s L,
    pub(super) store: &'s D,
    owner: String,
    now: EpochSeconds,
    began: Instant,
    time: Duration,
    renewed: Instant,
    /// As it is in the store, or will be.
    pub(super) cursor: Option<Cursor>,
    pub(super) minutes_read: u64,
    pub(super) events_read: u64,
    pub(super) minutes_written: u64,
}

impl<'s, L: ArrivedEvents, D: DeliveryStore> Work<'s, L, D> {
    /// Work that began at an instant, which the caller's clock called `now`, and may take so much time.
    pub(super) fn new(
        ledger: &'s L,
        store: &'s D,
        owner: String,
        now: Timestamp,
        (began, time): (Instant, Duration),
    ) -> Self {
        Self {
            ledger,
            store,
            owner,
            now: now.into(),
            began,
            time,
            renewed: Instant::now(),
            cursor: None,
            minutes_read: 0,
            events_read: 0,
            minutes_written: 0,
        }
    }

    /// The instant at which the work began.
    pub(super) const fn now(&self) -> EpochSeconds {
        self.now
    }

    fn present(&self) -> EpochSeconds {
        let elapsed = i64::try_from(self.began.elapsed().as_secs()).unwrap_or(i64::MAX);
        self.now.plus_seconds(elapsed)
    }

    pub(super) fn is_out_of_time(&self) -> bool {
        self.began.elapsed() >= self.time
    }

    /// Whether the lease could be taken. The cursor is read with it.
    pub(super) async fn take_lease(&mut self) -> Result<bool, RollUpError> {
        let present = self.present();
        let lease = Lease { owner: self.owner.clone(), until: present.plus_seconds(LEASE_SECONDS) };
        let (is_taken, cursor) = self.store.take_lease(&lease, present).await?;
        self.cursor = cursor;
        Ok(is_taken)
    }

    /// Says how far the work came, and keeps the lease.
    pub(super) async fn keep_on(&mut self, cursor: Cursor) -> Result<(), RollUpError> {
        self.renewed = Instant::now();
        self.move_cursor(cursor, self.present().plus_seconds(LEASE_SECONDS)).await
    }

    /// The same if the lease was not renewed for a while.
    pub(super) async fn keep_on_if_due(&mut self, cursor: Cursor) -> Result<(), RollUpError> {
        if self.renewed.elapsed() < LEASE_RENEWED_AFTER {
            return Ok(());
        }
        self.keep_on(cursor).await
    }

    /// Says how far the work came, and gives the lease back.
    pub(super) async fn end(&mut self, cursor: Cursor) -> Result<(), RollUpError> {
        self.move_cursor(cursor, EpochSeconds(0)).await
    }

    async fn move_cursor(&mut self, cursor: Cursor, until: EpochSeconds) -> Result<(), RollUpError> {
        let lease = Lease { owner: self.owner.clone(), until };
        if !self.store.move_cursor(&lease, cursor).await? {
            return Err(RollUpError::LeaseLost);
        }
        self.cursor = Some(cursor);
        Ok(())
    }

    /// A minute as the ledger has it.
    pub(super) async fn roll_up(&mut self, minute: i64, open: &OpenOrphans) -> Result<RollUp, RollUpError> {
        let mut in_work = MinuteInWork::new(minute, open);
        let mut events = 0;
        let take = |event| {
            events += 1;
            in_work.add(event);
        };
        self.ledger.of_minute(minute, take).await?;
        let wanted = in_work.wanted();
        let found = if wanted.is_empty() { Vec::new() } else { self.ledger.find(&wanted).await? };
        self.minutes_read += 1;
        self.events_read += events;
        Ok(in_work.finish(found))
    }

    /// Writes a minute if the store has it otherwise.
    pub(super) async fn put_minute(
        &mut self,
        minute: i64,
        rolled: &RollUp,
        stored: Option<&RollUp>,
    ) -> Result<bool, RollUpError> {
        let is_stored = stored.map_or(rolled.is_empty(), |stored| stored == rolled);
        if !is_stored {
            self.overwrite_minute(minute, rolled).await?;
        }
        Ok(!is_stored)
    }

    /// Writes a minute, unless it is too old to be kept.
    pub(super) async fn overwrite_minute(&mut self, minute: i64, rolled: &RollUp) -> Result<(), RollUpError> {
        if minute >= self.now.0.div_euclid(SECONDS_PER_MINUTE) - MINUTE_KEPT {
            self.store.put_minute(minute, rolled).await?;
            self.minutes_written += 1;
        }
        Ok(())
    }
}
