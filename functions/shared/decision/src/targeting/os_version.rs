//! The version of the operating system, compared part by part.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.os_versions.admits(subject.query.os_version);
    (!admitted).then_some(Rejection::OsVersion)
}
