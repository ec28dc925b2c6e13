//! What holds for every decision, whatever goes into it.

mod damage;
mod index;
mod lockscreen;
mod placement;
mod replay;
mod reports;
mod sequences;
mod shape;
mod targeting;
mod travel;

use std::str::FromStr;

use proptest::test_runner::Config;

/// How many cases of each property a run tries; a long proof sets it.
const CASES_VARIABLE: &str = "LOCKFILL_PROPERTY_CASES";
const CASES: u32 = 100;

/// Failures are printed with the smallest world that shows them; none is written into the folder.
fn config() -> Config {
    Config { cases: cases(CASES_VARIABLE, CASES), failure_persistence: None, ..Config::default() }
}

/// A number of cases from the environment, or the default.
#[expect(clippy::disallowed_methods, reason = "a long proof says how many cases it wants")]
fn cases(variable: &str, default: u32) -> u32 {
    std::env::var(variable).ok().and_then(|cases| u32::from_str(&cases).ok()).unwrap_or(default)
}
