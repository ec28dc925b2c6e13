//! Transforms: the changes of a request for its target, after a rule has been chosen.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html>.

use std::fmt;

use super::expression::Expression;
use super::pattern::CaseRule;
use super::place::Place;
use crate::template::{LoadError, Value};

const URL: &str = "url-rewrite";
const HOST: &str = "host-header-rewrite";
const LENGTH_MAX: usize = 1024;

/// The transforms of a rule.
#[derive(Debug, Clone, Default)]
pub struct Transforms {
    /// `url-rewrite`, of the path and the query.
    pub url: Option<Rewrite>,
    /// `host-header-rewrite`, of the host without its port.
    pub host: Option<Rewrite>,
}

/// A regular expression, and the replacement of its first match.
#[derive(Debug, Clone)]
pub struct Rewrite {
    regex: Expression,
    replacement: Vec<Piece>,
    written: String,
}

/// A part of a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// This text.
    Text(String),
    /// What this group captures; 0 is the whole match.
    Group(usize),
}

impl Transforms {
    pub(super) fn read(place: Place<'_>, list: &Value) -> Result<Self, LoadError> {
        let mut transforms = Self::default();
        for item in list.items() {
            let kind = item.get("Type").and_then(Value::text).unwrap_or_default();
            let (slot, config, case) = match kind {
                URL => (&mut transforms.url, "UrlRewriteConfig", CaseRule::Sensitive),
                HOST => (&mut transforms.host, "HostHeaderRewriteConfig", CaseRule::Insensitive),
                _ => return Err(place.error(item.line, format!("there is no transform type \"{kind}\""))),
            };
            if slot.is_some() {
                return Err(place.error(item.line, format!("a rule has at most one transform {kind}")));
            }
            let rewrites = item.get(config).and_then(|config| config.get("Rewrites"));
            let [rewrite] = rewrites.map_or(&[][..], Value::items) else {
                return Err(place.error(item.line, format!("{kind} needs {config} with one of Rewrites")));
            };
            *slot = Some(Rewrite::read(place, rewrite, case)?);
        }
        Ok(transforms)
    }

    /// Whether nothing is changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.url.is_none() && self.host.is_none()
    }
}

impl Rewrite {
    fn read(place: Place<'_>, rewrite: &Value, case: CaseRule) -> Result<Self, LoadError> {
        let text = |key: &str| {
            let text = rewrite.get(key).and_then(Value::text);
            let fits = text.filter(|text| text.len() <= LENGTH_MAX);
            fits.ok_or_else(|| {
                place.error(rewrite.line, format!("{key} must be at most {LENGTH_MAX} characters"))
            })
        };
        let (regex, replace) = (text("Regex")?, text("Replace")?);
        Self::new(regex, replace, case).map_err(|reason| place.error(rewrite.line, reason))
    }

    fn new(regex: &str, replace: &str, case: CaseRule) -> Result<Self, String> {
        let regex = Expression::new(regex, case).map_err(|reason| format!("Regex \"{regex}\": {reason}"))?;
        let replacement = pieces(replace);
        for piece in &replacement {
            if let Piece::Group(group) = piece
                && *group >= regex.groups()
            {
                return Err(format!("Replace \"{replace}\": Regex captures no ${group}"));
            }
        }
        Ok(Self { regex, replacement, written: replace.to_owned() })
    }

    /// The expression.
    pub(crate) fn expression(&self) -> &Expression {
        &self.regex
    }

    /// The parts of the replacement.
    pub(crate) fn replacement(&self) -> &[Piece] {
        &self.replacement
    }

    /// The subject with the first match replaced, or `None` if there is no match.
    #[must_use]
    pub fn apply(&self, subject: &str) -> Option<String> {
        let captures = self.regex.captures(subject)?;
        let whole = captures.get(0)?;
        let mut result = subject[..whole.start()].to_owned();
        for piece in &self.replacement {
            match piece {
                Piece::Text(text) => result.push_str(text),
                Piece::Group(group) => {
                    result.push_str(captures.get(*group).map_or("", |found| found.as_str()));
                }
            }
        }
        result.push_str(&subject[whole.end()..]);
        Some(result)
    }
}

/// `$0` to `$9` are captures, every other character is itself.
fn pieces(replace: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = replace.chars().peekable();
    while let Some(char) = chars.next() {
        let group = (char == '$').then(|| chars.peek().and_then(|next| next.to_digit(10))).flatten();
        match group.and_then(|digit| usize::try_from(digit).ok()) {
            Some(group) => {
                chars.next();
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Group(group));
            }
            None => text.push(char),
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}", self.regex.as_str(), self.written)
    }
}

impl fmt::Display for Transforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [(URL, &self.url), (HOST, &self.host)];
        let texts = named.iter().filter_map(|(kind, rewrite)| Some(format!("{kind} {}", rewrite.as_ref()?)));
        f.write_str(&texts.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(regex: &str, replace: &str, subject: &str) -> Option<String> {
        Rewrite::new(regex, replace, CaseRule::Sensitive).expect("a rewrite").apply(subject)
    }

    #[test]
    fn the_first_match_is_replaced_and_captures_are_filled_in() {
        for (regex, replace, subject, expected) in [
            ("^/dp/([A-Z0-9]+)/?$", "/product?id=$1", "/dp/B08/", Some("/product?id=B08")),
            ("^/api/v1(/.*)$", "$1", "/api/v1/books?x=1", Some("/books?x=1")),
            ("a", "b", "/a/a", Some("/b/a")),
            ("(x)|y", "[$1$0]", "y", Some("[y]")),
            ("x", "$$ $a", "x", Some("$$ $a")),
            ("^/nope", "/", "/a", None),
        ] {
            assert_eq!(apply(regex, replace, subject).as_deref(), expected, "{regex}");
        }
    }

    #[test]
    fn a_capture_that_does_not_exist_is_refused() {
        let error = Rewrite::new("(a)", "$2", CaseRule::Sensitive).expect_err("no $2");
        assert!(error.contains("captures no $2"), "{error}");
    }
}
