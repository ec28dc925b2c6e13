//! Identifiers of units, line items, creatives and everything else in a catalog.

use super::canonical::canonical_text;
use super::form::{Form, Invalid, Vocabulary, require};
use super::text_type::text_type;

/// 1 to 64 of `A-Za-z0-9_.-`. The default is empty: it stands in a query that is still being read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier(String);

text_type!(Identifier);
canonical_text!(Identifier, "an id: 1 to 64 of A-Za-z0-9_.-");

impl Identifier {
    /// The form in words.
    pub const WANTED: &str = "1 to 64 of A-Za-z0-9_.-";
}

impl Vocabulary for Identifier {
    const FORM: Form = Form::pattern("^[A-Za-z0-9_.-]{1,64}$");

    fn read(text: &str) -> Result<Self, Invalid> {
        let is_identifier_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let is_valid = (1..=64).contains(&text.len()) && text.bytes().all(is_identifier_byte);
        require(is_valid, || Self(text.to_owned()), Self::WANTED)
    }
}
