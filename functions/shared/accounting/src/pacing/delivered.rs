//! What was delivered, as the pacing asks for it.

use std::collections::HashMap;

use lockfill_delivery::facts::VALID;
use lockfill_delivery::pace::{Counts, Delivered, ItemDelivered};
use lockfill_delivery::rollup::{ItemTotals, LineItemKey};
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::event::EventKind;
use lockfill_models::time::EpochSeconds;

use super::recent_hours::{RecentHours, by_hour};
use super::served_terms::ServedTerms;
use crate::roll_ups::Outcome;

const SECONDS_PER_HOUR: i64 = 3_600;

/// Gathers what was delivered.
pub(super) struct Gathering<'a> {
    served: &'a ServedTerms,
    /// The campaign of each line item, by its id, and when its day began.
    days: HashMap<&'a str, EpochSeconds>,
    delivered: Delivered,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(served: &'a ServedTerms, now: EpochSeconds) -> Self {
        let terms = &served.terms;
        let days = terms.campaigns.iter().map(|campaign| campaign.day(now).from).collect::<Vec<_>>();
        let of_item = |item: &'a lockfill_delivery::terms::ItemTerms| {
            Some((&*item.id, days.get(item.campaign).copied()?))
        };
        let days_of_items = terms.line_items.iter().filter_map(of_item).collect();
        Self { served, days: days_of_items, delivered: Delivered::default() }
    }

    /// All that was ever delivered, and what of it was delivered today.
    pub(super) fn add_totals(&mut self, outcome: &Outcome, hours: &RecentHours, now: EpochSeconds) {
        for (key, totals) in outcome.totals.items.iter() {
            self.add(key, totals, |item| &mut item.lifetime);
        }
        let mut today: Vec<_> = hours.iter().map(|(key, totals)| (key.clone(), *totals)).collect();
        for rolled in outcome.minutes.values() {
            today.extend(by_hour(&rolled.facts));
        }
        for ((hour, key), totals) in today {
            let happened = hour * SECONDS_PER_HOUR;
            let day = self.days.get(&*key.item).copied();
            // Of what the terms do not have any more the days are those of its campaign.
            let day = day.or_else(|| self.day_of_campaign(key.campaign.as_deref()?, now));
            if day.is_some_and(|from| happened >= from.0) {
                self.add(&key, &totals, |item| &mut item.today);
            }
        }
    }

    fn day_of_campaign(&self, campaign: &str, now: EpochSeconds) -> Option<EpochSeconds> {
        let found = self.served.terms.campaigns.iter().find(|found| found.id == campaign);
        found.map(|campaign| campaign.day(now).from)
    }

    fn add(
        &mut self,
        key: &LineItemKey,
        totals: &ItemTotals,
        part: impl Fn(&mut ItemDelivered) -> &mut Counts,
    ) {
        let (currency, spend) = (key.currency.as_deref(), totals.spend_micros());
        let (item, spend) = if self.days.contains_key(&*key.item) {
            let spend = self.served.in_item_currency(&key.item, currency, spend);
            (self.delivered.line_items.entry(key.item.clone()).or_default(), spend)
        } else if let Some(campaign) = &key.campaign {
            let spend = self.served.in_budget_currency(campaign, currency, spend);
            (self.delivered.withdrawn.entry(campaign.clone()).or_default(), spend)
        } else {
            return;
        };
        let counts = part(item);
        let unsigned = |count: i64| u64::try_from(count).unwrap_or(0);
        counts.impressions = counts.impressions.saturating_add(unsigned(totals.impressions));
        counts.clicks = counts.clicks.saturating_add(unsigned(totals.clicks));
        counts.spend_micros = counts.spend_micros.saturating_add(spend);
    }

    /// The impressions of the minutes from one on, by unit.
    pub(super) fn add_recent(&mut self, outcome: &Outcome, learned_until: i64) {
        let mut recent: HashMap<(&str, &str), i64> = HashMap::new();
        for rolled in outcome.minutes.range(learned_until..).map(|(_, rolled)| rolled) {
            for (key, sum) in rolled.facts.iter() {
                let is_counted = key.class == VALID && key.kind == EventKind::Impression.name();
                if let Some(unit) = key.unit.as_deref().filter(|_| is_counted) {
                    *recent.entry((&key.item, unit)).or_default() += sum.count;
                }
            }
        }
        for ((item, unit), count) in recent {
            let count = u64::try_from(count).unwrap_or(0);
            if self.days.contains_key(item) {
                let item = self.delivered.line_items.entry(item.to_owned()).or_default();
                item.recent_by_unit.push((unit.to_owned(), count));
            }
        }
    }

    /// What environments have counted.
    pub(super) fn add_counts(&mut self, counts: Vec<EnvironmentCounts>) {
        for counts in counts {
            for (item, count) in counts.handed_out {
                *self.delivered.handed_out.entry(item).or_default() += count;
            }
            for (_, unit, _, count) in counts.requests {
                *self.delivered.requests.entry(unit).or_default() += count;
            }
        }
    }

    /// All of it.
    pub(super) fn done(mut self) -> Delivered {
        for item in self.delivered.line_items.values_mut() {
            item.recent_by_unit.sort_unstable();
        }
        self.delivered
    }
}
