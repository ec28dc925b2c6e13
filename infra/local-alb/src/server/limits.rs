//! Requests that the balancer refuses before it tries any rule.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>
//! and the troubleshooting page. AWS counts an overlong request line under 400 there and under 414 too; here
//! it is 414.

use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{Method, Version};

use crate::forwarding;

/// The longest request line.
pub const REQUEST_LINE_MAX: usize = 16 * 1024;
/// The longest header, name and value.
pub const HEADER_MAX: usize = 16 * 1024;
/// The longest head in all.
pub const HEAD_MAX: usize = 64 * 1024;

/// The largest HTTP/2 header list, by its own count (32 bytes more for each header).
pub const LIST_MAX: u32 = 96 * 1024;
/// The limit of the HTTP parser; more than [`HEAD_MAX`], so that the guard refuses first.
pub const PARSER_MAX: usize = 4 * HEAD_MAX;
/// The most headers of a request. AWS documents no number.
pub const HEADERS_MAX: usize = 500;

/// The status that refuses the request, if any.
#[must_use]
pub fn refuse(head: &Parts) -> Option<u16> {
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    let line = head.method.as_str().len() + target + " HTTP/1.1\r\n".len() + 1;
    if line > REQUEST_LINE_MAX {
        return Some(414);
    }
    let mut whole = line;
    for (name, value) in &head.headers {
        let header = name.as_str().len() + ": ".len() + value.len();
        if header > HEADER_MAX {
            return Some(400);
        }
        whole += header + "\r\n".len();
    }
    if whole > HEAD_MAX {
        return Some(400);
    }
    if head.method == Method::TRACE {
        return Some(405);
    }
    // CONNECT has no path to route by.
    let no_host = head.version >= Version::HTTP_11 && !head.headers.contains_key(HOST);
    if no_host || head.uri.path_and_query().is_none() {
        return Some(400);
    }
    (forwarding::addresses(&head.headers) > forwarding::FORWARDED_FOR_MAX).then_some(463)
}
