//! Text in the syntax of nginx's configuration files.

/// The variable that holds a dollar sign: the syntax has no escape for it.
pub(super) const DOLLAR: &str = "alb_dollar";

/// A quoted parameter that nginx does not search for variables: a regular expression, a name.
pub(super) fn plain(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Literal text for a quoted parameter that nginx searches for variables. It belongs between double quotes.
pub(super) fn literal(text: &str) -> String {
    escaped(text).replace('$', &format!("${{{DOLLAR}}}"))
}

/// Text for a comment, on one line.
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' | '"' => escaped.extend(['\\', char]),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_template_says_ends_a_parameter_or_names_a_variable() {
        assert_eq!(plain(r#"^/a\.b"$"#), r#""^/a\\.b\"$""#);
        assert_eq!(literal("$host\n\"}"), "${alb_dollar}host\\n\\\"}");
        assert_eq!(comment("a\n}\rb"), "a } b");
    }
}
