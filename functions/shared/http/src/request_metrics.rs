//! Metrics of requests, which follow from their answers.

use std::time::Duration;

use lambda_http::Body;
use lambda_http::http::{HeaderMap, Response};
use lockfill_metrics::{Count, Distribution, METRICS};

use crate::responses::{DEGRADED, IGNORED};

/// Counts an answer that took so long.
pub(crate) fn count(answer: &Response<Body>, took: Duration) {
    METRICS.count(Count::Requests, 1);
    METRICS.time(Distribution::Latency, took);
    let status = answer.status();
    if status.is_client_error() {
        METRICS.count(Count::ClientErrors, 1);
    } else if status.is_server_error() {
        METRICS.count(Count::ServerErrors, 1);
    }
    if let Some(names) = text(answer.headers(), DEGRADED) {
        METRICS.count(Count::Degraded, 1);
        for name in names.split(", ") {
            if let Some(count) = missing(name) {
                METRICS.count(count, 1);
            }
        }
    }
    if answer.headers().contains_key(IGNORED) {
        METRICS.count(Count::ParametersIgnored, 1);
    }
}

/// The text of a header, if the answer has it.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn missing(name: &str) -> Option<Count> {
    match name {
        "redis" => Some(Count::DegradedRedis),
        "catalog" => Some(Count::DegradedCatalog),
        "ledger" => Some(Count::DegradedLedger),
        "gates" => Some(Count::DegradedGates),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::http::StatusCode;

    use super::*;
    use crate::responses::{Degraded, mark_ignored, with_body};

    /// Processes of tests are one each, so that nothing else is counted here.
    #[test]
    fn an_answer_is_counted_by_its_status_and_by_all_that_was_missing() {
        let all = Degraded { redis: true, catalog: true, ledger: true, gates: true };
        let answer = |status| with_body(status, "text/plain", Body::Empty);
        count(&mark_ignored("kv", all.mark(answer(StatusCode::OK))), Duration::from_millis(1));
        count(&answer(StatusCode::GONE), Duration::ZERO);
        count(&answer(StatusCode::SERVICE_UNAVAILABLE), Duration::ZERO);
        let once = [
            Count::ClientErrors,
            Count::ServerErrors,
            Count::Degraded,
            Count::DegradedRedis,
            Count::DegradedCatalog,
            Count::DegradedLedger,
            Count::DegradedGates,
            Count::ParametersIgnored,
        ];
        assert_eq!(once.map(|count| METRICS.counted(count)), [1; 8]);
        assert_eq!(METRICS.counted(Count::Requests), 3);
    }
}
