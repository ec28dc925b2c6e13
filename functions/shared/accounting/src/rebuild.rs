//! Makes the counters of users anew from the ledger, after their store has lost them or where it is new.
//!
//! A state is made of all events of its user, so the events of many users are collected before the first state is
//! written. If they are too many for the memory, those of a part of the users are kept, by the hash of their names, and
//! the ledger is read once more for the next part.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::try_join_all;
use lockfill_dao::{Begun, CounterStore, DaoError, LedgerScan, Scanned};
use lockfill_models::time::EpochSeconds;

use crate::rebuild_part::{Part, Zones, records};

/// How often other rebuilds are kept away while the ledger is read.
const KEEP_INTERVAL: Duration = Duration::from_secs(15);
/// How many users are written at once.
const USERS_AT_ONCE: usize = 256;

/// Makes counters anew.
#[derive(Debug)]
pub struct Rebuild<L, C> {
    ledger: L,
    counters: C,
    segments: u16,
    events_max: usize,
}

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// How often the ledger was read.
    pub passes: u32,
    /// Entries that were read, in all passes.
    pub entries: u64,
    /// Events that were counted again.
    pub events: u64,
    /// Users whose states were made.
    pub users: u64,
}

/// What became of a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebuiltCounters {
    /// All histories were known.
    Known,
    /// Another rebuild is at work.
    Busy,
    /// All histories are known now.
    Done(Progress),
    /// The store has lost data once more meanwhile, so another rebuild has to follow.
    Again(Progress),
}

impl<L: LedgerScan, C: CounterStore> Rebuild<L, C> {
    /// A rebuild that reads the ledger in 8 parts side by side, and keeps at most four million events at once, which
    /// takes about 400 MB.
    pub const fn new(ledger: L, counters: C) -> Self {
        Self { ledger, counters, segments: 8, events_max: 4_000_000 }
    }

    /// The same with other bounds, of which none is 0.
    #[must_use]
    pub fn bounded(self, segments: u16, events_max: usize) -> Self {
        Self { segments: segments.max(1), events_max: events_max.max(1), ..self }
    }

    /// Rebuilds what is not known. `name` tells the rebuild from all others. `progress` is told of each step.
    ///
    /// # Errors
    /// If a store fails. Histories stay unknown, and the next rebuild begins anew.
    pub async fn run(
        &self,
        name: &str,
        now: EpochSeconds,
        progress: &(dyn Fn(&Progress) + Sync),
    ) -> Result<RebuiltCounters, DaoError> {
        let run = match self.counters.begin(name).await? {
            Begun::Known => return Ok(RebuiltCounters::Known),
            Begun::Busy => return Ok(RebuiltCounters::Busy),
            Begun::Unknown(run) => run,
        };
        let (mut done, mut from) = (Progress::default(), Some(0));
        while let Some(lowest) = from {
            let part = Mutex::new(Part::new(lowest, self.events_max));
            let take = |scanned| match scanned {
                Scanned::Event(event) if self.counters.is_wanted(&run, &event.user) => {
                    lock(&part).take(event);
                }
                Scanned::Event(_) => {}
                Scanned::Erased { user, at } => lock(&part).erase(user, at),
            };
            let scans = (0..self.segments).map(|segment| self.ledger.scan(segment, self.segments, &take));
            let entries = tokio::select! {
                entries = try_join_all(scans) => entries?,
                error = self.keep(&run) => return Err(error),
            };
            done.entries += entries.into_iter().sum::<u64>();
            done.passes += 1;
            progress(&done);
            let mut part = part.into_inner().unwrap_or_else(PoisonError::into_inner);
            part.forget_erased();
            from = part.next();
            let mut zones = Zones::default();
            let mut users = part.users.into_iter();
            loop {
                let of_user = |(user, events)| records(&user, events, &part.items, &mut zones, now);
                let batch: Vec<_> = users.by_ref().take(USERS_AT_ONCE).map(of_user).collect();
                if batch.is_empty() {
                    break;
                }
                self.counters.restore(&run, &batch, now).await?;
                done.users += u64::try_from(batch.len()).unwrap_or(0);
                done.events +=
                    batch.iter().map(|events| u64::try_from(events.len()).unwrap_or(0)).sum::<u64>();
                progress(&done);
            }
        }
        let is_known = self.counters.finish(run).await?;
        Ok(if is_known { RebuiltCounters::Done(done) } else { RebuiltCounters::Again(done) })
    }
}

impl<L, C: CounterStore> Rebuild<L, C> {
    /// Keeps other rebuilds away while this one reads. Returns if it cannot.
    async fn keep(&self, run: &C::Run) -> DaoError {
        loop {
            tokio::time::sleep(KEEP_INTERVAL).await;
            if let Err(error) = self.counters.keep(run).await {
                return error;
            }
        }
    }
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lockfill_dao::{EventRecord, LedgerEvent, UserKey};
    use lockfill_models::event::{EventKind, ShownItem};

    use super::*;

