//! What all values of the vocabulary have in common: a form, and one parser.

use std::borrow::Cow;

/// How the text of a value looks, for the documents that describe requests and catalogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text that matches a regular expression, and the least and the greatest number of its characters where
    /// the expression does not say them.
    Text {
        /// The regular expression, as JSON Schema writes it.
        pattern: &'static str,
        /// The least and the greatest number of characters.
        length: Option<(usize, usize)>,
    },
    /// One of these names.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// Decimal degrees.
    Degrees {
        /// The greatest number of degrees north or east, which is also the greatest south or west.
        max: i64,
        /// The regular expression of their text.
        pattern: &'static str,
    },
    /// `true`, `false`, `1` or `0`.
    Boolean,
    /// The same, or text that matches a regular expression.
    BooleanOr {
        /// The regular expression, which the truth values match too.
        pattern: &'static str,
    },
    /// An instant as RFC 3339 writes it.
    Instant,
}

impl Form {
    /// Text whose regular expression says everything.
    pub(super) const fn pattern(pattern: &'static str) -> Self {
        Self::Text { pattern, length: None }
    }
}

/// A text is not a value. The message continues a sentence that begins with the name of a field: it says what
/// the text must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct Invalid(pub String);

/// A text as near to the form of a value as it can be brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalized<'t> {
    /// The text. It may still not have the form.
    pub text: Cow<'t, str>,
    /// Whether something that the text said has been left out, such as the fifth number of a version.
    pub is_cut: bool,
}

impl<'t> Normalized<'t> {
    /// Another way to write what the text says.
    #[must_use]
    pub fn whole(text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), is_cut: false }
    }

    /// Less than what the text says.
    #[must_use]
    pub fn cut(text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), is_cut: true }
    }
}

/// A value that requests and catalogs write as text.
pub trait Vocabulary: Sized {
    /// How the text looks.
    const FORM: Form;

    /// Reads a value from its text. This is the only parser of the value.
    ///
    /// # Errors
    /// Says what the text must be.
    fn read(text: &str) -> Result<Self, Invalid>;

    /// Brings a text as near to the form as it can be brought, for devices that cannot be changed any more. A
    /// text that has the form means the same afterwards.
    #[must_use]
    fn normalize(text: &str) -> Normalized<'_> {
        Normalized::whole(text)
    }
}

/// The value if its text is in order, or else what the text must be.
pub(super) fn require<T>(is_valid: bool, value: impl FnOnce() -> T, wanted: &str) -> Result<T, Invalid> {
    if is_valid { Ok(value()) } else { Err(Invalid(wanted.to_owned())) }
}

/// The text if it holds digits alone: `str::parse` would take a sign as well.
pub(super) fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}
