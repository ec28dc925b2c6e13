//! Showings that a user's other devices were lent and have not reported yet.
//!
//! A slate is for hours, so two devices of one user could each show a capped line item as often as its cap allows. On
//! a unit that lends, the slots of an answer are noted as lent to the device that asked, and count for all others.

use jiff::tz::TimeZone;

use crate::device_report::{More, raise};
use crate::draw::bytes_hash;
use crate::time::{Buckets, EpochSeconds};
use crate::user_state::UserState;

const SEPARATOR: &str = "\x1f";

/// Who borrows: the hash of a unit and a device. Requests that name no device are those of one device without a name.
#[must_use]
pub fn borrower(unit_id: &str, device_id: Option<&str>) -> u64 {
    bytes_hash([unit_id, SEPARATOR, device_id.unwrap_or_default()].concat().as_bytes())
}

impl UserState {
    /// Counts slots that other devices were lent, each by the id of its line item. Nothing tells when a device shows
    /// them, so each counts in the present minute, hour, day and week, as a slot of the slate itself does, and none is a
    /// last showing. `owner_of` names the campaign and the advertiser of a line item; what it does not know is left out.
    pub fn add_loans<'a>(
        &mut self,
        line_item_ids: &[String],
        now: EpochSeconds,
        zone: &TimeZone,
        owner_of: impl Fn(&str) -> Option<(&'a str, &'a str)>,
    ) {
        let buckets = Buckets::at(now, zone);
        for id in line_item_ids {
            let Some((campaign_id, advertiser_id)) = owner_of(id) else { continue };
            for (histories, id) in [
                (&mut self.line_items, id.as_str()),
                (&mut self.campaigns, campaign_id),
                (&mut self.advertisers, advertiser_id),
            ] {
                raise(histories, id, EpochSeconds(0), More::ONE, &buckets);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Window;
    use crate::user_state::History;

    const NOW: &str = "2026-11-25T12:00:00Z";

    fn owner_of(id: &str) -> Option<(&'static str, &'static str)> {
        id.starts_with("li-").then_some(("c-1", "a-1"))
    }

    fn lent(state: &mut UserState, ids: &[&str], now: &str) {
        let ids: Vec<_> = ids.iter().map(|id| (*id).to_owned()).collect();
        state.add_loans(&ids, now.parse().unwrap(), &TimeZone::UTC, owner_of);
    }

    fn counts(history: &History, now: &str) -> [u32; 5] {
        let buckets = Buckets::at(now.parse().unwrap(), &TimeZone::UTC);
        [Window::Minute, Window::Hour, Window::Day, Window::Week, Window::Lifetime]
            .map(|window| history.count(window, &buckets))
    }

    #[test]
    fn a_loan_counts_for_the_item_its_campaign_and_its_advertiser_and_is_no_last_showing() {
        let mut state = UserState::new_user();
        lent(&mut state, &["li-1", "li-1", "li-2", "gone"], NOW);
        assert_eq!(counts(&state.line_items["li-1"], NOW), [2; 5]);
        assert_eq!(counts(&state.campaigns["c-1"], NOW), [3; 5]);
        assert_eq!(counts(&state.advertisers["a-1"], NOW), [3; 5]);
        assert_eq!(state.line_items["li-1"].last_shown_at, EpochSeconds(0));
        assert_eq!(state.line_items.len(), 2, "a line item that is not published has no owner");
        assert_eq!(state.first_seen_at, None);
    }

    #[test]
    fn a_loan_counts_beside_what_was_shown_and_windows_that_are_over_begin_anew() {
        let mut state = UserState::new_user();
        let shown_at: EpochSeconds = "2026-11-24T23:59:00Z".parse().unwrap();
        let once = History::once(shown_at, &Buckets::at(shown_at, &TimeZone::UTC));
        state.line_items.insert("li-1".to_owned(), once);
        lent(&mut state, &["li-1"], NOW);
        assert_eq!(counts(&state.line_items["li-1"], NOW), [1, 1, 1, 2, 2]);
        assert_eq!(state.line_items["li-1"].last_shown_at, shown_at);
    }

    #[test]
    fn a_borrower_is_a_device_on_a_unit() {
        let all = [borrower("u-1", Some("d")), borrower("u-2", Some("d")), borrower("u-1", None)];
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
    }
}
