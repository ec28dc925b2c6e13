//! A chunked body, byte by byte, more strictly than the HTTP library reads it.

use super::head::is_text;

/// Digits of a chunk's size; more would overflow.
const DIGITS_MAX: usize = 16;
/// The most bytes of extensions and trailers in a whole body. More has no legitimate use.
const EXTRAS_MAX: usize = 16 * 1024;

/// Reads a chunked body as it arrives.
#[derive(Debug, Default)]
pub(super) struct ChunkScanner {
    state: State,
    size: u64,
    digits: usize,
    extras: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Size,
    Extension,
    SizeEnd,
    Data,
    DataCr,
    DataEnd,
    TrailerStart,
    Trailer,
    TrailerEnd,
    LastEnd,
    Done,
}

/// The body is not well formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

impl ChunkScanner {
    /// How many of the next bytes belong to the body.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        let mut at = 0;
        while at < bytes.len() && self.state != State::Done {
            if self.state == State::Data {
                let rest = bytes.len() - at;
                let taken = usize::try_from(self.size).unwrap_or(usize::MAX).min(rest);
                self.size -= u64::try_from(taken).unwrap_or(u64::MAX);
                at += taken;
                if self.size == 0 {
                    self.state = State::DataCr;
                }
                continue;
            }
            self.state = self.step(bytes[at])?;
            at += 1;
        }
        Ok(at)
    }

    /// Whether the body has ended.
    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    fn step(&mut self, byte: u8) -> Result<State, Malformed> {
        match (self.state, byte) {
            (State::Size, b'\r' | b';') if self.digits > 0 => {
                Ok(if byte == b';' { State::Extension } else { State::SizeEnd })
            }
            (State::Size, digit) => self.digit(digit),
            (State::Extension, b'\r') => Ok(State::SizeEnd),
            (State::Trailer, b'\r') => Ok(State::TrailerEnd),
            (State::Extension | State::Trailer, byte) => self.extra(byte),
            (State::SizeEnd, b'\n') if self.size == 0 => Ok(State::TrailerStart),
            (State::SizeEnd, b'\n') => Ok(State::Data),
            (State::DataCr, b'\r') => Ok(State::DataEnd),
            (State::DataEnd, b'\n') => {
                self.digits = 0;
                Ok(State::Size)
            }
            (State::TrailerStart, b'\r') => Ok(State::LastEnd),
            (State::TrailerStart, byte) if byte.is_ascii_alphanumeric() => {
                self.state = State::Trailer;
                self.extra(byte)
            }
            (State::TrailerEnd, b'\n') => Ok(State::TrailerStart),
            (State::LastEnd, b'\n') => Ok(State::Done),
            _ => Err(Malformed),
        }
    }

    fn digit(&mut self, digit: u8) -> Result<State, Malformed> {
        let value = char::from(digit).to_digit(16).ok_or(Malformed)?;
        self.digits += 1;
        if self.digits > DIGITS_MAX {
            return Err(Malformed);
        }
        self.size = self.size << 4 | u64::from(value);
        Ok(State::Size)
    }

    fn extra(&mut self, byte: u8) -> Result<State, Malformed> {
        self.extras += 1;
        if self.extras > EXTRAS_MAX || !is_text(byte) { Err(Malformed) } else { Ok(self.state) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The length of the body, if it is complete.
    fn scan(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
        let mut scanner = ChunkScanner::default();
        let taken = scanner.advance(bytes)?;
        Ok(scanner.is_done().then_some(taken))
    }

    #[test]
    fn a_body_ends_where_it_ends() {
        for body in ["0\r\n\r\n", "1\r\nx\r\n0\r\n\r\n", "a;b=c\r\n0123456789\r\n00\r\nX: y\r\n\r\n"] {
            assert_eq!(scan(format!("{body}GET / HTTP").as_bytes()), Ok(Some(body.len())), "{body:?}");
            assert_eq!(scan(&body.as_bytes()[..body.len() - 1]), Ok(None), "{body:?}");
        }
    }

    #[test]
    fn malformed_chunks_are_refused() {
        for body in [
            "\r\n",
            "x\r\n",
            "1\nx",
            "-1\r\n",
            "+1\r\n",
            " 1\r\n",
            "1 \r\n",
            "0x1\r\nx",
            "1\r\nxx",
            "1\r\nx\n0",
            ";a\r\n",
            "1;\n",
            "1;a\0\r\n",
            "1\rx",
            "11111111111111111\r\n",
            "0\r\n\n",
            "0\r\nA: b\n\r\n",
            "0\r\n folded\r\n",
        ] {
            assert_eq!(scan(body.as_bytes()), Err(Malformed), "{body:?}");
        }
        let long = format!("1;{}\r\nx\r\n0\r\n\r\n", "a".repeat(17 * 1024));
        assert_eq!(scan(long.as_bytes()), Err(Malformed));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_in_which_pieces_a_body_arrives(chunks in prop::collection::vec("[a-z\r\n]{1,20}", 0..5), step in 1_usize..9) {
            let chunks: Vec<String> = chunks.iter().map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).collect();
            let mut body = chunks.concat();
            body.push_str("0\r\n\r\nGET");
            let mut scanner = ChunkScanner::default();
            let mut taken = 0;
            for piece in body.as_bytes().chunks(step) {
                taken += scanner.advance(piece).expect("the body is well formed");
            }
            prop_assert!(scanner.is_done());
            prop_assert_eq!(taken, body.len() - 3);
        }
    }
}
