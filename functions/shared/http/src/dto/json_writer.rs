//! Writes a JSON document part by part into one text.
//!
//! An answer of ten slots has four hundred parts, most of them names that are known while this program is compiled. A
//! serializer of any structure looks at each byte of them and asks for space for each part, which cost more than the
//! decision.

use lockfill_models::time::EpochSeconds;

use crate::json_string;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is: the body of an answer.
    Plain,
    /// As it stands between the quotes of a JSON string: the body in the document that answers an invocation. Escaping a
    /// document afterwards looks at each byte again (infra/decisions/0079).
    Quoted,
}

/// JSON that is known while this program is compiled, in both forms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) plain: &'static [u8],
    pub(super) quoted: &'static [u8],
}

/// A [`Part`] of a literal.
macro_rules! part {
    ($json:literal) => {{
        const QUOTED: [u8; $crate::json_string::escaped_bytes($json)] = $crate::json_string::escaped($json);
        $crate::dto::json_writer::Part { plain: $json.as_bytes(), quoted: &QUOTED }
    }};
}
pub(super) use part;

/// A document that is being written, in one of the forms: the code for each knows how long each part is. The caller puts
/// the parts in an order that makes JSON.
///
/// Texts come as the bytes of a catalog, which were checked when it was opened.
#[derive(Debug)]
pub(super) struct JsonWriter<const IS_QUOTED: bool> {
    json: Vec<u8>,
    /// The instants that were written last, because most slots begin and end together.
    written: [Option<(EpochSeconds, Instant)>; INSTANTS],
    /// Which of them is replaced by the next other one.
    oldest: usize,
}

/// An instant in quotes, and what is not used of its space.
type Instant = [u8; 24];

/// An answer has two instants of its own, and most slots share two more.
const INSTANTS: usize = 4;

impl<const IS_QUOTED: bool> JsonWriter<IS_QUOTED> {
    /// A document for which there is space for so many bytes of the plain form.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let escapes = if IS_QUOTED { bytes / 6 } else { 0 };
        Self { json: Vec::with_capacity(bytes + escapes), written: [None; INSTANTS], oldest: 0 }
    }

    /// Brackets, names of members, and the quotes of values.
    #[inline]
    pub(super) fn raw(&mut self, part: Part) {
        self.json.extend_from_slice(if IS_QUOTED { part.quoted } else { part.plain });
    }

    /// Bytes that are the same in both forms: a number, or a part of a text without anything to escape.
    #[inline]
    pub(super) fn bare(&mut self, text: &[u8]) {
        self.json.extend_from_slice(text);
    }

    /// A text behind JSON that ends with the opening quote. An id of a catalog has nothing to escape.
    #[inline]
    pub(super) fn id(&mut self, json_before: Part, id: &[u8]) {
        self.raw(json_before);
        self.bare(id);
        self.raw(part!("\""));
    }

    /// A text behind JSON that ends with the opening quote, escaped as `serde_json` does it.
    #[inline]
    pub(super) fn text(&mut self, json_before: Part, text: &[u8]) {
        self.raw(json_before);
        if needs_escape(text) {
            return self.escaped(text);
        }
        self.bare(text);
        self.raw(part!("\""));
    }

    /// JSON that was written before, in the plain form.
    pub(super) fn document(&mut self, json: &str) {
        if IS_QUOTED {
            json_string::append_escaped(&mut self.json, json);
        } else {
            self.bare(json.as_bytes());
        }
    }

    /// A whole number.
    pub(super) fn number(&mut self, value: u64) {
        if value >= 10 {
            self.number(value / 10);
        }
        let digit = u8::try_from(value % 10).unwrap_or_default();
        self.json.push(b'0' + digit);
    }

    /// An instant in quotes, as RFC 3339 writes it.
    #[inline]
    pub(super) fn instant(&mut self, instant: EpochSeconds) {
        let known = self.written.iter().flatten().find(|(written, _)| *written == instant);
        let known = known.map(|(_, text)| *text);
        let text = known.unwrap_or_else(|| self.remember(instant));
        self.bare(if IS_QUOTED { &text } else { &text[..22] });
    }

    fn remember(&mut self, instant: EpochSeconds) -> Instant {
        let mut digits = [b' '; 20];
        let _ = instant.write(&mut digits);
        let mut text = *br#"\"2026-01-01T00:00:00Z\""#;
        if IS_QUOTED {
            text[2..22].copy_from_slice(&digits);
        } else {
            text[0] = b'"';
            text[1..21].copy_from_slice(&digits);
            text[21] = b'"';
        }
        self.written[self.oldest] = Some((instant, text));
        self.oldest = (self.oldest + 1) % INSTANTS;
        text
    }

    /// The document. It is UTF-8: opening a catalog has checked its texts, and all other parts are texts.
    pub(super) fn finish(self) -> Vec<u8> {
        self.json
    }

    #[cold]
    fn escaped(&mut self, text: &[u8]) {
        // A text can always be written. It begins with the quote that is there already.
        let text = String::from_utf8_lossy(text);
        let quoted = serde_json::to_string(&text).unwrap_or_default();
        self.document(quoted.get(1..).unwrap_or("\""));
    }
}

