//! The closed hours of the last day, by line item and the hour in which its events happened.

use std::collections::HashMap;

use lockfill_dao::DeliveryStore;
use lockfill_delivery::facts::Facts;
use lockfill_delivery::rollup::{ItemTotals, LineItemKey};

use crate::roll_ups::RollUpError;

/// What happens in a campaign's day arrives in it or later, and a day has at most 25 hours.
const HOURS: i64 = 26;

/// Sums of line items by the hour in which the events happened.
pub(super) type ByHour = HashMap<(i64, LineItemKey), ItemTotals>;

/// Hours of arrival, each with its sums. A closed hour changes only by a rebuild, so a process reads each once.
#[derive(Debug, Default)]
pub(super) struct RecentHours(Vec<(i64, ByHour)>);

impl RecentHours {
    /// Reads what is missing of the hours before an open one, and forgets older ones.
    pub(super) async fn read(
        &mut self,
        store: &impl DeliveryStore,
        open_hour: i64,
    ) -> Result<(), RollUpError> {
        self.0.retain(|(hour, _)| (open_hour - HOURS..open_hour).contains(hour));
        for hour in open_hour - HOURS..open_hour {
            if self.0.iter().all(|(known, _)| *known != hour) {
                self.0.push((hour, by_hour(&store.hour(hour).await?.facts)));
            }
        }
        Ok(())
    }

    /// All sums.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&(i64, LineItemKey), &ItemTotals)> {
        self.0.iter().flat_map(|(_, sums)| sums)
    }
}

/// The sums of facts.
pub(super) fn by_hour(facts: &Facts) -> ByHour {
    let mut sums = ByHour::new();
    for (key, sum) in facts.iter().filter(|(key, _)| key.item_kind == "line_item") {
        let item = key.item.clone();
        let line_item = LineItemKey { item, campaign: key.campaign.clone(), currency: key.currency.clone() };
        sums.entry((key.hour, line_item)).or_default().add(key, sum);
    }
    sums
}
