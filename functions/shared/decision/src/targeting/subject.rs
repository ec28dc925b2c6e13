//! What targeting looks at.

use lockfill_catalog::targeting::UserAge;
use lockfill_models::query::Query;

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The request.
    pub query: &'a Query,
    /// The year on the user's own calendar.
    pub local_year: i16,
    /// The publisher's app that the unit belongs to.
    pub app_id: &'a str,
    /// How long the user has been here, if that is known.
    pub user_age: Option<UserAge>,
}
