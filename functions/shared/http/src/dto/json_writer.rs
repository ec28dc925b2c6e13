//! Writes a JSON document part by part into one text.
//!
//! An answer of ten slots has four hundred parts, most of them names that are known while this program is compiled. A
//! serializer of any structure looks at each byte of them and asks for space for each part, which cost more than the
//! decision.

use lockfill_models::time::EpochSeconds;

/// A document that is being written. The caller puts the parts in an order that makes JSON.
#[derive(Debug)]
pub(super) struct JsonWriter {
    text: String,
    /// The instants that were written last, because most slots begin and end together.
    written: [(EpochSeconds, [u8; 20]); 2],
    /// Which of the two is replaced by the next other one.
    oldest: usize,
}

impl JsonWriter {
    /// A document for which there is space for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let mut buffer = EpochSeconds::TEXT_BUFFER;
        let _ = EpochSeconds(0).write(&mut buffer);
        Self { text: String::with_capacity(bytes), written: [(EpochSeconds(0), buffer); 2], oldest: 0 }
    }

    /// JSON as it is: brackets, names of members, values without anything to escape.
    #[inline]
    pub(super) fn raw(&mut self, json: &str) {
        self.text.push_str(json);
    }

    /// Parts of one value, as they are.
    pub(super) fn raw_parts(&mut self, parts: [&str; 3]) {
        for part in parts {
            self.raw(part);
        }
    }

    /// A text in quotes, escaped as `serde_json` does it.
    #[inline]
    pub(super) fn text(&mut self, value: &str) {
        if needs_escape(value) {
            return self.escaped(value);
        }
        self.text.reserve(value.len() + 2);
        self.text.push('"');
        self.text.push_str(value);
        self.text.push('"');
    }

    /// A whole number.
    pub(super) fn number(&mut self, value: u64) {
        if value >= 10 {
            self.number(value / 10);
        }
        let digit = u8::try_from(value % 10).unwrap_or_default();
        self.text.push(char::from(b'0' + digit));
    }

    /// An instant in quotes, as RFC 3339 writes it.
    pub(super) fn instant(&mut self, instant: EpochSeconds) {
        let known = self.written.iter().position(|(written, _)| *written == instant);
        let place = known.unwrap_or_else(|| {
            let place = self.oldest;
            self.oldest = 1 - place;
            let (written, buffer) = &mut self.written[place];
            *written = instant;
            let _ = instant.write(buffer);
            place
        });
        self.text.push('"');
        // Digits and signs alone.
        self.text.push_str(std::str::from_utf8(&self.written[place].1).unwrap_or_default());
        self.text.push('"');
    }

    /// The document.
    pub(super) fn finish(self) -> String {
        self.text
    }

    #[cold]
    fn escaped(&mut self, value: &str) {
        // A text can always be written.
        self.text.push_str(&serde_json::to_string(value).unwrap_or_default());
    }
}

/// Whether a text holds anything that JSON escapes. There is no early end and no branch, so that many bytes are compared
/// at once.
fn needs_escape(value: &str) -> bool {
    let escapes = |byte: u8| u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\');
    value.bytes().fold(0, |found, byte| found | escapes(byte)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut JsonWriter)) -> String {
        let mut json = JsonWriter::with_capacity(0);
        write(&mut json);
        json.finish()
    }

    #[test]
    fn a_text_is_written_as_serde_json_writes_it() {
        let every_byte: String = (0..=0x7f_u8).map(char::from).collect();
        let long = format!("{}\n", "x".repeat(100));
        let single = (0..=0x7f_u8).map(|byte| char::from(byte).to_string());
        let others = ["", "제목 \"1\"", "a/b", "\u{2028}", "😀", &every_byte, &long].map(str::to_owned);
        for text in single.chain(others) {
            assert_eq!(written(|json| json.text(&text)), serde_json::to_string(&text).unwrap());
        }
    }

    #[test]
    fn numbers_and_instants_are_written_as_serde_json_writes_them() {
        for number in [0, 7, 10, 99, 1_234_567_890, u64::MAX] {
            assert_eq!(written(|json| json.number(number)), number.to_string());
        }
        let instants = [0, 1_780_000_000, 5, 1_780_000_000, 5, -1, 0, 0].map(EpochSeconds);
        let list = written(|json| {
            for (index, instant) in instants.into_iter().enumerate() {
                json.raw(if index == 0 { "[" } else { "," });
                json.instant(instant);
            }
            json.raw("]");
        });
        assert_eq!(list, serde_json::to_string(&instants).unwrap());
    }
}
