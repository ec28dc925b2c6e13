//! Free key-values: every key that is asked about must satisfy its lists.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let found = |key: &String| subject.query.key_values.get(key).map(String::as_str);
    let admitted = targeting.key_values.iter().all(|(key, condition)| condition.admits(found(key)));
    (!admitted).then_some(Rejection::KeyValues)
}
