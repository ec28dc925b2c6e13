//! What was delivered, from the ledger by the project's own roll-up, minute by minute.

use std::collections::{BTreeMap, HashMap};

use lockfill_delivery::pace::{Counts, Delivered, ItemDelivered};
use lockfill_delivery::rollup::{ItemTotals, MinuteInWork, Totals};
use lockfill_delivery::terms::Terms;
use lockfill_models::time::EpochSeconds;

use crate::billing::Billing;
use crate::ledger::{Ledger, hour_of};

/// Sums of all minutes so far.
#[derive(Debug, Default)]
pub struct RollUps {
    totals: Totals,
    /// By the hour in which it happened, and by line item.
    hours: BTreeMap<i64, HashMap<String, ItemTotals>>,
    /// New valid impressions since the pacing asked, by line item and unit.
    recent: HashMap<String, HashMap<String, i64>>,
    pub billing: Billing,
    /// Valid impressions and clicks by unit, since the beginning.
    pub by_unit: HashMap<String, (i64, i64)>,
}

impl RollUps {
    /// Rolls up a minute of arrivals.
    pub fn add(&mut self, minute: i64, ledger: &Ledger) {
        let mut work = MinuteInWork::new(minute, &self.totals.orphans);
        ledger.arrived().into_iter().for_each(|event| work.add(event));
        let found = ledger.find(&work.wanted());
        let rolled = work.finish(found);
        for (key, sum) in rolled.facts.iter().filter(|(key, _)| key.item_kind == "line_item") {
            let of_hour = self.hours.entry(key.hour).or_default();
            of_hour.entry(key.item.clone()).or_default().add(key, sum);
            if let (true, Some(unit)) = (key.class == "valid" && key.kind == "impression", &key.unit) {
                *self.recent.entry(key.item.clone()).or_default().entry(unit.clone()).or_default() +=
                    sum.count;
            }
        }
        for (key, sum) in rolled.facts.iter().filter(|(key, _)| key.class == "valid") {
            let of_unit = self.by_unit.entry(key.unit.clone().unwrap_or_default()).or_default();
            if key.kind == "impression" { of_unit.0 += sum.count } else { of_unit.1 += sum.count }
        }
        self.billing.add(minute.div_euclid(60), &rolled.facts);
        self.totals.add(minute, &rolled);
    }

    /// Sums by the hour in which events happened, and by line item.
    pub const fn hours(&self) -> &BTreeMap<i64, HashMap<String, ItemTotals>> {
        &self.hours
    }

    /// The input of the pacing; what is handed out and asked is added by the caller.
    pub fn delivered(&mut self, terms: &Terms, now: EpochSeconds) -> Delivered {
        let mut delivered = Delivered::default();
        let mut today_of: HashMap<&str, ItemTotals> = HashMap::new();
        let days: Vec<_> = terms.campaigns.iter().map(|campaign| campaign.day(now)).collect();
        let places: HashMap<&str, usize> =
            terms.line_items.iter().map(|item| (&*item.id, item.campaign)).collect();
        let first = hour_of(EpochSeconds(days.iter().map(|day| day.from.0).min().unwrap_or(now.0)));
        for (hour, items) in self.hours.range(first..) {
            for (id, totals) in items {
                let Some(&campaign) = places.get(&**id) else { continue };
                if (days[campaign].from.0..days[campaign].until.0).contains(&(hour * 3_600)) {
                    add(today_of.entry(id).or_default(), totals);
                }
            }
        }
        for (key, totals) in self.totals.items.iter() {
            let item: &mut ItemDelivered = if places.contains_key(&*key.item) {
                delivered.line_items.entry(key.item.clone()).or_default()
            } else {
                let Some(campaign) = &key.campaign else { continue };
                delivered.withdrawn.entry(campaign.clone()).or_default()
            };
            plus(&mut item.lifetime, &counts(totals));
        }
        for (id, totals) in today_of {
            delivered.line_items.entry(id.to_owned()).or_default().today = counts(&totals);
        }
        for (id, units) in std::mem::take(&mut self.recent) {
            let units = units.into_iter().map(|(unit, count)| (unit, u64::try_from(count).unwrap_or(0)));
            delivered.line_items.entry(id).or_default().recent_by_unit = units.collect();
        }
        delivered
    }
}

/// Counts of a day that was asked for so far, by the hour in which they happened.
fn add(sum: &mut ItemTotals, more: &ItemTotals) {
    sum.impressions += more.impressions;
    sum.clicks += more.clicks;
    sum.cpm_price_micros += more.cpm_price_micros;
    sum.cpc_price_micros += more.cpc_price_micros;
}

fn counts(totals: &ItemTotals) -> Counts {
    Counts {
        impressions: u64::try_from(totals.impressions).unwrap_or(0),
        clicks: u64::try_from(totals.clicks).unwrap_or(0),
        spend_micros: totals.spend_micros(),
    }
}

fn plus(sum: &mut Counts, more: &Counts) {
    sum.impressions += more.impressions;
    sum.clicks += more.clicks;
    sum.spend_micros += more.spend_micros;
}
