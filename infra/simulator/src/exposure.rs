//! What a budget may be exceeded by: slots in flight when it was last known not to be spent, and what was handed out until
//! the table of gates that closes it.
//!
//! A slot is in flight from its hand-out until its last report is rolled up, or until its device drops it. All that is
//! counted after an instant was in flight then or was handed out later. So the spend of a budget is at most what was known
//! at a run that left it open, and the price of `in_flight + handed_out` of its line items, where the second counts until the
//! next run.

use std::collections::{BTreeMap, VecDeque};

use lockfill_delivery::terms::{CampaignTerms, Terms};
use lockfill_models::pacing::Gates;
use lockfill_models::time::EpochSeconds;

/// A device's clock is wrong by so many seconds at most, so that a showing counts for the day before or after.
const CLOCKS_DIFFER_BY: i64 = 900;

/// Slots that may still bring events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exposed {
    /// In flight when the budget was last left open.
    pub in_flight: u64,
    /// Handed out from then on until the next run.
    pub handed_out: u64,
}

/// Slots of all line items, by the numbers of their rows.
#[derive(Debug, Default)]
pub struct Exposure {
    in_flight: Vec<u64>,
    handed_out: Vec<u64>,
    /// Slots whose last report has arrived, and when.
    arrived: VecDeque<(i64, u32)>,
    /// What was handed out before the run that left a line item open, for lifetime budgets (`None`) and days.
    open: BTreeMap<(usize, Option<i64>), (Exposed, u64, bool)>,
}

impl Exposure {
    /// No slots of so many line items.
    pub fn new(line_items: usize) -> Self {
        Self { in_flight: vec![0; line_items], handed_out: vec![0; line_items], ..Self::default() }
    }

    /// A slot is handed out.
    pub fn hand_out(&mut self, line_item: u32) {
        self.in_flight[line_item as usize] += 1;
        self.handed_out[line_item as usize] += 1;
    }

    /// A device drops a slot.
    pub fn drop_slot(&mut self, line_item: u32) {
        self.in_flight[line_item as usize] -= 1;
    }

    /// The last report of a slot arrives.
    pub fn arrive(&mut self, at: i64, line_item: u32) {
        self.arrived.push_back((at, line_item));
    }

    /// All that arrived before an instant is rolled up.
    pub fn roll_up(&mut self, until: i64) {
        while let Some((_, line_item)) = self.arrived.pop_front_if(|(at, _)| *at < until) {
            self.in_flight[line_item as usize] -= 1;
        }
    }

    /// A run of the pacing has made a table, which is in force.
    pub fn paced(&mut self, terms: &Terms, gates: &Gates, numbers: impl Fn(&str) -> usize, now: i64) {
        let spent = gates.spent_campaigns();
        for campaign in terms.campaigns.iter().filter(|campaign| campaign.has_budget()) {
            let is_open = spent.binary_search(&campaign.hash).is_err();
            let day = campaign.day(EpochSeconds(now)).from.0;
            for id in campaign.line_items.iter().map(|&place| &terms.line_items[place].id) {
                let number = numbers(id);
                for key in [(number, None), (number, Some(day))] {
                    self.note(key, is_open);
                }
                self.close_day_before(number, day, now);
            }
        }
    }

    fn note(&mut self, key: (usize, Option<i64>), is_open: bool) {
        let (in_flight, all) = (self.in_flight[key.0], self.handed_out[key.0]);
        let (exposed, before, was_open) = self.open.entry(key).or_default();
        if *was_open {
            exposed.handed_out = all - *before;
        }
        if is_open {
            (*exposed, *before) = (Exposed { in_flight, handed_out: 0 }, all);
        }
        *was_open = is_open;
    }

    /// What is handed out shortly after a day may count for it by the clock of its device.
    fn close_day_before(&mut self, number: usize, day: i64, now: i64) {
        let mut earlier = self.open.range_mut((number, Some(i64::MIN))..(number, Some(day)));
        if let Some((_, (exposed, before, was_open))) = earlier.next_back().filter(|(_, open)| open.2) {
            exposed.handed_out = self.handed_out[number] - *before;
            *was_open = now < day + CLOCKS_DIFFER_BY;
        }
    }

    /// What the spend of a campaign may exceed its lifetime budget by, or the budget of the day that began at an instant,
    /// in micros of the budget.
    pub fn micros(
        &self,
        terms: &Terms,
        campaign: &CampaignTerms,
        numbers: impl Fn(&str) -> usize,
        day: Option<i64>,
    ) -> f64 {
        let of_item = |&place: &usize| {
            let item = &terms.line_items[place];
            let open = self.open.get(&(numbers(&item.id), day)).map(|(exposed, ..)| *exposed);
            let slots = open.map_or(0, |exposed| exposed.in_flight + exposed.handed_out);
            slots as f64 * item.thousand_events_micros() as f64 / 1_000.0
        };
        campaign.line_items.iter().map(of_item).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposed(exposure: &Exposure) -> Exposed {
        exposure.open[&(0, None)].0
    }

    #[test]
    fn what_was_in_flight_and_is_handed_out_until_the_next_table_may_still_come() {
        let mut exposure = Exposure::new(1);
        (0..5).for_each(|_| exposure.hand_out(0));
        exposure.arrive(30, 0);
        exposure.arrive(70, 0);
        exposure.drop_slot(0);
        exposure.roll_up(60);
        exposure.note((0, None), true);
        assert_eq!(exposed(&exposure), Exposed { in_flight: 3, handed_out: 0 }, "one waits to be rolled up");
        exposure.hand_out(0);
        exposure.note((0, None), false);
        exposure.hand_out(0);
        exposure.note((0, None), false);
        assert_eq!(exposed(&exposure), Exposed { in_flight: 3, handed_out: 1 }, "it was closed by then");
    }
}
