//! The comparison of conditions: whether one includes all requests of another, and whether two have requests in common.
//!
//! A positive answer is certain. Where the comparison cannot decide (regular expressions, patterns that include another
//! only together), the answer is negative.

use super::super::pattern::{Pattern, Token};
use super::host_header::HostHeader;
use super::http_header::HttpHeader;
use super::http_request_method::HttpRequestMethod;
use super::kinds::Condition;
use super::matcher::Matcher;
use super::path_pattern::PathPattern;
use super::query_string::{Parameter, QueryString};
use super::source_ip::{Network, SourceIp};

impl Condition {
    /// Whether every request fulfills the condition.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        match self {
            // Every path begins with a slash.
            Self::PathPattern(PathPattern(matchers)) => {
                let everything = |matcher: &Matcher| match matcher {
                    Matcher::Wildcard(pattern) => pattern.as_str() == "*" || pattern.as_str() == "/*",
                    Matcher::Regex(_) => false,
                };
                matchers.iter().any(everything)
            }
            Self::SourceIp(condition) => {
                let all = |v4| condition.0.iter().any(|block| block.is_everything() && block.is_v4() == v4);
                all(true) && all(false)
            }
            _ => false,
        }
    }

    /// Whether every request that fulfills `other` fulfills this condition too.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::PathPattern(PathPattern(wide)), Self::PathPattern(PathPattern(narrow)))
            | (Self::HostHeader(HostHeader(wide)), Self::HostHeader(HostHeader(narrow))) => {
                all_included(wide, narrow, matcher_includes)
            }
            (Self::HttpHeader(wide), Self::HttpHeader(narrow)) => {
                wide.name.eq_ignore_ascii_case(&narrow.name)
                    && all_included(&wide.matchers, &narrow.matchers, matcher_includes)
            }
            (Self::HttpRequestMethod(wide), Self::HttpRequestMethod(narrow)) => {
                all_included(&wide.0, &narrow.0, |a, b| a == b)
            }
            (Self::QueryString(wide), Self::QueryString(narrow)) => {
                all_included(&wide.0, &narrow.0, parameter_includes)
            }
            (Self::SourceIp(wide), Self::SourceIp(narrow)) => {
                all_included(&wide.0, &narrow.0, Network::includes)
            }
            _ => false,
        }
    }

    /// The condition once for each of its values, which are alternatives.
    #[must_use]
    pub fn alternatives(&self) -> Vec<Self> {
        fn each<T: Clone>(values: &[T], make: impl Fn(Vec<T>) -> Condition) -> Vec<Condition> {
            values.iter().map(|value| make(vec![value.clone()])).collect()
        }
        match self {
            Self::HostHeader(condition) => each(&condition.0, |one| Self::HostHeader(HostHeader(one))),
            Self::PathPattern(condition) => each(&condition.0, |one| Self::PathPattern(PathPattern(one))),
            Self::HttpRequestMethod(condition) => {
                each(&condition.0, |one| Self::HttpRequestMethod(HttpRequestMethod(one)))
            }
            Self::QueryString(condition) => each(&condition.0, |one| Self::QueryString(QueryString(one))),
            Self::SourceIp(condition) => each(&condition.0, |one| Self::SourceIp(SourceIp(one))),
            Self::HttpHeader(condition) => each(&condition.matchers, |matchers| {
                Self::HttpHeader(HttpHeader { name: condition.name.clone(), matchers })
            }),
        }
    }

    /// A value that fulfills both conditions, for two on the same field.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<String> {
        let (a, b) = match (self, other) {
            (Self::PathPattern(PathPattern(a)), Self::PathPattern(PathPattern(b)))
            | (Self::HostHeader(HostHeader(a)), Self::HostHeader(HostHeader(b)))
            | (
                Self::HttpHeader(HttpHeader { matchers: a, .. }),
                Self::HttpHeader(HttpHeader { matchers: b, .. }),
            ) if self.subject().eq_ignore_ascii_case(&other.subject()) => (a, b),
            (Self::HttpRequestMethod(a), Self::HttpRequestMethod(b)) => {
                return a.0.iter().find(|method| b.0.contains(method)).cloned();
            }
            _ => return None,
        };
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
        pairs.into_iter().find_map(|pair| match pair {
            (Matcher::Wildcard(a), Matcher::Wildcard(b)) => meet(a.tokens(), b.tokens()),
            _ => None,
        })
    }
}

fn all_included<T>(wide: &[T], narrow: &[T], includes: impl Fn(&T, &T) -> bool) -> bool {
    narrow.iter().all(|value| wide.iter().any(|other| includes(other, value)))
}

