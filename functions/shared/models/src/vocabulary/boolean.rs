//! Truth values.

use super::form::{Form, Invalid, Normalized, Vocabulary};

impl Vocabulary for bool {
    const FORM: Form = Form::Boolean;

    fn read(text: &str) -> Result<Self, Invalid> {
        match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Invalid("one of true, false, 1, 0".to_owned())),
        }
    }

    fn normalize(text: &str) -> Normalized<'_> {
        Normalized::whole(text.to_ascii_lowercase())
    }
}
