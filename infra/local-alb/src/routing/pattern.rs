//! The wildcards of conditions: `*` is any number of characters, `/` too, and `?` is exactly one.

/// A pattern. No character but `*` and `?` is special.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    ignore_case: bool,
}

impl Pattern {
    /// A pattern for which `A` and `a` differ.
    #[must_use]
    pub fn case_sensitive(text: &str) -> Self {
        Self { text: text.to_owned(), ignore_case: false }
    }

    /// A pattern for which `A` and `a` are the same.
    #[must_use]
    pub fn case_insensitive(text: &str) -> Self {
        Self { text: text.to_owned(), ignore_case: true }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number of wildcards in it.
    #[must_use]
    pub fn wildcards(&self) -> usize {
        self.text.bytes().filter(|byte| matches!(byte, b'*' | b'?')).count()
    }

    /// Whether the whole of `subject` fits the pattern.
    ///
    /// The time is at most the product of both lengths: on a mismatch only the last `*` takes one byte more.
    #[must_use]
    pub fn matches(&self, subject: &str) -> bool {
        let (pattern, subject) = (self.text.as_bytes(), subject.as_bytes());
        let (mut p, mut s) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        while s < subject.len() {
            match pattern.get(p) {
                Some(b'*') => {
                    retry = Some((p + 1, s));
                    p += 1;
                }
                Some(&byte) if byte == b'?' || self.same(byte, subject[s]) => {
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
        pattern[p..].iter().all(|byte| *byte == b'*')
    }

    fn same(&self, a: u8, b: u8) -> bool {
        if self.ignore_case { a.eq_ignore_ascii_case(&b) } else { a == b }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, read aloud: what the fast version must agree with.
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
}
