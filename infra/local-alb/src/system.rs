//! The system: the clock, random numbers, the environment and the terminal. No other file uses these.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

/// Time since the Unix epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader of the clock: trace ids and deadlines need it"
)]
#[must_use]
pub fn unix_time() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// A random number below `limit`.
#[must_use]
pub fn random(limit: u32) -> u32 {
    fastrand::u32(..limit)
}

/// The variables of this process that functions inherit: AWS credentials and endpoints only.
#[must_use]
pub fn inherited_variables() -> BTreeMap<String, String> {
    const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| CREDENTIALS.contains(&name.as_str()) || name.starts_with("AWS_ENDPOINT_URL"))
        .collect()
}

/// Whether stderr is a terminal, and `NO_COLOR` is not set (<https://no-color.org>).
#[must_use]
pub fn is_colored() -> bool {
    static COLORED: OnceLock<bool> = OnceLock::new();
    *COLORED.get_or_init(|| {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        std::io::stderr().is_terminal() && !unwanted
    })
}

/// Writes one line to stderr. An error is ignored: a closed stderr must not stop the balancer.
pub fn log(line: &str) {
    // One write: stderr has no buffer, so each write is a system call.
    let text = format!("{line}\n");
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Writes text to stdout and flushes it, because a parent process may wait for it.
pub fn print(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
