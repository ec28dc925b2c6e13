//! Lines of the log on the standard output, in the form and from the level on that Lambda asks for.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html>. The subscriber of
//! `lambda_runtime` does the same with a language of filters, for which it links two engines of regular expressions.

use tracing::Metadata;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Begins to log. `get` reads a variable of the environment: `AWS_LAMBDA_LOG_FORMAT` is `JSON` or `Text`, and
/// `AWS_LAMBDA_LOG_LEVEL`, or `RUST_LOG` without it, is a level such as `INFO`. Released functions have no line below
/// that level: `Cargo.toml` leaves their code out.
pub fn init(get: impl Fn(&str) -> Option<String>) {
    let level = get("AWS_LAMBDA_LOG_LEVEL").or_else(|| get("RUST_LOG"));
    let lines = tracing_subscriber::fmt()
        .with_target(false)
        .without_time()
        .with_max_level(level.map_or(LevelFilter::INFO, |level| level_of(&level)));
    if get("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json")) {
        lines.json().finish().with(filter_fn(is_written)).init();
    } else {
        lines.finish().with(filter_fn(is_written)).init();
    }
}

/// Not the span that the Lambda runtime makes for each invocation. The one of a request or of a job names the invocation,
/// and a second one had 4 % of an allocation's samples in a profile (infra/decisions/0071).
fn is_written(metadata: &Metadata<'_>) -> bool {
    !(metadata.is_span() && metadata.target().starts_with("lambda_runtime"))
}

/// `FATAL` is Lambda's word for a level that there is not; what is no level is the usual one.
fn level_of(text: &str) -> LevelFilter {
    if text.eq_ignore_ascii_case("fatal") {
        return LevelFilter::ERROR;
    }
    // The parser takes no text at all for an error's level.
    if text.is_empty() { LevelFilter::INFO } else { text.parse().unwrap_or(LevelFilter::INFO) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_read_as_lambda_writes_it() {
        for (text, level) in [
            ("WARN", LevelFilter::WARN),
            ("debug", LevelFilter::DEBUG),
            ("FATAL", LevelFilter::ERROR),
            ("off", LevelFilter::OFF),
            ("lockfill=debug", LevelFilter::INFO),
            ("", LevelFilter::INFO),
        ] {
            assert_eq!(level_of(text), level, "{text}");
        }
    }
}
