//! Whether a user or an address sends more events in a minute than persons do.
//!
//! All events of a request are counted at once, under the name of each user and of the address. The name of an address
//! is a digest under a secret that changes each day, and its count is forgotten within two minutes.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use lockfill_dao::{BurstCounter, DaoError, UserKey};
use lockfill_models::time::EpochSeconds;

use crate::client_address::ClientAddress;
use crate::signing::SigningKeys;

const DAY_SECONDS: i64 = 24 * 3_600;
/// How much of a digest names an address.
const NAME_BYTES: usize = 16;

/// What the count of a minute says about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Burst {
    /// The event is one of as many as persons send.
    Within,
    /// There are too many events.
    Beyond,
    /// The count is not known.
    Unchecked,
}

/// How an event of a request is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reporter {
    /// Not at all: it is refused, or has expired.
    None,
    /// For its address alone, because its token names no user.
    Stranger,
    /// For its address and for this user.
    User(UserKey),
}

/// What is counted of a request: under which name and up to which number, for each event that names a user and all
/// together for the address.
pub(crate) struct Counted {
    by_event: Vec<Vec<UserKey>>,
    limits: BTreeMap<String, u64>,
}

impl Counted {
    /// The names of each event of a request, by its reporter, and the most events of a user and of an address that
    /// count.
    pub(crate) fn of(
        (user_events_max, address_events_max): (u32, u32),
        reporters: &[Reporter],
        address: Option<&UserKey>,
    ) -> Self {
        let mut limits = BTreeMap::new();
        let mut limit = |name: &UserKey, limit: u32| {
            limits.insert(name.as_str().to_owned(), u64::from(limit));
        };
        let mut by_event = Vec::with_capacity(reporters.len());
        for reporter in reporters {
            let mut names = Vec::new();
            if let Reporter::User(user) = reporter {
                limit(user, user_events_max);
                names.push(user.clone());
            }
            if let Some(address) = address.filter(|_| *reporter != Reporter::None) {
                limit(address, address_events_max);
                names.push(address.clone());
            }
            by_event.push(names);
        }
        Self { by_event, limits }
    }

    /// Counts, and judges each event.
    ///
    /// # Errors
    /// If the counts are not known.
    pub(crate) async fn judge(
        &self,
        counter: &impl BurstCounter,
        now: Timestamp,
    ) -> Result<Vec<Burst>, DaoError> {
        let mut events: BTreeMap<&str, u64> = BTreeMap::new();
        for name in self.by_event.iter().flatten() {
            *events.entry(name.as_str()).or_default() += 1;
        }
        if events.is_empty() {
            return Ok(vec![Burst::Within; self.by_event.len()]);
        }
        let added: Vec<_> =
            events.iter().map(|(name, number)| (UserKey::from_digest((*name).to_owned()), *number)).collect();
        let minute = EpochSeconds::from(now).epoch_minute();
        let counts = counter.add_events(minute, &added).await?;
        // What each name had before this request's next event.
        let mut before: BTreeMap<&str, u64> = events
            .iter()
            .zip(&counts)
            .map(|((name, number), count)| (*name, count.saturating_sub(*number)))
            .collect();
        let mut bursts = Vec::with_capacity(self.by_event.len());
        for names in &self.by_event {
            let mut burst = Burst::Within;
            for name in names {
                let count = before.entry(name.as_str()).or_default();
                *count += 1;
                if *count > self.limits.get(name.as_str()).copied().unwrap_or(u64::MAX) {
                    burst = Burst::Beyond;
                }
            }
            bursts.push(burst);
        }
        Ok(bursts)
    }

    /// What is known without counts: nothing of what should have been counted.
    pub(crate) fn unchecked(&self) -> Vec<Burst> {
        let unchecked = |names: &Vec<_>| if names.is_empty() { Burst::Within } else { Burst::Unchecked };
        self.by_event.iter().map(unchecked).collect()
    }
}

/// The name of an address on the day of `now`. It begins with a character that no user's name has.
pub(crate) fn address_name(keys: &SigningKeys, address: ClientAddress, now: Timestamp) -> UserKey {
    let day = EpochSeconds::from(now).0.div_euclid(DAY_SECONDS);
    let mut secret = keys.signer();
    secret.update(b"lockfill address\x1f");
    secret.update(day.to_string().as_bytes());
    let digest = secret.finish_with(&[&b"\x1f"[..], &address.bytes()].concat());
    UserKey::from_digest(format!("~{}", URL_SAFE_NO_PAD.encode(&digest[..NAME_BYTES])))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use lockfill_dao::memory::MemoryUsers;
    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/vectors/bursts.json");
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    }

    fn list(value: &Value) -> &Vec<Value> {
        value.as_array().unwrap()
    }

    fn at(row: &Value) -> Timestamp {
        Timestamp::from_second(row["at"].as_i64().unwrap()).unwrap()
    }

    fn user(name: &str) -> UserKey {
        UserKey::from_digest(name.to_owned())
    }

    #[tokio::test]
    async fn the_events_beyond_the_number_of_a_minute_are_a_burst_as_in_the_vectors() {
        let (vectors, users) = (vectors(), MemoryUsers::default());
        let most = ["user_events_max", "address_events_max"]
            .map(|name| u32::try_from(vectors[name].as_u64().unwrap()).unwrap());
        for row in list(&vectors["requests"]) {
            let events = list(&row["events"])
                .iter()
                .map(|event| [&event[0], &event[1]].map(|it| it.as_str().unwrap()));
            let reporters: Vec<_> = events.clone().map(|[name, _]| Reporter::User(user(name))).collect();
            let counted =
                Counted::of((most[0], most[1]), &reporters, row["address"].as_str().map(user).as_ref());
            let found = counted.judge(&users, at(row)).await.unwrap();
            let wanted: Vec<_> = events
                .map(|[_, word]| if word == "beyond" { Burst::Beyond } else { Burst::Within })
                .collect();
            assert_eq!(found, wanted, "{}", row["describes"]);
        }
    }

    #[tokio::test]
    async fn without_counts_nothing_is_a_burst_and_says_so() {
        let users = MemoryUsers::default();
        users.set_down(true);
        let reporters = [Reporter::User(user("u")), Reporter::None, Reporter::Stranger];
        let mixed = Counted::of((3, 5), &reporters, None);
        assert!(mixed.judge(&users, at(&vectors()["names"][0])).await.is_err());
        assert_eq!(mixed.unchecked(), [Burst::Unchecked, Burst::Within, Burst::Within]);
    }

    #[test]
    fn the_name_of_an_address_changes_each_day_and_with_the_key() {
        let vectors = vectors();
        let name = |row: &Value, keys: &str, hours: i64| {
            let address = ClientAddress::forwarded(row["header"].as_str().unwrap()).unwrap();
            let at = at(row) + jiff::SignedDuration::from_hours(hours);
            address_name(&SigningKeys::parse(keys).unwrap(), address, at)
        };
        for row in list(&vectors["names"]) {
            assert_eq!(Some(name(row, row["key"].as_str().unwrap(), 0).as_str()), row["name"].as_str());
        }
        let (row, key, other) =
            (&vectors["names"][1], vectors["names"][1]["key"].as_str().unwrap(), "t".repeat(32));
        assert_ne!(name(row, key, 0), name(row, key, 1), "another day");
        assert_ne!(name(row, key, 0), name(row, &format!("k:{other}"), 0));
    }
}
