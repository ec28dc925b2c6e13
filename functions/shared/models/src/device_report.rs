//! A device's report of what it showed beside what is known of its user.
//!
//! A device that was offline has shown what no event has told yet, and stored state has showings of other devices and
//! earlier days. Both contain the showings that were reported in time, so their counts are not added up: in each
//! window the larger one holds.

use jiff::tz::TimeZone;

use crate::time::{Buckets, EpochSeconds, Window, newest_day, newest_week};
use crate::user_state::{Histories, History, Source, UserState, WindowCount};
use crate::vocabulary::Shown;

/// How many showings there are beside those that are known, by window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct More {
    minute: u32,
    hour: u32,
    day: u32,
    week: u32,
    lifetime: u32,
}

impl More {
    /// One of now.
    pub(crate) const ONE: Self = Self { minute: 1, hour: 1, day: 1, week: 1, lifetime: 1 };

    /// What a device reports that is not known. A report begins at local midnight, so what is unknown of the day is
    /// unknown of the week and the lifetime too, which contain earlier days as well.
    fn of(reported: &History, known: Option<&History>, now: &Buckets) -> Self {
        let more = |window| {
            let known = known.map_or(0, |known| known.count(window, now));
            reported.count(window, now).saturating_sub(known)
        };
        let day = more(Window::Day);
        Self {
            minute: more(Window::Minute),
            hour: more(Window::Hour),
            day,
            week: more(Window::Week).max(day),
            lifetime: more(Window::Lifetime).max(day),
        }
    }
}

impl UserState {
    /// Takes a device's own report into account. Of each line item and window the larger of the two counts holds, and
    /// the later of the two last showings; of a content the later showing. A campaign or an advertiser has its own count
    /// and what its line items have more by the report. So a report can only take showings away from its sender.
    ///
    /// A history that was unknown is the device's then. `now` and `owner_of` are those of [`UserState::reported`].
    pub fn add_report<'a>(
        &mut self,
        shown: &[Shown],
        now: EpochSeconds,
        zone: &TimeZone,
        owner_of: impl Fn(&str) -> Option<(&'a str, &'a str)>,
    ) {
        let buckets = Buckets::at(now, zone);
        let report = Self::reported(shown, now, zone, &owner_of);
        for (id, reported) in &report.line_items {
            let Some((campaign_id, advertiser_id)) = owner_of(id) else { continue };
            let more = More::of(reported, self.line_items.get(id), &buckets);
            for (histories, id) in [
                (&mut self.line_items, id.as_str()),
                (&mut self.campaigns, campaign_id),
                (&mut self.advertisers, advertiser_id),
            ] {
                raise(histories, id, reported.last_shown_at, more, &buckets);
            }
        }
        for (id, seen_at) in report.contents {
            let own = self.contents.entry(id).or_insert(seen_at);
            *own = (*own).max(seen_at);
        }
        if self.source == Source::Unknown {
            self.source = Source::Device;
        }
    }
}

/// Adds showings to the history of an id.
pub(crate) fn raise(
    histories: &mut Histories,
    id: &str,
    last_shown_at: EpochSeconds,
    more: More,
    now: &Buckets,
) {
    let none = |bucket| WindowCount { bucket, count: 0 };
    let history = histories.entry(id.to_owned()).or_insert_with(|| History {
        lifetime: 0,
        last_shown_at,
        minute: none(now.minute),
        hour: none(now.hour),
        day: none(now.day),
        week: none(now.week),
    });
    history.lifetime = history.lifetime.saturating_add(more.lifetime);
    history.last_shown_at = history.last_shown_at.max(last_shown_at);
    history.minute = history.minute.raised(more.minute, now.minute, now.minute);
    history.hour = history.hour.raised(more.hour, now.hour, now.hour);
    history.day = history.day.raised(more.day, now.day, newest_day(now.minute));
    history.week = history.week.raised(more.week, now.week, newest_week(now.minute));
}

