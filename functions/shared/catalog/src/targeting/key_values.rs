//! The shape of conditions on free keys.

use std::collections::BTreeMap;
use std::fmt;

use lockfill_models::vocabulary::ShortText;
use serde::Deserialize;

use super::allow_deny::{AllowDeny, AllowDenyView};
use super::point::Point;
use super::shape::{Shape, StoredCondition, length, split};
use crate::stored::TextWriter;

/// Free keys and the values that they must and must not have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct KeyValues(pub BTreeMap<ShortText, AllowDeny<ShortText>>);

impl Shape for KeyValues {
    type View<'c> = KeyValuesView<'c>;

    fn is_open(&self) -> bool {
        self.0.values().all(Shape::is_open)
    }

    /// For each key that asks for something: its text, the length of its condition, and the condition.
    fn write(&self, texts: &mut TextWriter, words: &mut Vec<u32>) {
        for (key, condition) in self.0.iter().filter(|(_, condition)| !condition.is_open()) {
            let mut written = Vec::new();
            condition.write(texts, &mut written);
            words.extend([texts.add(key), length(&written)]);
            words.extend(written);
        }
    }

    fn view(stored: StoredCondition<'_>) -> KeyValuesView<'_> {
        KeyValuesView { stored }
    }

    fn is_sound(stored: StoredCondition<'_>) -> bool {
        let mut rest = stored.words;
        while let Some((&key, behind)) = rest.split_first() {
            let Some((condition, others)) = split(behind) else { return false };
            if !stored.texts.has(key) || !AllowDeny::<ShortText>::is_sound(stored.with(condition)) {
                return false;
            }
            rest = others;
        }
        !stored.words.is_empty()
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        point != Point::Absent || self.0.values().all(|condition| condition.allow.is_empty())
    }
}

/// Keys and the values that they must and must not have, in a blob.
#[derive(Debug, Clone, Copy)]
pub struct KeyValuesView<'c> {
    stored: StoredCondition<'c>,
}

impl<'c> KeyValuesView<'c> {
    /// The keys that ask for something, in their order.
    pub fn iter(self) -> impl Iterator<Item = (&'c str, AllowDenyView<'c>)> {
        let mut rest = self.stored.words;
        std::iter::from_fn(move || {
            let (&key, behind) = rest.split_first()?;
            let (condition, others) = split(behind)?;
            rest = others;
            let condition = AllowDeny::<ShortText>::view(self.stored.with(condition));
            Some((self.stored.texts.text(key), condition))
        })
    }
}

impl fmt::Display for KeyValuesView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.iter().map(|(key, condition)| format!("{key}: {condition}")).collect();
        formatter.write_str(&keys.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::super::testing::view;
    use super::*;

    #[test]
    fn keys_that_ask_for_nothing_are_not_stored() {
        let text = |text: &str| ShortText::read(text).unwrap();
        let gold = AllowDeny { allow: vec![text("gold")], deny: vec![] };
        let none = AllowDeny { allow: vec![], deny: vec![text("none")] };
        let keys = [("plan", gold), ("a", AllowDeny::default()), ("tier", none)];
        let keys = KeyValues(keys.map(|(key, condition)| (text(key), condition)).into());
        view(&keys, |view| {
            assert_eq!(view.to_string(), "plan: one of gold; tier: none of none");
        });
    }
}
