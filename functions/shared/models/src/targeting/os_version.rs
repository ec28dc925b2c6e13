//! The version of the operating system, compared part by part.

use super::{Subject, Targeting};
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.os_versions.admits(subject.query.os_version);
    (!admitted).then_some(Rejection::OsVersion)
}
