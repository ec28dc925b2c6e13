//! The language that the app reports; a unit's own language does not stand in for it.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.languages.admits(subject.query.language.as_deref());
    (!admitted).then_some(Rejection::Language)
}
