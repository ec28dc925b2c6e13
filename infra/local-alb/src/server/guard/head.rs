//! The head of a request, line by line, more strictly than the HTTP library reads it.
//!
//! A head that two parsers could read differently is refused: request smuggling depends on such heads.

use hyper::Uri;

use super::super::limits::{HEAD_MAX, HEADER_MAX, HEADERS_MAX, REQUEST_LINE_MAX};

/// The most bytes of an unfinished request line that are checked again when more of it arrives.
const METHOD_LOOK: usize = 32;

/// What follows a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// A body of this many bytes, or none.
    Length(u64),
    /// A chunked body.
    Chunked,
}

/// A head that is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Its length with the empty line.
    pub(super) length: usize,
    /// What follows it.
    pub(super) framing: Framing,
    /// Whether it asks for another protocol.
    pub(super) upgrades: bool,
}

/// Reads a head as it arrives. The status of an error is the answer.
#[derive(Debug, Default)]
pub(super) struct HeadScanner {
    searched: usize,
    line_start: usize,
    lines: usize,
    http_1_0: bool,
    length: Option<u64>,
    chunked: bool,
    hosts: usize,
    upgrades: bool,
}

impl HeadScanner {
    /// Looks at the bytes so far, which begin with the request line; they may grow between calls.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<Option<Head>, u16> {
        loop {
            let Some(offset) = bytes[self.searched..].iter().position(|byte| *byte == b'\n') else {
                let line = &bytes[self.line_start..];
                self.fits(line.strip_suffix(b"\r").unwrap_or(line).len(), bytes.len())?;
                self.is_request_so_far(bytes)?;
                self.searched = bytes.len();
                return Ok(None);
            };
            let end = self.searched + offset;
            let ended = &bytes[self.line_start..end];
            let line = ended.strip_suffix(b"\r");
            // The length is checked first, so that the status does not depend on the pieces in which a line arrives.
            self.fits(line.unwrap_or(ended).len(), end + 1)?;
            let line = line.ok_or(400_u16)?;
            (self.searched, self.line_start) = (end + 1, end + 1);
            match (line.is_empty(), self.lines) {
                (true, _) => return self.finish(end + 1).map(Some),
                (false, 0) => self.request_line(line)?,
                (false, lines) if lines > HEADERS_MAX => return Err(400),
                (false, _) => self.header(line)?,
            }
            self.lines += 1;
        }
    }

    /// Refuses bytes that cannot become a request line (a TLS handshake, for example) without waiting for its end.
    fn is_request_so_far(&self, bytes: &[u8]) -> Result<(), u16> {
        let mut method = bytes.iter().take(METHOD_LOOK).take_while(|byte| **byte != b' ');
        let hopeless = self.lines == 0 && method.any(|byte| !is_token(*byte) && *byte != b'\r');
        if hopeless { Err(400) } else { Ok(()) }
    }

    fn fits(&self, line: usize, whole: usize) -> Result<(), u16> {
        match self.lines {
            0 if line > REQUEST_LINE_MAX => Err(414),
            _ if line > HEADER_MAX || whole > HEAD_MAX => Err(400),
            _ => Ok(()),
        }
    }

    fn request_line(&mut self, line: &[u8]) -> Result<(), u16> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(400);
        };
        if method.is_empty() || !method.iter().all(|byte| is_token(*byte)) {
            return Err(400);
        }
        match version {
            b"HTTP/1.1" => {}
            b"HTTP/1.0" => self.http_1_0 = true,
            version if version.starts_with(b"HTTP/") => return Err(505),
            _ => return Err(400),
        }
        // A fragment is not allowed in a request: one parser drops it, another keeps it.
        let plain = !target.contains(&b'#') && Uri::try_from(target).is_ok();
        if plain { Ok(()) } else { Err(400) }
    }

    /// A line that begins with a space (a folded one) has no name that is a token, and neither has one with a
    /// space before its colon.
    fn header(&mut self, line: &[u8]) -> Result<(), u16> {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(400_u16)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        let clean = !name.is_empty()
            && name.iter().all(|byte| is_token(*byte))
            && line[colon + 1..].iter().all(|byte| is_text(*byte));
        if !clean {
            return Err(400);
        }
        // The length excludes most headers without a comparison of texts.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                self.hosts += 1;
                if self.hosts > 1 { Err(400) } else { Ok(()) }
            }
            7 if name.eq_ignore_ascii_case(b"upgrade") => {
                self.upgrades = true;
                Ok(())
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => self.content_length(value),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => self.transfer_encoding(value),
            _ => Ok(()),
        }
    }

    fn content_length(&mut self, value: &[u8]) -> Result<(), u16> {
        let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(value).ok().filter(|_| digits).and_then(|text| text.parse().ok());
        // A second length is refused even if it is equal.
        match (number, self.length) {
            (Some(number), None) => self.length = Some(number),
            _ => return Err(400),
        }
        Ok(())
    }

    fn transfer_encoding(&mut self, value: &[u8]) -> Result<(), u16> {
        if self.chunked {
            return Err(400);
        }
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err(501);
        }
        self.chunked = true;
        Ok(())
    }

    fn finish(&self, length: usize) -> Result<Head, u16> {
        let framing = match (self.chunked, self.length) {
            (true, None) if !self.http_1_0 => Framing::Chunked,
            (true, _) => return Err(400),
            (false, length) => Framing::Length(length.unwrap_or(0)),
        };
        if self.lines == 0 { Err(400) } else { Ok(Head { length, framing, upgrades: self.upgrades }) }
    }
}

