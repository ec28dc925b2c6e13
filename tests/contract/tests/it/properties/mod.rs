//! What holds for every decision, whatever goes into it.

mod index;
mod lockscreen;
mod placement;
mod replay;
mod reports;
mod sequences;
mod shape;
mod targeting;
mod travel;

use proptest::test_runner::Config;

/// Failures are printed with the smallest world that shows them; none is written into the folder.
fn config() -> Config {
    Config { cases: 300, failure_persistence: None, ..Config::default() }
}
