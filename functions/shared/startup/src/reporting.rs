//! How a process tells of itself: its metrics, and the lines of its requests.

use std::io::{self, Write};
use std::net::SocketAddr;

use jiff::Timestamp;
use lockfill_http::RequestLines;
use lockfill_metrics::METRICS;

use crate::settings::{InvalidSettings, Reader, Serving};

const NAMESPACE: &str = "lockfill";
const REQUEST_LINES_MAX: u32 = 100;

/// Where metrics go, and how many lines of requests are written.
#[derive(Debug)]
pub struct Reporting {
    /// The namespace in CloudWatch; `None` where lines of metrics would not be read.
    namespace: Option<String>,
    /// Where Prometheus asks.
    pub(crate) prometheus: Option<SocketAddr>,
    pub(crate) lines: RequestLines,
}

impl Reporting {
    /// Reads `LOCKFILL_METRICS_NAMESPACE`, `LOCKFILL_METRICS_ADDRESS` and `LOCKFILL_REQUEST_LINES_MAX` with `get`; an empty
    /// value counts as not set.
    ///
    /// # Errors
    /// Names all variables that are wrong at once.
    pub fn read(get: impl Fn(&str) -> Option<String>, serving: Serving) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let namespace = reader.optional("LOCKFILL_METRICS_NAMESPACE", namespace);
        let prometheus = reader.optional("LOCKFILL_METRICS_ADDRESS", address);
        let lines = reader.optional("LOCKFILL_REQUEST_LINES_MAX", lines_max);
        if !reader.errors.is_empty() {
            return Err(InvalidSettings(reader.errors));
        }
        let lines = RequestLines::new(lines.unwrap_or(REQUEST_LINES_MAX));
        Ok(match serving {
            // Nothing can ask a function of Lambda.
            Serving::Lambda => Self {
                namespace: Some(namespace.unwrap_or_else(|| NAMESPACE.to_owned())),
                prometheus: None,
                lines,
            },
            Serving::Http(_) => Self { namespace: None, prometheus, lines },
        })
    }

    /// Lines of requests as usual, and no metrics.
    pub(crate) fn none() -> Self {
        Self { namespace: None, prometheus: None, lines: RequestLines::new(REQUEST_LINES_MAX) }
    }

    /// Writes a line of metrics if it is time to.
    pub fn write_metrics(&self, now: Timestamp) {
        if let Some(namespace) = &self.namespace
            && let Some(line) = METRICS.line_if_due(namespace, now.as_millisecond())
        {
            // One write, so that no other line gets into it. A log that is gone must not fail a request.
            let _ = io::stdout().lock().write_all(format!("{line}\n").as_bytes());
        }
    }
}

fn namespace(text: &str) -> Result<String, &'static str> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/#".contains(&byte);
    let is_name = (1..=255).contains(&text.len()) && text.bytes().all(is_letter) && !text.starts_with("AWS/");
    if is_name {
        Ok(text.to_owned())
    } else {
        Err("must be a namespace of CloudWatch, such as lockfill-prod")
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "must be an address and a port, such as 127.0.0.1:9101")
}

fn lines_max(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "must be a number of lines a second")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: Serving =
        Serving::Http(SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1));

    fn read(variables: &[(&str, &str)], serving: Serving) -> Result<Reporting, String> {
        let value =
            |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        Reporting::read(value, serving).map_err(|error| error.to_string())
    }

    #[test]
    fn metrics_are_lines_under_lambda_and_asked_for_without_it() {
        let both =
            [("LOCKFILL_METRICS_NAMESPACE", "lockfill-prod"), ("LOCKFILL_METRICS_ADDRESS", "127.0.0.1:2")];
        let lambda = read(&both, Serving::Lambda).unwrap();
        assert_eq!((lambda.namespace.as_deref(), lambda.prometheus), (Some("lockfill-prod"), None));
        assert_eq!(read(&[], Serving::Lambda).unwrap().namespace.as_deref(), Some("lockfill"));
        let http = read(&both, HTTP).unwrap();
        assert_eq!((http.namespace, http.prometheus), (None, Some("127.0.0.1:2".parse().unwrap())));
        assert!(read(&[], HTTP).unwrap().prometheus.is_none());
    }

    #[test]
    fn all_wrong_variables_are_named_at_once() {
        let wrong = [
            ("LOCKFILL_METRICS_NAMESPACE", "AWS/Lambda"),
            ("LOCKFILL_METRICS_ADDRESS", "9101"),
            ("LOCKFILL_REQUEST_LINES_MAX", "many"),
        ];
        let error = read(&wrong, HTTP).unwrap_err();
        for (name, _) in wrong {
            assert!(error.contains(&format!("{name}: must")), "{error}");
        }
    }
}