/// A character of a method or of a header's name (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A character of a header's value: neither NUL nor a lone CR nor any other control character but the tab.
pub(super) fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scan(text: &str) -> Result<Option<Head>, u16> {
        HeadScanner::default().advance(text.as_bytes())
    }

    fn with(headers: &str) -> Result<Framing, u16> {
        let head = scan(&format!("POST /a?b HTTP/1.1\r\nHost: a\r\n{headers}\r\n"))?;
        Ok(head.expect("the head is complete").framing)
    }

    #[test]
    fn the_framing_is_understood() {
        assert_eq!(with(""), Ok(Framing::Length(0)));
        assert_eq!(with("Content-Length:  12\t\r\n"), Ok(Framing::Length(12)));
        assert_eq!(with("TRANSFER-encoding: Chunked\r\n"), Ok(Framing::Chunked));
        assert_eq!(scan("GET / HTTP/1.1\r\nHost: a\r\n"), Ok(None));
    }

    #[test]
    fn whatever_could_be_understood_in_two_ways_is_refused() {
        for headers in [
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 1\r\nContent-Length: 1\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: 1, 1\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 0x1\r\n",
            "Content-Length: 1 1\r\n",
            "Content-Length:\r\n",
            "Content-Length: 99999999999999999999999\r\n",
            "Content-Length : 1\r\n",
            "Transfer-Encoding : chunked\r\n",
            "A: b\r\n folded\r\n",
            "A: b\r\n\tfolded\r\n",
            "A: b\nC: d\r\n",
            "A: b\rC: d\r\n",
            "A: \0\r\n",
            "A\0: b\r\n",
            "A: \x7f\r\n",
            "no colon\r\n",
            ": no name\r\n",
            "Host: b\r\n",
            "A: b\n\r\n",
        ] {
            assert_eq!(with(headers), Err(400), "{headers:?}");
        }
        for value in
            ["xchunked", "chunked, chunked", "identity", "gzip, chunked", "chunked;a=b", "\x0bchunked"]
        {
            let status = with(&format!("Transfer-Encoding: {value}\r\n")).expect_err("it is refused");
            assert!(matches!(status, 400 | 501), "{value:?}");
        }
    }

    #[test]
    fn request_lines_are_of_one_form_only() {
        for (line, status) in [
            ("GET  / HTTP/1.1", 400),
            ("GET / HTTP/1.1 ", 400),
            ("GET /a b HTTP/1.1", 400),
            ("GET\t/ HTTP/1.1", 400),
            ("GET /", 400),
            ("G@T / HTTP/1.1", 400),
            ("GET / http/1.1", 400),
            ("PRI * HTTP/2.0", 505),
            ("GET / HTTP/1.2", 505),
            ("GET /\u{1} HTTP/1.1", 400),
            ("GET /a#b HTTP/1.1", 400),
        ] {
            assert_eq!(scan(&format!("{line}\r\n")), Err(status), "{line:?}");
        }
        let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(scan(old), Err(400), "HTTP/1.0 knows no chunks");
    }

    #[test]
    fn what_cannot_become_a_request_is_not_waited_for() {
        assert_eq!(scan("\u{16}\u{3}\u{1}"), Err(400), "a TLS handshake");
        let mut scanner = HeadScanner::default();
        assert_eq!(scanner.advance(b"GE"), Ok(None));
        assert_eq!(scanner.advance(b"GE\0"), Err(400));
        assert_eq!(
            HeadScanner::default().advance(b"GET /\xff"),
            Ok(None),
            "the target is judged with its line"
        );
    }

    #[test]
    fn a_line_of_the_greatest_length_may_come_in_pieces() {
        let target = "x".repeat(REQUEST_LINE_MAX - "GET / HTTP/1.1".len());
        let head = format!("GET /{target} HTTP/1.1\r\nHost: a\r\n\r\n");
        assert!(matches!(scan(&head), Ok(Some(_))));
        for length in 1..head.len() {
            let mut scanner = HeadScanner::default();
            assert_eq!(scanner.advance(&head.as_bytes()[..length]), Ok(None), "{length} bytes");
        }
    }

    #[test]
    fn limits_are_held_before_a_line_has_ended() {
        let long = "x".repeat(17 * 1024);
        assert_eq!(scan(&format!("GET /{long}")), Err(414));
        assert_eq!(scan(&format!("GET / HTTP/1.1\r\nA: {long}")), Err(400));
        let many = "A: b\r\n".repeat(600);
        assert_eq!(scan(&format!("GET / HTTP/1.1\r\n{many}")), Err(400));
        let header = format!("A: {}\r\n", "x".repeat(10_000));
        assert_eq!(scan(&format!("GET / HTTP/1.1\r\n{}", header.repeat(7))), Err(400));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_in_which_pieces_a_head_arrives(text in "(GET|P T) /[a-z]{0,3} HTTP/1.1\r\n([A-c: ]{0,4}\r?\n){0,4}\r\n", cut in 0_usize..40) {
            let whole = scan(&text);
            let mut scanner = HeadScanner::default();
            let mut piecewise = Ok(None);
            for end in (0..=text.len()).step_by(cut + 1).chain([text.len()]) {
                piecewise = scanner.advance(&text.as_bytes()[..end]);
                if !matches!(piecewise, Ok(None)) {
                    break;
                }
            }
            prop_assert_eq!(whole, piecewise);
        }
    }
}
