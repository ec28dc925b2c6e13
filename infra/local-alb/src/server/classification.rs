//! The classification of a request by the access log: how far it deviates from RFC 7230.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>
//! (classification reasons).

use hyper::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::{Method, Uri};

use super::limits::{HEAD_MAX, HEADER_MAX};

/// A class and its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Classification {
    pub(super) class: &'static str,
    /// `-` where AWS has no reason code.
    pub(super) reason: &'static str,
}

const fn acceptable(reason: &'static str) -> Classification {
    Classification { class: "Acceptable", reason }
}

const fn ambiguous(reason: &'static str) -> Classification {
    Classification { class: "Ambiguous", reason }
}

const fn severe(reason: &'static str) -> Classification {
    Classification { class: "Severe", reason }
}

/// The classification of an answered request; `None` if the request complies with the RFC.
pub(super) fn of_answered(head: &Parts) -> Option<Classification> {
    let bodiless = matches!(head.method, Method::GET | Method::HEAD);
    match head.headers.get(CONTENT_LENGTH) {
        Some(length) if bodiless && length == "0" => return Some(acceptable("GetHeadZeroContentLength")),
        Some(_) if bodiless => return Some(ambiguous("UndefinedContentLengthSemantics")),
        _ => {}
    }
    if bodiless && head.headers.contains_key(TRANSFER_ENCODING) {
        return Some(ambiguous("UndefinedTransferEncodingSemantics"));
    }
    let is_ascii = head.headers.values().all(|value| value.as_bytes().is_ascii());
    (!is_ascii).then_some(acceptable("NonCompliantHeader"))
}

/// The classification of a head that was refused with this status, as far as it has arrived. A head that is too long, too
/// slow or of another version complies with the RFC: `None`.
pub(super) fn of_refused(head: &[u8], status: u16) -> Option<Classification> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    if let Some(found) = request_line(first.strip_suffix(b"\r").unwrap_or(first)) {
        return Some(found);
    }
    let mut framing = Framing { is_old: first.ends_with(b"HTTP/1.0\r"), ..Framing::default() };
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if let Some(found) = header(line).or_else(|| framing.add(line)) {
            return Some(found);
        }
    }
    let is_long =
        head.len() > HEAD_MAX || head.split(|byte| *byte == b'\n').any(|line| line.len() > HEADER_MAX);
    (status == 400 && !is_long).then_some(severe("-"))
}

fn request_line(line: &[u8]) -> Option<Classification> {
    let parts: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let method = parts.first().copied().unwrap_or_default();
    if method.is_empty()
        || !method.iter().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(byte))
    {
        return Some(severe("BadMethod"));
    }
    let target = parts.get(1).copied().unwrap_or_default();
    if target.iter().any(|byte| matches!(byte, 0 | b'\r')) {
        return Some(severe("BadUri"));
    }
    if target.iter().any(u8::is_ascii_control) {
        return Some(ambiguous("AmbiguousUri"));
    }
    match parts[..] {
        [_, target, version] => match version {
            b"HTTP/1.1" | b"HTTP/1.0" => {
                let plain = !target.contains(&b'#') && Uri::try_from(target).is_ok();
                (!plain).then_some(severe("BadUri"))
            }
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor] if minor.is_ascii_digit() => {
                Some(acceptable("NonCompliantVersion"))
            }
            _ => Some(severe("BadVersion")),
        },
        [_, _, .., b"HTTP/1.1" | b"HTTP/1.0"] => Some(acceptable("SpaceInUri")),
        _ => Some(severe("BadVersion")),
    }
}

fn header(line: &[u8]) -> Option<Classification> {
    if line.trim_ascii().is_empty() {
        return Some(ambiguous("EmptyHeader"));
    }
    if line.iter().any(|byte| matches!(byte, 0 | b'\r')) {
        return Some(severe("BadHeader"));
    }
    let (name, _) = line.split_at(line.iter().position(|byte| *byte == b':')?);
    let plain: Vec<u8> =
        name.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    let framing = matches!(&plain[..], b"contentlength" | b"transferencoding");
    let exact =
        name.eq_ignore_ascii_case(b"content-length") || name.eq_ignore_ascii_case(b"transfer-encoding");
    if framing && !exact {
        return Some(ambiguous("SuspiciousHeader"));
    }
    let strange = |byte: &u8| !byte.is_ascii() || byte.is_ascii_control() && *byte != b'\t';
    line.iter().any(strange).then_some(acceptable("NonCompliantHeader"))
}

/// The headers about the body so far.
#[derive(Default)]
struct Framing<'h> {
    is_old: bool,
    length: Option<&'h [u8]>,
    chunked: bool,
}

