//! The country that the app reports.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.countries.admits(subject.query.country.as_deref());
    (!admitted).then_some(Rejection::Country)
}
