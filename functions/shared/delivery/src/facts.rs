//! Facts: how many events of one kind and class an item had in an hour, and what they cost. Facts are sums, so they add
//! up in any order.
//!
//! Their form as JSON is a contract with Django: `tests/fixtures/vectors/rollup.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The class of events that count. The ledger has the other ones; roll-ups add [`NO_IMPRESSION`].
pub const VALID: &str = "valid";
/// The class of a valid click whose slot had no valid impression when the minute of its arrival ended.
pub const NO_IMPRESSION: &str = "no_impression";

/// What the events of a fact have in common. Names are those of the ledger, so a kind, class or pricing that a later
/// release adds is summed by an earlier one, too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FactKey {
    /// The hour in which the events happened: hours since the epoch.
    pub hour: i64,
    /// `line_item` or `content`.
    pub item_kind: String,
    /// The id of the line item or content, or `#` and the hash of the id if the catalog did not have it.
    pub item: String,
    /// The same of the creative; `None` for a content.
    pub creative: Option<String>,
    /// The same of the unit; `None` for a token of the former form.
    pub unit: Option<String>,
    /// The campaign's id, as far as it is known.
    pub campaign: Option<String>,
    /// The advertiser's id, as far as it is known.
    pub advertiser: Option<String>,
    /// `impression` or `click`.
    pub kind: String,
    /// [`VALID`], or why the events do not count.
    pub class: String,
    /// The action that is paid for: `cpm`, `cpc`, `cpa`, `cpi`; `None` for a content.
    pub pricing: Option<String>,
    /// The currency of the price, ISO 4217.
    pub currency: Option<String>,
}

/// A sum of events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The number of events. Negative where a minute takes back what an earlier one has counted.
    pub count: i64,
    /// The sum of their prices, in micros. The price of an impression is that of a thousand of them.
    pub price_micros: i64,
}

impl Sum {
    /// One event of that price.
    #[must_use]
    pub fn one(price_micros: u64) -> Self {
        Self { count: 1, price_micros: i64::try_from(price_micros).unwrap_or(i64::MAX) }
    }

    /// The same taken back.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { count: -self.count, price_micros: self.price_micros.saturating_neg() }
    }

    /// Both together. A sum beyond 64 bits is capped there.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            price_micros: self.price_micros.saturating_add(other.price_micros),
        }
    }

    const fn is_nothing(self) -> bool {
        self.count == 0 && self.price_micros == 0
    }
}

/// Facts by what they are about, in order. A sum of nothing is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Fact>", into = "Vec<Fact>")]
pub struct Facts(BTreeMap<FactKey, Sum>);

impl Facts {
    /// Adds to the fact with that key.
    pub fn add(&mut self, key: FactKey, sum: Sum) {
        let total = self.0.get(&key).copied().unwrap_or_default().plus(sum);
        if total.is_nothing() {
            self.0.remove(&key);
        } else {
            self.0.insert(key, total);
        }
    }

    /// Adds all facts of another minute or hour.
    pub fn add_all(&mut self, other: &Self) {
        for (key, sum) in other.iter() {
            self.add(key.clone(), sum);
        }
    }

    /// All facts, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&FactKey, Sum)> {
        self.0.iter().map(|(key, sum)| (key, *sum))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of facts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// A fact as JSON: one flat object.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fact {
    #[serde(flatten)]
    key: FactKey,
    #[serde(flatten)]
    sum: Sum,
}

impl From<Vec<Fact>> for Facts {
    fn from(facts: Vec<Fact>) -> Self {
        let mut sums = Self::default();
        for Fact { key, sum } in facts {
            sums.add(key, sum);
        }
        sums
    }
}

impl From<Facts> for Vec<Fact> {
    fn from(facts: Facts) -> Self {
        facts.0.into_iter().map(|(key, sum)| Fact { key, sum }).collect()
    }
}
