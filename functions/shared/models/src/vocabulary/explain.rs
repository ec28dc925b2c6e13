//! Of which items a request wants to know why they are not shown.

use super::form::{Form, Invalid, Vocabulary};
use super::identifier::Identifier;

/// The most items that a request may name.
const NAMED_MAX: usize = 200;

/// Of which items a request wants to know why they are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Explain {
    /// Of none.
    #[default]
    Nothing,
    /// Of as many as an answer holds.
    All,
    /// Of these.
    Named(Vec<Identifier>),
}

impl Vocabulary for Explain {
    const FORM: Form = Form::BooleanOr { pattern: "^[A-Za-z0-9_.-]{1,64}(,[A-Za-z0-9_.-]{1,64}){0,199}$" };

    fn read(text: &str) -> Result<Self, Invalid> {
        match bool::read(text) {
            Ok(true) => return Ok(Self::All),
            Ok(false) => return Ok(Self::Nothing),
            Err(_) => {}
        }
        let wanted =
            || Invalid(format!("one of true, false, 1, 0, or 1 to {NAMED_MAX} ids with commas between them"));
        if text.split(',').count() > NAMED_MAX {
            return Err(wanted());
        }
        let ids: Result<Vec<_>, _> = text.split(',').map(Identifier::read).collect();
        ids.map(Self::Named).map_err(|_| wanted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_value_is_one_and_all_else_names_items() {
        let named =
            |ids: &[&str]| Explain::Named(ids.iter().map(|id| Identifier::read(id).unwrap()).collect());
        for (text, expected) in [
            ("true", Explain::All),
            ("1", Explain::All),
            ("false", Explain::Nothing),
            ("0", Explain::Nothing),
            ("li-1001", named(&["li-1001"])),
            ("li-1001,ct-7", named(&["li-1001", "ct-7"])),
            ("1,0", named(&["1", "0"])),
        ] {
            assert_eq!(Explain::read(text).unwrap(), expected, "{text}");
        }
        let many = |count| vec!["x"; count].join(",");
        assert_eq!(Explain::read(&many(NAMED_MAX)).unwrap(), named(&["x"; NAMED_MAX]));
        for text in ["", ",", "a,", "a,,b", "a b", "a, b", "가", &"x".repeat(65), &many(NAMED_MAX + 1)] {
            Explain::read(text).unwrap_err();
        }
    }
}
