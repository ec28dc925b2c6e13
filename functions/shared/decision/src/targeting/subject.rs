//! What targeting looks at.

use lockfill_catalog::targeting::UserAge;
use lockfill_models::query::Query;

/// The attributes that conditions are held against.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The request.
    pub query: &'a Query,
    /// The year on the user's own calendar.
    pub local_year: i16,
    /// The publisher's app that the unit belongs to, whatever the request says.
    pub app_id: &'a str,
    /// Whether the user is new or returning; `None` if the stored history is not at hand.
    pub user_age: Option<UserAge>,
}

impl Subject<'_> {
    /// The age in years: the year on the user's calendar less the year of birth.
    pub(super) fn age(&self) -> Option<i16> {
        self.query.birth_year.map(|year| year.age_in(self.local_year))
    }
}
