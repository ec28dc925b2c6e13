//! Makes counters anew after Redis has lost them: see [`crate::known`] for what tells that.
//!
//! A rebuild notes its name in each slot whose histories are not known, replaces the state of each user, and writes the
//! markers last. A reader meanwhile finds an unknown history. An event that is counted meanwhile is also kept in a
//! list of its user: the state that replaces the user's may have been made before the ledger had that event. Each event
//! has its marker, so an event that is reported again, or counted again, still counts once.

use std::collections::HashSet;
use std::time::Duration;

use lockfill_dao::{Begun, CounterStore, DaoError, EventRecord, UserKey};
use lockfill_models::time::EpochSeconds;
use redis::{Cmd, FromRedisValue, Script};

use crate::address::InvalidRedisUrl;
use crate::call::Call;
use crate::errors::{malformed, unavailable};
use crate::known::{all_slots, building_key, known_key};
use crate::replay::Replay;
use crate::slots::slot_of;
use crate::users::{COUNT, RedisUsers, loans_key, marker_key, state_key, unknown_key};

const RESTORE: &str = include_str!("restore.lua");
const FINISH: &str = include_str!("finish.lua");
/// No user waits for an answer to a rebuild.
const DEADLINE: Duration = Duration::from_secs(10);
/// How many questions are asked side by side.
const AT_ONCE: usize = 256;
/// How long another rebuild waits for one that does not go on.
const LOCK_SECONDS: u32 = 60;
/// How long the note of a rebuild stays, longer than any takes.
const BUILDING_SECONDS: u32 = 4 * 3_600;
const LOCK: &str = "lockfill:{rebuild}:lock";

/// The counters of all users in Redis.
#[derive(Debug)]
pub struct RedisCounters {
    users: RedisUsers,
    restore: Script,
    finish: Script,
    /// The keys of all slots' markers, in order.
    known_keys: Vec<String>,
}

/// A rebuild that has begun.
#[derive(Debug)]
pub struct RedisRebuild {
    name: String,
    slots: HashSet<u16>,
}

impl RedisCounters {
    /// The counters at an address; see [`RedisUsers::new`].
    ///
    /// # Errors
    /// As for [`RedisUsers::new`].
    pub fn new(url: &str) -> Result<Self, InvalidRedisUrl> {
        let users = RedisUsers::new(url, DEADLINE)?;
        let known_keys = all_slots().map(known_key).collect();
        Ok(Self { users, restore: Script::new(RESTORE), finish: Script::new(FINISH), known_keys })
    }

    /// Connects.
    pub async fn connect(&self) {
        self.users.connect().await;
    }

    async fn ask_all<T: FromRedisValue>(&self, calls: &[Call<'_>]) -> Result<Vec<T>, DaoError> {
        let mut answers = Vec::with_capacity(calls.len());
        for calls in calls.chunks(AT_ONCE) {
            answers.extend(self.users.route.run_all(calls).await?);
        }
        Ok(answers)
    }

    /// Whether a single server has all markers: a question about many of them, which a cluster does not answer.
    async fn is_all_known(&self) -> Result<bool, DaoError> {
        if self.users.route.is_cluster() {
            return Ok(false);
        }
        for keys in self.known_keys.chunks(AT_ONCE * 16) {
            let mut exist = redis::cmd("EXISTS");
            exist.arg(keys);
            match self.users.route.run::<usize>(&Call::in_slot(0, exist)).await {
                Ok(count) if count == keys.len() => {}
                Err(error @ DaoError::Unavailable { .. }) => return Err(error),
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    async fn lock(&self, name: &str) -> Result<bool, DaoError> {
        let set = command("SET", LOCK, |it| it.arg(name).arg("NX").arg("EX").arg(LOCK_SECONDS));
        let taken: Option<String> = self.users.route.run(&in_lock(set)).await?;
        Ok(taken.is_some())
    }

    /// Counts again what a restored state did not have: keys and arguments of `count.lua`, as it wrote them down.
    fn again<'e>(&'e self, user: &UserKey, event: &str) -> Result<Call<'e>, DaoError> {
        let mut parts = event.split('\n');
        let marker = parts.next().ok_or_else(|| malformed("an event without a marker"))?;
        let slot = slot_of(user.as_str().as_bytes());
        let marker = marker.to_owned();
        let keys = [state_key(user), marker, known_key(slot), unknown_key(user), loans_key(user)];
        Ok(Call::script(slot, (&self.users.count, COUNT), &keys, |command| {
            command.arg(parts.collect::<Vec<_>>());
        }))
    }

    fn restoring<'e>(
        &'e self,
        run: &RedisRebuild,
        events: &[EventRecord],
        now: EpochSeconds,
    ) -> Option<(UserKey, Call<'e>)> {
        let user = &events.first()?.user;
        let replay = Replay::of(events);
        let expires_at = replay.expires_at();
        if expires_at <= now {
            return None;
        }
        let slot = slot_of(user.as_str().as_bytes());
        let repeatable = || events.iter().filter(|event| event.repeatable_for_seconds > 0);
        let mut keys = vec![state_key(user), unknown_key(user), building_key(slot)];
        keys.extend(repeatable().map(marker_key));
        let call = Call::script(slot, (&self.restore, RESTORE), &keys, |command| {
            let hash = replay.hash();
            command.arg(&run.name).arg(expires_at.0).arg(hash.len()).arg(hash);
            command.arg(repeatable().map(|event| event.repeatable_for_seconds).collect::<Vec<_>>());
        });
        Some((user.clone(), call))
    }
}

impl CounterStore for RedisCounters {
    type Run = RedisRebuild;

