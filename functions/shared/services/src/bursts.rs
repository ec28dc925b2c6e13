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

use crate::claims::Claims;
use crate::client_address::ClientAddress;
use crate::event_rules::EventRules;
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

/// What is counted of a request: under which name and up to which number, for each event that names a user and all
/// together for the address.
pub(crate) struct Counted {
    by_event: Vec<Vec<UserKey>>,
    limits: BTreeMap<String, u64>,
}

impl Counted {
    /// The names of each event of a request. `users` has the name of each event's user, and `None` for an event
    /// that is not counted: what is refused, or has expired.
    pub(crate) fn of(
        rules: &EventRules,
        users: &[Option<Option<UserKey>>],
        address: Option<UserKey>,
    ) -> Self {
        let mut limits = BTreeMap::new();
        let mut limit = |name: &UserKey, limit: u32| {
            limits.insert(name.as_str().to_owned(), u64::from(limit));
        };
        let mut by_event = Vec::with_capacity(users.len());
        for event in users {
            let mut names = Vec::new();
            if let Some(user) = event {
                if let Some(user) = user {
                    limit(user, rules.user_events_max);
                    names.push(user.clone());
                }
                if let Some(address) = &address {
                    limit(address, rules.address_events_max);
                    names.push(address.clone());
                }
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

/// Whether an event's claims are counted.
pub(crate) const fn is_counted(claims: &Claims, now: EpochSeconds) -> bool {
    !claims.is_expired(now)
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
    use lockfill_dao::memory::MemoryUsers;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T09:00:30Z".parse().unwrap()
    }

    fn user(name: &str) -> UserKey {
        UserKey::from_digest(name.to_owned())
    }

    #[tokio::test]
    async fn the_events_beyond_the_number_of_a_minute_are_a_burst() {
        let users = MemoryUsers::default();
        let rules = EventRules { user_events_max: 3, address_events_max: 5, ..EventRules::default() };
        let request = |names: &[&str], address: Option<&str>| {
            let users: Vec<_> = names.iter().map(|name| Some(Some(user(name)))).collect();
            Counted::of(&rules, &users, address.map(user))
        };
        let (within, beyond) = (Burst::Within, Burst::Beyond);
        let first = request(&["u", "v", "u"], None).judge(&users, now()).await.unwrap();
        assert_eq!(first, [within; 3]);
        let second = request(&["u", "u", "v"], Some("~a")).judge(&users, now()).await.unwrap();
        assert_eq!(second, [within, beyond, within]);
        let third = request(&["w", "x", "y"], Some("~a")).judge(&users, now()).await.unwrap();
        assert_eq!(third, [within, within, beyond], "the address has sent five by then");
        let later = now() + jiff::SignedDuration::from_secs(60);
        assert_eq!(request(&["u"], Some("~a")).judge(&users, later).await.unwrap(), [within]);
        users.set_down(true);
        let mixed = Counted::of(&rules, &[Some(Some(user("u"))), None, Some(None)], None);
        assert!(mixed.judge(&users, now()).await.is_err());
        assert_eq!(mixed.unchecked(), [Burst::Unchecked, within, within]);
    }

    #[test]
    fn the_name_of_an_address_changes_each_day_and_with_the_key() {
        let keys = |secret: &str| SigningKeys::parse(&format!("k:{}", secret.repeat(32))).unwrap();
        let address = ClientAddress::forwarded("203.0.113.7").unwrap();
        let name = |keys: &SigningKeys, hours: i64| {
            address_name(keys, address, now() + jiff::SignedDuration::from_hours(hours))
        };
        let first = name(&keys("s"), 0);
        // infra/monolith/allocation/tests/test_bursts.py has the same text.
        assert_eq!(first.as_str(), "~-VASmSiLWzY1CkJuHoa2uw");
        assert_eq!(first, name(&keys("s"), 14));
        assert_ne!(first, name(&keys("s"), 15));
        assert_ne!(first, name(&keys("t"), 0));
    }
}
