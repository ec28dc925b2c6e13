//! Writes a long text as a JSON string.

/// So many bytes are looked at as one number.
const WORD: usize = 8;
const ONE_A_BYTE: u64 = 0x0101_0101_0101_0101;
const ALL_BUT_HIGHEST_BITS: u64 = 0x7f * ONE_A_BYTE;

/// The length of a text that is escaped as between the quotes of a JSON string.
pub(crate) const fn escaped_bytes(text: &str) -> usize {
    let (bytes, mut at, mut escapes) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        assert!(bytes[at] >= b' ', "a control character is escaped in another way");
        if matches!(bytes[at], b'"' | b'\\') {
            escapes += 1;
        }
        at += 1;
    }
    bytes.len() + escapes
}

/// A text that is escaped as between the quotes of a JSON string, while this program is compiled.
pub(crate) const fn escaped<const BYTES: usize>(text: &str) -> [u8; BYTES] {
    let (bytes, mut from, mut to) = (text.as_bytes(), 0, 0);
    let mut escaped = [0; BYTES];
    while from < bytes.len() {
        if matches!(bytes[from], b'"' | b'\\') {
            escaped[to] = b'\\';
            to += 1;
        }
        escaped[to] = bytes[from];
        (from, to) = (from + 1, to + 1);
    }
    escaped
}

/// Appends a text in quotes, escaped as `serde_json` does it.
pub(crate) fn append(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    append_escaped(json, text);
    json.push(b'"');
}

/// Appends a text as it stands between the quotes of a JSON string.
///
/// A JSON document has an escape every eight bytes. A serializer that copies what lies between two escapes, and a loop over
/// single bytes, take twice as long (infra/decisions/0072).
#[inline(never)]
pub(crate) fn append_escaped(json: &mut Vec<u8>, text: &str) {
    // Read to the end, so that the compiler looks at many bytes at once.
    let lowest = text.bytes().fold(u8::MAX, u8::min);
    if lowest < b' ' {
        // Not in JSON that has been written without white space. A text can always be written.
        let quoted = serde_json::to_string(text).unwrap_or_default();
        json.extend_from_slice(quoted.as_bytes().get(1..quoted.len().saturating_sub(1)).unwrap_or_default());
        return;
    }
    let from = json.len();
    // A whole word is written at each place, also at the last one.
    json.resize(from + 2 * text.len() + WORD, 0);
    let place = &mut json[from..];
    let (words, rest) = text.as_bytes().as_chunks::<WORD>();
    let mut until = 0;
    for word in words {
        until = write_word(place, until, *word);
    }
    // Zero bytes fill the last word. None of them is escaped, so they are the last that it writes.
    let mut last = [0; WORD];
    last[..rest.len()].copy_from_slice(rest);
    until = write_word(place, until, last) - (WORD - rest.len());
    json.truncate(from + until);
}

/// Writes the bytes of a word, escaped, from `until` on; the place behind them.
fn write_word(place: &mut [u8], mut until: usize, word: [u8; WORD]) -> usize {
    let (mut rest, mut rest_bytes) = (u64::from_le_bytes(word), WORD);
    let mut escapes = equal(rest, b'"') | equal(rest, b'\\');
    loop {
        // What lies behind the next escape is written over.
        place[until..until + WORD].copy_from_slice(&rest.to_le_bytes());
        if escapes == 0 {
            return until + rest_bytes;
        }
        let before = escapes.trailing_zeros() / u8::BITS;
        let [escaped, ..] = (rest >> (before * u8::BITS)).to_le_bytes();
        until += before as usize;
        place[until] = b'\\';
        place[until + 1] = escaped;
        until += 2;
        rest_bytes -= before as usize + 1;
        // In two steps, because a number cannot be shifted by all of its bits.
        rest = rest >> (before * u8::BITS) >> u8::BITS;
        escapes = escapes >> (before * u8::BITS) >> u8::BITS;
    }
}

/// The highest bit of each byte of a word that equals `byte`.
///
/// Source: <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>, in the form without false positives.
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ (u64::from(byte) * ONE_A_BYTE);
    // No byte carries into the next one.
    let low_bits = (difference & ALL_BUT_HIGHEST_BITS) + ALL_BUT_HIGHEST_BITS;
    !(low_bits | difference | ALL_BUT_HIGHEST_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_escaped_as_any_text_is() {
        const TEXT: &str = "{\"a\\b\":\"한 /\"}";
        const ESCAPED: [u8; escaped_bytes(TEXT)] = escaped(TEXT);
        let mut json = Vec::new();
        append_escaped(&mut json, TEXT);
        assert_eq!(json, ESCAPED);
    }

    #[test]
    fn any_text_is_escaped_as_serde_json_does_it() {
        let each: String = (0..0x250).filter_map(char::from_u32).collect();
        let without_control: String = each.chars().filter(|char| *char >= ' ').collect();
        let long = "\"\\".repeat(5_000);
        // Neighbors of both characters in the alphabet, and an escape at each place of a word.
        let neighbors = "!\"#[\\]\u{7f}".repeat(9);
        let places: String = (0..9).flat_map(|before| ["x".repeat(before), "\"".to_owned()]).collect();
        for text in [
            "",
            "a",
            "\"",
            "\\",
            "{\"a\":\"한\\\"글 😀\"}",
            "one\ntwo",
            &each,
            &without_control,
            &long,
            &neighbors,
            &places,
        ] {
            let mut json = b"before".to_vec();
            append(&mut json, text);
            let expected = format!("before{}", serde_json::to_string(text).unwrap());
            assert_eq!(String::from_utf8(json).unwrap(), expected);
        }
    }
}
