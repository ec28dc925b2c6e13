//! The gender that the app reports.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.genders.admits(subject.query.gender.as_ref());
    (!admitted).then_some(Rejection::Gender)
}
