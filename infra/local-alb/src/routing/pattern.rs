//! The wildcards of conditions: `*` is any number of characters, `/` too, and `?` is exactly one.

/// A pattern. No character but `*` and `?` is special.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    tokens: Vec<Token>,
}

/// An element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// This byte, compared by the case rule.
    Byte(u8, CaseRule),
    /// `?`.
    One,
    /// `*`.
    Many,
}

/// Whether `A` and `a` are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseRule {
    /// They differ.
    Sensitive,
    /// They are the same.
    Insensitive,
}

impl Token {
    /// Whether it may stand for this byte.
    #[must_use]
    pub fn takes(self, byte: u8) -> bool {
        match self {
            Self::Byte(own, CaseRule::Sensitive) => own == byte,
            Self::Byte(own, CaseRule::Insensitive) => own.eq_ignore_ascii_case(&byte),
            Self::One | Self::Many => true,
        }
    }
}

impl Pattern {
    /// A pattern for which `A` and `a` differ.
    #[must_use]
    pub fn case_sensitive(text: &str) -> Self {
        Self::plain(text, CaseRule::Sensitive)
    }

    /// A pattern for which `A` and `a` are the same.
    #[must_use]
    pub fn case_insensitive(text: &str) -> Self {
        Self::plain(text, CaseRule::Insensitive)
    }

    /// A case-insensitive pattern in which `\*` and `\?` are those characters themselves. Every other
    /// backslash is one.
    #[must_use]
    pub fn with_escapes(text: &str) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let escaped =
                (byte == b'\\').then(|| bytes.next_if(|next| matches!(next, b'*' | b'?'))).flatten();
            tokens.push(match escaped {
                Some(literal) => Token::Byte(literal, CaseRule::Insensitive),
                None => token(byte, CaseRule::Insensitive),
            });
        }
        Self { text: text.to_owned(), tokens }
    }

    fn plain(text: &str, case: CaseRule) -> Self {
        Self { text: text.to_owned(), tokens: text.bytes().map(|byte| token(byte, case)).collect() }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its elements.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The number of wildcards in it.
    #[must_use]
    pub fn wildcards(&self) -> usize {
        self.tokens.iter().filter(|token| matches!(token, Token::One | Token::Many)).count()
    }

    /// Whether the pattern matches the whole of `subject`.
    ///
    /// The time is at most the product of both lengths: on a mismatch the last `*` takes one byte more.
    #[must_use]
    pub fn matches(&self, subject: &str) -> bool {
        let (pattern, subject) = (&self.tokens, subject.as_bytes());
        let (mut p, mut s) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while s < subject.len() {
            match pattern.get(p) {
                Some(Token::Many) => {
                    retry = Some((p + 1, s));
                    p += 1;
                }
                Some(token) if token.takes(subject[s]) => {
                    p += 1;
                    s += 1;
                }
                _ => {
                    let Some((after_star, taken)) = retry else { return false };
                    retry = Some((after_star, taken + 1));
                    (p, s) = (after_star, taken + 1);
                }
            }
        }
        pattern[p..].iter().all(|token| *token == Token::Many)
    }
}

fn token(byte: u8, case: CaseRule) -> Token {
    match byte {
        b'*' => Token::Many,
        b'?' => Token::One,
        byte => Token::Byte(byte, case),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition as a recursion, which the fast version must agree with.
    fn by_definition(pattern: &[u8], subject: &[u8]) -> bool {
        match (pattern.first(), subject.first()) {
            (None, None) => true,
            (Some(b'*'), _) => {
                by_definition(&pattern[1..], subject)
                    || (!subject.is_empty() && by_definition(pattern, &subject[1..]))
            }
            (Some(b'?'), Some(_)) => by_definition(&pattern[1..], &subject[1..]),
            (Some(a), Some(b)) if a == b => by_definition(&pattern[1..], &subject[1..]),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn the_matcher_agrees_with_the_definition(pattern in "[ab/*?]{0,8}", subject in "[ab/]{0,10}") {
            let expected = by_definition(pattern.as_bytes(), subject.as_bytes());
            prop_assert_eq!(Pattern::case_sensitive(&pattern).matches(&subject), expected);
        }

        #[test]
        fn text_without_wildcards_matches_itself_alone(text in "[a-z./$+:]{1,20}", other in "[a-z./$+:]{1,20}") {
            let pattern = Pattern::case_sensitive(&text);
            prop_assert!(pattern.matches(&text));
            prop_assert_eq!(pattern.matches(&other), text == other);
        }
    }

    #[test]
    fn a_star_crosses_slashes_and_may_be_empty() {
        let pattern = Pattern::case_sensitive("/img/*.png");
        assert!(pattern.matches("/img/a/b/c.png"));
        assert!(pattern.matches("/img/.png"));
        assert!(!pattern.matches("/img/a.PNG"));
        assert!(!pattern.matches("/img/a.png/"));
    }

    #[test]
    fn a_question_mark_is_exactly_one_character() {
        let pattern = Pattern::case_sensitive("/v?/a");
        assert!(pattern.matches("/v1/a"));
        assert!(pattern.matches("/v//a"));
        assert!(!pattern.matches("/v/a"));
        assert!(!pattern.matches("/v10/a"));
    }

    #[test]
    fn case_counts_only_where_it_should() {
        assert!(!Pattern::case_sensitive("/A").matches("/a"));
        assert!(Pattern::case_insensitive("*.Example.COM").matches("www.eXAMPLE.com"));
    }

    #[test]
    fn an_escaped_wildcard_is_a_character_and_other_backslashes_stay() {
        let pattern = Pattern::with_escapes(r"a\*b\?c\d*");
        assert_eq!(pattern.wildcards(), 1);
        assert!(pattern.matches(r"A*b?c\dxyz"));
        assert!(!pattern.matches(r"axb?c\d"));
        assert!(!pattern.matches(r"a*bxc\d"));
        assert!(Pattern::with_escapes("\\").matches("\\"));
    }

    proptest! {
        #[test]
        fn case_is_ignored_or_counts_and_nothing_else_changes(
            pattern in "[abAB/*?]{0,8}", subject in "[abAB/]{0,10}",
        ) {
            let lower = (pattern.to_ascii_lowercase(), subject.to_ascii_lowercase());
            let insensitive = Pattern::case_insensitive(&pattern).matches(&subject);
            prop_assert_eq!(insensitive, Pattern::case_sensitive(&lower.0).matches(&lower.1));
            prop_assert!(insensitive || !Pattern::case_sensitive(&pattern).matches(&subject));
        }

        #[test]
        fn escaped_text_matches_itself_alone(text in "[ab*?]{1,12}", other in "[ab*?]{1,12}") {
            let escaped: String = text.chars().flat_map(|c| match c {
                '*' | '?' => vec!['\\', c],
                c => vec![c],
            }).collect();
            let pattern = Pattern::with_escapes(&escaped);
            prop_assert_eq!(pattern.wildcards(), 0);
            prop_assert!(pattern.matches(&text));
            prop_assert_eq!(pattern.matches(&other), text == other);
        }
    }
}
