//! The publisher's app: the one that the unit belongs to, whatever the request says.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.apps.admits(Some(subject.app_id));
    (!admitted).then_some(Rejection::App)
}
