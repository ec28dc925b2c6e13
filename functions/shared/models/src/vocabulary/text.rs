//! Free text: names that the app and the catalog give.

use std::fmt;

use serde::Deserialize;

use super::canonical::canonical_text;
use super::form::{Form, Invalid, Vocabulary, require};
use super::text_type::text_type;

const SHORT_TEXT_LENGTH_MAX: usize = 64;
const USER_ID_LENGTH_MAX: usize = 128;

/// 1 to 64 characters without control characters; the only white space is a space.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShortText(String);

/// The app's own name for its user: 1 to 128 visible characters. The default is empty: it stands in a query
/// that is still being read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct UserId(String);

text_type!(ShortText);
canonical_text!(ShortText, "a text of 1 to 64 characters, without control characters");
text_type!(UserId);

impl Vocabulary for ShortText {
    const FORM: Form = Form::Text {
        pattern: r"^( |[^\s\u0000-\u001f\u007f-\u009f\ufffd])+$",
        length: Some((1, SHORT_TEXT_LENGTH_MAX)),
    };

    fn read(text: &str) -> Result<Self, Invalid> {
        let is_valid = (1..=SHORT_TEXT_LENGTH_MAX).contains(&text.chars().count())
            && text.chars().all(|character| character == ' ' || is_visible(character));
        let wanted = "1 to 64 characters, in UTF-8, without control characters";
        require(is_valid, || Self(text.to_owned()), wanted)
    }
}

impl Vocabulary for UserId {
    const FORM: Form = Form::Text {
        pattern: r"^[^\s\u0000-\u001f\u007f-\u009f\ufffd]+$",
        length: Some((1, USER_ID_LENGTH_MAX)),
    };

    fn read(text: &str) -> Result<Self, Invalid> {
        let is_valid =
            (1..=USER_ID_LENGTH_MAX).contains(&text.chars().count()) && text.chars().all(is_visible);
        require(is_valid, || Self(text.to_owned()), "1 to 128 visible characters, in UTF-8")
    }
}

/// Whether a character is neither white space, nor a control character, nor the one that replaces bytes which
/// are not UTF-8.
fn is_visible(character: char) -> bool {
    !character.is_whitespace() && !character.is_control() && character != char::REPLACEMENT_CHARACTER
}

/// Text that equals another text whatever the case of its ASCII letters. The case of other letters counts, so
/// that two languages agree on what is equal.
#[derive(Debug, Clone, Eq, Deserialize)]
#[serde(transparent)]
pub struct Folded(ShortText);

impl Folded {
    /// The text as it was written.
    #[must_use]
    pub fn as_text(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Folded {
    fn eq(&self, other: &Self) -> bool {
        *self == *other.0
    }
}

impl PartialEq<str> for Folded {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl fmt::Display for Folded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_id_is_visible_in_any_script() {
        assert!(UserId::read(&"가".repeat(128)).is_ok());
        for text in ["", "a b", "a\u{1f}b", "a\u{0}", "\u{fffd}", &"x".repeat(129)] {
            assert!(UserId::read(text).is_err(), "{text:?}");
        }
    }
}
