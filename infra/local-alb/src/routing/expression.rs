//! Regular expressions of conditions and transforms.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>: no
//! look-around, back-references, atomic groups, possessive quantifiers, subroutines, recursion and Unicode
//! classes. Of these the `regex` crate refuses some itself, but it reads `a++` and `(?R)` in ways of its own.

use std::iter::Peekable;
use std::str::Chars;

use regex::{Captures, Regex, RegexBuilder};

use super::pattern::CaseRule;

/// A regular expression that a balancer accepts.
#[derive(Debug, Clone)]
pub struct Expression {
    regex: Regex,
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// The reason for which a balancer refuses the expression.
    pub fn new(text: &str, case: CaseRule) -> Result<Self, String> {
        unsupported(text)?;
        let built = RegexBuilder::new(text).case_insensitive(case == CaseRule::Insensitive).build();
        built.map(|regex| Self { regex }).map_err(|error| explain(&error))
    }

    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether it matches anywhere in `subject`: only `^` and `$` anchor it.
    #[must_use]
    pub fn matches(&self, subject: &str) -> bool {
        self.regex.is_match(subject)
    }

    /// The captures of the first match.
    pub(super) fn captures<'s>(&self, subject: &'s str) -> Option<Captures<'s>> {
        self.regex.captures(subject)
    }

    /// The number of groups, of which `$0`, the whole match, is the first.
    pub(super) fn groups(&self) -> usize {
        self.regex.captures_len()
    }
}

/// The last line of the crate's error, which names the problem. The lines before show its position.
fn explain(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

fn unsupported(text: &str) -> Result<(), String> {
    let mut chars = text.chars().peekable();
    // Whether the last element was a quantifier, after which only a lazy `?` may come.
    let mut quantified = false;
    while let Some(char) = chars.next() {
        let was = std::mem::take(&mut quantified);
        match char {
            '\\' => escape(chars.next())?,
            '[' => class(&mut chars)?,
            '(' if chars.peek() == Some(&'?') => group(chars.clone().nth(1))?,
            '+' if was => return Err("possessive quantifiers are not supported".to_owned()),
            '*' | '{' if was => return Err("a quantifier follows another".to_owned()),
            '*' | '+' => quantified = true,
            '?' => quantified = !was,
            '{' => {
                chars.find(|char| *char == '}');
                quantified = true;
            }
            _ => {}
        }
    }
    Ok(())
}

fn escape(next: Option<char>) -> Result<(), String> {
    match next {
        Some('p' | 'P') => Err("\\p{...} is not supported".to_owned()),
        Some('1'..='9' | 'k') => Err("back-references are not supported".to_owned()),
        _ => Ok(()),
    }
}

fn group(kind: Option<char>) -> Result<(), String> {
    match kind {
        Some('=' | '!') => Err("look-around is not supported".to_owned()),
        Some('>') => Err("atomic groups are not supported".to_owned()),
        Some('R' | '&' | '0'..='9' | '+') => Err("recursion and subroutines are not supported".to_owned()),
        // `(?<name>...)`, `(?:...)`, flags; and `(?<=`, which the crate refuses by name.
        _ => Ok(()),
    }
}

/// Skips a class such as `[^]a-z]`.
fn class(chars: &mut Peekable<Chars<'_>>) -> Result<(), String> {
    chars.next_if_eq(&'^');
    chars.next_if_eq(&']');
    while let Some(char) = chars.next() {
        match char {
            ']' => return Ok(()),
            '\\' => escape(chars.next())?,
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_balancer_does_not_take_is_refused() {
        for (text, reason) in [
            ("a(?=b)", "look-around"),
            ("a(?!b)", "look-around"),
            ("(?<=a)b", "look-around"),
            ("(?<!a)b", "look-around"),
            (r"(a)\1", "back-references"),
            (r"(?<n>a)\k<n>", "back-references"),
            ("(?>a)", "atomic"),
            ("a++", "possessive"),
            ("a*+", "possessive"),
            ("a?+", "possessive"),
            ("a{2}+", "possessive"),
            ("a**", "quantifier"),
            (r"\p{L}", "\\p"),
            (r"[\P{L}]", "\\p"),
            ("(?R)", "recursion"),
            ("(a)(?1)", "recursion"),
            ("(a", "unclosed group"),
            ("[a", "unclosed character class"),
        ] {
            let error = Expression::new(text, CaseRule::Sensitive).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn the_rest_is_taken() {
        for (text, subject) in [
            ("^/v[0-9]+/", "/v12/x"),
            ("a+?b*?c??", "ab"),
            (r"\++", "++"),
            ("[*+]+", "*+"),
            ("[]a]+", "]"),
            ("(?<n>a)(?:b)(?i)C", "abc"),
            ("a{2,3}", "aa"),
        ] {
            let expression = Expression::new(text, CaseRule::Sensitive).expect(text);
            assert!(expression.matches(subject), "{text}");
        }
        assert!(Expression::new("^A$", CaseRule::Insensitive).expect("valid").matches("a"));
        assert!(!Expression::new("^A$", CaseRule::Sensitive).expect("valid").matches("a"));
    }
}
