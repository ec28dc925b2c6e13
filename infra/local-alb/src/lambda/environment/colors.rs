//! Colors for the output of functions on a terminal: each function's name has its own color, and keys, texts and numbers
//! of a JSON line have theirs.

use std::fmt::Write as _;

use serde::de::IgnoredAny;

/// Colors for names; red is kept for errors.
const NAMES: [u8; 5] = [36, 35, 34, 32, 33];
const KEY: u8 = 36;
const TEXT: u8 = 32;
const OTHER: u8 = 33;
const ERROR: u8 = 31;
const WARNING: u8 = 33;

/// A function's line with its name in front.
pub(super) fn line(id: &str, text: &str, colored: bool) -> String {
    if !colored {
        return format!("{id} | {text}");
    }
    let sum: usize = id.bytes().map(usize::from).sum();
    let mut colored_text = String::with_capacity(text.len() * 2);
    push_colored(&mut colored_text, NAMES[sum % NAMES.len()], &format!("{id} |"));
    colored_text.push(' ');
    if text.starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        json(&mut colored_text, text);
    } else {
        colored_text.push_str(text);
    }
    colored_text
}

fn push_colored(colored_text: &mut String, color: u8, text: &str) {
    let _ = write!(colored_text, "\x1b[{color}m{text}\x1b[0m");
}

/// The text has been parsed as JSON before, so a split into tokens is enough.
fn json(colored_text: &mut String, text: &str) {
    let mut rest = text;
    let mut key = "";
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '}' | '[' | ']' | ',' | ':' | ' ' | '\t' => {
                colored_text.push(first);
                rest = &rest[1..];
                continue;
            }
            _ => rest.find([',', '}', ']', ' ', '\t']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        if first == '"' && after.trim_start().starts_with(':') {
            push_colored(colored_text, KEY, token);
            key = token;
        } else {
            push_colored(colored_text, color(key, token), token);
        }
    }
}

/// A string's length with its quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn color(key: &str, token: &str) -> u8 {
    let level = matches!(key, "\"level\"" | "\"severity\"" | "\"levelname\"");
    match token.to_ascii_uppercase().as_str() {
        "\"ERROR\"" | "\"FATAL\"" | "\"CRITICAL\"" if level => ERROR,
        "\"WARN\"" | "\"WARNING\"" if level => WARNING,
        _ if token.starts_with('"') => TEXT,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a terminal shows.
    fn plain(colored_text: &str) -> String {
        let mut pieces = colored_text.split("\x1b[");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            text.push_str(piece.split_once('m').expect("the end of a color").1);
        }
        text
    }

    #[test]
    fn without_a_terminal_there_is_no_color() {
        assert_eq!(line("Fn", r#"{"level":"ERROR"}"#, false), r#"Fn | {"level":"ERROR"}"#);
    }

    #[test]
    fn keys_texts_numbers_and_levels_have_colors_of_their_own() {
        let colored_text = line("Fn", r#"{"level": "ERROR", "count":-1.5e3, "a\"b":["ERROR",null]}"#, true);
        for part in [
            "\x1b[36m\"level\"\x1b[0m",
            "\x1b[31m\"ERROR\"\x1b[0m",
            "\x1b[33m-1.5e3\x1b[0m",
            "\x1b[36m\"a\\\"b\"\x1b[0m",
            "\x1b[32m\"ERROR\"\x1b[0m",
            "\x1b[33mnull\x1b[0m",
        ] {
            assert!(colored_text.contains(part), "{part:?} is not in {colored_text:?}");
        }
        assert_ne!(line("A", "x", true), line("B", "x", true).replace('B', "A"));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_added(text in r#"[ -~]{0,20}|\{"[a-z:,\\"]{0,3}": ?["\[{a-z\\0-9]{0,9}\}"#) {
            prop_assert_eq!(plain(&line("Fn", &text, true)), format!("Fn | {text}"));
        }

        #[test]
        fn every_document_survives(keys in prop::collection::btree_map("\\PC{0,5}", "\\PC{0,9}", 0..4)) {
            let text = serde_json::to_string(&keys).expect("JSON");
            prop_assert_eq!(plain(&line("Fn", &text, true)), format!("Fn | {text}"));
        }
    }
}