fn matcher_includes(wide: &Matcher, narrow: &Matcher) -> bool {
    match (wide, narrow) {
        (Matcher::Wildcard(wide), Matcher::Wildcard(narrow)) => pattern_includes(wide, narrow),
        (Matcher::Wildcard(wide), Matcher::Regex(_)) => wide.as_str() == "*",
        (Matcher::Regex(wide), Matcher::Regex(narrow)) => wide.as_str() == narrow.as_str(),
        (Matcher::Regex(wide), Matcher::Wildcard(narrow)) => {
            narrow.wildcards() == 0 && wide.matches(narrow.as_str())
        }
    }
}

fn parameter_includes(wide: &Parameter, narrow: &Parameter) -> bool {
    let key = match (&wide.key, &narrow.key) {
        (None, _) => true,
        (Some(wide), None) => wide.as_str() == "*",
        (Some(wide), Some(narrow)) => pattern_includes(wide, narrow),
    };
    key && pattern_includes(&wide.value, &narrow.value)
}

/// Whether `wide` matches every text that `narrow` matches. `wide` is matched against the tokens of `narrow`: only `*`
/// takes a `*`, and only a wildcard takes a `?`.
pub(super) fn pattern_includes(wide: &Pattern, narrow: &Pattern) -> bool {
    let (wide, narrow) = (wide.tokens(), narrow.tokens());
    // `reached[n]`: the tokens of `wide` so far can take the first `n` of `narrow`.
    let mut reached = vec![false; narrow.len() + 1];
    reached[0] = true;
    for token in wide {
        let before = std::mem::replace(&mut reached, vec![false; narrow.len() + 1]);
        for n in 0..=narrow.len() {
            reached[n] = match token {
                Token::Many => before[n] || n > 0 && reached[n - 1],
                _ => n > 0 && before[n - 1] && takes(*token, narrow[n - 1]),
            };
        }
    }
    reached[narrow.len()]
}

fn takes(wide: Token, narrow: Token) -> bool {
    match (wide, narrow) {
        (Token::One, Token::One | Token::Byte(..)) => true,
        (Token::Byte(..), Token::Byte(byte, _)) => wide.takes(byte),
        _ => false,
    }
}

/// A text that both patterns match, found by a search over pairs of positions.
fn meet(a: &[Token], b: &[Token]) -> Option<String> {
    let mut seen = vec![false; (a.len() + 1) * (b.len() + 1)];
    let mut open = vec![(0, 0, Vec::new())];
    while let Some((i, j, text)) = open.pop() {
        if std::mem::replace(&mut seen[i * (b.len() + 1) + j], true) {
            continue;
        }
        if i == a.len() && j == b.len() {
            return String::from_utf8(text).ok();
        }
        let (left, right) = (a.get(i), b.get(j));
        if let (Some(left), Some(right)) = (left, right)
            && let Some(byte) = one_byte(*left, *right)
        {
            let mut longer = text.clone();
            longer.push(byte);
            let next = |token: &Token, at: usize| if *token == Token::Many { at } else { at + 1 };
            open.push((next(left, i), next(right, j), longer));
        }
        if left == Some(&Token::Many) {
            open.push((i + 1, j, text.clone()));
        }
        if right == Some(&Token::Many) {
            open.push((i, j + 1, text));
        }
    }
    None
}

/// A byte that both tokens take.
fn one_byte(a: Token, b: Token) -> Option<u8> {
    match (a, b) {
        (Token::Byte(byte, _), other) | (other, Token::Byte(byte, _)) => other.takes(byte).then_some(byte),
        _ => Some(b'x'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::case_sensitive(text)
    }

    #[test]
    fn wider_patterns_include_narrower_ones() {
        for (wide, narrow) in [("/*", "/a/*"), ("*", "?"), ("/a*", "/a"), ("/?/x", "/b/x"), ("*.x", "*a*.x")]
        {
            assert!(pattern_includes(&pattern(wide), &pattern(narrow)), "{wide} {narrow}");
            assert!(!pattern_includes(&pattern(narrow), &pattern(wide)), "{narrow} {wide}");
        }
    }

    proptest! {
        #[test]
        fn what_the_narrower_pattern_matches_the_wider_one_matches_too(
            wide in "[ab*?]{0,5}", narrow in "[ab*?]{0,5}", subject in "[ab]{0,6}",
        ) {
            let (wide, narrow) = (pattern(&wide), pattern(&narrow));
            if pattern_includes(&wide, &narrow) && narrow.matches(&subject) {
                prop_assert!(wide.matches(&subject));
            }
        }

        #[test]
        fn patterns_that_meet_do_so_in_the_text_that_is_named(
            a in "[ab*?]{0,6}", b in "[ab*?]{0,6}", subject in "[ab]{0,6}",
        ) {
            let (a, b) = (pattern(&a), pattern(&b));
            match meet(a.tokens(), b.tokens()) {
                Some(text) => prop_assert!(a.matches(&text) && b.matches(&text), "{}", text),
                None => prop_assert!(!(a.matches(&subject) && b.matches(&subject))),
            }
        }
    }
}