    /// A ledger in memory, and how often it was read.
    struct Ledger(Vec<Scanned>);

    impl LedgerScan for Ledger {
        async fn scan(
            &self,
            segment: u16,
            segments: u16,
            take: &(dyn Fn(Scanned) + Sync),
        ) -> Result<u64, DaoError> {
            let part = self.0.iter().skip(segment.into()).step_by(segments.into());
            Ok(part.map(|event| take(event.clone())).count() as u64)
        }
    }

    /// Counters that note what is restored.
    #[derive(Default)]
    struct Counters(Mutex<BTreeMap<String, Vec<EventRecord>>>);

    impl CounterStore for &Counters {
        type Run = ();

        async fn begin(&self, _: &str) -> Result<Begun<()>, DaoError> {
            Ok(Begun::Unknown(()))
        }

        fn is_wanted(&self, (): &(), user: &UserKey) -> bool {
            user.as_str() != "known"
        }

        async fn keep(&self, (): &()) -> Result<(), DaoError> {
            Ok(())
        }

        async fn restore(
            &self,
            (): &(),
            users: &[Vec<EventRecord>],
            _: EpochSeconds,
        ) -> Result<(), DaoError> {
            for events in users {
                let user = events[0].user.as_str().to_owned();
                assert!(self.0.lock().unwrap().insert(user, events.clone()).is_none(), "twice");
            }
            Ok(())
        }

        async fn finish(&self, (): ()) -> Result<bool, DaoError> {
            Ok(true)
        }
    }

    fn event(user: &str, number: u16) -> LedgerEvent {
        LedgerEvent {
            request_id: [7; 16],
            position: number,
            kind: EventKind::Impression,
            user: UserKey::from_digest(user.to_owned()),
            zone: "Asia/Seoul".to_owned(),
            item: ShownItem::Content { content_id: format!("ct-{}", number % 3) },
            issued_from: EpochSeconds(1_795_338_000),
            happened_at: EpochSeconds(1_795_338_000),
            // The last one first.
            arrived_at: EpochSeconds(1_795_348_000 - i64::from(number)),
        }
    }

    async fn rebuilt(events_max: usize) -> (Progress, BTreeMap<String, Vec<EventRecord>>) {
        let users = (0..100).map(|user| format!("user-{user}")).chain(["known".to_owned()]);
        let events: Vec<_> =
            users.flat_map(|user| (0..10).map(move |number| Scanned::Event(event(&user, number)))).collect();
        let counters = Counters::default();
        let rebuild = Rebuild::new(Ledger(events), &counters).bounded(3, events_max);
        let rebuilt = rebuild.run("one", EpochSeconds(1_795_348_000), &|_| ()).await.unwrap();
        let RebuiltCounters::Done(progress) = rebuilt else { panic!("{rebuilt:?}") };
        (progress, counters.0.into_inner().unwrap())
    }

    #[tokio::test]
    async fn every_user_is_restored_once_whatever_the_memory_holds() {
        let (all, whole) = rebuilt(1_000).await;
        assert_eq!(all, Progress { passes: 1, entries: 1_010, events: 1_000, users: 100 });
        let (parts, same) = rebuilt(130).await;
        assert!(parts.passes >= 8, "{parts:?}");
        assert_eq!((parts.events, parts.users), (1_000, 100));
        assert_eq!(whole, same);
    }

    #[tokio::test]
    async fn a_users_events_are_in_the_order_of_their_arrival_and_keep_their_markers() {
        let (_, users) = rebuilt(1_000).await;
        let events = &users["user-7"];
        assert!(events.is_sorted_by_key(|event| event.arrived.minute));
        assert_eq!(events[0].slot_key, "07070707-0707-0707-0707-070707070707:9");
        assert_eq!(events[0].repeatable_for_seconds, 8 * 86_400 + 3_600 - 10_000);
        assert_eq!(events[0].buckets.day, EpochSeconds(1_795_338_000 + 9 * 3_600).0 / 86_400);
    }

    #[tokio::test]
    async fn what_arrived_before_its_user_was_erased_is_not_counted_again() {
        let erased = |user: &str, at| Scanned::Erased {
            user: UserKey::from_digest(user.to_owned()),
            at: EpochSeconds(at),
        };
        // The arrivals of a user's events are a second apart, and the last is the first.
        let mut ledger = vec![erased("half", 1_795_347_995), erased("all", 1_795_348_000)];
        for user in ["half", "all", "other"] {
            ledger.extend((0..10).map(|number| Scanned::Event(event(user, number))));
        }
        // Of several notes the latest holds.
        ledger.push(erased("half", 1));
        let counters = Counters::default();
        let rebuild = Rebuild::new(Ledger(ledger), &counters);
        rebuild.run("one", EpochSeconds(1_795_348_000), &|_| ()).await.unwrap();
        let users = counters.0.into_inner().unwrap();
        let counts: Vec<_> = users.iter().map(|(user, events)| (user.as_str(), events.len())).collect();
        assert_eq!(counts, [("half", 5), ("other", 10)]);
    }
}