impl<'h> Framing<'h> {
    fn add(&mut self, line: &'h [u8]) -> Option<Classification> {
        let (name, value) = line.split_at(line.iter().position(|byte| *byte == b':')?);
        let value = value[1..].trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") {
            match self.length {
                Some(length) if length == value => return Some(ambiguous("DuplicateContentLength")),
                Some(_) => return Some(severe("MultipleContentLength")),
                None => self.length = Some(value),
            }
            let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<u64>().ok());
            if number.is_none() || !value.iter().all(u8::is_ascii_digit) {
                return Some(severe("BadContentLength"));
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if !value.eq_ignore_ascii_case(b"chunked") {
                return Some(severe("BadTransferEncoding"));
            }
            if std::mem::replace(&mut self.chunked, true) {
                return Some(severe("MultipleTransferEncodingChunked"));
            }
            if self.is_old {
                return Some(ambiguous("UndefinedTransferEncodingSemantics"));
            }
        }
        (self.chunked && self.length.is_some()).then_some(ambiguous("BothTeClPresent"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_head_is_classified_by_what_is_wrong_with_it() {
        let post = "POST / HTTP/1.1\r\nHost: a\r\n";
        for (head, class, reason) in [
            ("G@T / HTTP/1.1\r\n".to_owned(), "Severe", "BadMethod"),
            ("GET / http/1.1\r\n".to_owned(), "Severe", "BadVersion"),
            ("GET /\r\n".to_owned(), "Severe", "BadVersion"),
            ("GET / HTTP/1.2\r\n".to_owned(), "Acceptable", "NonCompliantVersion"),
            ("GET /a b HTTP/1.1\r\n".to_owned(), "Acceptable", "SpaceInUri"),
            ("GET /\u{1} HTTP/1.1\r\n".to_owned(), "Ambiguous", "AmbiguousUri"),
            ("GET /\0 HTTP/1.1\r\n".to_owned(), "Severe", "BadUri"),
            ("GET /a#b HTTP/1.1\r\n".to_owned(), "Severe", "BadUri"),
            (format!("{post}A: \0\r\n"), "Severe", "BadHeader"),
            (format!("{post} \r\n"), "Ambiguous", "EmptyHeader"),
            (format!("{post}A: \x7f\r\n"), "Acceptable", "NonCompliantHeader"),
            (format!("{post}Content_Length: 1\r\nX\r\n"), "Ambiguous", "SuspiciousHeader"),
            (format!("{post}Transfer-Encoding : chunked\r\n"), "Ambiguous", "SuspiciousHeader"),
            (format!("{post}Content-Length: +1\r\n"), "Severe", "BadContentLength"),
            (
                format!("{post}Content-Length: 1\r\nContent-Length: 1\r\n"),
                "Ambiguous",
                "DuplicateContentLength",
            ),
            (format!("{post}Content-Length: 1\r\nContent-Length: 2\r\n"), "Severe", "MultipleContentLength"),
            (
                format!("{post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
                "Ambiguous",
                "BothTeClPresent",
            ),
            (format!("{post}Transfer-Encoding: gzip\r\n"), "Severe", "BadTransferEncoding"),
            (
                format!("{post}{0}{0}", "Transfer-Encoding: chunked\r\n"),
                "Severe",
                "MultipleTransferEncodingChunked",
            ),
            (
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n".to_owned(),
                "Ambiguous",
                "UndefinedTransferEncodingSemantics",
            ),
            ("GET / HTTP/1.1\nHost: a\n\n".to_owned(), "Severe", "-"),
        ] {
            assert_eq!(of_refused(head.as_bytes(), 400), Some(Classification { class, reason }), "{head:?}");
        }
    }

    #[test]
    fn what_is_only_too_long_or_too_slow_is_not_classified() {
        let long = format!("GET / HTTP/1.1\r\nA: {}", "x".repeat(HEADER_MAX + 1));
        assert_eq!(of_refused(long.as_bytes(), 400), None);
        assert_eq!(of_refused(b"GET / HTTP/1.1\r\nHost: a", 408), None);
    }

    #[test]
    fn an_answered_request_may_be_classified_too() {
        let of = |request: hyper::http::request::Builder| {
            let (head, ()) = request.body(()).expect("a request").into_parts();
            of_answered(&head).map(|found| found.reason)
        };
        let get = || hyper::Request::get("/");
        assert_eq!(of(get()), None);
        assert_eq!(of(get().header("content-length", "0")), Some("GetHeadZeroContentLength"));
        assert_eq!(of(get().header("content-length", "1")), Some("UndefinedContentLengthSemantics"));
        assert_eq!(
            of(get().header("transfer-encoding", "chunked")),
            Some("UndefinedTransferEncodingSemantics")
        );
        assert_eq!(of(get().header("x", &b"\xff"[..])), Some("NonCompliantHeader"));
        assert_eq!(of(hyper::Request::post("/").header("content-length", "1")), None);
    }
}
