//! A user's history as a decision takes it: what is stored, what the device reports, what other devices were lent.

use jiff::tz::TimeZone;
use lockfill_catalog::Catalog;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::UserState;

/// What is stored of a user, which is an unknown history if it may not or cannot be read, and what the device reports.
pub(crate) fn with_report(
    mut state: UserState,
    query: &Query,
    catalog: &Catalog,
    now: EpochSeconds,
) -> UserState {
    if let Some((shown, zone)) = query.shown.as_ref().zip(zone(query, catalog)) {
        state.add_report(shown, now.floor_to_minute(), zone, |id| owner_of(catalog, id));
    }
    state
}

/// A history and the slots that other devices were lent, by the ids of their line items.
pub(crate) fn with_loans(
    mut state: UserState,
    line_item_ids: &[String],
    query: &Query,
    catalog: &Catalog,
    now: EpochSeconds,
) -> UserState {
    if let Some(zone) = zone(query, catalog) {
        state.add_loans(line_item_ids, now.floor_to_minute(), zone, |id| owner_of(catalog, id));
    }
    state
}

/// The user's zone: the request's or the unit's; `None` if the catalog has no such unit.
fn zone<'a>(query: &'a Query, catalog: &'a Catalog) -> Option<&'a TimeZone> {
    let unit = catalog.unit(&query.unit_id)?;
    Some(query.time_zone.as_ref().unwrap_or(&unit.time_zone))
}

fn owner_of<'c>(catalog: &'c Catalog, line_item_id: &str) -> Option<(&'c str, &'c str)> {
    let campaign = catalog.line_item(line_item_id)?.campaign();
    Some((campaign.id(), campaign.advertiser().id()))
}