impl WindowCount {
    /// With so many showings more in the user's present window: `bucket`, or the stored one if that is ahead of it and
    /// not of `newest`.
    const fn raised(self, by: u32, bucket: i64, newest: i64) -> Self {
        if by == 0 {
            return self;
        }
        let count = self.in_local_bucket(bucket, newest).saturating_add(by);
        let is_ahead = bucket < self.bucket && self.bucket <= newest;
        Self { bucket: if is_ahead { self.bucket } else { bucket }, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{Identifier, Vocabulary};

    const NOW: &str = "2026-11-25T12:00:00Z";

    fn at(instant: &str) -> EpochSeconds {
        instant.parse().unwrap()
    }

    fn shown(item_id: &str, count: u32, last: &str) -> Shown {
        Shown { item_id: Identifier::read(item_id).unwrap(), count, last_shown_at: at(last) }
    }

    fn owner_of(id: &str) -> Option<(&'static str, &'static str)> {
        id.starts_with("li").then_some(("c-1", "a-1"))
    }

    /// A user with so many showings of `li-1` at each instant.
    fn stored(showings: &[(&str, u32)]) -> UserState {
        let mut state = UserState::new_user();
        for &(instant, count) in showings {
            for _ in 0..count {
                let once = History::once(at(instant), &Buckets::at(at(instant), &TimeZone::UTC));
                for (histories, id) in [
                    (&mut state.line_items, "li-1"),
                    (&mut state.campaigns, "c-1"),
                    (&mut state.advertisers, "a-1"),
                ] {
                    histories.entry(id.to_owned()).and_modify(|sum| sum.add(&once)).or_insert(once);
                }
            }
        }
        state
    }

    fn with_report(mut state: UserState, report: &[Shown]) -> UserState {
        state.add_report(report, at(NOW), &TimeZone::UTC, owner_of);
        state
    }

    /// Counts of the minute, the hour, the day, the week and the lifetime.
    fn counts(history: &History) -> [u32; 5] {
        let now = Buckets::at(at(NOW), &TimeZone::UTC);
        [Window::Minute, Window::Hour, Window::Day, Window::Week, Window::Lifetime]
            .map(|window| history.count(window, &now))
    }

    #[test]
    fn a_campaign_has_what_its_items_have_more_by_the_report() {
        let report = [shown("li-1", 5, "2026-11-25T08:00:00Z"), shown("li-2", 2, "2026-11-25T12:00:00Z")];
        let state = with_report(stored(&[("2026-11-25T09:00:00Z", 3)]), &report);
        assert_eq!(counts(&state.line_items["li-1"]), [0, 0, 5, 5, 5]);
        assert_eq!(counts(&state.line_items["li-2"]), [2; 5]);
        for history in [state.campaigns["c-1"], state.advertisers["a-1"]] {
            assert_eq!(counts(&history), [2, 2, 7, 7, 7]);
            assert_eq!(history.last_shown_at, at("2026-11-25T12:00:00Z"));
        }
        assert_eq!(state.line_items["li-1"].last_shown_at, at("2026-11-25T09:00:00Z"));
        assert_eq!(state.source, Source::Stored);
    }

    #[test]
    fn a_report_that_tells_nothing_new_changes_nothing() {
        let state = stored(&[("2026-11-23T09:00:00Z", 4), ("2026-11-25T09:00:00Z", 3)]);
        let report = [shown("li-1", 3, "2026-11-25T09:00:00Z"), shown("li-2", 0, NOW)];
        assert_eq!(with_report(state.clone(), &report), state);
        assert_eq!(with_report(state.clone(), &[]), state);
    }

    #[test]
    fn weeks_and_lifetimes_have_earlier_days_beside_the_reported_one() {
        let state = stored(&[("2026-11-16T09:00:00Z", 8), ("2026-11-23T09:00:00Z", 4)]);
        let state = with_report(state, &[shown("li-1", 3, "2026-11-25T09:00:00Z")]);
        assert_eq!(counts(&state.line_items["li-1"]), [0, 0, 3, 7, 15]);
        assert_eq!(counts(&state.campaigns["c-1"]), [0, 0, 3, 7, 15]);
    }

    #[test]
    fn a_day_that_another_zone_has_reached_stays_the_users() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let evening = at("2026-11-25T15:30:00Z");
        let once = History::once(evening, &Buckets::at(evening, &seoul));
        let mut state = UserState::new_user();
        state.line_items.insert("li-1".to_owned(), once);
        state.add_report(&[shown("li-1", 3, "2026-11-25T15:00:00Z")], evening, &TimeZone::UTC, owner_of);
        let history = state.line_items["li-1"];
        assert_eq!(history.day, WindowCount { bucket: once.day.bucket, count: 3 });
    }

    #[test]
    fn a_content_was_seen_at_the_later_time() {
        let mut state = UserState::new_user();
        state.contents.insert("ct-1".to_owned(), at("2026-11-25T11:00:00Z"));
        let report = [shown("ct-1", 1, "2026-11-25T10:00:00Z"), shown("ct-2", 1, "2026-11-25T10:00:00Z")];
        let state = with_report(state, &report);
        assert_eq!(state.contents["ct-1"], at("2026-11-25T11:00:00Z"));
        assert_eq!(state.contents["ct-2"], at("2026-11-25T10:00:00Z"));
    }

    #[test]
    fn an_unknown_history_becomes_the_devices_and_keeps_what_was_stored() {
        let state = UserState { source: Source::Unknown, ..stored(&[("2026-11-25T09:00:00Z", 3)]) };
        let state = with_report(state, &[shown("li-2", 1, "2026-11-25T09:00:00Z")]);
        assert_eq!(state.source, Source::Device);
        assert_eq!(state.line_items.len(), 2);
    }
}
