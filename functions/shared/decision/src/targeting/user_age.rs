//! Whether the user is new here or comes back.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.user_age.is_none() || targeting.user_age == subject.user_age;
    (!admitted).then_some(Rejection::UserAge)
}
