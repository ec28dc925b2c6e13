//! Answers that the balancer makes itself.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>.

use hyper::ext::ReasonPhrase;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION, SERVER};
use hyper::{Response, StatusCode};

use crate::body::{self, Body};
use crate::routing::FixedResponse;

/// The balancer's Server header.
pub const SERVER_NAME: HeaderValue = HeaderValue::from_static("awselb/2.0");

/// An error with the small HTML page that AWS sends.
#[must_use]
pub fn error(status: u16) -> Response<Body> {
    let reason = reason(status);
    let title = format!("{status} {reason}");
    let title = title.trim_end();
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         </body>\r\n</html>\r\n"
    );
    let mut response = own(status, body::full(page));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response.extensions_mut().insert(ReasonPhrase::from_static(reason.as_bytes()));
    response
}

/// The answer of a fixed-response action.
#[must_use]
pub fn fixed(answer: &FixedResponse) -> Response<Body> {
    let mut response = own(answer.status, body::full(answer.body.clone()));
    // AWS appends the character set; the template cannot set it.
    if let Ok(value) = HeaderValue::from_str(&format!("{}; charset=utf-8", answer.content_type)) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

/// The answer in place of a default action that is in another stack. Its Server header marks it as this program's.
#[must_use]
pub fn elsewhere(answer: &FixedResponse) -> Response<Body> {
    let mut response = fixed(answer);
    response.headers_mut().insert(SERVER, HeaderValue::from_static("local-alb"));
    response
}

/// The answer of a redirect: a small page, and the Location header. A location that is not a valid header value (it may
/// hold the client's host and path) is a 400.
#[must_use]
pub fn redirect(status: u16, location: &str) -> Response<Body> {
    let Ok(location) = HeaderValue::from_str(location) else { return error(400) };
    let mut response = error(status);
    response.headers_mut().insert(LOCATION, location);
    response
}

fn own(status: u16, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(SERVER, SERVER_NAME);
    response
}

/// The reason phrases of AWS's pages. Some differ from the RFC.
fn reason(status: u16) -> &'static str {
    match status {
        301 => "Moved Permanently",
        302 => "Found",
        400 => "Bad Request",
        405 => "Not Allowed",
        408 => "Request Time-out",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
