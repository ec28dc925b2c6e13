//! What a device itself has shown.

use super::form::{Form, Invalid, Vocabulary, digits};
use super::identifier::Identifier;
use crate::time::EpochSeconds;

/// More showings than a device can have, and few enough digits for a regular expression to say exactly.
const COUNT_DIGITS_MAX: usize = 9;
/// Until the year 5138.
const LAST_SHOWN_AT_DIGITS_MAX: usize = 11;

/// What the device has shown of one item since local midnight, written as
/// `ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// A line item's or a content's id.
    pub item_id: Identifier,
    /// How often.
    pub count: u32,
    /// When last.
    pub last_shown_at: EpochSeconds,
}

impl Vocabulary for Shown {
    const FORM: Form = Form::pattern("^[A-Za-z0-9_.-]{1,64}:[0-9]{1,9}:[0-9]{1,11}$");

    fn read(text: &str) -> Result<Self, Invalid> {
        parse(text).ok_or_else(|| Invalid("ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS".to_owned()))
    }
}

fn parse(text: &str) -> Option<Shown> {
    let (item_id, rest) = text.split_once(':')?;
    let (count, last_shown_at) = rest.split_once(':')?;
    let last_shown_at = digits(last_shown_at).filter(|digits| digits.len() <= LAST_SHOWN_AT_DIGITS_MAX)?;
    let last_shown_at = last_shown_at.parse().ok().map(EpochSeconds)?;
    Some(Shown {
        item_id: Identifier::read(item_id).ok()?,
        count: digits(count).filter(|digits| digits.len() <= COUNT_DIGITS_MAX)?.parse().ok()?,
        last_shown_at: (last_shown_at <= EpochSeconds::MAX).then_some(last_shown_at)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_showed_is_item_count_and_time() {
        assert_eq!(Shown::read("li-1:3:1764000000").unwrap().count, 3);
        for text in [
            "",
            "li-1",
            "li-1:3",
            "li-1:-1:5",
            "li-1:3:",
            "a b:1:1",
            "li-1:4294967296:1",
            "a:1:99999999999999",
        ] {
            assert!(Shown::read(text).is_err(), "{text}");
        }
    }
}