    async fn begin(&self, name: &str) -> Result<Begun<RedisRebuild>, DaoError> {
        if self.is_all_known().await? {
            return Ok(Begun::Known);
        }
        let exists = |(slot, key): (u16, &String)| Call::in_slot(slot, command("EXISTS", key, |it| it));
        let calls: Vec<_> = all_slots().zip(&self.known_keys).map(exists).collect();
        let known: Vec<bool> = self.ask_all(&calls).await?;
        let unknown = all_slots().zip(known).filter(|(_, is_known)| !is_known);
        let slots: HashSet<u16> = unknown.map(|(slot, _)| slot).collect();
        if slots.is_empty() {
            return Ok(Begun::Known);
        }
        if !self.lock(name).await? {
            return Ok(Begun::Busy);
        }
        let note = |&slot: &u16| {
            let key = building_key(slot);
            Call::in_slot(slot, command("SET", &key, |it| it.arg(name).arg("EX").arg(BUILDING_SECONDS)))
        };
        let notes: Vec<_> = slots.iter().map(note).collect();
        let _: Vec<()> = self.ask_all(&notes).await?;
        Ok(Begun::Unknown(RedisRebuild { name: name.to_owned(), slots }))
    }

    fn is_wanted(&self, run: &RedisRebuild, user: &UserKey) -> bool {
        run.slots.contains(&slot_of(user.as_str().as_bytes()))
    }

    async fn keep(&self, run: &RedisRebuild) -> Result<(), DaoError> {
        let name = &run.name;
        let holder: Option<String> = self.users.route.run(&in_lock(command("GET", LOCK, |it| it))).await?;
        if holder.is_some_and(|holder| &holder != name) {
            return Err(unavailable("another rebuild has taken over"));
        }
        let set = command("SET", LOCK, |it| it.arg(name).arg("EX").arg(LOCK_SECONDS));
        self.users.route.run(&in_lock(set)).await
    }

    async fn restore(
        &self,
        run: &RedisRebuild,
        users: &[Vec<EventRecord>],
        now: EpochSeconds,
    ) -> Result<(), DaoError> {
        self.keep(run).await?;
        let restoring = users.iter().filter_map(|events| self.restoring(run, events, now));
        let (users, calls): (Vec<_>, Vec<_>) = restoring.unzip();
        let left: Vec<Option<Vec<String>>> = self.ask_all(&calls).await?;
        let mut again = Vec::new();
        for (user, left) in users.iter().zip(left) {
            // A slot that was lost again is not made known, and the next rebuild has all of its users.
            for event in left.unwrap_or_default() {
                again.push(self.again(user, &event)?);
            }
        }
        // In the order of their arrival.
        for call in &again {
            let _: u8 = self.users.route.run(call).await?;
        }
        Ok(())
    }

    async fn finish(&self, run: RedisRebuild) -> Result<bool, DaoError> {
        self.keep(&run).await?;
        let finish = |&slot: &u16| {
            let keys = [known_key(slot), building_key(slot)];
            Call::script(slot, (&self.finish, FINISH), &keys, |command| {
                command.arg(&run.name);
            })
        };
        let calls: Vec<_> = run.slots.iter().map(finish).collect();
        let known: Vec<bool> = self.ask_all(&calls).await?;
        let _: u8 = self.users.route.run(&in_lock(command("DEL", LOCK, |it| it))).await?;
        Ok(known.into_iter().all(|is_known| is_known))
    }
}

fn command(name: &str, key: &str, arguments: impl FnOnce(&mut Cmd) -> &mut Cmd) -> Cmd {
    let mut command = redis::cmd(name);
    arguments(command.arg(key));
    command
}

fn in_lock<'a>(command: Cmd) -> Call<'a> {
    Call::in_slot(slot_of(b"rebuild"), command)
}
