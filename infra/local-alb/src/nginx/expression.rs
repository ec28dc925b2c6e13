//! Wildcards and regular expressions as PCRE, the dialect of nginx.
//!
//! An expression is parsed and written anew, because the two dialects give the same text different meanings
//! (`[a&&b]`, `\<`, and `(?<name>...)`, which nginx makes a variable). It matches bytes, because nginx does not decode
//! a client's text.

use std::fmt::Write as _;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look, Repetition};

use crate::routing::{CaseRule, Expression, Token};

/// The meaning of wildcards in a subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alphabet {
    /// The expression for `?`.
    pub(super) one: &'static str,
    /// Bytes that a subject never contains.
    pub(super) never: &'static [u8],
}

/// The whole of a value.
pub(super) const ANY: Alphabet = Alphabet { one: ".", never: b"" };

/// A wildcard pattern as an expression without anchors: the caller must anchor its end.
///
/// All but the last of the texts between stars are atomic: the first place where one fits is always good enough, so
/// that nothing is tried twice.
pub(super) fn wildcards(tokens: &[Token], alphabet: Alphabet) -> String {
    let Alphabet { one, never } = alphabet;
    let mut texts: Vec<String> = vec![String::new()];
    for token in tokens {
        match (token, texts.last_mut()) {
            (Token::Many, _) => texts.push(String::new()),
            (Token::One, Some(text)) => text.push_str(one),
            (Token::Byte(byte, _), Some(text)) if never.contains(byte) => text.push_str("(?!)"),
            (Token::Byte(own, _), Some(text)) => push_byte(text, *own),
            (_, None) => {}
        }
    }
    let last = texts.len() - 1;
    let mut pattern = String::new();
    for (index, text) in texts.iter().enumerate() {
        match index {
            0 => pattern.push_str(text),
            // Two stars in a row are the same as one.
            index if index < last && text.is_empty() => {}
            index if index < last => {
                let _ = write!(pattern, "(?>{one}*?{text})");
            }
            _ => {
                let _ = write!(pattern, "{one}*{text}");
            }
        }
    }
    pattern
}

/// A regular expression. `group` names the variable of each capture; without it captures are only groups.
pub(super) fn translate(
    expression: &Expression,
    case: CaseRule,
    group: Option<&str>,
) -> Result<String, String> {
    let insensitive = case == CaseRule::Insensitive;
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).case_insensitive(insensitive).build();
    let hir = parser.parse(expression.as_str()).map_err(|_| {
        format!("regular expression \"{}\": nginx cannot tell characters beyond ASCII", expression.as_str())
    })?;
    let mut writer = Writer { group, text: String::new() };
    writer.write(&hir).map_err(|what| {
        format!("regular expression \"{}\": nginx has nothing like {what}", expression.as_str())
    })?;
    Ok(writer.text)
}

struct Writer<'a> {
    group: Option<&'a str>,
    text: String,
}

