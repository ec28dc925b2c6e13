//! What the tests of all shapes share.

use super::shape::{Shape, StoredCondition};
use crate::stored::{TextStore, TextWriter};

/// What `see` sees of a condition once it lies in a blob.
pub(super) fn view<S: Shape, T>(condition: &S, see: impl FnOnce(S::View<'_>) -> T) -> T {
    assert!(!condition.is_open(), "a condition that asks for nothing is not stored");
    let (mut texts, mut words) = (TextWriter::default(), Vec::new());
    condition.write(&mut texts, &mut words);
    let (bytes, ends) = texts.finish();
    let stored = StoredCondition { texts: TextStore { bytes: &bytes, ends: &ends }, words: &words };
    assert!(S::is_sound(stored));
    see(S::view(stored))
}