/// Whether a text holds anything that JSON escapes. Eight bytes are compared at once.
fn needs_escape(text: &[u8]) -> bool {
    let (eights, rest) = text.as_chunks::<8>();
    let mut last = [b' '; 8];
    last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    let found =
        eights.iter().chain([&last]).fold(0, |found, eight| found | escapes(u64::from_le_bytes(*eight)));
    found != 0
}

/// Not 0 if one of eight bytes is below the space, a quote or a backslash.
///
/// Source: <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>.
fn escapes(eight: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let each = |byte: u8| ONES * u64::from(byte);
    let (quote, backslash) = (eight ^ each(b'"'), eight ^ each(b'\\'));
    let is_control = eight.wrapping_sub(each(b' ')) & !eight;
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    (is_control | is_quote | is_backslash) & (ONES * 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes both forms, and compares them. The plain one.
    macro_rules! written {
        (|$json:ident| $write:expr) => {{
            let mut $json = JsonWriter::<false>::with_capacity(0);
            $write;
            let plain = String::from_utf8($json.finish()).unwrap();
            let mut $json = JsonWriter::<true>::with_capacity(0);
            $write;
            let quoted = String::from_utf8($json.finish()).unwrap();
            assert_eq!(serde_json::to_string(&plain).unwrap(), format!("\"{quoted}\""));
            plain
        }};
    }

    #[test]
    fn a_text_is_written_as_serde_json_writes_it() {
        let every_byte: String = (0..=0x7f_u8).map(char::from).collect();
        let long = format!("{}\n", "x".repeat(100));
        let single = (0..=0xff_u8).flat_map(|byte| {
            // At each place of eight, and behind them.
            (0..10).map(move |place| format!("{}{}~", "\u{7f}".repeat(place), char::from(byte)))
        });
        let others = ["", "제목 \"1\"", "a/b", "\u{2028}", "😀", &every_byte, &long].map(str::to_owned);
        for text in single.chain(others) {
            assert_eq!(
                written!(|json| json.text(part!("\""), text.as_bytes())),
                serde_json::to_string(&text).unwrap()
            );
        }
    }

    #[test]
    fn numbers_and_instants_are_written_as_serde_json_writes_them() {
        for number in [0, 7, 10, 99, 1_234_567_890, u64::MAX] {
            assert_eq!(written!(|json| json.number(number)), number.to_string());
        }
        let instants = [0, 1_780_000_000, 5, 1_780_000_000, 5, -1, 0, 0].map(EpochSeconds);
        let list = written!(|json| {
            for (index, instant) in instants.into_iter().enumerate() {
                json.raw(if index == 0 { part!("[") } else { part!(",") });
                json.instant(instant);
            }
            json.raw(part!("]"));
        });
        assert_eq!(list, serde_json::to_string(&instants).unwrap());
    }
}
