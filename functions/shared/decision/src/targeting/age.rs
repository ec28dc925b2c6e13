//! The age in years: the year on the user's calendar less the year of birth.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    if targeting.ages.is_empty() {
        return None;
    }
    let age = subject.query.birth_year.map(|year| subject.local_year.saturating_sub(year));
    let admitted = age.is_some_and(|age| targeting.ages.iter().any(|range| range.contains(age)));
    (!admitted).then_some(Rejection::Age)
}