impl Writer<'_> {
    fn write(&mut self, hir: &Hir) -> Result<(), &'static str> {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                literal.0.iter().for_each(|byte| push_byte(&mut self.text, *byte));
            }
            HirKind::Class(class) => self.class(class)?,
            HirKind::Look(look) => self.text.push_str(anchor(*look)?),
            HirKind::Repetition(repetition) => self.repetition(repetition)?,
            HirKind::Capture(capture) => {
                match self.group {
                    Some(name) => {
                        let _ = write!(self.text, "(?<{name}{}>", capture.index);
                    }
                    None => self.text.push_str("(?:"),
                }
                self.write(&capture.sub)?;
                self.text.push(')');
            }
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part))?,
            HirKind::Alternation(parts) => {
                self.text.push_str("(?:");
                for (index, part) in parts.iter().enumerate() {
                    self.text.push_str(if index == 0 { "" } else { "|" });
                    self.write(part)?;
                }
                self.text.push(')');
            }
        }
        Ok(())
    }

    fn repetition(&mut self, repetition: &Repetition) -> Result<(), &'static str> {
        self.text.push_str("(?:");
        self.write(&repetition.sub)?;
        self.text.push(')');
        match (repetition.min, repetition.max) {
            (0, None) => self.text.push('*'),
            (1, None) => self.text.push('+'),
            (0, Some(1)) => self.text.push('?'),
            (min, None) => {
                let _ = write!(self.text, "{{{min},}}");
            }
            (min, Some(max)) => {
                let _ = write!(self.text, "{{{min},{max}}}");
            }
        }
        self.text.push_str(if repetition.greedy { "" } else { "?" });
        Ok(())
    }

    fn class(&mut self, class: &Class) -> Result<(), &'static str> {
        let bytes = match class {
            Class::Bytes(bytes) => bytes.clone(),
            Class::Unicode(unicode) => unicode.to_byte_class().ok_or("a class of characters beyond ASCII")?,
        };
        // The shorter form: `.` or `[^/]` instead of up to 255 bytes.
        let mut rest = bytes.clone();
        rest.negate();
        if rest == ClassBytes::new([ClassBytesRange::new(b'\n', b'\n')]) {
            self.text.push('.');
            return Ok(());
        }
        let is_negated = rest.iter().map(ClassBytesRange::len).sum::<usize>() < 128;
        let (shown, sign) = if is_negated { (&rest, "^") } else { (&bytes, "") };
        match (shown.ranges(), is_negated) {
            ([], true) => self.text.push_str("(?s:.)"),
            ([], false) => self.text.push_str("(?!)"),
            (ranges, _) => {
                let _ = write!(self.text, "[{sign}");
                for range in ranges {
                    push_byte(&mut self.text, range.start());
                    if range.len() > 1 {
                        self.text.push('-');
                        push_byte(&mut self.text, range.end());
                    }
                }
                self.text.push(']');
            }
        }
        Ok(())
    }
}

fn anchor(look: Look) -> Result<&'static str, &'static str> {
    match look {
        Look::Start => Ok("^"),
        Look::End => Ok("\\z"),
        Look::StartLF => Ok("(?m:^)"),
        Look::EndLF => Ok("(?m:$)"),
        Look::WordAscii => Ok("\\b"),
        Look::WordAsciiNegate => Ok("\\B"),
        _ => Err("this kind of anchor"),
    }
}

fn push_byte(text: &mut String, byte: u8) {
    match byte {
        b'/' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => text.push(char::from(byte)),
        b'!'..=b'~' => text.extend(['\\', char::from(byte)]),
        byte => {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::Pattern;

    fn regex(text: &str, case: CaseRule) -> Result<String, String> {
        translate(&Expression::new(text, case).expect("an expression"), case, None)
    }

    #[test]
    fn wildcards_become_expressions_that_try_nothing_twice() {
        for (pattern, expected) in [
            ("/a.b", r"/a\.b"),
            ("/a/*", "/a/.*"),
            ("*.png", r".*\.png"),
            ("/*/a?/*.js", r"/(?>.*?/a./).*\.js"),
            ("/**", "/.*"),
        ] {
            assert_eq!(wildcards(Pattern::case_sensitive(pattern).tokens(), ANY), expected, "{pattern}");
        }
    }

    #[test]
    fn expressions_keep_their_meaning_in_another_dialect() {
        for (text, expected) in [
            ("^/v[0-9]+/x$", r"^/v(?:[0-9])+/x\z"),
            ("(?<host>a|bc)d??", "(?:(?:a|bc))(?:d)??"),
            ("[a-f&&[^c]]", "[a-bd-f]"),
            (r"\d{2,3}\.", r"(?:[0-9]){2,3}\."),
            ("[^/]*.", "(?:[^/])*."),
            ("é", r"\xc3\xa9"),
            (r"\bx\B", r"\bx\B"),
        ] {
            assert_eq!(regex(text, CaseRule::Sensitive).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(regex("aB", CaseRule::Insensitive).as_deref(), Ok("[Aa][Bb]"));
    }

    #[test]
    fn what_bytes_cannot_say_is_refused() {
        for text in ["[é]", r"\b{start}x"] {
            assert!(regex(text, CaseRule::Sensitive).is_err(), "{text}");
        }
    }
}
